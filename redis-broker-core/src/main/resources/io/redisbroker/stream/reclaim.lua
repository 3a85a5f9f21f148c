-- KEYS: streams, then the retries of each, then the failures of each, then the takeovers of each
-- ARGV: group, consumer, parking consumer, least idle time, most entries, most of these that a consumer abandoned by
--       dying, most of these that consumers abandoned more than once, then a cursor per stream
-- Takes over retries that are due, and what was idle too long.
-- A cursor is '0-0' to begin a look at all that is pending, 'over' to look at nothing, otherwise where to go on and where to end.
-- Returns in how many ms something more will be due (-1 for never), then per stream: the next cursor, how many pending
-- entries no longer exist, the last takeover, then entry, delivery count, failures, entry, …
local group, consumer, parking, least_idle = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
room, abandoned, suspects = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local long_ago = 30 * 24 * 60 * 60 * 1000
local count = #KEYS / 4
local now = redis.call('TIME')
local time = now[1] * 1000 + math.floor(now[2] / 1000)
local time_text = string.format('%.0f', time)

local function is_no_group(reply)
  return string.sub(reply.err, 1, 7) == 'NOGROUP'
end

local function add(taken, entry, deliveries, failures)
  taken[#taken + 1] = entry
  taken[#taken + 1] = deliveries
  taken[#taken + 1] = failures
end

-- Takes one entry whose pause is over. Returns whether it is dealt with.
local function take_due(stream, retries, failures, id, taken)
  local pending = redis.pcall('XPENDING', stream, group, id, id, 1)
  if pending.err and not is_no_group(pending) then
    return false
  end
  if not pending.err and pending[1] and pending[1][2] == parking then
    local failed = tonumber(redis.call('HGET', failures, id) or 0)
    if not admits(pending[1][4] - failed) then
      return false
    end
    local claimed = redis.call('XCLAIM', stream, group, consumer, 0, id)
    if claimed[1] then
      add(taken, with_redrives(failures, claimed[1]), pending[1][4] + 1, failed)
    else
      forget(failures, { id })
      taken[2] = taken[2] + 1
    end
  end
  redis.call('ZREM', retries, id)
  return true
end

local function take_all_due(stream, retries, failures, taken)
  local passed, more = 0, true
  while more and passed < 1000 and room > 0 do
    local page = redis.call('ZRANGEBYSCORE', retries, '-inf', time_text, 'LIMIT', passed, 100)
    for _, id in ipairs(page) do
      if room > 0 and not take_due(stream, retries, failures, id, taken) then
        passed = passed + 1
      end
    end
    more = #page == 100
  end
end

local function put_back(stream, id, idle, deliveries)
  redis.call('XCLAIM', stream, group, parking, 0, id, 'IDLE', idle, 'RETRYCOUNT', deliveries, 'JUSTID')
end

-- What this consumer has not renewed in time, because Redis or itself stood still, it may still be working on.
local function own_idle(stream)
  local own = {}
  local pending = redis.pcall('XPENDING', stream, group, 'IDLE', least_idle, '-', '+', 10000, consumer)
  for _, entry in ipairs(pending) do
    own[entry[1]] = true
  end
  return own
end

-- Ids have two numbers of 64 bits each, more than Lua's numbers hold.
local function is_after(id, other)
  local time, sequence = string.match(id, '(%d+)-(%d+)')
  local other_time, other_sequence = string.match(other, '(%d+)-(%d+)')
  if time == other_time then
    time, other_time = sequence, other_sequence
  end
  return #time > #other_time or (#time == #other_time and time > other_time)
end

-- Where to look next, and where a look that begins now will end. Without an end it would never come to one in a group
-- that hands out entries as fast as this passes them, and those that are handed out meanwhile need no look.
local function range_of(stream, cursor)
  local start, last = string.match(cursor, '(%S+) (%S+)')
  if start then
    return start, last
  end
  local pending = redis.pcall('XPENDING', stream, group)
  if pending.err then
    return nil, nil, pending
  end
  return '0-0', pending[3]
end

-- XAUTOCLAIM tells neither delivery counts nor who owned an entry, so some have to go back: those that wait for their
-- retry, and those for which there is no room.
local function take_idle(stream, retries, failures, takeovers, taken)
  local start, last, failure = range_of(stream, taken[1])
  taken[1] = 'over'
  if not last then
    return failure and not is_no_group(failure) and failure or nil
  end
  local before, scans, first_left = #taken, 0, nil
  local own = own_idle(stream)
  repeat
    local most = math.min(room, math.max(10, abandoned))
    local reply = redis.pcall('XAUTOCLAIM', stream, group, consumer, least_idle, start, 'COUNT', most)
    if reply.err then
      return not is_no_group(reply) and reply or nil
    end
    start = reply[1]
    for _, id in ipairs(reply[3] or {}) do
      taken[2] = taken[2] + 1
      forget(failures, { id })
      redis.call('ZREM', retries, id)
    end
    if #reply[2] > 0 then
      taken[3] = note_takeover(takeovers)
    end
    for _, entry in ipairs(reply[2]) do
      if entry then
        local id = entry[1]
        local deliveries = redis.call('XPENDING', stream, group, id, id, 1)[1][4] - 1
        local failed = tonumber(redis.call('HGET', failures, id) or 0)
        local due = redis.call('ZSCORE', retries, id)
        if due and tonumber(due) > time then
          put_back(stream, id, 0, deliveries)
        elseif own[id] or (room > 0 and admits(deliveries - failed)) then
          redis.call('ZREM', retries, id)
          add(taken, with_redrives(failures, entry), deliveries + 1, failed)
        else
          put_back(stream, id, long_ago, deliveries)
          first_left = first_left or id
        end
      end
    end
    scans = scans + 1
  until start == '0-0' or is_after(start, last) or scans == 10 or #taken > before or room == 0
  if #taken > before and first_left then
    start = first_left
  end
  if start ~= '0-0' and not is_after(start, last) then
    taken[1] = start .. ' ' .. last
  end
end

local result = { -1 }
for i = 1, count do
  local stream, retries, failures, takeovers = KEYS[i], KEYS[count + i], KEYS[2 * count + i], KEYS[3 * count + i]
  local taken = { ARGV[7 + i], 0, some_takeover(takeovers) }
  take_all_due(stream, retries, failures, taken)
  if taken[1] ~= 'over' and room > 0 and abandoned > 0 then
    local failure = take_idle(stream, retries, failures, takeovers, taken)
    if failure then
      return failure
    end
  end
  local next_due = redis.call('ZRANGEBYSCORE', retries, '(' .. time_text, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if next_due[2] and (result[1] < 0 or next_due[2] - time < result[1]) then
    result[1] = next_due[2] - time
  end
  result[i + 1] = taken
end
return result
