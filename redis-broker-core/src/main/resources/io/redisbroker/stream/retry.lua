-- KEYS: stream   ARGV: group, consumer, parking consumer, then id, delivery count, idle time, …
-- Parks what is ours: it leaves this consumer's pending list, so that nothing this consumer does later can
-- touch it, and its idle time makes it due for reclaim when the pause is over. Returns the ids that are not ours:
-- those taken by others, and those gone or parked already.
local lost, parked = {}, {}
for i = 4, #ARGV, 3 do
  local id = ARGV[i]
  local owned, _, failure = split_by_owner(KEYS[1], ARGV[1], ARGV[2], id, id, { id, ARGV[i + 1] }, 1)
  if failure then
    return failure
  end
  if #owned == 0 then
    if #split_by_owner(KEYS[1], ARGV[1], ARGV[3], id, id, { id, ARGV[i + 1] }, 1) > 0 then
      parked[#parked + 1] = id
    else
      lost[#lost + 1] = id
    end
  elseif exists(KEYS[1], id) then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, id, 'IDLE', ARGV[i + 2], 'JUSTID')
  end
end
local taken_or_gone = taken_and_gone(KEYS[1], ARGV[1], lost)
for _, id in ipairs(parked) do
  table.insert(taken_or_gone[2], id)
end
return taken_or_gone
