-- Returns the groups of a stream, with those that are expected from this position of ARGV on, or nothing where there
-- is no stream. A group that is expected and missing needs every entry: its listener has not started yet.
local function groups_of(stream, expected_from)
  local groups, known = {}, {}
  local reply = redis.pcall('XINFO', 'GROUPS', stream)
  if reply.err then
    if redis.call('EXISTS', stream) == 0 then
      return nil
    end
    return nil, reply
  end
  for _, info in ipairs(reply) do
    local group = by_name(info)
    known[group['name']] = true
    groups[#groups + 1] = group
  end
  for i = expected_from, #ARGV do
    if not known[ARGV[i]] then
      groups[#groups + 1] = { name = ARGV[i], missing = true, pending = 0, ['last-delivered-id'] = '0-0' }
    end
  end
  return groups
end

-- Returns the id of the first entry from this one on.
local function first_id(stream, start)
  local entry = start and redis.call('XRANGE', stream, start, '+', 'COUNT', 1)[1]
  return entry and entry[1]
end

local function first_undelivered(stream, group)
  return first_id(stream, following(group['last-delivered-id']))
end
