-- ARGV: how to push to where the queue is popped
-- Pushes into the queue what was sent to be handled later and is due now, the earliest to come first. What waits for
-- another delivery keeps its counts and is left to those who lease. Returns in how many ms to look again, -1 for never,
-- and what is no receipt.
local most = 1000
local foreign = {}
local time = now()
local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', digits(time), 'LIMIT', 0, most)
if #due > 0 then
  check_writable(delayed)
end
for i = #due, 1, -1 do
  local id, _, deliveries = parse(due[i])
  if not id then
    set_aside(delayed, due[i], foreign)
  elseif deliveries == 0 then
    local payload = redis.call('HGET', messages, id)
    if payload then
      redis.call(ARGV[1], queue, payload)
    end
    redis.call('ZREM', delayed, due[i])
    redis.call('HDEL', messages, id)
  end
end
if #due == most then
  return { 100, foreign }
end
local next_due = redis.call('ZRANGEBYSCORE', delayed, '(' .. digits(time), '(+inf', 'WITHSCORES', 'LIMIT', 0, 1)
return { next_due[2] and math.max(0, next_due[2] - time) or -1, foreign }
