-- KEYS: stream   ARGV: about how many entries to keep (0 for all), for how many ms to keep each (0 for ever), whether
--       to remove entries that every group has acknowledged (1 or 0), whether the server may know XTRIM … ACKED (1 or 0),
--       then the groups that are expected
-- Removes entries in one small step, so that nothing else has to wait for long.
-- Returns how many were removed, whether another step has more to remove (1 or 0), whether the server may know ACKED
-- (1 or 0), then, of each group that had not been handed some of them, its name and how many.
local stream = KEYS[1]
local max_length, max_age, acknowledged, acked = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1', ARGV[4]
local step, acked_step, most_pending = 2000, 500, 1000

-- Up to which entry groups need fewer than this many: those pending, and all that was not delivered.
local function needed_from(groups, pending_entries)
  local least
  for _, group in ipairs(groups) do
    local needed = following(group['last-delivered-id']) or group['last-delivered-id']
    local pending = not group.missing
        and redis.call('XPENDING', stream, group.name, '-', '+', pending_entries)[pending_entries]
    if pending and is_after(needed, pending[1]) then
      needed = pending[1]
    end
    if not least or is_after(least, needed) then
      least = needed
    end
  end
  return least
end

-- Whole blocks of a stream are removed fast. ACKED also removes entries behind a pending one, but looks at each
-- entry by itself, so that it gets the rest, and never more than some pending entries to pass over.
local function trim_acknowledged(groups)
  local needed = needed_from(groups, 1)
  if not needed then
    return 0, 0
  end
  local removed = redis.call('XTRIM', stream, 'MINID', '~', needed, 'LIMIT', step)
  if removed >= step / 2 then
    return removed, 1
  end
  removed = removed + redis.call('XTRIM', stream, 'MINID', '=', needed)
  if acked ~= '1' then
    return removed, 0
  end
  local finer = redis.pcall('XTRIM', stream, 'MINID', '~', needed_from(groups, most_pending), 'LIMIT', acked_step,
      'ACKED')
  if type(finer) == 'table' then
    acked = '0'
    return removed, 0
  end
  return removed + finer, finer >= acked_step / 2 and 1 or 0
end

local function trim(strategy, bound)
  local removed = redis.call('XTRIM', stream, strategy, '~', bound, 'LIMIT', step)
  if removed == 0 then
    -- where blocks are configured to be larger than a step
    removed = redis.call('XTRIM', stream, strategy, '~', bound)
  end
  return removed
end

-- Entries go by length or age although a group may need them.
local function trim_oldest(groups)
  local removed, more, lost = 0, 0, {}
  local first = first_id(stream, '-')
  local now = redis.call('TIME')
  local oldest = max_age > 0 and now[1] * 1000 + math.floor(now[2] / 1000) - max_age or 0
  local too_long = max_length > 0 and redis.call('XLEN', stream) > max_length
  local too_old = first and oldest > 0 and tonumber(string.match(first, '%d+')) < oldest
  if not too_long and not too_old then
    return 0, 0, lost
  end
  local undelivered = {}
  for i, group in ipairs(groups) do
    undelivered[i] = not group.missing and first_undelivered(stream, group)
  end
  if too_long then
    removed = trim('MAXLEN', max_length)
  end
  if too_old and removed < step / 2 then
    removed = removed + trim('MINID', string.format('%.0f', oldest))
  end
  local left = first_id(stream, '-')
  for i, group in ipairs(groups) do
    if removed > 0 and undelivered[i] and (not left or is_after(left, undelivered[i])) then
      local count = removed
      if undelivered[i] ~= first and group['lag'] then
        count = math.max(1, group['lag'] - redis.call('XLEN', stream))
      end
      lost[#lost + 1] = group.name
      lost[#lost + 1] = count
    end
  end
  return removed, removed >= step / 2 and 1 or 0, lost
end

local groups, failure = groups_of(stream, 5)
if not groups then
  return failure or { 0, 0, tonumber(acked) }
end
local removed, more = 0, 0
if acknowledged then
  removed, more = trim_acknowledged(groups)
end
local result = { removed, more, tonumber(acked) }
if more == 0 and (max_length > 0 or max_age > 0) then
  local oldest, lost
  oldest, more, lost = trim_oldest(groups)
  result[1], result[2] = removed + oldest, more
  for _, value in ipairs(lost) do
    result[#result + 1] = value
  end
end
return result
