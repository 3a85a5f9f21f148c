-- ARGV: the end from which messages are taken (LEFT or RIGHT), position of the first, most messages, about how many bytes
--       at most
-- Returns whether the queue ends here (1 or 0), then payloads, the next to be handled first. Messages in the claim list
-- come first: a consumer leases them with its next command. One after the other, so that no more than the bytes and one
-- message are in memory.
local found = { 0 }
local position, most, bytes = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local claimed = redis.call('LLEN', claim)
while #found <= most and bytes > 0 do
  local payload
  if position < claimed then
    payload = redis.call('LINDEX', claim, digits(-1 - position))
  elseif ARGV[1] == 'RIGHT' then
    payload = redis.call('LINDEX', queue, digits(claimed - position - 1))
  else
    payload = redis.call('LINDEX', queue, digits(position - claimed))
  end
  if not payload then
    found[1] = 1
    return found
  end
  found[#found + 1] = payload
  bytes = bytes - #payload
  position = position + 1
end
return found
