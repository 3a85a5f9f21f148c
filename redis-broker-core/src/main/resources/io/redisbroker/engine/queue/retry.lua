-- ARGV: wake-up channel, then receipt, pause in ms, whether its listener failed (1) or only did not end (0), …
-- Has ours delivered again after a pause. Returns the receipts that prove nothing.
check_writable(delayed)
local time = now()
local lost, earliest = {}, nil
for i = 2, #ARGV, 3 do
  local text = ARGV[i]
  if redis.call('ZREM', leases, text) == 1 then
    local id, handout, deliveries, failures = parse(text)
    local due = time + ARGV[i + 1]
    redis.call('ZADD', delayed, digits(due), receipt(id, handout, deliveries, failures + ARGV[i + 2], ''))
    earliest = math.min(earliest or due, due)
  else
    lost[#lost + 1] = text
  end
end
if earliest then
  announce(ARGV[1], earliest, time)
end
return taken_and_gone(lost)
