-- KEYS: stream   ARGV: parking consumer, from how many ms on a group is idle, then the groups that are expected
-- Finds the groups that need entries of the stream which are that old, and have had no consumer for as long.
-- Returns, of each, a list: name, whether it is missing (1 or 0), how many consumers it has, for how many ms the last of
-- them has been idle (-1 without any), how many entries are pending, how many were not delivered (-1 where that can't
-- be told).
local stream, idle_after = KEYS[1], tonumber(ARGV[2])
local now = redis.call('TIME')
local time = now[1] * 1000 + math.floor(now[2] / 1000)

local function consumers_of(group)
  local count, idle = 0, -1
  if not group.missing then
    for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group.name)) do
      local consumer = by_name(info)
      if consumer['name'] ~= ARGV[1] then
        count = count + 1
        idle = (idle < 0 or consumer['idle'] < idle) and consumer['idle'] or idle
      end
    end
  end
  return count, idle
end

local function is_old(id)
  return id and time - tonumber(string.match(id, '%d+')) >= idle_after
end

local function holds(group)
  local pending = group['pending'] > 0 and redis.call('XPENDING', stream, group.name, '-', '+', 1)[1]
  local undelivered = first_undelivered(stream, group)
  return is_old(pending and pending[1]) or is_old(undelivered), undelivered
end

local groups, failure = groups_of(stream, 3)
if not groups then
  return failure or {}
end
local result = {}
for _, group in ipairs(groups) do
  local consumers, idle = consumers_of(group)
  if idle < 0 or idle >= idle_after then
    local holding, undelivered = holds(group)
    if holding then
      local lag = undelivered and (group['lag'] or -1) or 0
      if group.missing then
        lag = redis.call('XLEN', stream)
      end
      result[#result + 1] = { group.name, group.missing and 1 or 0, consumers, idle, group['pending'], lag }
    end
  end
end
return result
