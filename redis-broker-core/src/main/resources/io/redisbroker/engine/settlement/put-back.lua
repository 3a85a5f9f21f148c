-- KEYS: dead letters, then those of the message   ARGV: id of the dead letter, then those of the message, for write
-- Writes a message into its source as a new one and removes its dead letter, if it is still there. Should Redis refuse the
-- message, the script ends before the dead letter is removed. Returns how many were put back.
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return { 0 }
end
write(2, 2, #ARGV)
redis.call('XDEL', KEYS[1], ARGV[1])
return { 1 }
