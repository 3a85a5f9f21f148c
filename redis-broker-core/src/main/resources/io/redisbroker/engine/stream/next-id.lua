local function plus_one(number)
  local head, nines = string.match(number, '^(%d-)(9*)$')
  if head == '' then
    head = '0'
  end
  return string.sub(head, 1, -2) .. string.char(string.byte(head, -1) + 1) .. string.rep('0', #nines)
end

-- The next id, or nothing after the greatest.
local function following(id)
  local greatest = '18446744073709551615'
  local time, sequence = string.match(id, '(%d+)-(%d+)')
  if sequence ~= greatest then
    return time .. '-' .. plus_one(sequence)
  end
  return time ~= greatest and plus_one(time) .. '-0' or nil
end
