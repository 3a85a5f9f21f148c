-- ARGV: those of the owner, where to start, where to end, at how many to look at most, about how many bytes at most
-- Deletes ours. Returns the last id it looked at, '' at the end, and how many were deleted.
local count = 0
local last = each_of_ours(ARGV[5], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8]), function(entry)
  count = count + redis.call('XDEL', KEYS[1], entry[1])
end)
return { last, count }
