#!lua flags=allow-oom
-- Groups of a channel that are due, with their hits. Each is put off by a
-- short claim, so that other workers leave it alone; one whose worker dies
-- before it makes the delivery is due again after that.
--
-- Groups of their own kind: "!digest" has what was held back, "!again-N:<story>"
-- tells a story for the N-th time again, "!escalate:<alert>" tells somebody else.
-- The last two end when the alert (its story, or the hit without one) is
-- acknowledged, the second also when the story is resolved.
--
-- KEYS: 1 due:<channel>  2 silences  3 silences-version; groups and hits are
--   named from the prefix
-- ARGV: 1 prefix  2 channel  3 most groups  4 claim in ms  5 most hits of a
--   group  6 most bytes of JSON in all (one group always comes)  7 version of
--   the silences that the caller knows  8 statuses of resolved stories,
--   separated by blanks  9 ms until a story that is not told yet is looked at
--   again, to be told again
-- Returns {now, ms until the next group is due or -1, hits that were lost,
--   version of the silences, {silence...} if it is another one,
--   {route, key, number of hits that wait, {hit id...}, {JSON...}, {why it is
--   muted or ''...}}...}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local prefix, channel = ARGV[1], ARGV[2]
local version = redis.call('GET', KEYS[3]) or '0'
local reply = {now, -1, 0, version, {}}
local bytes, most_bytes = 0, tonumber(ARGV[6])

if version ~= ARGV[7] then
	reply[5] = redis.call('HVALS', KEYS[2])
end

-- The hit leaves a group that nobody waits for.
local function release(id)
	local hit = prefix .. 'hit:' .. id
	if redis.call('EXISTS', hit) == 0 or
			redis.call('HINCRBY', hit, 'waiting', -1) > 0 then
		return
	end
	redis.call('HDEL', hit, 'json')
	if tonumber(redis.call('HGET', hit, 'open') or 0) <= 0 then
		redis.call('DEL', hit)
	end
end

-- 'over', 'later' or nil: now.
local function state_of(route, key, id)
	local again = string.find(key, '^!again%-')
	if not again and not string.find(key, '^!escalate:') then
		return nil
	end
	local story = redis.call('HGET', prefix .. 'hit:' .. id, 'story') or ''
	if redis.call('EXISTS', prefix .. 'ack:' .. id) == 1 or story ~= '' and
			redis.call('EXISTS', prefix .. 'ack:' .. story) == 1 then
		return 'over'
	end
	if not again then
		return nil
	end
	local told = redis.call('HMGET', prefix .. 'told:' .. route .. ':' .. story,
		'c:' .. channel, 'status')
	local status = told[2] or ''
	if not told[1] or status ~= '' and
			string.find(' ' .. ARGV[8] .. ' ', ' ' .. status .. ' ', 1,
				true) then
		return 'over'
	end
	return string.sub(told[1], 1, 1) ~= 't' and 'later' or nil
end

-- A rule mutes a hit while all of its marks are there, left by other hits.
local function mute(id)
	local shields = redis.call('HGET', prefix .. 'hit:' .. id, 'shields') or ''
	for rule, marks in string.gmatch(shields, '(%S+)([^\n]*)\n') do
		local all = true
		for mark in string.gmatch(marks, '%S+') do
			local by = redis.call('GET', prefix .. 'mark:' .. mark)
			all = all and by and by ~= id
		end
		if all then
			return 'inhibit:' .. rule
		end
	end
	return ''
end

-- The group's first hits; false if it is to wait.
local function hits_of(list, route, key)
	local ids, texts, muted = {}, {}, {}
	for _, id in ipairs(redis.call('LRANGE', list, 0, ARGV[5] - 1)) do
		local state = state_of(route, key, id)
		local json = redis.call('HGET', prefix .. 'hit:' .. id, 'json')
		if state == 'later' then
			return false
		elseif state == 'over' then
			redis.call('LREM', list, 1, id)
			release(id)
		elseif not json then
			redis.call('LREM', list, 1, id)
			reply[3] = reply[3] + 1
		elseif #ids > 0 and bytes + #json > most_bytes then
			break
		else
			bytes = bytes + #json
			ids[#ids + 1] = id
			texts[#texts + 1] = json
			muted[#muted + 1] = mute(id)
		end
	end
	return ids, texts, muted
end

local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE',
	'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do
	if bytes >= most_bytes then
		break
	end
	local route, key = string.match(member, '^([^:]*):(.*)$')
	local list = prefix .. 'group:' .. route .. ':' .. channel .. ':' .. key
	local ids, texts, muted = hits_of(list, route, key)
	if not ids then
		redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[9]),
			member)
	elseif #ids == 0 then
		redis.call('ZREM', KEYS[1], member)
	else
		redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[4]),
			member)
		reply[#reply + 1] = {route, key, redis.call('LLEN', list), ids,
			texts, muted}
	end
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if first[2] then
	reply[2] = math.max(0, tonumber(first[2]) - now)
end
return reply
