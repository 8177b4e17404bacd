#!lua flags=allow-oom
-- Take deliveries of a channel that are due, under a lease: until it ends,
-- nobody else gets them. The attempt is the fencing token for finish.lua.
--
-- KEYS: 1 deliveries:<channel>; the deliveries are named from the prefix
-- ARGV: 1 prefix  2 most deliveries  3 lease in ms
-- Returns {now, ms until the next is due or -1, {id, attempt, takes without an
--   outcome before this one, tries that failed, route, key, n, made, body}...}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease_end = string.format('%.0f', now + ARGV[3])
local reply = {now, -1}

local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE',
	'LIMIT', 0, ARGV[2])
for _, id in ipairs(due) do
	local key = ARGV[1] .. 'delivery:' .. id
	if redis.call('EXISTS', key) == 0 then
		redis.call('ZREM', KEYS[1], id)
	else
		local attempt = redis.call('HINCRBY', key, 'attempt', 1)
		local silent = redis.call('HINCRBY', key, 'silent', 1)
		local d = redis.call('HMGET', key, 'failed', 'route', 'key', 'n',
			'made', 'body')
		redis.call('ZADD', KEYS[1], lease_end, id)
		reply[#reply + 1] = {id, attempt, silent - 1, d[1], d[2], d[3],
			d[4], d[5], d[6]}
	end
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if first[2] then
	reply[2] = math.max(0, tonumber(first[2]) - now)
end
return reply
