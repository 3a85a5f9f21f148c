-- KEYS: dead letters, queue, messages, delayed   ARGV: id of the dead letter, wake-up channel, id of the message,
--       its first handing out, the message
-- Puts a message back into its queue under the id it had, due at once, with fresh counts, and removes its dead letter, if
-- it is still there. Where the queue has a message with that id, it comes as a new one. Returns how many were put back.
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return { 0 }
end
-- an error does not undo what a script has done: a key of another type has to show before
redis.call('LLEN', KEYS[2])
if redis.call('HEXISTS', KEYS[3], ARGV[3]) == 1 then
  redis.call('LPUSH', KEYS[2], ARGV[5])
else
  local now = redis.call('TIME')
  local receipt = ARGV[3] .. ':' .. ARGV[4] .. ':0:0:'
  redis.call('ZADD', KEYS[4], string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)), receipt)
  local stored = redis.pcall('HSET', KEYS[3], ARGV[3], ARGV[5])
  if type(stored) == 'table' then
    redis.call('ZREM', KEYS[4], receipt)
    return stored
  end
  -- only a hint: a user who may not publish still redrives
  redis.pcall('PUBLISH', ARGV[2], 0)
end
redis.call('XDEL', KEYS[1], ARGV[1])
return { 1 }
