-- Functions of scripts that work with receipts.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function digits(number)
  return string.format('%d', number)
end

local function receipt(id, handout, deliveries, failures, owner)
  return id .. ':' .. digits(handout) .. ':' .. deliveries .. ':' .. failures .. ':' .. owner
end

local function parse(text)
  local id, handout, deliveries, failures, owner = string.match(text, '^([^:]+):(%d+):(%d+):(%d+):(.*)$')
  return id, tonumber(handout), tonumber(deliveries), tonumber(failures), owner
end

-- An error does not undo a script's writes, so a key of another type has to be noticed before anything is removed that
-- would be added there. And a Redis that is out of memory refuses commands that may need more, unless the script began
-- with a write that needs none.
local function check_writable(set)
  redis.call('ZREM', set, '')
end

-- A member that is no receipt stays where it is, to be looked at, and is never due.
local function set_aside(place, text)
  check_writable(place)
  redis.call('ZADD', place, '+inf', text)
end

local function id_of(text)
  return string.match(text, '^[^:]+')
end

-- At which positions from first to last ARGV has receipts that stand in leases, and which receipts do not. At most 1000,
-- for Lua's stack.
local function split_by_owner(first, last)
  local owned, lost = {}, {}
  local ends = redis.call('ZMSCORE', leases, unpack(ARGV, first, last))
  for i = first, last do
    if ends[i - first + 1] then
      owned[#owned + 1] = i
    else
      lost[#lost + 1] = ARGV[i]
    end
  end
  return owned, lost
end

-- Of receipts that prove nothing: those whose message another consumer has now, and those whose message is gone, or was
-- parked by this very receipt when the command was sent before.
local function taken_and_gone(lost)
  local taken, gone = {}, {}
  for _, text in ipairs(lost) do
    local id, handout, deliveries, failures = parse(text)
    local is_parked = redis.call('ZSCORE', delayed, receipt(id, handout, deliveries, failures + 1, ''))
      or redis.call('ZSCORE', delayed, receipt(id, handout, deliveries, failures, ''))
    if not is_parked and redis.call('HEXISTS', messages, id) == 1 then
      taken[#taken + 1] = text
    else
      gone[#gone + 1] = text
    end
  end
  return { taken, gone }
end

-- Tells consumers when to look, if that is sooner than they plan to. Only a hint: a user that may not publish
-- still delays, and they look from time to time anyway.
local function announce(channel, due, time)
  local head = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  if head[2] and tonumber(head[2]) >= due then
    redis.pcall('PUBLISH', channel, digits(math.max(0, due - time)))
  end
end

