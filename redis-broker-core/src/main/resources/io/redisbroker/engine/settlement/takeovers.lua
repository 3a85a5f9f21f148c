-- The first line of the key is the time, by Redis' clock, at which a message was last reclaimed from a consumer. No two
-- values are equal, also after FLUSHALL or a failover. For a group, each other line names a consumer that notes its
-- reclaims there. The key expires after a day and is written again. When Redis is out of memory and the key can't be
-- written, it is deleted at once, and all consumers check which messages they still own.
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

-- Creates the value if the key does not exist: an absent value would look like an unknown one.
local function some_takeover(key)
  local last = last_takeover(key)
  return last ~= '' and last or note_takeover(key)
end

