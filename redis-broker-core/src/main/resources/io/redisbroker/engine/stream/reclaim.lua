-- KEYS: streams, then the retries of each, then the failures of each, then the takeovers of each
-- ARGV: group, consumer, parking consumer, least idle time, most entries, most of these that a consumer abandoned by
--       dying, most of these that consumers abandoned more than once, for how many ms more an entry must have been idle,
--       or its retry due, then a cursor per stream
-- Takes over retries that are due, and entries that were idle too long.
-- A cursor is '0-0' to begin a look at all that is pending, 'over' to look at nothing, otherwise where to go on and where to end.
-- Returns in how many ms to look again (-1 for not before something happens), then per stream: the next cursor, how many
-- pending entries no longer exist, the last takeover, then entry, delivery count, failures, entry, …
local group, consumer, parking, least_idle = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
room, abandoned, suspects = math.min(1000, tonumber(ARGV[5])), tonumber(ARGV[6]), tonumber(ARGV[7])
local overdue = tonumber(ARGV[8])
local page_size, most_pages = 100, 10
local longest_idle = '4000000000000000'
local count = #KEYS / 4
local now = redis.call('TIME')
local time = now[1] * 1000 + math.floor(now[2] / 1000)
local latest = time - overdue
local latest_text = string.format('%.0f', latest)
local next_look = -1

local function look_again(millis)
  if next_look < 0 or millis < next_look then
    next_look = millis
  end
end

local function is_no_group(reply)
  return string.sub(reply.err, 1, 7) == 'NOGROUP'
end

-- Claims an entry, if there is room. One that no longer exists leaves the pending list, and is counted.
local function take(stream, retries, failures, id, deliveries, is_own, taken)
  local failed = tonumber(redis.call('HGET', failures, id) or 0)
  if not admits(deliveries - failed, is_own) then
    return false
  end
  local claimed = redis.call('XCLAIM', stream, group, consumer, 0, id)
  redis.call('ZREM', retries, id)
  if claimed[1] then
    taken[#taken + 1] = with_redrives(failures, claimed[1])
    taken[#taken + 1] = deliveries + 1
    taken[#taken + 1] = failed
  else
    forget(failures, { id })
    taken[2] = taken[2] + 1
    give_back(deliveries - failed, is_own)
  end
  return true
end

-- Takes one entry whose pause is over. Returns whether it is dealt with.
local function take_due(stream, retries, failures, id, taken)
  local pending = redis.pcall('XPENDING', stream, group, id, id, 1)
  if pending.err and not is_no_group(pending) then
    return false
  end
  if pending.err or not pending[1] or pending[1][2] ~= parking then
    redis.call('ZREM', retries, id)
    return true
  end
  return take(stream, retries, failures, id, pending[1][4], false, taken)
end

local function take_all_due(stream, retries, failures, taken)
  local passed, more = 0, true
  while more and passed < 1000 and room > 0 do
    local page = redis.call('ZRANGEBYSCORE', retries, '-inf', latest_text, 'LIMIT', passed, page_size)
    for _, id in ipairs(page) do
      if room > 0 and not take_due(stream, retries, failures, id, taken) then
        passed = passed + 1
      end
    end
    more = #page == page_size
  end
  local next_due = redis.call('ZRANGEBYSCORE', retries, '(' .. latest_text, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
  if next_due then
    look_again(next_due - latest)
  end
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
  return '-', pending[3]
end

-- Of a page of the pending list, the entries that no longer exist: XAUTOCLAIM drops them however long they were idle, and is
-- given an idle time with which it takes no others.
local function drop_deleted(stream, retries, failures, page, taken)
  local start, last, deleted = page[1][1], page[#page][1], {}
  repeat
    local reply = redis.call('XAUTOCLAIM', stream, group, consumer, longest_idle, start, 'COUNT', page_size / 10, 'JUSTID')
    start = reply[1]
    for _, id in ipairs(reply[3]) do
      deleted[id] = true
      taken[2] = taken[2] + 1
      forget(failures, { id })
      redis.call('ZREM', retries, id)
    end
  until start == '0-0' or is_after(start, last)
  return deleted
end

-- Takes entries that were idle too long and for which there is room. XAUTOCLAIM would tell neither the delivery count nor the
-- owner of an entry, and those for which there is no room would have to go back. Entries parked for a retry were looked at before;
-- taking them is no takeover, since no consumer holds them.
local function take_idle(stream, retries, failures, takeovers, taken)
  local start, last, failure = range_of(stream, taken[1])
  taken[1] = 'over'
  if not last then
    return failure and not is_no_group(failure) and failure or nil
  end
  local before, pages, first_left, noted = #taken, 0, nil, false
  local page
  repeat
    page = redis.pcall('XPENDING', stream, group, start, last, page_size)
    if page.err then
      return not is_no_group(page) and page or nil
    end
    local deleted = page[1] and drop_deleted(stream, retries, failures, page, taken)
    for _, entry in ipairs(page) do
      local id, owner, idle, deliveries = entry[1], entry[2], entry[3], entry[4]
      if idle >= least_idle and not deleted[id] and not (owner == parking and redis.call('ZSCORE', retries, id)) then
        if idle < least_idle + overdue then
          look_again(least_idle + overdue - idle)
        elseif not take(stream, retries, failures, id, deliveries, owner == consumer, taken) then
          first_left = first_left or id
        elseif owner ~= parking and not noted then
          noted, taken[3] = true, note_takeover(takeovers)
        end
      end
      start = '(' .. id
    end
    pages = pages + 1
  until #page < page_size or pages == most_pages or #taken > before or room == 0
  local over = #page < page_size
  if #taken > before and first_left then
    start, over = first_left, false
  end
  if not over then
    taken[1] = start .. ' ' .. last
  end
end

local result = {}
for i = 1, count do
  local stream, retries, failures, takeovers = KEYS[i], KEYS[count + i], KEYS[2 * count + i], KEYS[3 * count + i]
  local taken = { ARGV[8 + i], 0, some_takeover(takeovers) }
  join(takeovers, consumer)
  take_all_due(stream, retries, failures, taken)
  if taken[1] ~= 'over' and room > 0 and abandoned > 0 then
    local failure = take_idle(stream, retries, failures, takeovers, taken)
    if failure then
      return failure
    end
  end
  result[i + 1] = taken
end
result[1] = next_look
return result
