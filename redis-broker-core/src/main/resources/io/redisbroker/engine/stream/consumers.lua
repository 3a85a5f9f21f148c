-- KEYS: stream   ARGV: group, parking consumer, at how many pending entries of each consumer to look
-- Returns name, how many are pending, idle time in ms, highest delivery count, name, …
local result = {}
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then
  if redis.call('EXISTS', KEYS[1]) == 0 or string.sub(consumers.err, 1, 7) == 'NOGROUP' then
    return result
  end
  return consumers
end
for _, reply in ipairs(consumers) do
  local consumer = by_name(reply)
  if consumer['name'] ~= ARGV[2] then
    local deliveries = 0
    for _, entry in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[3], consumer['name'])) do
      deliveries = math.max(deliveries, entry[4])
    end
    for _, value in ipairs({ consumer['name'], consumer['pending'], consumer['idle'], deliveries }) do
      result[#result + 1] = value
    end
  end
end
return result
