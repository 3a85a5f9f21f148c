-- KEYS: streams   ARGV: group, consumer, least idle time, most entries, then a cursor per stream
-- Takes over what was idle too long, together with delivery counts, which XAUTOCLAIM does not tell.
-- Returns per stream: the next cursor, how many pending entries no longer exist, then entry, count, entry, count, …
local room = tonumber(ARGV[4])
local result = {}
for i, stream in ipairs(KEYS) do
  local taken = { ARGV[4 + i], 0 }
  if room > 0 then
    local reply = redis.pcall('XAUTOCLAIM', stream, ARGV[1], ARGV[2], ARGV[3], ARGV[4 + i], 'COUNT', room)
    if reply.err then
      if string.sub(reply.err, 1, 7) ~= 'NOGROUP' then
        return reply
      end
      taken[1] = '0-0'
    else
      taken[1] = reply[1]
      taken[2] = reply[3] and #reply[3] or 0
      for _, entry in ipairs(reply[2]) do
        if entry then
          local pending = redis.call('XPENDING', stream, ARGV[1], entry[1], entry[1], 1)
          taken[#taken + 1] = entry
          taken[#taken + 1] = pending[1][4]
          room = room - 1
        end
      end
    end
  end
  result[i] = taken
end
return result
