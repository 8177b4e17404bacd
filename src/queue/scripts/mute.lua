#!lua flags=allow-oom
-- Hits of a group that are not told: a silence or a rule of inhibition holds.
-- Each is counted under its reason, the story is not told by it, and with the
-- last group or delivery that has it its producer knows ('silenced',
-- 'inhibited').
--
-- KEYS: 1 group:<route>:<channel>:<key>  2 due:<channel>  3 muted; hits, stories
--   and producers are named from the prefix
-- ARGV: 1 prefix  2 member of `due`  3 route  4 channel  5 group key, then for
--   each hit: its id and why, "silence:<id>" or "inhibit:<rule>"
-- Returns the number of hits that left the group.
local prefix = ARGV[1]
-- What tells a hit again is not counted in its `open`.
local extra = string.find(ARGV[5], '^!again%-') or
	string.find(ARGV[5], '^!escalate:')
local left = 0

local function tell_producers(key, hit, outcome)
	local owners = redis.call('HGET', key, 'owners') or ''
	for producer, seq in string.gmatch(owners, '(%S+) (%S+)\n') do
		redis.call('XADD', prefix .. 'done:' .. producer, '*',
			'seq', seq, 'hit', hit, 'outcome', outcome)
	end
	redis.call('HDEL', key, 'owners')
end

local function untell(key, hit)
	local story = redis.call('HGET', key, 'story') or ''
	local told = prefix .. 'told:' .. ARGV[3] .. ':' .. story
	local field = 'c:' .. ARGV[4]
	if story ~= '' and redis.call('HGET', told, field) == 'w ' .. hit then
		redis.call('HDEL', told, field)
	end
end

local function mute(hit, why)
	local key = prefix .. 'hit:' .. hit
	redis.call('HINCRBY', KEYS[3], why, 1)
	if redis.call('EXISTS', key) == 0 then
		return
	end
	untell(key, hit)
	if redis.call('HINCRBY', key, 'waiting', -1) <= 0 then
		redis.call('HDEL', key, 'json')
	end
	if not extra and redis.call('HINCRBY', key, 'open', -1) <= 0 then
		local h = redis.call('HMGET', key, 'dead', 'sent')
		tell_producers(key, hit, h[1] and 'dead' or h[2] and 'delivered' or
			string.find(why, '^silence:') and 'silenced' or 'inhibited')
	end
	local h = redis.call('HMGET', key, 'open', 'waiting')
	if tonumber(h[1]) <= 0 and tonumber(h[2]) <= 0 then
		redis.call('DEL', key)
	end
end

for i = 6, #ARGV, 2 do
	if redis.call('LREM', KEYS[1], 1, ARGV[i]) > 0 then
		left = left + 1
		mute(ARGV[i], ARGV[i + 1])
	end
end
if redis.call('EXISTS', KEYS[1]) == 0 then
	redis.call('ZREM', KEYS[2], ARGV[2])
end
return left
