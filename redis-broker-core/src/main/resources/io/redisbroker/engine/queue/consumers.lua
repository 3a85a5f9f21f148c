-- ARGV: lease in ms, at how many leases to look
-- Returns owner, how many messages it holds, time since it last renewed one in ms, highest delivery count, owner, …
local time = now()
local owners, states = {}, {}
local entries = redis.call('ZREVRANGE', leases, 0, ARGV[2] - 1, 'WITHSCORES')
for i = 1, #entries, 2 do
  local receipt = { parse(entries[i]) }
  local owner = receipt[#receipt]
  if owner then
    local state = states[owner]
    if not state then
      state = { 0, math.huge, 0 }
      states[owner] = state
      owners[#owners + 1] = owner
    end
    state[1] = state[1] + 1
    state[2] = math.min(state[2], math.max(0, time + ARGV[1] - entries[i + 1]))
    state[3] = math.max(state[3], receipt[3])
  end
end
local result = {}
for _, owner in ipairs(owners) do
  for _, value in ipairs({ owner, states[owner][1], states[owner][2], states[owner][3] }) do
    result[#result + 1] = value
  end
end
return result
