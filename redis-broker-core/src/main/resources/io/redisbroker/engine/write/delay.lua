-- KEYS: messages, delayed, sequence, deduplication marker, queue   ARGV: wake-up channel, due time: ms since 1970 (at) or
--       ms from now (after), 'at' or 'after', deduplication window in ms (0 for none), most messages in the queue and not
--       yet due (0 for any number), payload
-- Stores a message until it is due. Returns 1, -1 if the queue is full, or -2 if the marker says that it was sent before.
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
-- first, because it may fail: then no payload must stay behind in the hash
redis.call('ZADD', delayed, string.format('%.0f', due), receipt)
redis.call('HSET', messages, id, ARGV[6])
if ARGV[4] ~= '0' then
  redis.call('SET', KEYS[4], '1', 'PX', ARGV[4])
end
if redis.call('ZRANGE', delayed, 0, 0)[1] == receipt then
  redis.pcall('PUBLISH', ARGV[1], string.format('%.0f', math.max(0, due - now)))
end
return { 1 }
