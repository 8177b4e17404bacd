#!lua flags=allow-oom
-- Freeze the first hits of a group as a delivery, if they are still its first.
-- It needs no more memory than it frees (the JSON of hits that no other group
-- waits for goes), so that a full server can be drained.
--
-- KEYS: 1 group:<route>:<channel>:<key>  2 due:<channel>
--   3 pause:<route>:<channel>:<key>  4 delivery:<id>  5 deliveries:<channel>,
--   then hit:<hit id> for each hit
-- ARGV: 1 member of `due`  2 delivery id  3 route  4 channel  5 group key
--   6 ms until the group's next delivery at the earliest  7 body, then the hit
--   ids
-- Returns {'made', ms until the rest of the group is due or -1}, {'changed'} (the
--   group has other hits at its head now) or {'exists'} (a delivery of this id
--   is under way: the group waits for it).
local n = #KEYS - 5
local head = redis.call('LRANGE', KEYS[1], 0, n - 1)
for i = 1, n do
	if head[i] ~= ARGV[7 + i] then
		return {'changed'}
	end
end
if redis.call('EXISTS', KEYS[4]) == 1 then
	return {'exists'}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local now_text = string.format('%.0f', now)
local next_text = string.format('%.0f', now + ARGV[6])

redis.call('HSET', KEYS[4], 'route', ARGV[3], 'channel', ARGV[4],
	'key', ARGV[5], 'hits', table.concat(head, ' '), 'n', n,
	'body', ARGV[7], 'made', now_text, 'since', now_text,
	'attempt', 0, 'silent', 0, 'failed', 0, 'history', '')
redis.call('ZADD', KEYS[5], now_text, ARGV[2])
redis.call('LTRIM', KEYS[1], n, -1)
local rest = -1
if redis.call('EXISTS', KEYS[1]) == 1 then
	redis.call('ZADD', KEYS[2], next_text, ARGV[1])
	rest = tonumber(ARGV[6])
else
	redis.call('ZREM', KEYS[2], ARGV[1])
end
if tonumber(ARGV[6]) > 0 then
	redis.call('SET', KEYS[3], next_text, 'PX', ARGV[6])
end
for i = 6, #KEYS do
	if redis.call('HINCRBY', KEYS[i], 'waiting', -1) <= 0 then
		redis.call('HDEL', KEYS[i], 'json')
	end
end
return {'made', rest}
