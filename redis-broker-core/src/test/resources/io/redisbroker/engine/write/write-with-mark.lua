-- KEYS: mark, then those of a message   ARGV: value of the mark, then those of the message
redis.call('SET', KEYS[1], ARGV[1])
return { write(2, 2, #ARGV) }
