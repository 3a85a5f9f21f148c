-- The acknowledgements that acknowledge-first-reads.lua did not end: of deliveries that may have failed before, and while
-- consumers that note no takeovers hold some.
if all_ours then
  local ids, others = { unpack(ARGV, before_ids + 1, before_ids + first_times) }, {}
  for i = before_ids + 1 + first_times, #ARGV, 2 do
    ids[#ids + 1] = ARGV[i]
    others[#others + 1] = ARGV[i]
  end
  forget(failures, others)
  return { {}, {}, takeover, count - redis.call('XACK', stream, group, unpack(ids)) }
end

local deliveries = {}
for i = 1, first_times do
  deliveries[2 * i - 1], deliveries[2 * i] = ARGV[before_ids + i], 1
end
for i = before_ids + 1 + first_times, #ARGV do
  deliveries[#deliveries + 1] = ARGV[i]
end
local owned, lost, failure, is_group_gone = split_by_owner(stream, group, consumer, ARGV[5], ARGV[6], deliveries, 1)
if failure then
  return failure
end
if #owned > 0 then
  forget_settled(failures, owned, deliveries, 2 * first_times + 1)
  redis.call('XACK', stream, group, unpack(owned))
end
local taken, gone = unpack(taken_and_gone(stream, group, lost))
if nothing_taken and not is_group_gone then
  return { taken, {}, takeover, #gone }
end
return { taken, gone, takeover, 0 }
