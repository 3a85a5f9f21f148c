-- The keys of a queue, which all its scripts are given.
--   queue     list    what waits: payloads or envelopes, as any client pushes them
--   claim     list    what a consumer that waited was given, until its next command leases it
--   messages  hash    id -> payload of what was handed out or is delayed
--   leases    zset    receipt -> when it ends, of what was handed out
--   delayed   zset    receipt -> when it is due, of what waits for its time
--   sequence  counter of messages and of their handing out
--   takeovers when a consumer last lost what it held
-- A receipt is id:handout:deliveries:failures:owner. Each handing out makes a new one, so whoever holds the one that stands in
-- leases owns the message, and whoever holds an older one proves nothing. What is delayed has no owner.
local queue, claim, messages, leases, delayed, sequence = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local takeovers = KEYS[7]
