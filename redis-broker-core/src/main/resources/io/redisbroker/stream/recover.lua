-- KEYS: stream, failures   ARGV: group, consumer, most entries, then the ids this consumer knows about
-- Returns what Redis handed to this consumer and the consumer never saw, because the reply was lost with the
-- connection: entry, delivery count, failures, … The count stays as it is, since no listener was called.
local known = {}
for i = 4, #ARGV do
  known[ARGV[i]] = true
end
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[3], ARGV[2])
if pending.err then
  if string.sub(pending.err, 1, 7) ~= 'NOGROUP' then
    return pending
  end
  return {}
end
local unseen = {}
for _, entry in ipairs(pending) do
  if not known[entry[1]] then
    local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, entry[1], 'RETRYCOUNT', entry[4])
    if claimed[1] then
      unseen[#unseen + 1] = with_redrives(KEYS[2], claimed[1])
      unseen[#unseen + 1] = entry[4]
      unseen[#unseen + 1] = tonumber(redis.call('HGET', KEYS[2], entry[1]) or 0)
    end
  end
end
return unseen
