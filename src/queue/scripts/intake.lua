#!lua
-- Take a hit off the stream and put it into the groups that wait for delivery.
-- The acknowledgement comes first, and only the caller for whom it counts goes
-- on, so that a hit is taken in once however often it is read.
--
-- KEYS: 1 hits  2 hit:<hit id>  3 channels  4 done:<producer>, then for each
--   target: group:<route>:<channel>:<key>, due:<channel>,
--   pause:<route>:<channel>:<key>, told:<route>:<story> (or the group again)
-- ARGV: 1 consumer group  2 entry id  3 hit id  4 JSON  5 producer, or ''
--   6 seq  7 seconds that `told` is kept, then for each target: channel,
--   member of `due`, ms to wait, story mode: '' tell every hit, 'first' tell
--   unless the story was told, 'update' tell in any case
-- Returns {'elsewhere'} (also if it was taken in before), {'double'} (the same hit is still under way: its end
--   confirms this one too), {'echo'} (its stories were told), or
--   {'taken', channel...}.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
	return {'elsewhere'}
end
local hit, producer, seq = ARGV[3], ARGV[5], ARGV[6]
local owner = ''
if producer ~= '' then
	owner = producer .. ' ' .. seq .. '\n'
end
if redis.call('EXISTS', KEYS[2]) == 1 then
	local owners = redis.call('HGET', KEYS[2], 'owners')
	redis.call('HSET', KEYS[2], 'owners', (owners or '') .. owner)
	return {'double'}
end

local seen = string.gsub(KEYS[2], 'hit:([^:]*)$', 'seen:%1')
local guard = redis.call('GET', seen)
if guard and string.sub(guard, -6) == ' taken' then
	return {'elsewhere'}
elseif guard then
	redis.call('SET', seen, guard .. ' taken', 'KEEPTTL')
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stories = {}

-- A route with several channels asks once.
local function may_tell(told, mode)
	if mode == '' then
		return true
	end
	if stories[told] == nil then
		local first = redis.call('HGET', told, 'hit')
		stories[told] = mode == 'update' or not first or first == hit
		if not first then
			redis.call('HSET', told, 'hit', hit,
				'at', string.format('%.0f', now))
		end
		redis.call('EXPIRE', told, ARGV[7])
	end
	return stories[told]
end

local reply = {'taken'}
for i = 0, (#KEYS - 4) / 4 - 1 do
	local k, a = 5 + 4 * i, 8 + 4 * i
	if may_tell(KEYS[k + 3], ARGV[a + 3]) then
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
	if producer ~= '' then
		redis.call('XADD', KEYS[4], '*', 'seq', seq, 'hit', hit,
			'outcome', 'echo')
	end
	return {'echo'}
end
-- waiting: groups that have it; open: those and the deliveries that have it.
redis.call('HSET', KEYS[2], 'json', ARGV[4], 'waiting', open, 'open', open,
	'owners', owner)
return reply
