-- ARGV: owner, lease in ms, most messages, most of these that a consumer abandoned by dying, most of these that consumers
--       abandoned more than once
-- Takes over what nobody renewed in time, and what is due.
-- Returns in how many ms something more will be due (-1 for never), how many messages somebody deleted, the last takeover,
-- what is no receipt, then receipt, payload, receipt, payload, …
local time = now()
room, abandoned, suspects = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local deleted, foreign = 0, {}
local takeover = some_takeover(takeovers)
local taken = {}
local lost = false

local function take(place, old)
  local id, _, deliveries, failures, owner = parse(old)
  if not id then
    set_aside(place, old, foreign)
    return true
  end
  local payload = redis.call('HGET', messages, id)
  if not payload then
    deleted = deleted + 1
  elseif owner ~= ARGV[1] and not admits(deliveries - failures) then
    return false
  end
  if place == leases and not lost then
    lost, takeover = true, note_takeover(takeovers)
  end
  check_writable(leases)
  if payload then
    local new = receipt(id, redis.call('INCR', sequence), deliveries + 1, failures, ARGV[1])
    redis.call('ZADD', leases, digits(time + ARGV[2]), new)
    taken[#taken + 1] = new
    taken[#taken + 1] = payload
  end
  redis.call('ZREM', place, old)
  return true
end

for _, place in ipairs({ leases, delayed }) do
  local passed, more = 0, true
  while more and passed < 1000 and room > 0 and (place == delayed or abandoned > 0) do
    local page = redis.call('ZRANGEBYSCORE', place, '-inf', digits(time), 'LIMIT', passed, 100)
    for _, old in ipairs(page) do
      if room > 0 and not take(place, old) then
        passed = passed + 1
      end
    end
    more = #page == 100
  end
end
local next_due = redis.call('ZRANGEBYSCORE', delayed, '(' .. digits(time), '(+inf', 'WITHSCORES', 'LIMIT', 0, 1)
return { next_due[2] and digits(next_due[2] - time) or '-1', digits(deleted), takeover, foreign, unpack(taken) }
