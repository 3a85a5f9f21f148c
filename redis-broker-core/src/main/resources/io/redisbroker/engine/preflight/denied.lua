-- Finds the commands that the user may not send. It executes none of them, so there are no keys.
-- ARGV: for each command the number of its words, and the words
-- Returns the positions of the denied commands, from 0.
local denied = {}
local position = 0
local at = 1
while at <= #ARGV do
  local words = tonumber(ARGV[at])
  -- a command that this server does not have can't be checked
  local known, allowed = pcall(redis.acl_check_cmd, unpack(ARGV, at + 1, at + words))
  if known and not allowed then
    denied[#denied + 1] = position
  end
  position = position + 1
  at = at + words + 1
end
return denied
