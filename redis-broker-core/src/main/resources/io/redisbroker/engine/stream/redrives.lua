-- Beside failures the hash says of entries that were redriven how often, until they are settled. Where it stands is told
-- as a field of the entry, as a copy of a redriven entry tells it itself.
local function redrives_of(id)
  return 'redrives:' .. id
end

local function with_redrives(failures, entry)
  local redrives = redis.call('HGET', failures, redrives_of(entry[1]))
  if redrives then
    local fields = entry[2]
    fields[#fields + 1] = 'dead-letter-redrives'
    fields[#fields + 1] = redrives
  end
  return entry
end

-- At most 1000, for Lua's stack.
local function forget(failures, ids)
  local fields = {}
  for _, id in ipairs(ids) do
    fields[#fields + 1] = id
    fields[#fields + 1] = redrives_of(id)
  end
  if #fields > 0 then
    redis.call('HDEL', failures, unpack(fields))
  end
end

