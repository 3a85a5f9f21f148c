-- KEYS: stream   ARGV: group, where a new group starts, the last id this consumer has seen (or '')
-- Creates the group, and the stream, where they are missing. A group that this consumer has read from before
-- and that is gone (FLUSHALL, XGROUP DESTROY, a Redis without persistence) is put where this consumer was, or at
-- the beginning of a stream that began anew: nothing that was added meanwhile is skipped.
local function less(one, other)
  local one_ms, one_seq = string.match(one, '^(%d+)-(%d+)$')
  local other_ms, other_seq = string.match(other, '^(%d+)-(%d+)$')
  if tonumber(one_ms) ~= tonumber(other_ms) then
    return tonumber(one_ms) < tonumber(other_ms)
  end
  return tonumber(one_seq) < tonumber(other_seq)
end

local start, seen = ARGV[2], ARGV[3]
if seen ~= '' then
  start = '0'
  if redis.call('EXISTS', KEYS[1]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' and not less(info[i + 1], seen) then
        start = seen
      end
    end
  end
end
local created = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], start, 'MKSTREAM')
if created.err then
  if string.sub(created.err, 1, 9) ~= 'BUSYGROUP' then
    return created
  end
  return { 'existing' }
end
return { 'created' }
