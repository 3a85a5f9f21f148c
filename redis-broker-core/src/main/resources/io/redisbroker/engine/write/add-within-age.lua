-- KEYS: stream   ARGV: greatest age in ms, then, unless the entry was added before, id and fields
-- Adds an entry and trims the stream by age, by this server's clock.
local now = redis.call('TIME')
local oldest = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(ARGV[1])
local least_id = string.format('%.0f', math.max(0, oldest))
if #ARGV == 1 then
  return { redis.call('XTRIM', KEYS[1], 'MINID', '~', least_id) }
end
return { redis.call('XADD', KEYS[1], 'MINID', '~', least_id, unpack(ARGV, 2)) }
