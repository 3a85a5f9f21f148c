-- The key says when something was last taken over from a consumer of the group, by Redis' clock: no two are alike, also
-- after FLUSHALL or a failover. It goes by itself a day after the last consumer.
local function note_takeover(key)
  local now = redis.call('TIME')
  local takeover = now[1] .. '.' .. now[2]
  redis.call('SET', key, takeover, 'EX', 24 * 60 * 60)
  return takeover
end

