-- KEYS: dead letters, source   ARGV: id of the dead letter, XADD or LPUSH, then the fields of the entry, or the message
-- Puts a message back into its source as a new one and removes its dead letter, if it is still there. Should Redis refuse
-- the message, the script ends before the dead letter is removed. Returns how many were put back.
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return { 0 }
end
if ARGV[2] == 'XADD' then
  redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
else
  redis.call('LPUSH', KEYS[2], ARGV[3])
end
redis.call('XDEL', KEYS[1], ARGV[1])
return { 1 }
