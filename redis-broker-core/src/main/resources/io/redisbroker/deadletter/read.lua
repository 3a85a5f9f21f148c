-- KEYS: dead letters   ARGV: where to start, where to end, how many at most, about how many bytes at most
-- Reads one after the other, so that no more is in memory than was asked for, however large they are; always one, if
-- there is one. Returns whether there may be more (1 or 0), and the entries.
local from, left, bytes = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local found = {}
while left > 0 and bytes > 0 do
  local entry = redis.call('XRANGE', KEYS[1], from, ARGV[2], 'COUNT', 1)[1]
  if not entry then
    return { 0, found }
  end
  for _, text in ipairs(entry[2]) do
    bytes = bytes - #text
  end
  found[#found + 1] = entry
  left = left - 1
  from = '(' .. entry[1]
end
return { 1, found }
