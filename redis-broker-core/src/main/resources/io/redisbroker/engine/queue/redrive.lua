-- KEYS: dead letters, messages, delayed, queue   ARGV: id of the dead letter, wake-up channel, id of the message, its first
--       handing out, then those of the message, for write; the last is the message
-- Puts a message back into its queue under the id it had, due at once, with fresh counts, and removes its dead letter, if
-- it is still there. Where the queue has a message with that id, it comes as a new one. Returns how many were put back.
local letters, messages, delayed, queue = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local letter, channel, id, handout = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if #redis.call('XRANGE', letters, letter, letter) == 0 then
  return { 0 }
end
-- an error does not undo the commands before it: a key of another type has to show before
redis.call('LLEN', queue)
if redis.call('HEXISTS', messages, id) == 1 then
  write(4, 5, #ARGV)
else
  local now = redis.call('TIME')
  local receipt = id .. ':' .. handout .. ':0:0:'
  redis.call('ZADD', delayed, string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)), receipt)
  local stored = redis.pcall('HSET', messages, id, ARGV[#ARGV])
  if type(stored) == 'table' then
    redis.call('ZREM', delayed, receipt)
    return stored
  end
  -- only a hint: without the right to publish a redrive works too
  redis.pcall('PUBLISH', channel, 0)
end
redis.call('XDEL', letters, letter)
return { 1 }
