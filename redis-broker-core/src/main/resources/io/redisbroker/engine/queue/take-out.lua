-- KEYS: a circular queue, the dead letters   ARGV: an item, then the fields of the dead letter
-- Moves an item of a circular queue to the dead letters, unless it was removed meanwhile. Returns how many were moved.
if not redis.call('LPOS', KEYS[1], ARGV[1]) then
  return {}
end
-- first, since it may fail, which would not undo the other
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
redis.call('LREM', KEYS[1], -1, ARGV[1])
return { 1 }
