-- A script for ScriptDenialTests.
redis.call('ZADD', KEYS[1], 1, 'm')
redis.call('XINFO', 'GROUPS', KEYS[1])
redis.call(ARGV[2], KEYS[1], 'm')
redis.call('HSET', KEYS[1], 'f', redis.call('HGET', KEYS[1], 'f'))
if redis.pcall('SET', KEYS[1], 'v').err then
  return redis.pcall('XAUTOCLAIM', KEYS[1])
end
