-- ARGV: owner, lease in ms, most messages, how to pop from the queue
-- Leases what was claimed by waiting, then what waits in the queue.
-- Returns the time, the handout of the first message, then payloads; their receipts follow from these.
local most = tonumber(ARGV[3])
local payloads = redis.call('RPOP', claim, most) or {}
if #payloads < most then
  for _, payload in ipairs(redis.call(ARGV[4], queue, most - #payloads) or {}) do
    payloads[#payloads + 1] = payload
  end
end
if #payloads == 0 then
  return {}
end
local time = now()
local first = redis.call('INCRBY', sequence, #payloads) - #payloads + 1
local due = digits(time + ARGV[2])
local prefix, suffix = digits(time) .. '-', ':1:0:' .. ARGV[1]
local stored, leased = {}, {}
for i, payload in ipairs(payloads) do
  local handout = digits(first + i - 1)
  local id = prefix .. handout
  stored[2 * i - 1] = id
  stored[2 * i] = payload
  leased[2 * i - 1] = due
  leased[2 * i] = id .. ':' .. handout .. suffix
end
redis.call('HSET', messages, unpack(stored))
redis.call('ZADD', leases, unpack(leased))
return { digits(time), digits(first), unpack(payloads) }
