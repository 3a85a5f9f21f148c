-- Which consumers note their takeovers. Any client may be a member of the group as well and take entries without a
-- note: see takeovers.lua.
local function is_named(value, consumer)
  return string.find(value .. '\n', '\n' .. consumer .. '\n', 1, true)
end

-- To be called where a takeover is noted already.
local function join(key, consumer)
  local value = value_of(key)
  if value ~= '' and not is_named(value, consumer) then
    store(key, value .. '\n' .. consumer)
  end
end

local function forget_member(key, consumer)
  local value = value_of(key)
  local from, to = is_named(value, consumer)
  if from then
    store(key, string.sub(value, 1, from - 1) .. string.sub(value, to))
  end
end

-- Whether all pending entries are held by consumers that note their takeovers; and an error reply where the group is gone.
local function only_members_hold(stream, group, consumer, parking, value)
  local pending = redis.pcall('XPENDING', stream, group)
  if pending.err then
    return false, pending
  end
  for _, holder in ipairs(pending[4] or {}) do
    local name = holder[1]
    if name ~= consumer and name ~= parking and not is_named(value, name) then
      return false
    end
  end
  return true
end

