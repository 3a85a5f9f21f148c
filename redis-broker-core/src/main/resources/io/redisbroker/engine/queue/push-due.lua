-- ARGV: how to push to where the queue is popped, how many due ones earlier looks have seen and left
-- Pushes messages that were sent with a delay and are due now into the queue, the earliest to come first. Redeliveries
-- keep their counts and are left to consumers that lease, however many there are. Returns in how many ms to
-- look again, -1 for never, members that are no receipts, and how many due ones are left before where to go on.
local most, page_size, most_pages = 1000, 1000, 10
local left = tonumber(ARGV[2])
local foreign, first_times = {}, {}
local time = now()
local pages, over = 0, false
repeat
  local removable = #first_times + #foreign
  local page = redis.call('ZRANGEBYSCORE', delayed, '-inf', digits(time), 'LIMIT', left + removable, page_size)
  for _, text in ipairs(page) do
    if #first_times + #foreign == most then
      break
    end
    local id, _, deliveries = parse(text)
    if not id then
      foreign[#foreign + 1] = text
    elseif deliveries == 0 then
      first_times[#first_times + 1] = text
    else
      left = left + 1
    end
  end
  pages = pages + 1
  over = #page < page_size
until over or pages == most_pages or #first_times + #foreign == most
local is_full = #first_times + #foreign == most

if #first_times + #foreign > 0 then
  check_writable(delayed)
end
for i = #first_times, 1, -1 do
  local id = id_of(first_times[i])
  local payload = redis.call('HGET', messages, id)
  if payload then
    redis.call(ARGV[1], queue, payload)
  end
  redis.call('ZREM', delayed, first_times[i])
  redis.call('HDEL', messages, id)
end
for _, text in ipairs(foreign) do
  set_aside(delayed, text)
end
if is_full then
  return { 100, foreign, left }
end
if not over then
  return { 0, foreign, left }
end
local next_due = redis.call('ZRANGEBYSCORE', delayed, '(' .. digits(time), '(+inf', 'WITHSCORES', 'LIMIT', 0, 1)
return { next_due[2] and math.max(0, next_due[2] - time) or -1, foreign, 0 }
