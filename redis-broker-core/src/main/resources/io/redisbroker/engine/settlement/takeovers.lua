-- The first line of the key says when something was last taken over from a consumer, by Redis' clock: no two are alike, also
-- after FLUSHALL or a failover. In a group each other line names a consumer that notes there what it takes over. The key
-- goes by itself after a day, to be made anew. Where it can't be written, since Redis is out of memory, it goes at once,
-- and all consumers look up what is theirs.
local function value_of(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value or ''
end

local function takeover_of(value)
  return string.match(value, '^[^\n]*')
end

local function store(key, value)
  if redis.pcall('SET', key, value, 'EX', 24 * 60 * 60).err then
    redis.call('DEL', key)
    return ''
  end
  return takeover_of(value)
end

local function note_takeover(key)
  local time = redis.call('TIME')
  return store(key, time[1] .. '.' .. time[2] .. (string.match(value_of(key), '\n.*') or ''))
end

local function last_takeover(key)
  return takeover_of(value_of(key))
end

-- Without one, nothing could be told from one that is not known.
local function some_takeover(key)
  local last = last_takeover(key)
  return last ~= '' and last or note_takeover(key)
end

