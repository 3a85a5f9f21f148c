-- KEYS: stream, takeovers   ARGV: group, consumer, parking consumer, wake-up channel, whether the consumer leaves (1) or
--                      goes on (0), how many entries it never began, then id, delivery count of these, then the ids that it
--                      still works on or settles
-- Hands back, at once and without counting the delivery, entries that the consumer never began. One that leaves hands back
-- all others as well that it does not name, which were in replies that never arrived, and is removed when nothing is
-- pending for it. Returns how many were handed back and, of a consumer that goes on, their ids. Entries that were trimmed or deleted meanwhile stay, to be counted by the consumer that reclaims them.
local leaves = ARGV[5] == '1'
local long_ago = 30 * 24 * 60 * 60 * 1000
local unstarted, running = {}, {}
local last_unstarted = 6 + 2 * tonumber(ARGV[6])
for i = 7, last_unstarted, 2 do
  unstarted[ARGV[i]] = tonumber(ARGV[i + 1])
end
for i = last_unstarted + 1, #ARGV do
  running[ARGV[i]] = true
end
local handed_back, names = 0, {}
local start = '-'
repeat
  local page = redis.pcall('XPENDING', KEYS[1], ARGV[1], start, '+', 1000, ARGV[2])
  if page.err then
    if string.sub(page.err, 1, 7) ~= 'NOGROUP' then
      return page
    end
    return { 0, {} }
  end
  for _, entry in ipairs(page) do
    local id, count = entry[1], entry[4]
    local handed_back_now = unstarted[id] == count or (leaves and not running[id])
    if handed_back_now and exists(KEYS[1], id) then
      redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, id, 'IDLE', long_ago, 'RETRYCOUNT', count - 1, 'JUSTID')
      handed_back = handed_back + 1
      if not leaves then
        names[handed_back] = id
      end
    end
    start = '(' .. id
  end
until #page < 1000
if leaves and #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
  forget_member(KEYS[2], ARGV[2])
end
if handed_back > 0 then
  note_takeover(KEYS[2])
  -- only a hint: a user that may not publish still hands back
  redis.pcall('PUBLISH', ARGV[4], 0)
end
return { handed_back, names }
