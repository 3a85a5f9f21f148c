-- KEYS: stream   ARGV: group, parking consumer
-- Returns the time, how many entries were never delivered (-1 where that can't be told), how many are pending for
-- consumers, how many for the parking consumer, the first pending id and the first id that was never delivered.
local now = redis.call('TIME')
local result = { string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)), '-1', '0', '0', '', '' }

local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then
  if redis.call('EXISTS', KEYS[1]) == 1 then
    return groups
  end
  result[2] = '0'
  return result
end
for _, reply in ipairs(groups) do
  local group = by_name(reply)
  if group['name'] == ARGV[1] then
    local lag, first = lag_of(KEYS[1], group)
    result[2], result[6] = string.format('%.0f', lag), first
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
    local parked = pending_for(pending, ARGV[2])
    result[3] = string.format('%.0f', pending[1] - parked)
    result[4] = string.format('%.0f', parked)
    result[5] = pending[2] or ''
  end
end
return result
