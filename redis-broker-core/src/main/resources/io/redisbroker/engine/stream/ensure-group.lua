-- KEYS: stream, retries, failures, takeovers   ARGV: group, where a new group starts, then, if there is one, the last id this consumer knows to be
--                      handed out, then, if this consumer has read it, the fields of that entry
-- Creates the group, and the stream, where they are missing. A group that this consumer has joined before and that
-- is gone (FLUSHALL, XGROUP DESTROY, a Redis without persistence) is put where it was, or at the beginning of a
-- stream that began anew: nothing that was added meanwhile is skipped.
-- Returns how far the group is, or '' where that is beyond the end of the stream, as its user asked for.
local function was_seen(entry)
  local content = entry[2]
  if #ARGV > 3 then
    if #content ~= #ARGV - 3 then
      return false
    end
    for i = 1, #content do
      if content[i] ~= ARGV[3 + i] then
        return false
      end
    end
  end
  return true
end

-- Ids tell too little: a stream that began anew in the same millisecond gives out the same ones again, and soon
-- greater ones. It is the same stream if it still has the entry, or has had it.
local function is_same_stream(seen)
  local entry = redis.call('XRANGE', KEYS[1], seen, seen)[1]
  if entry then
    return was_seen(entry)
  end
  local info = by_name(redis.call('XINFO', 'STREAM', KEYS[1]))
  return not is_after(seen, info['max-deleted-entry-id'])
end

local start, seen = ARGV[2], ARGV[3]
if seen then
  start = '0'
  if redis.call('EXISTS', KEYS[1]) == 1 and is_same_stream(seen) then
    start = seen
  end
end
local created = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], start, 'MKSTREAM')
if created.err and string.sub(created.err, 1, 9) ~= 'BUSYGROUP' then
  return created
end
if not created.err then
  -- of a group that was called the same
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
end
local last_generated = by_name(redis.call('XINFO', 'STREAM', KEYS[1]))['last-generated-id']
for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = by_name(info)
  if group.name == ARGV[1] and not is_after(group['last-delivered-id'], last_generated) then
    return { group['last-delivered-id'] }
  end
end
return { '' }
