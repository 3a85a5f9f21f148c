-- KEYS: stream   ARGV: group, parking consumer
-- Returns the time, how many entries were never delivered (-1 where that can't be told), how many are pending for
-- consumers, how many for the parking consumer, the first pending id and the first id that was never delivered.
local now = redis.call('TIME')
local result = { string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)), '-1', '0', '0', '', '' }

-- The first entry after an id, and how many there are, as far as they are counted: one after the other, so that no more
-- than one is in memory, however large they are.
local most_counted = 100
local function entries_after(id)
  local first, count = '', 0
  while count < most_counted do
    local entry = redis.call('XRANGE', KEYS[1], '(' .. id, '+', 'COUNT', 1)[1]
    if not entry then
      return first, count, true
    end
    id, count = entry[1], count + 1
    first = count == 1 and id or first
  end
  return first, count, false
end

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
    local first, count, counted_all = entries_after(group['last-delivered-id'])
    result[6] = first
    local lag = group['lag']
    if counted_all then
      result[2] = string.format('%.0f', count)
    elseif lag and lag >= count and lag <= redis.call('XLEN', KEYS[1]) then
      -- after a failover, or SETID, it may be any number: what can't be is not told
      result[2] = string.format('%.0f', lag)
    end
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
    local parked = 0
    for _, consumer in ipairs(pending[4] or {}) do
      if consumer[1] == ARGV[2] then
        parked = tonumber(consumer[2])
      end
    end
    result[3] = string.format('%.0f', pending[1] - parked)
    result[4] = string.format('%.0f', parked)
    result[5] = pending[2] or ''
  end
end
return result
