-- ARGV: wake-up channel, then receipt, pause in ms, …
-- Has what is ours delivered again after a pause. Returns the receipts that prove nothing.
local time = now()
local lost, earliest = {}, nil
for i = 2, #ARGV, 2 do
  local text = ARGV[i]
  if redis.call('ZREM', leases, text) == 1 then
    local id, handout, deliveries = parse(text)
    local due = time + ARGV[i + 1]
    redis.call('ZADD', delayed, digits(due), receipt(id, handout, deliveries, ''))
    earliest = math.min(earliest or due, due)
  else
    lost[#lost + 1] = text
  end
end
if earliest then
  announce(ARGV[1], earliest, time)
end
return taken_and_gone(lost)
