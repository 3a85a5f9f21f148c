-- ARGV: leases or delayed, time and receipt after which to start ('' for the first), most messages, about how many bytes
--       at most
-- Returns whether the list ends here (1 or 0), then receipt, time, payload (nil if it was deleted), receipt, … in the
-- order of their times. Members that are no receipts are left out. One after the other, so that no more than the bytes
-- and one message are in memory.
local place = ({ leases = leases, delayed = delayed })[ARGV[1]]
local most, bytes, page_size = tonumber(ARGV[4]), tonumber(ARGV[5]), 100
local found, rank = { 0 }, 0
if ARGV[2] ~= '' then
  -- If the receipt is gone, or its lease was renewed, others of the same time are listed again: none is left out.
  if redis.call('ZSCORE', place, ARGV[3]) == ARGV[2] then
    rank = redis.call('ZRANK', place, ARGV[3]) + 1
  else
    rank = redis.call('ZCOUNT', place, '-inf', '(' .. ARGV[2])
  end
end
while true do
  local page = redis.call('ZRANGE', place, digits(rank), digits(rank + page_size - 1), 'WITHSCORES')
  for i = 1, #page, 2 do
    local id = parse(page[i])
    -- set aside, and last
    if page[i + 1] == 'inf' then
      found[1] = 1
      return found
    end
    if id and string.match(page[i + 1], '^%d+$') then
      if #found > 3 * most or bytes <= 0 then
        return found
      end
      local payload = redis.call('HGET', messages, id)
      found[#found + 1] = page[i]
      found[#found + 1] = page[i + 1]
      found[#found + 1] = payload
      bytes = bytes - #page[i] - (payload and #payload or 0)
    end
  end
  if #page < 2 * page_size then
    found[1] = 1
    return found
  end
  rank = rank + page_size
end
