-- KEYS: stream   ARGV: greatest age in ms, id, then fields
-- Adds an entry and trims by age, on this server's clock.
local now = redis.call('TIME')
local oldest = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(ARGV[1])
return { redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(0, oldest)), unpack(ARGV, 2)) }
