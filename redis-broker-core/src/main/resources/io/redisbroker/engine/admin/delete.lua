-- ARGV: those of the owner, then ids
-- Deletes those of them that are ours. Returns how many.
local count = 0
for i = 5, #ARGV do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if entry and is_ours(entry[2]) then
    count = count + redis.call('XDEL', KEYS[1], ARGV[i])
  end
end
return { count }
