-- ARGV: owner, lease in ms, most messages
-- Takes over what nobody renewed in time, and what is due.
-- Returns in how many ms something will be due (-1 for never), how many messages somebody deleted, then receipt,
-- payload, receipt, payload, …
local time = now()
local room = tonumber(ARGV[3])
local deleted = 0
local taken = {}
for _, place in ipairs({ leases, delayed }) do
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', place, '-inf', digits(time), 'LIMIT', 0, room)) do
    local id, _, deliveries = parse(old)
    local payload = redis.call('HGET', messages, id)
    redis.call('ZREM', place, old)
    if payload then
      local new = receipt(id, redis.call('INCR', sequence), deliveries + 1, ARGV[1])
      redis.call('ZADD', leases, digits(time + ARGV[2]), new)
      taken[#taken + 1] = new
      taken[#taken + 1] = payload
      room = room - 1
    else
      deleted = deleted + 1
    end
  end
end
local head = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
return { head[2] and digits(math.max(0, head[2] - time)) or '-1', digits(deleted), unpack(taken) }
