-- KEYS: stream, failures, takeovers   ARGV: group, consumer, parking consumer, the last takeover that was known when these
--       were asked for, first id, last id, how many were delivered for the first time, the ids of these, then id, delivery
--       count, … of the others
-- Acknowledges what is ours. Returns the ids that are not: those taken by others, and those gone; the last takeover; and
-- how many of ours were pending no more: somebody acknowledged them by hand, or this did, and its reply got lost.
local before_ids = 7
local few = 16
local stream, failures, group, consumer = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local first_times = tonumber(ARGV[before_ids])
local count = first_times + (#ARGV - before_ids - first_times) / 2
local value = value_of(KEYS[3])
local takeover = takeover_of(value)
local nothing_taken = takeover ~= '' and takeover == ARGV[4]

-- As long as the last takeover is the one that was known, no consumer that notes takeovers can have taken any of these.
-- To see that no others hold anything takes as long as there are consumers, and to look up a few entries takes less.
if nothing_taken and count > few and only_members_hold(stream, group, consumer, ARGV[3], value) then
  local acknowledged
  if first_times == count then
    acknowledged = redis.call('XACK', stream, group, unpack(ARGV, before_ids + 1))
  else
    local ids, others = { unpack(ARGV, before_ids + 1, before_ids + first_times) }, {}
    for i = before_ids + 1 + first_times, #ARGV, 2 do
      ids[#ids + 1] = ARGV[i]
      others[#others + 1] = ARGV[i]
    end
    forget(failures, others)
    acknowledged = redis.call('XACK', stream, group, unpack(ids))
  end
  return { {}, {}, takeover, count - acknowledged }
end

local deliveries = {}
for i = 1, first_times do
  deliveries[2 * i - 1], deliveries[2 * i] = ARGV[before_ids + i], 1
end
for i = before_ids + 1 + first_times, #ARGV do
  deliveries[#deliveries + 1] = ARGV[i]
end
local owned, lost, failure, is_group_gone = split_by_owner(stream, group, consumer, ARGV[5], ARGV[6], deliveries, 1)
if failure then
  return failure
end
if #owned > 0 then
  forget_settled(failures, owned, deliveries, 2 * first_times + 1)
  redis.call('XACK', stream, group, unpack(owned))
end
local taken, gone = unpack(taken_and_gone(stream, group, lost))
if nothing_taken and not is_group_gone then
  return { taken, {}, takeover, #gone }
end
return { taken, gone, takeover, 0 }
