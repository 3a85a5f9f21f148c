-- How a message is written into a queue, a stream or a channel. write(key, first, last) takes the positions of a message's
-- first key in KEYS, and of its first and last value in ARGV. The first value names the way:
--   LPUSH or LPUSHX  KEYS: queue   ARGV: messages. Returns the length of the queue.
--   PUSH             KEYS: queue, deduplication marker   ARGV: deduplication window in ms (0 for none), most messages that
--                    may wait (0 for any number), LPUSH or LPUSHX, messages. Pushes all or none. Returns how many were
--                    pushed, -1 if the queue is full, -2 if the marker says that they were sent.
--   DELAY            KEYS: messages, delayed, sequence, deduplication marker, queue   ARGV: wake-up channel, time: ms since
--                    1970 (at) or from now (after), which of these, deduplication window in ms (0 for none), most messages
--                    that may wait in the queue or until they are due (0 for any number), message. Stores it until it is
--                    due. Returns 1, or -1 or -2 as PUSH does.
--   XADD             KEYS: stream   ARGV: the options of XADD, id, fields. Returns the id.
--   XADD-WITHIN-AGE  KEYS: stream   ARGV: greatest age in ms, id, fields. Also trims, on this server's clock.
--   TRIM-BY-AGE      KEYS: stream   ARGV: greatest age in ms. Removes older entries, and writes nothing.
--   PUBLISH          KEYS: none     ARGV: channel, message. Returns the number of receivers.
--   SPUBLISH         KEYS: channel  ARGV: message. Returns the number of receivers.
local write
do
  local ways = {}

  local function push(queue, first, last)
    local length = 0
    for from = first, last, 1000 do
      length = redis.call('LPUSH', queue, unpack(ARGV, from, math.min(last, from + 999)))
    end
    return length
  end

  function ways.LPUSH(key, first, last)
    return push(KEYS[key], first, last)
  end

  function ways.LPUSHX(key, first, last)
    if redis.call('EXISTS', KEYS[key]) == 0 then
      return 0
    end
    return push(KEYS[key], first, last)
  end

  function ways.PUSH(key, first, last)
    local queue, marker = KEYS[key], KEYS[key + 1]
    local window, most, count = tonumber(ARGV[first]), tonumber(ARGV[first + 1]), last - first - 2
    if ARGV[first + 2] == 'LPUSHX' and redis.call('EXISTS', queue) == 0 then
      return 0
    end
    if window > 0 and redis.call('EXISTS', marker) == 1 then
      return -2
    end
    if most > 0 and redis.call('LLEN', queue) + count > most then
      return -1
    end
    push(queue, first + 3, last)
    if window > 0 then
      redis.call('SET', marker, '1', 'PX', ARGV[first])
    end
    return count
  end

  function ways.DELAY(key, first)
    local messages, delayed, sequence, marker, queue = unpack(KEYS, key, key + 4)
    local channel, millis, from, window, most, message = unpack(ARGV, first, first + 5)
    if window ~= '0' and redis.call('EXISTS', marker) == 1 then
      return -2
    end
    if most ~= '0' and redis.call('LLEN', queue) + redis.call('ZCARD', delayed) >= tonumber(most) then
      return -1
    end
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local due = (from == 'at') and tonumber(millis) or now + millis
    local handout = string.format('%.0f', redis.call('INCR', sequence))
    local id = string.format('%.0f', now) .. '-' .. handout
    local receipt = id .. ':' .. handout .. ':0:0:'
    -- first, since Redis may refuse it, which would leave the other behind for ever
    redis.call('ZADD', delayed, string.format('%.0f', due), receipt)
    redis.call('HSET', messages, id, message)
    if window ~= '0' then
      redis.call('SET', marker, '1', 'PX', window)
    end
    if redis.call('ZRANGE', delayed, 0, 0)[1] == receipt then
      -- only a hint: without the right to publish sending works too
      redis.pcall('PUBLISH', channel, string.format('%.0f', math.max(0, due - now)))
    end
    return 1
  end

  function ways.XADD(key, first, last)
    return redis.call('XADD', KEYS[key], unpack(ARGV, first, last))
  end

  local function least_id(age)
    local now = redis.call('TIME')
    local oldest = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(age)
    return string.format('%.0f', math.max(0, oldest))
  end

  ways['XADD-WITHIN-AGE'] = function(key, first, last)
    return redis.call('XADD', KEYS[key], 'MINID', '~', least_id(ARGV[first]), unpack(ARGV, first + 1, last))
  end

  ways['TRIM-BY-AGE'] = function(key, first)
    return redis.call('XTRIM', KEYS[key], 'MINID', '~', least_id(ARGV[first]))
  end

  function ways.PUBLISH(key, first)
    return redis.call('PUBLISH', ARGV[first], ARGV[first + 1])
  end

  function ways.SPUBLISH(key, first)
    return redis.call('SPUBLISH', KEYS[key], ARGV[first])
  end

  write = function(key, first, last)
    return ways[ARGV[first]](key, first + 1, last)
  end
end
