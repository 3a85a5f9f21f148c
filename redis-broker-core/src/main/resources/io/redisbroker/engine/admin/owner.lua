-- Which dead letters are meant: several sources, groups and listeners may keep theirs in one stream.
-- KEYS: dead letters, …   ARGV: source, its type, group ('' for any), listener ('' for any), …
-- A dead letter that another client has written says less, and belongs to all that it does not exclude.
local function is_ours(fields)
  local told = {}
  for i = 1, #fields, 2 do
    told[fields[i]] = fields[i + 1]
  end
  local type, group, listener = told['dead-letter-source-type'], told['dead-letter-group'], told['dead-letter-listener']
  -- a listener names the pattern, if one matched the channel
  local source = ARGV[2] == 'channel' and told['dead-letter-pattern'] or told['dead-letter-source']
  if (type and type ~= ARGV[2]) or source ~= ARGV[1] then
    return false
  end
  if ARGV[3] ~= '' then
    return group == ARGV[3] or (not group and not listener)
  end
  return ARGV[4] == '' or (not group and (not listener or listener == ARGV[4]))
end

-- Visits ours from one id to another, one after the other, so that no more is in memory than is wanted, however large
-- they are: looks at some, and at no more when they have so many bytes; at one, if there is one. Returns the last id it
-- looked at, or '' at the end.
local function each_of_ours(from, to, some, bytes, visit)
  local last
  while some > 0 and bytes > 0 do
    local entry = redis.call('XRANGE', KEYS[1], from, to, 'COUNT', 1)[1]
    if not entry then
      return ''
    end
    for _, text in ipairs(entry[2]) do
      bytes = bytes - #text
    end
    if is_ours(entry[2]) then
      visit(entry)
    end
    some = some - 1
    last = entry[1]
    from = '(' .. last
  end
  return last
end

