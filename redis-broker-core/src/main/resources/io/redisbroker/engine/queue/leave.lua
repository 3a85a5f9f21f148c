-- ARGV: owner, wake-up channel, how to push to where the queue is popped, whether the owner leaves (1) or goes on (0), how
--       many receipts follow of messages that it never began, these receipts, then those of messages that it still works
--       on or settles
-- Hands back, at once and without counting the delivery, messages that the owner never began. One that leaves hands back
-- all others as well that it does not name, which were in replies that never arrived. A message that no listener has seen
-- goes back into the queue, in its old place; the others keep their count. Returns how many were handed back and, of an
-- owner that goes on, their receipts.
local leaves = ARGV[4] == '1'
local unstarted, running = {}, {}
local last_unstarted = 5 + ARGV[5]
for i = 6, #ARGV do
  (i <= last_unstarted and unstarted or running)[ARGV[i]] = true
end
check_writable(delayed)
redis.call('LLEN', queue)
local time = now()
local unseen, parked, names = {}, 0, {}
for _, text in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
  local id, handout, deliveries, failures, owner = parse(text)
  if owner == ARGV[1] and (unstarted[text] or (leaves and not running[text])) then
    deliveries = deliveries - 1
    if not leaves then
      names[#names + 1] = text
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
return { #unseen + parked, names }
