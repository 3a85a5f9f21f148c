-- KEYS: stream, failures   ARGV: group, consumer, first id, last id, then id, delivery count, …
-- Acknowledges what is ours. Returns the ids that are not: those taken by others, and those gone.
local owned, lost, failure = split_by_owner(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV, 5)
if failure then
  return failure
end
if #owned > 0 then
  redis.call('XACK', KEYS[1], ARGV[1], unpack(owned))
  forget_failures(KEYS[2], owned, ARGV, 5)
end
return taken_and_gone(KEYS[1], ARGV[1], lost)
