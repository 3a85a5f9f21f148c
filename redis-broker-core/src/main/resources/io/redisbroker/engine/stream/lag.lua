-- The first entry after an id, how many there are, as far as they are counted, and whether all were counted. One after the
-- other, so that no more than one is in memory, however large they are.
local most_counted = 100
local function entries_after(stream, id)
  local first, count = '', 0
  while count < most_counted do
    local entry = redis.call('XRANGE', stream, '(' .. id, '+', 'COUNT', 1)[1]
    if not entry then
      return first, count, true
    end
    id, count = entry[1], count + 1
    first = count == 1 and id or first
  end
  return first, count, false
end

-- How many entries were never delivered to a group, -1 if Redis does not know, and the id of the first of them. After a
-- failover, or SETID, Redis may report any number: an impossible one counts as unknown.
local function lag_of(stream, group)
  local first, count, counted_all = entries_after(stream, group['last-delivered-id'])
  local lag = group['lag']
  if counted_all then
    return count, first
  elseif lag and lag >= count and lag <= redis.call('XLEN', stream) then
    return lag, first
  end
  return -1, first
end

-- How many entries are pending for a consumer, by the summary that XPENDING gives.
local function pending_for(summary, name)
  for _, consumer in ipairs(summary[4] or {}) do
    if consumer[1] == name then
      return tonumber(consumer[2])
    end
  end
  return 0
end

