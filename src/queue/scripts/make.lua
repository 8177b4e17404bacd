#!lua flags=allow-oom
-- Freeze the first hits of a group as a delivery, if they are still its first.
-- It needs no more memory than it frees (the JSON of hits that no other group
-- waits for goes), so that a full server can be drained.
--
-- In quiet hours, or beyond the route's cap, nothing is made: the group's hits
-- wait in the group "!digest" until there is room. With it come the groups
-- that tell the hits again ("!again-N:<story>") and elsewhere
-- ("!escalate:<alert>"); pending:<alert> has their names, for ack.lua.
--
-- KEYS: 1 group:<route>:<channel>:<key>  2 due:<channel>
--   3 pause:<route>:<channel>:<key>  4 delivery:<id>  5 deliveries:<channel>
--   6 channels, then hit:<hit id> for each hit
-- ARGV: 1 prefix  2 member of `due`  3 delivery id  4 route  5 channel  6 group
--   key  7 ms until the group's next delivery at the earliest  8 body  9 when
--   the quiet hours end that it is in (ms), or 0  10 most messages, or 0
--   11 within so many ms  12 ms until a story is told again, or 0  13 ms until
--   it is told elsewhere, or 0  14 there: channels, separated by blanks
--   15 seconds that an alert can be acknowledged, then the hit ids
-- Returns {'made', ms until the rest of the group is due or -1}, {'changed'} (the
--   group has other hits at its head now), {'exists'} (a delivery of this id is
--   under way: the group waits for it) or {'held', ms, 'quiet' or 'cap'}.
local n = #KEYS - 6
local head = redis.call('LRANGE', KEYS[1], 0, n - 1)
for i = 1, n do
	if head[i] ~= ARGV[15 + i] then
		return {'changed'}
	end
end
local prefix, member, route = ARGV[1], ARGV[2], ARGV[4]
local channel, key = ARGV[5], ARGV[6]
local again = tonumber(string.match(key, '^!again%-(%d+):') or 0)
local escalates = string.find(key, '^!escalate:')
local extra = again > 0 or escalates
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local now_text = string.format('%.0f', now)

-- -- not now ------------------------------------------------------------------
local function hold(till, why)
	local till_text = string.format('%.0f', till)
	if key == '!digest' or again > 0 then
		redis.call('ZADD', KEYS[2], till_text, member)
		return {'held', till - now, why}
	end
	local digest = prefix .. 'group:' .. route .. ':' .. channel .. ':!digest'
	for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
		redis.call('RPUSH', digest, id)
	end
	redis.call('DEL', KEYS[1])
	redis.call('ZREM', KEYS[2], member)
	redis.call('ZADD', KEYS[2], 'NX', till_text, route .. ':!digest')
	return {'held', till - now, why}
end
local cap, cap_ms = tonumber(ARGV[10]), tonumber(ARGV[11])
local sent = prefix .. 'cap:' .. route .. ':' .. channel
if not escalates then
	-- Nothing was rendered, even if they have just ended.
	if tonumber(ARGV[9]) > 0 then
		return hold(math.max(now, tonumber(ARGV[9])), 'quiet')
	end
	local first = cap > 0 and redis.call('LINDEX', sent, cap - 1)
	if first and first + cap_ms > now then
		return hold(first + cap_ms, 'cap')
	end
end
if redis.call('EXISTS', KEYS[4]) == 1 then
	return {'exists'}
end
if cap > 0 and not escalates then
	redis.call('LPUSH', sent, now_text)
	redis.call('LTRIM', sent, 0, cap - 1)
	redis.call('PEXPIRE', sent, cap_ms)
end

-- -- again and elsewhere ------------------------------------------------------
-- The hit leaves a group.
local function release(hit)
	if redis.call('HINCRBY', hit, 'waiting', -1) <= 0 then
		redis.call('HDEL', hit, 'json')
		if tonumber(redis.call('HGET', hit, 'open') or 0) <= 0 then
			redis.call('DEL', hit)
		end
	end
end

