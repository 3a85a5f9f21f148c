-- Which of these deliveries are still ours: pending for this consumer with this delivery count.
-- deliveries: id, delivery count, id, delivery count, …; first and last: the range that spans them.
-- Returns those owned, those not owned, an error reply when Redis refused to tell, and whether the group is gone.
local function split_by_owner(stream, group, consumer, first, last, deliveries, from)
  local page_size = 1000
  local pending = {}
  local start, is_group_gone = first, false
  repeat
    local page = redis.pcall('XPENDING', stream, group, start, last, page_size, consumer)
    if page.err then
      if string.sub(page.err, 1, 7) ~= 'NOGROUP' then
        return nil, nil, page
      end
      page, is_group_gone = {}, true
    end
    for _, entry in ipairs(page) do
      pending[entry[1]] = entry[4]
      start = '(' .. entry[1]
    end
  until #page < page_size
  local owned, lost = {}, {}
  for i = from, #deliveries, 2 do
    local id = deliveries[i]
    if pending[id] == tonumber(deliveries[i + 1]) then
      owned[#owned + 1] = id
    else
      lost[#lost + 1] = id
    end
  end
  return owned, lost, nil, is_group_gone
end

-- An entry that was trimmed or deleted must not be claimed, which would drop it without a word: left alone, it is
-- still acknowledged, or is counted as trimmed when it is reclaimed.
--
-- To look at an entry loads all of it. Where no entry this new was ever deleted, and those trimmed are older, there is no
-- need to look.
local entries
local function exists(stream, id)
  if not entries then
    local info = redis.pcall('XINFO', 'STREAM', stream)
    entries = info.err and { length = 0 } or by_name(info)
  end
  if entries.length == 0 or is_after(entries['recorded-first-entry-id'], id) then
    return false
  end
  return is_after(id, entries['max-deleted-entry-id']) or #redis.call('XRANGE', stream, id, id) > 0
end

-- Of deliveries that are not ours: the ids that are pending for another consumer, or delivered anew, and those that are
-- pending for no consumer (settled, or deleted together with the group or the consumer).
local function taken_and_gone(stream, group, lost)
  local taken, gone = {}, {}
  for _, id in ipairs(lost) do
    local pending = redis.pcall('XPENDING', stream, group, id, id, 1)
    if pending.err or #pending == 0 then
      gone[#gone + 1] = id
    else
      taken[#taken + 1] = id
    end
  end
  return { taken, gone }
end

-- Of those deliveries that may have failed or been redriven.
local function forget_settled(failures, settled, deliveries, from)
  local is_settled, again = {}, {}
  for _, id in ipairs(settled) do
    is_settled[id] = true
  end
  for i = from, #deliveries, 2 do
    if is_settled[deliveries[i]] then
      again[#again + 1] = deliveries[i]
    end
  end
  forget(failures, again)
end

