-- KEYS: queue, deduplication marker   ARGV: LPUSH or LPUSHX, most messages in the queue (0 for any number),
--       deduplication window in ms (0 for none), then payloads
-- Pushes all or none. Returns how many were pushed, -1 if the queue is full, -2 if the marker says that they were sent
-- before.
local most, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local count = #ARGV - 3
if ARGV[1] == 'LPUSHX' and redis.call('EXISTS', KEYS[1]) == 0 then
  return { 0 }
end
if window > 0 and redis.call('EXISTS', KEYS[2]) == 1 then
  return { -2 }
end
if most > 0 and redis.call('LLEN', KEYS[1]) + count > most then
  return { -1 }
end
for from = 4, #ARGV, 1000 do
  redis.call('LPUSH', KEYS[1], unpack(ARGV, from, math.min(#ARGV, from + 999)))
end
if window > 0 then
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])
end
return { count }
