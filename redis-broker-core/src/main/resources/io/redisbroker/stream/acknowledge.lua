-- KEYS: stream, failures, takeovers   ARGV: group, consumer, the last takeover that was known when these were asked
--       for, how many were read for the first time, the ids of these, then id, delivery count, … of the others
-- Acknowledges what is ours. Returns the ids that are not: those taken by others, and those gone; and the last
-- takeover. As long as that is the one that was known, nobody can have taken anything, and nothing has to be looked up.
local first_times = tonumber(ARGV[4])
local takeover = last_takeover(KEYS[3])
local nothing_taken = takeover ~= '' and takeover == ARGV[3]

-- Nearly always that is all, and needs no table of the ids. Some may be gone by other means (the group was deleted, they
-- were acknowledged by hand), and nobody knows which.
if nothing_taken and first_times == #ARGV - 4 then
  local acknowledged = redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 5))
  return { {}, acknowledged == first_times and {} or { unpack(ARGV, 5) }, takeover }
end

local ids, others = {}, {}
for i = 5, 4 + first_times do
  ids[#ids + 1] = ARGV[i]
end
for i = 5 + first_times, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
  others[#others + 1] = ARGV[i]
end
if nothing_taken then
  local acknowledged = redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
  forget(KEYS[2], others)
  return { {}, acknowledged == #ids and {} or ids, takeover }
end
local deliveries = {}
for i = 1, first_times do
  deliveries[2 * i - 1], deliveries[2 * i] = ids[i], 1
end
for i = 5 + first_times, #ARGV do
  deliveries[#deliveries + 1] = ARGV[i]
end
local owned, lost, failure = split_by_owner(KEYS[1], ARGV[1], ARGV[2], '-', '+', deliveries, 1)
if failure then
  return failure
end
if #owned > 0 then
  redis.call('XACK', KEYS[1], ARGV[1], unpack(owned))
  forget_settled(KEYS[2], owned, deliveries, 2 * first_times + 1)
end
local result = taken_and_gone(KEYS[1], ARGV[1], lost)
result[3] = takeover
return result
