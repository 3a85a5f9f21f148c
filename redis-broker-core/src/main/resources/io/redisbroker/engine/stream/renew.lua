-- KEYS: stream   ARGV: group, consumer, first id, last id, then id, delivery count, …
-- Renews ours, which are still worked on: JUSTID resets the idle time and leaves the delivery
-- count alone. Returns the ids that are not ours: those taken by others, and those gone.
local owned, lost, failure = split_by_owner(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV, 5)
if failure then
  return failure
end
local present = {}
for _, id in ipairs(owned) do
  if exists(KEYS[1], id) then
    present[#present + 1] = id
  end
end
if #present > 0 then
  present[#present + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(present))
end
return taken_and_gone(KEYS[1], ARGV[1], lost)
