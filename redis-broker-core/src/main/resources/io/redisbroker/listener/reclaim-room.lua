-- What a consumer may take over, see ReclaimRoom: most messages, most of these that a consumer abandoned by dying, most of
-- these that consumers abandoned more than once. Set by the script that follows.
local room, abandoned, suspects

-- Each delivery ends with success, with a failure, or with the end of its consumer.
local function admits(deaths)
  if deaths > 0 then
    if abandoned == 0 or (deaths > 1 and suspects == 0) then
      return false
    end
    abandoned = abandoned - 1
    suspects = suspects - (deaths > 1 and 1 or 0)
  end
  room = room - 1
  return true
end

