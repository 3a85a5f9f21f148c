-- The key says when something was last taken over from a consumer, by Redis' clock: no two are alike, also after FLUSHALL
-- or a failover. It goes by itself a day after the last consumer. Where it can't be written, since Redis is out of
-- memory, it goes at once, and everybody looks up what is theirs.
local function note_takeover(key)
  local time = redis.call('TIME')
  local takeover = time[1] .. '.' .. time[2]
  if redis.pcall('SET', key, takeover, 'EX', 24 * 60 * 60).err then
    redis.call('DEL', key)
    return ''
  end
  return takeover
end

local function last_takeover(key)
  return redis.call('GET', key) or ''
end

-- Without one, nothing could be told from one that is not known.
local function some_takeover(key)
  local last = last_takeover(key)
  return last ~= '' and last or note_takeover(key)
end

