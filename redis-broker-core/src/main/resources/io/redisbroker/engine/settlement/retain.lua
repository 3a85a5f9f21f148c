-- KEYS: dead letters   ARGV: about how many to keep (0 for all), for how many ms to keep each (0 for ever)
-- Removes the oldest dead letters beyond these limits. Returns how many it removed.
local removed = 0
if ARGV[1] ~= '0' then
  removed = removed + redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[1])
end
if ARGV[2] ~= '0' then
  local now = redis.call('TIME')
  local oldest = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(ARGV[2])
  removed = removed + redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(0, oldest)))
end
return { removed }
