-- KEYS: stream   ARGV: parking consumer
-- Returns the groups: name, how many consumers, pending entries, how many of these wait for a retry, last id delivered,
-- how many entries were never delivered (-1 if Redis does not know), name, …
local result = {}
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then
  return redis.call('EXISTS', KEYS[1]) == 1 and groups or result
end
for _, reply in ipairs(groups) do
  local group = by_name(reply)
  local consumers = group['consumers']
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], group['name'])) do
    if by_name(consumer)['name'] == ARGV[1] then
      consumers = consumers - 1
    end
  end
  local retries = pending_for(redis.call('XPENDING', KEYS[1], group['name']), ARGV[1])
  local lag = lag_of(KEYS[1], group)
  for _, value in ipairs({ group['name'], consumers, group['pending'], retries, group['last-delivered-id'], lag }) do
    result[#result + 1] = value
  end
end
return result
