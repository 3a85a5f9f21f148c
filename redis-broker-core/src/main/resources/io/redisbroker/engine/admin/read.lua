-- ARGV: those of the owner, where to start, where to end, at how many to look at most, about how many bytes at most
-- Returns the last id it looked at, '' at the end, and the dead letters.
local found = {}
local last = each_of_ours(ARGV[5], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8]), function(entry)
  found[#found + 1] = entry
end)
return { last, found }
