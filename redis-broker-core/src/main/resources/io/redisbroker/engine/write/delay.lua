-- KEYS: messages, delayed, sequence, deduplication marker, queue   ARGV: wake-up channel, when it is due: ms since 1970
--       (at) or from now (after), which of these, deduplication window in ms (0 for none), most messages that may wait in
--       the queue or until they are due (0 for any number), payload
-- Stores a message until it is due. Returns 1, -1 if there is no room, or -2 if the marker says it was sent.
local messages, delayed, sequence = KEYS[1], KEYS[2], KEYS[3]
if ARGV[4] ~= '0' and redis.call('EXISTS', KEYS[4]) == 1 then
  return { -2 }
end
if ARGV[5] ~= '0' and redis.call('LLEN', KEYS[5]) + redis.call('ZCARD', delayed) >= tonumber(ARGV[5]) then
  return { -1 }
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = (ARGV[3] == 'at') and tonumber(ARGV[2]) or now + ARGV[2]
local handout = string.format('%.0f', redis.call('INCR', sequence))
local id = string.format('%.0f', now) .. '-' .. handout
local receipt = id .. ':' .. handout .. ':0:0:'
-- first, since it may be refused, which would leave the other behind for ever
redis.call('ZADD', delayed, string.format('%.0f', due), receipt)
redis.call('HSET', messages, id, ARGV[6])
if ARGV[4] ~= '0' then
  redis.call('SET', KEYS[4], '1', 'PX', ARGV[4])
end
if redis.call('ZRANGE', delayed, 0, 0)[1] == receipt then
  redis.pcall('PUBLISH', ARGV[1], string.format('%.0f', math.max(0, due - now)))
end
return { 1 }
