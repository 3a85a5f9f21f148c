-- ARGV: lease in ms, then receipts
-- Renews the leases of ours, which are still worked on. Returns the receipts that prove nothing.
local owned, lost = split_by_owner(2, #ARGV)
check_writable(leases)
local due = digits(now() + ARGV[1])
for _, i in ipairs(owned) do
  redis.call('ZADD', leases, 'XX', due, ARGV[i])
end
return taken_and_gone(lost)
