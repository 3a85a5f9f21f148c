-- ARGV: the last takeover that was known when these were asked for, receipts, then the id of each
-- Removes the messages that are ours. Returns the receipts that prove nothing: those taken by others, and those gone; the
-- last takeover; and how many of ours were handed out no more: they were deleted by hand, or this removed them, and its reply
-- got lost. As long as the last takeover is the one that was known, no consumer can have taken anything, and nothing has to be
-- looked up.
local count = (#ARGV - 1) / 2
local takeover = last_takeover(takeovers)
if takeover ~= '' and takeover == ARGV[1] then
  local removed = redis.call('ZREM', leases, unpack(ARGV, 2, count + 1))
  redis.call('HDEL', messages, unpack(ARGV, count + 2))
  return { {}, {}, takeover, count - removed }
end
local owned, lost = split_by_owner(2, count + 1)
for _, i in ipairs(owned) do
  redis.call('ZREM', leases, ARGV[i])
  redis.call('HDEL', messages, ARGV[count + i])
end
local result = taken_and_gone(lost)
result[3], result[4] = takeover, 0
return result
