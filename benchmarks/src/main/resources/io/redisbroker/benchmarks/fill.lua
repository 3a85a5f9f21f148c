-- ARGV: command, first id, last id, payload before the id, payload after the id
-- Creates messages inside Redis, so that filling costs the measured process nothing.
local command, first, last = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
for id = first, last do
  local payload = ARGV[4] .. string.format('%d', id) .. ARGV[5]
  if command == 'XADD' then
    redis.call('XADD', KEYS[1], '*', 'payload', payload)
  else
    redis.call(command, KEYS[1], payload)
  end
end
return last - first + 1
