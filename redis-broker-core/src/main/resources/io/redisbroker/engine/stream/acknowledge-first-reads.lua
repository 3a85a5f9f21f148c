-- KEYS: stream, failures, takeovers   ARGV: group, consumer, parking consumer, the last takeover that was known when these
--       were asked for, first id, last id, how many were delivered for the first time, the ids of these, then id, delivery
--       count, … of the others
-- Acknowledges the deliveries that this consumer owns. Returns the ids of the others: taken by other consumers, and gone;
-- the last takeover; and how many of ours were pending no more: they were acknowledged by hand, or this did, and its reply got lost.
local before_ids = 7
local few = 16
local stream, failures, group, consumer = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local first_times = tonumber(ARGV[before_ids])
local count = first_times + (#ARGV - before_ids - first_times) / 2
local value = value_of(KEYS[3])
local takeover = takeover_of(value)
local nothing_taken = takeover ~= '' and takeover == ARGV[4]

-- As long as the last takeover is the one that was known, no consumer that notes takeovers can have taken any of these.
-- To see that no others hold anything takes as long as there are consumers, and to look up a few entries takes less.
local all_ours = nothing_taken and count > few and only_members_hold(stream, group, consumer, ARGV[3], value)

-- Most acknowledgements end here, before the functions are defined that only the others call: that takes time, too.
if all_ours and first_times == count then
  return { {}, {}, takeover, count - redis.call('XACK', stream, group, unpack(ARGV, before_ids + 1)) }
end
