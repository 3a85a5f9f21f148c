-- ARGV: owner, lease in ms, most messages, most of these that a consumer abandoned by dying, most of these that consumers
--       abandoned more than once, for how many ms a message must have been due, or its lease over
-- Takes over leases that were not renewed in time, and messages that are due.
-- Returns in how many ms to look again (-1 for not before something happens), how many messages were deleted by hand, the last
-- takeover, members that are no receipts, and the messages: receipt, payload, receipt, payload, …
local most_removed = 1000
local overdue = tonumber(ARGV[6])
local time = now()
local latest = time - overdue
room, abandoned, suspects = math.min(1000, tonumber(ARGV[3])), tonumber(ARGV[4]), tonumber(ARGV[5])
local deleted, foreign = 0, {}
local takeover = some_takeover(takeovers)
local taken = {}
local lost = false

local function take(place, old)
  local id, _, deliveries, failures, owner = parse(old)
  if not id then
    set_aside(place, old)
    foreign[#foreign + 1] = old
    return true
  end
  local payload = redis.call('HGET', messages, id)
  if not payload then
    deleted = deleted + 1
  elseif not admits(deliveries - failures, owner == ARGV[1]) then
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

local function may_look_at(place)
  return room > 0 and deleted + #foreign < most_removed and (place == delayed or abandoned > 0)
end

for _, place in ipairs({ leases, delayed }) do
  local passed, more = 0, true
  while more and passed < 1000 and may_look_at(place) do
    local page = redis.call('ZRANGEBYSCORE', place, '-inf', digits(latest), 'LIMIT', passed, 100)
    for _, old in ipairs(page) do
      if room > 0 and not take(place, old) then
        passed = passed + 1
      end
    end
    more = #page == 100
  end
end

local next_look = -1
local function look_again(place, last)
  local next_due = redis.call('ZRANGEBYSCORE', place, '(' .. digits(latest), last, 'WITHSCORES', 'LIMIT', 0, 1)[2]
  if next_due and (next_look < 0 or next_due - latest < next_look) then
    next_look = next_due - latest
  end
end
if deleted + #foreign >= most_removed then
  next_look = 0
else
  look_again(delayed, '(+inf')
  if overdue > 0 and abandoned > 0 then
    look_again(leases, digits(time))
  end
end
return { digits(next_look), digits(deleted), takeover, foreign, taken }
