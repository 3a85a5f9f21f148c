-- KEYS: queue, messages, leases. ARGV: most messages, lease in ms
-- The minimum of a queue with leases. Returns ids and payloads in turn.
local payloads = redis.call('RPOP', KEYS[1], ARGV[1])
if not payloads then
  return {}
end
local time = redis.call('TIME')
local prefix = time[1] .. time[2] .. '-'
local due = time[1] * 1000 + ARGV[2]
local stored, leased = {}, {}
for i, payload in ipairs(payloads) do
  local id = prefix .. i
  stored[2 * i - 1] = id
  stored[2 * i] = payload
  leased[2 * i - 1] = due
  leased[2 * i] = id
end
redis.call('HSET', KEYS[2], unpack(stored))
redis.call('ZADD', KEYS[3], unpack(leased))
return stored
