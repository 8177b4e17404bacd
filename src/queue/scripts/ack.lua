#!lua flags=allow-oom
-- Somebody takes care of an alert: it is told neither again nor elsewhere.
--
-- KEYS: 1 ack:<id>  2 pending:<id>; what waits is named from the prefix
-- ARGV: 1 prefix  2 id: of a story, or of a hit  3 who, when and why, as JSON
--   4 seconds that it holds
-- Returns {number of messages that will not come, id it holds for: the story
--   of a hit that is known}.
local prefix, id, pending = ARGV[1], ARGV[2], KEYS[2]

-- An alert goes by its story's name.
local story = redis.call('HGET', prefix .. 'hit:' .. id, 'story')
if story and story ~= '' then
	id = story
	pending = prefix .. 'pending:' .. story
	redis.call('SET', prefix .. 'ack:' .. story, ARGV[3], 'EX', ARGV[4])
else
	redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
end

local function release(hit)
	local key = prefix .. 'hit:' .. hit
	if redis.call('EXISTS', key) == 0 or
			redis.call('HINCRBY', key, 'waiting', -1) > 0 then
		return
	end
	redis.call('HDEL', key, 'json')
	if tonumber(redis.call('HGET', key, 'open') or 0) <= 0 then
		redis.call('DEL', key)
	end
end

local stopped = 0
for _, name in ipairs(redis.call('SMEMBERS', pending)) do
	local channel, route, key = string.match(name, '^(%S+) ([^:]*):(.*)$')
	local list = prefix .. 'group:' .. route .. ':' .. channel .. ':' .. key
	for _, hit in ipairs(redis.call('LRANGE', list, 0, -1)) do
		release(hit)
	end
	redis.call('DEL', list)
	stopped = stopped + redis.call('ZREM', prefix .. 'due:' .. channel,
		route .. ':' .. key)
end
redis.call('DEL', pending)
return {stopped, id}
