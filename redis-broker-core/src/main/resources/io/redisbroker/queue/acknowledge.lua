-- ARGV: the last takeover that was known when these were asked for, receipts, then the id of each
-- Removes the messages that are ours. Returns the receipts that prove nothing, and the last takeover. As long as that is
-- the one that was known, nobody can have taken anything, and nothing has to be looked up.
local count = (#ARGV - 1) / 2
local takeover = last_takeover(takeovers)
if takeover ~= '' and takeover == ARGV[1] then
  local removed = redis.call('ZREM', leases, unpack(ARGV, 2, count + 1))
  redis.call('HDEL', messages, unpack(ARGV, count + 2))
  -- some were deleted by hand, and nobody knows which
  return { {}, removed == count and {} or { unpack(ARGV, 2, count + 1) }, takeover }
end
local owned, lost = split_by_owner(2, count + 1)
for _, i in ipairs(owned) do
  redis.call('ZREM', leases, ARGV[i])
  redis.call('HDEL', messages, ARGV[count + i])
end
local result = taken_and_gone(lost)
result[3] = takeover
return result
