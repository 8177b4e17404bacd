#!lua
-- Take a hit off the stream and put it into the groups that wait for delivery.
-- The acknowledgement comes first, and only the caller for whom it counts goes
-- on, so that a hit is taken in once however often it is read.
--
-- told:<route>:<story> says of each channel ("c:<channel>") whether the story
-- waits to be told there by a hit ("w <hit>"), by a dead letter that is tried
-- again ("r <hit>"), or was told ("t <hit>").
--
-- KEYS: 1 hits  2 hit:<hit id>  3 channels  4 done:<producer>, then for each
--   target: group:<route>:<channel>:<key>, due:<channel>,
--   pause:<route>:<channel>:<key>, told:<route>:<story> (or the group again)
-- ARGV: 1 consumer group  2 entry id  3 hit id  4 JSON  5 producer, or ''
--   6 seq  7 seconds that `told` is kept  8 prefix  9 story, or ''  10 its
--   status, or ''  11 marks that it leaves for others, lines "<mark> <ms>"
--   12 marks that mute it, lines "<rule> <mark> <mark>...", then for each
--   target: channel, member of `due`, ms to wait, story mode: '' tell every
--   hit, 'first' tell unless the story was told, 'update' tell in any case,
--   'follow' tell only if the story was told
-- Returns {'elsewhere'} (also if it was taken in before), {'double'} (the same
--   hit is still under way: its end confirms this one too), {'echo'} (its
--   stories were told), or {'taken', channel...}.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
	return {'elsewhere'}
end
local hit, producer, seq = ARGV[3], ARGV[5], ARGV[6]
local prefix, story, status = ARGV[8], ARGV[9], ARGV[10]

for mark, ms in string.gmatch(ARGV[11], '(%S+) (%d+)\n') do
	redis.call('SET', prefix .. 'mark:' .. mark, hit, 'PX', ms)
end

local function tell_producer(outcome)
	if producer ~= '' then
		redis.call('XADD', KEYS[4], '*', 'seq', seq, 'hit', hit,
			'outcome', outcome)
	end
end
local owner = ''
if producer ~= '' then
	owner = producer .. ' ' .. seq .. '\n'
end
if redis.call('EXISTS', KEYS[2]) == 1 then
	local h = redis.call('HMGET', KEYS[2], 'owners', 'open')
	if tonumber(h[2] or 0) > 0 then
		redis.call('HSET', KEYS[2], 'owners', (h[1] or '') .. owner)
	else
		-- It was told, and is kept to be told again.
		tell_producer('delivered')
	end
	return {'double'}
end

-- Was it taken in before? Notes that it is now, beside who published it.
local function is_taken()
	local bucket = tonumber(redis.call('GET', prefix .. 'seen') or 0)
	for n = bucket, bucket - 1, -1 do
		local key = prefix .. 'seen:' .. string.format('%.0f', n)
		local by = redis.call('HGET', key, hit)
		if by and string.sub(by, -6) == ' taken' then
			return true
		elseif by then
			redis.call('HSET', key, hit, by .. ' taken')
			return false
		end
	end
	return false
end
if is_taken() then
	return {'elsewhere'}
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function may_tell(told, channel, mode)
	if mode == '' then
		return true
	end
	local field = 'c:' .. channel
	local state = redis.call('HGET', told, field)
	-- A hit that is gone (evicted, or deleted by hand) tells nobody.
	local by = state and string.match(state, '^w (.*)$')
	if by and by ~= hit and
			redis.call('EXISTS', prefix .. 'hit:' .. by) == 0 then
		state = false
	end
	local yes = mode == 'update' or (mode == 'follow' and state) or
		(mode == 'first' and (not state or state == 'w ' .. hit))
	if yes and not state then
		redis.call('HSET', told, field, 'w ' .. hit)
	end
	if yes or state then
		if status ~= '' then
			redis.call('HSET', told, 'status', status)
		end
		redis.call('EXPIRE', told, ARGV[7])
	end
	return yes
end

local reply = {'taken'}
for i = 0, (#KEYS - 4) / 4 - 1 do
	local k, a = 5 + 4 * i, 13 + 4 * i
	if may_tell(KEYS[k + 3], ARGV[a], ARGV[a + 3]) then
		local due = math.max(now + ARGV[a + 2],
			tonumber(redis.call('GET', KEYS[k + 2]) or 0))
		redis.call('RPUSH', KEYS[k], hit)
		redis.call('ZADD', KEYS[k + 1], 'NX',
			string.format('%.0f', due), ARGV[a + 1])
		redis.call('SADD', KEYS[3], ARGV[a])
		reply[#reply + 1] = ARGV[a]
	end
end
local open = #reply - 1
if open == 0 then
	tell_producer('echo')
	return {'echo'}
end
-- waiting: groups that have it; open: those and the deliveries that have it,
-- without what tells it again.
redis.call('HSET', KEYS[2], 'json', ARGV[4], 'waiting', open, 'open', open,
	'owners', owner, 'story', story, 'shields', ARGV[12])
return reply
