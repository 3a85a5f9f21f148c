-- KEYS: stream   ARGV: XRANGE or XREVRANGE, where to start, where to end, most entries, about how many bytes at most
-- Returns whether the range ends here (1 or 0), then entries. One after the other, so that no more than the bytes and one
-- entry are in memory.
local found = { 0 }
local from, most, bytes = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
while #found <= most and bytes > 0 do
  local entry = redis.call(ARGV[1], KEYS[1], from, ARGV[3], 'COUNT', 1)[1]
  if not entry then
    found[1] = 1
    return found
  end
  found[#found + 1] = entry
  for _, text in ipairs(entry[2]) do
    bytes = bytes - #text
  end
  from = '(' .. entry[1]
end
return found
