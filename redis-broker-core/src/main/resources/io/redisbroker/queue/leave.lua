-- ARGV: owner, wake-up channel, how to push to where the queue is popped, whether what is not named here was begun
--       (1) or was in a reply that never arrived (0), how many receipts follow that were not begun, these receipts,
--       then those that are still worked on
-- Hands back, at once, what this consumer does not work on: never begun ones without counting the delivery. A message
-- that no listener has seen goes back into the queue, in its old place; the others keep their count.
local unstarted, running = {}, {}
local last_unstarted = 5 + ARGV[5]
for i = 6, #ARGV do
  (i <= last_unstarted and unstarted or running)[ARGV[i]] = true
end
check_writable(delayed)
redis.call('LLEN', queue)
local time = now()
local unseen, parked = {}, 0
for _, text in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
  local id, handout, deliveries, failures, owner = parse(text)
  if owner == ARGV[1] and not running[text] then
    if unstarted[text] or ARGV[4] == '0' then
      deliveries = deliveries - 1
    end
    if #unseen + parked == 0 then
      note_takeover(takeovers)
    end
    redis.call('ZREM', leases, text)
    if deliveries == 0 then
      unseen[#unseen + 1] = { id = id, handout = handout }
    else
      redis.call('ZADD', delayed, digits(time), receipt(id, handout, deliveries, failures, ''))
      parked = parked + 1
    end
  end
end
table.sort(unseen, function(one, other)
  return one.handout > other.handout
end)
local claimed = redis.call('LPOP', claim)
while claimed do
  redis.call(ARGV[3], queue, claimed)
  claimed = redis.call('LPOP', claim)
end
for _, message in ipairs(unseen) do
  local payload = redis.call('HGET', messages, message.id)
  if payload then
    redis.call(ARGV[3], queue, payload)
    redis.call('HDEL', messages, message.id)
  end
end
if parked > 0 then
  announce(ARGV[2], time, time)
end
return { #unseen + parked }
