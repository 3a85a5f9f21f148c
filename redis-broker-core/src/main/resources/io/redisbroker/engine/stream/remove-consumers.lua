-- KEYS: stream, takeovers   ARGV: group, consumer, least idle time
-- Removes consumers that left without a word, once others have taken over their entries: DELCONSUMER would drop
-- pending entries for good, so only those without any. Returns the names.
local removed = {}
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then
  return removed
end
for _, info in ipairs(consumers) do
  local consumer = by_name(info)
  if consumer.name ~= ARGV[2] and consumer.pending == 0 and consumer.idle >= tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    forget_member(KEYS[2], consumer.name)
    removed[#removed + 1] = consumer.name
  end
end
return removed
