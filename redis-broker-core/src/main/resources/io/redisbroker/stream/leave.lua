-- KEYS: stream, takeovers   ARGV: group, consumer, parking consumer, wake-up channel, whether what is not named here was begun
--                      (1) or was in a reply that never arrived (0), how many are named that were not begun,
--                      then id, delivery count of these, then the ids that are still worked on
-- Hands back, at once, what this consumer does not work on: never begun ones without counting the delivery.
-- What was trimmed or deleted meanwhile stays, to be counted by whoever reclaims it. The consumer itself goes when
-- nothing is left of it.
local long_ago = 30 * 24 * 60 * 60 * 1000
local unstarted, running = {}, {}
local last_unstarted = 6 + 2 * tonumber(ARGV[6])
for i = 7, last_unstarted, 2 do
  unstarted[ARGV[i]] = tonumber(ARGV[i + 1])
end
for i = last_unstarted + 1, #ARGV do
  running[ARGV[i]] = true
end
local handed_back = 0
local start = '-'
repeat
  local page = redis.pcall('XPENDING', KEYS[1], ARGV[1], start, '+', 1000, ARGV[2])
  if page.err then
    if string.sub(page.err, 1, 7) ~= 'NOGROUP' then
      return page
    end
    return { 0 }
  end
  for _, entry in ipairs(page) do
    local id, count = entry[1], entry[4]
    if not running[id] and exists(KEYS[1], id) then
      local redelivery = count
      if unstarted[id] == count or ARGV[5] == '0' then
        redelivery = count - 1
      end
      redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, id, 'IDLE', long_ago, 'RETRYCOUNT', redelivery, 'JUSTID')
      handed_back = handed_back + 1
    end
    start = '(' .. id
  end
until #page < 1000
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
  forget_member(KEYS[2], ARGV[2])
end
if handed_back > 0 then
  note_takeover(KEYS[2])
  -- only a hint: a user who may not publish still hands back
  redis.pcall('PUBLISH', ARGV[4], 0)
end
return { handed_back }
