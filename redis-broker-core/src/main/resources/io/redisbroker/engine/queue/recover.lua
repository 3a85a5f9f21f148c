-- ARGV: owner, lease in ms, most messages, then the receipts this consumer knows about
-- Returns messages that were handed to this consumer in replies that never arrived: receipt, payload, … The delivery count stays
-- as it is, since no listener was called.
local known = {}
for i = 4, #ARGV do
  known[ARGV[i]] = true
end
check_writable(leases)
local time = now()
local unseen = {}
for _, old in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
  local id, _, deliveries, failures, owner = parse(old)
  if owner == ARGV[1] and not known[old] and #unseen < 2 * tonumber(ARGV[3]) then
    local payload = redis.call('HGET', messages, id)
    local new
    if payload then
      new = receipt(id, redis.call('INCR', sequence), deliveries, failures, owner)
      redis.call('ZADD', leases, digits(time + ARGV[2]), new)
      unseen[#unseen + 1] = new
      unseen[#unseen + 1] = payload
    end
    if new ~= old then
      redis.call('ZREM', leases, old)
    end
  end
end
return unseen
