-- Ids have two numbers of 64 bits each, more than Lua's numbers hold. Redis writes them without leading zeros.
local function is_after(id, other)
  local time, sequence = string.match(id, '(%d+)-(%d+)')
  local other_time, other_sequence = string.match(other, '(%d+)-(%d+)')
  if time == other_time then
    time, other_time = sequence, other_sequence
  end
  return #time > #other_time or (#time == #other_time and time > other_time)
end

-- Replies such as XINFO's, which are names and values in turn.
local function by_name(reply)
  local named = {}
  for i = 1, #reply, 2 do
    named[reply[i]] = reply[i + 1]
  end
  return named
end

