-- KEYS: those of the queue, then the dead letters   ARGV: receipt, then the fields of the dead letter
-- Moves a message that is ours to the dead letters. Returns the receipt if it proves nothing.
if redis.call('ZSCORE', leases, ARGV[1]) then
  -- an error does not undo a script's writes, so a key of another type has to be noticed first
  redis.call('HEXISTS', messages, id_of(ARGV[1]))
  redis.call('XADD', KEYS[8], '*', unpack(ARGV, 2))
  redis.call('ZREM', leases, ARGV[1])
  redis.call('HDEL', messages, id_of(ARGV[1]))
  return { {}, {} }
end
return taken_and_gone({ ARGV[1] })
