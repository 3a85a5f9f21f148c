-- KEYS: stream   ARGV: group, consumer, first id, last id, then id, delivery count, …
-- Says that what is ours is still being worked on: JUSTID resets the idle time and leaves the delivery
-- count alone. Returns two lists: the ids that are pending for somebody else, or delivered anew, and those that are
-- pending for nobody (settled by somebody else, or deleted together with the group or the consumer).
local owned, lost, failure = split_by_owner(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV, 5)
if failure then
  return failure
end
if #owned > 0 then
  owned[#owned + 1] = 'JUSTID'
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(owned))
end
local taken, gone = {}, {}
for _, id in ipairs(lost) do
  local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], id, id, 1)
  if pending.err or #pending == 0 then
    gone[#gone + 1] = id
  else
    taken[#taken + 1] = id
  end
end
return { taken, gone }
