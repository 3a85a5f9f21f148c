-- KEYS: stream, retries, failures   ARGV: group, consumer, parking consumer, wake-up channel, then id, delivery count,
--       pause in ms, whether its listener failed (1) or only did not end (0), …
-- Parks each of ours until its pause is over: it leaves this consumer's pending list, so that nothing this consumer
-- does later can touch it. Returns the ids that are not ours: those taken by others, and those gone or parked already.
-- An error does not undo a script's writes, so keys of another type have to be noticed first.
redis.call('ZREM', KEYS[2], '')
redis.call('HDEL', KEYS[3], '')
local now = redis.call('TIME')
local time = now[1] * 1000 + math.floor(now[2] / 1000)
local lost, parked, earliest = {}, {}, nil
for i = 5, #ARGV, 4 do
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
    local due = time + ARGV[i + 2]
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, id, 'IDLE', 0, 'JUSTID')
    redis.call('ZADD', KEYS[2], string.format('%.0f', due), id)
    if ARGV[i + 3] == '1' then
      redis.call('HINCRBY', KEYS[3], id, 1)
    end
    earliest = math.min(earliest or due, due)
  end
end
if earliest then
  local head = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  if tonumber(head[2]) >= earliest then
    -- only a hint: a user that may not publish still retries
    redis.pcall('PUBLISH', ARGV[4], string.format('%.0f', earliest - time))
  end
end
local taken_or_gone = taken_and_gone(KEYS[1], ARGV[1], lost)
for _, id in ipairs(parked) do
  table.insert(taken_or_gone[2], id)
end
return taken_or_gone
