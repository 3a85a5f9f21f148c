-- The keys of a queue, which all its scripts are given.
--   queue     list    waiting messages: payloads or envelopes, as any client pushes them
--   claim     list    messages that a waiting consumer was given, until its next command leases them
--   messages  hash    id -> payload of leased and of delayed messages
--   leases    zset    receipt -> end of the lease
--   delayed   zset    receipt -> due time of a delayed message or of a retry
--   sequence  counter of messages and of their handing out
--   takeovers when a consumer last lost messages that it held
-- A receipt is id:handout:deliveries:failures:owner. Each delivery makes a new one. The receipt that stands in leases
-- proves that its owner owns the message; an older one proves nothing. A delayed message has no owner.
local queue, claim, messages, leases, delayed, sequence = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local takeovers = KEYS[7]
