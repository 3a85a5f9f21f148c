-- KEYS: dead letters, stream, retries, failures   ARGV: id of the dead letter, group, parking consumer, wake-up channel,
--       id of the entry, how often it is redriven now, whether the dead letter has all fields of the entry (1 or 0)
-- Has the group get the entry again that it gave up: pending as if it were never delivered, due at once. Removes the
-- dead letter. An entry that is pending already is delivered anyway, and its consumer keeps it.
-- Returns 1, or 0 if the dead letter is gone, -1 if the stream no longer has the entry as it was, -2 if it has no such group.
local group, parking, id = ARGV[2], ARGV[3], ARGV[5]
local letter = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not letter then
  return { 0 }
end
local entry = redis.call('XRANGE', KEYS[2], id, id)[1]
if not entry then
  return { -1 }
end
if ARGV[7] == '1' then
  for i, text in ipairs(entry[2]) do
    if letter[2][i] ~= text then
      return { -1 }
    end
  end
end
local pending = redis.pcall('XPENDING', KEYS[2], group, id, id, 1)
if pending.err then
  return string.find(pending.err, 'NOGROUP', 1, true) and { -2 } or pending
end
if not pending[1] or pending[1][2] == parking then
  -- an error does not undo the commands before it: keys of another type have to show before
  redis.call('HGET', KEYS[4], id)
  local now = redis.call('TIME')
  redis.call('ZADD', KEYS[3], string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)), id)
  redis.call('HDEL', KEYS[4], id, 'redrives:' .. id)
  redis.call('HINCRBY', KEYS[4], 'redrives:' .. id, ARGV[6])
  redis.call('XCLAIM', KEYS[2], group, parking, 0, id, 'RETRYCOUNT', 0, 'FORCE', 'JUSTID')
  -- only a hint: without the right to publish a redrive works too
  redis.pcall('PUBLISH', ARGV[4], 0)
end
redis.call('XDEL', KEYS[1], ARGV[1])
return { 1 }
