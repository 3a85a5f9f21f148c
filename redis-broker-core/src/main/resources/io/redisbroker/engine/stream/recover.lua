-- KEYS: stream, failures   ARGV: group, consumer, most entries, then the ids this consumer knows about
-- Returns entries that Redis handed to this consumer and the consumer never saw, because the reply was lost with the
-- connection: entry, delivery count, failures, … The count stays as it is, since no listener was called.
local page_size, most = 1000, tonumber(ARGV[3])
local known = {}
for i = 4, #ARGV do
  known[ARGV[i]] = true
end
local unseen = {}
local start = '-'
local page
repeat
  page = redis.pcall('XPENDING', KEYS[1], ARGV[1], start, '+', page_size, ARGV[2])
  if page.err then
    if string.sub(page.err, 1, 7) ~= 'NOGROUP' then
      return page
    end
    return {}
  end
  for _, entry in ipairs(page) do
    local id, deliveries = entry[1], entry[4]
    if not known[id] and #unseen < 3 * most then
      local failures = tonumber(redis.call('HGET', KEYS[2], id) or 0)
      local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'RETRYCOUNT', deliveries)
      if claimed[1] then
        unseen[#unseen + 1] = with_redrives(KEYS[2], claimed[1])
        unseen[#unseen + 1] = deliveries
        unseen[#unseen + 1] = failures
      end
    end
    start = '(' .. id
  end
until #page < page_size or #unseen == 3 * most
return unseen
