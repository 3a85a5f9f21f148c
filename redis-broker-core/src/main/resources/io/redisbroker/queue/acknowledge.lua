-- ARGV: receipts
-- Removes the messages that are ours. Returns the receipts that prove nothing.
local owned, lost = split_by_owner(1)
if #owned > 0 then
  redis.call('ZREM', leases, unpack(owned))
  for i, text in ipairs(owned) do
    owned[i] = id_of(text)
  end
  redis.call('HDEL', messages, unpack(owned))
end
return taken_and_gone(lost)
