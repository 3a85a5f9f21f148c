-- KEYS: stream, failures, dead letters   ARGV: group, consumer, id, delivery count, then the fields of the dead letter
-- Moves one entry to the dead letters if it is ours. Returns its id otherwise: as taken by others, or as gone.
local id = ARGV[3]
local owned, lost, failure = split_by_owner(KEYS[1], ARGV[1], ARGV[2], id, id, { id, ARGV[4] }, 1)
if failure then
  return failure
end
-- an error does not undo a script's writes, so a key of another type has to be noticed first
redis.call('HGET', KEYS[2], id)
if #owned > 0 then
  redis.call('XADD', KEYS[3], '*', unpack(ARGV, 5))
  redis.call('XACK', KEYS[1], ARGV[1], id)
  forget_settled(KEYS[2], owned, { id, ARGV[4] }, 1)
end
return taken_and_gone(KEYS[1], ARGV[1], lost)
