-- ARGV: owner, lease in ms, most messages, how to pop from the queue
-- Leases messages that were claimed by waiting, then messages of the queue.
-- Returns the time, the handout of the first message, then payloads; their receipts follow from these.
-- An error does not undo a script's writes, so messages that were taken and can't be leased go back to the claim list,
-- which is read first.
local most, clock = tonumber(ARGV[3]), redis.call('TIME')
local time = clock[1] * 1000 + math.floor(clock[2] / 1000)
local payloads = redis.call('RPOP', claim, most) or {}

local function put_back(failure)
  for i = #payloads, 1, -1 do
    redis.call('RPUSH', claim, payloads[i])
  end
  return failure
end

if #payloads < most then
  local popped = redis.pcall(ARGV[4], queue, most - #payloads) or {}
  if popped.err then
    return put_back(popped)
  end
  for _, payload in ipairs(popped) do
    payloads[#payloads + 1] = payload
  end
end
if #payloads == 0 then
  return {}
end
local last = redis.pcall('INCRBY', sequence, #payloads)
if type(last) == 'table' then
  return put_back(last)
end
local format = string.format
local first = last - #payloads + 1
local due = format('%d', time + ARGV[2])
local prefix, suffix = format('%d-', time), ':1:0:' .. ARGV[1]
local stored, leased = {}, {}
local at, member = -1, first
for _, payload in ipairs(payloads) do
  at = at + 2
  local handout = format('%d', member)
  local id = prefix .. handout
  stored[at], stored[at + 1] = id, payload
  leased[at], leased[at + 1] = due, id .. ':' .. handout .. suffix
  member = member + 1
end
local reply = redis.pcall('ZADD', leases, unpack(leased))
if type(reply) == 'table' then
  return put_back(reply)
end
reply = redis.pcall('HSET', messages, unpack(stored))
if type(reply) == 'table' then
  for i = 2, #leased, 2 do
    redis.call('ZREM', leases, leased[i])
  end
  return put_back(reply)
end
return { format('%d', time), format('%d', first), unpack(payloads) }