local function drop_group(where, name)
	local list = prefix .. 'group:' .. route .. ':' .. where .. ':' .. name
	for _, id in ipairs(redis.call('LRANGE', list, 0, -1)) do
		release(prefix .. 'hit:' .. id)
	end
	redis.call('DEL', list)
	redis.call('ZREM', prefix .. 'due:' .. where, route .. ':' .. name)
end

local function plan(i, alert, where, name, ms)
	redis.call('RPUSH', prefix .. 'group:' .. route .. ':' .. where .. ':' ..
		name, head[i])
	redis.call('HINCRBY', KEYS[6 + i], 'waiting', 1)
	redis.call('ZADD', prefix .. 'due:' .. where,
		string.format('%.0f', now + ms), route .. ':' .. name)
	redis.call('SADD', KEYS[6], where)
	redis.call('SADD', prefix .. 'pending:' .. alert,
		where .. ' ' .. route .. ':' .. name)
	redis.call('EXPIRE', prefix .. 'pending:' .. alert, ARGV[15])
end

-- The newest hit of a story tells it again; an earlier one does not any more.
local function plan_again(i, story)
	local pending = prefix .. 'pending:' .. story
	for _, name in ipairs(redis.call('SMEMBERS', pending)) do
		local where, its_route, its_key =
			string.match(name, '^(%S+) ([^:]*):(!again%-.*)$')
		if where == channel and its_route == route then
			drop_group(where, its_key)
			redis.call('SREM', pending, name)
		end
	end
	plan(i, story, channel, '!again-' .. (again + 1) .. ':' .. story,
		ARGV[12])
end

local function plan_elsewhere(i, alert)
	for where in string.gmatch(ARGV[14], '%S+') do
		local name = '!escalate:' .. alert
		if redis.call('SISMEMBER', prefix .. 'pending:' .. alert,
				where .. ' ' .. route .. ':' .. name) == 0 then
			plan(i, alert, where, name, ARGV[13])
		end
	end
end

-- Stories that the route tells once; '-' where it tells every hit.
local stories = {}
for i = 1, n do
	local story = redis.call('HGET', KEYS[6 + i], 'story') or ''
	local alert = story ~= '' and story or head[i]
	local once = story ~= '' and redis.call('HEXISTS', prefix .. 'told:' ..
		route .. ':' .. story, 'c:' .. channel) == 1
	stories[i] = once and story or '-'
	if extra then
		redis.call('SREM', prefix .. 'pending:' .. alert,
			channel .. ' ' .. member)
	end
	if redis.call('EXISTS', prefix .. 'ack:' .. alert) == 0 and
			redis.call('EXISTS', prefix .. 'ack:' .. head[i]) == 0 then
		if tonumber(ARGV[12]) > 0 and once and not escalates then
			plan_again(i, story)
		end
		if tonumber(ARGV[13]) > 0 and not extra then
			plan_elsewhere(i, alert)
		end
	end
end

-- -- the delivery -------------------------------------------------------------
redis.call('HSET', KEYS[4], 'route', route, 'channel', channel,
	'key', key, 'hits', table.concat(head, ' '), 'n', n,
	'stories', table.concat(stories, ' '), 'extra', extra and 1 or 0,
	'body', ARGV[8], 'made', now_text, 'since', now_text,
	'attempt', 0, 'silent', 0, 'failed', 0, 'history', '')
redis.call('ZADD', KEYS[5], now_text, ARGV[3])
redis.call('LTRIM', KEYS[1], n, -1)
local rest = -1
local next_text = string.format('%.0f', now + ARGV[7])
if redis.call('EXISTS', KEYS[1]) == 1 then
	redis.call('ZADD', KEYS[2], next_text, member)
	rest = tonumber(ARGV[7])
else
	redis.call('ZREM', KEYS[2], member)
end
if tonumber(ARGV[7]) > 0 then
	redis.call('SET', KEYS[3], next_text, 'PX', ARGV[7])
end
for i = 1, n do
	release(KEYS[6 + i])
end
return {'made', rest}
