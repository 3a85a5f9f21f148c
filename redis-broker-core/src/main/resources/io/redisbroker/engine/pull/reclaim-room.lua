-- The limits of a reclaim, see ReclaimRoom: most messages, most of these that a consumer abandoned by dying, most of these
-- that consumers abandoned more than once. The script that follows sets them, to at most 1000 messages.
local room, abandoned, suspects

-- Every message counts against the room. Each delivery ends with success, with a failure, or with the end of its consumer.
-- But a message that this consumer itself held is no sign of a death.
local function admits(deaths, is_own)
  if room <= 0 then
    return false
  end
  if deaths > 0 and not is_own then
    if abandoned == 0 or (deaths > 1 and suspects == 0) then
      return false
    end
    abandoned = abandoned - 1
    suspects = suspects - (deaths > 1 and 1 or 0)
  end
  room = room - 1
  return true
end

local function give_back(deaths, is_own)
  if deaths > 0 and not is_own then
    abandoned = abandoned + 1
    suspects = suspects + (deaths > 1 and 1 or 0)
  end
  room = room + 1
end

