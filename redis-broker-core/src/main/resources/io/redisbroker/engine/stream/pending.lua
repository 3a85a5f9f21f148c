-- KEYS: stream, retries, failures   ARGV: group, least idle time in ms, where to start, most entries (1000 at most, for
--       Lua's stack), consumer ('' for any)
-- Returns pending entries: id, consumer, idle time in ms, deliveries, failures, when the retry is due, id, …
local arguments = { KEYS[1], ARGV[1], 'IDLE', ARGV[2], ARGV[3], '+', ARGV[4] }
if ARGV[5] ~= '' then
  arguments[8] = ARGV[5]
end
local pending = redis.pcall('XPENDING', unpack(arguments))
if pending.err then
  return string.sub(pending.err, 1, 7) == 'NOGROUP' and {} or pending
end
local result, ids = {}, {}
for i, entry in ipairs(pending) do
  ids[i] = entry[1]
end
if #ids == 0 then
  return result
end
local failures, due = redis.call('HMGET', KEYS[3], unpack(ids)), redis.call('ZMSCORE', KEYS[2], unpack(ids))
for i, entry in ipairs(pending) do
  for _, value in ipairs({ entry[1], entry[2], entry[3], entry[4], failures[i] or '0', due[i] or '' }) do
    result[#result + 1] = value
  end
end
return result
