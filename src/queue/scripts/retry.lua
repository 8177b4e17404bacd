#!lua
-- Bring a dead letter back: a delivery becomes due at once under its old id
-- and with its old body, a hit goes to the end of the stream.
--
-- KEYS: 1 dead  2 hits  3 channels; the delivery is named from the prefix
-- ARGV: 1 prefix  2 entry id of the letter  3 seconds that `told` is kept
-- Returns 'retried', 'absent', or 'exists' (a delivery of that id is under
--   way).
local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
if not found[1] then
	return 'absent'
end
local f = {}
for i = 1, #found[1][2], 2 do
	f[found[1][2][i]] = found[1][2][i + 1]
end
if f.kind == 'hit' then
	redis.call('XADD', KEYS[2], '*', 'id', f.id, 'json', f.body)
	redis.call('XDEL', KEYS[1], ARGV[2])
	return 'retried'
end
local key = ARGV[1] .. 'delivery:' .. f.id
if redis.call('EXISTS', key) == 1 then
	return 'exists'
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', key, 'route', f.route, 'channel', f.channel, 'key', f.key,
	'hits', f.hits, 'n', f.n, 'body', f.body, 'made', f.made, 'since', now,
	'attempt', f.attempts, 'silent', 0, 'failed', 0,
	'history', f.history or '', 'stories', f.stories or '',
	'extra', f.extra or '0')
-- Until it ends, the route has these stories under way here.
local hits = string.gmatch(f.hits, '%S+')
for story in string.gmatch(f.stories or '', '%S+') do
	local hit = hits()
	local told = ARGV[1] .. 'told:' .. f.route .. ':' .. story
	if story ~= '-' and f.extra ~= '1' then
		redis.call('HSETNX', told, 'c:' .. f.channel, 'r ' .. hit)
		redis.call('EXPIRE', told, ARGV[3])
	end
end
redis.call('ZADD', ARGV[1] .. 'deliveries:' .. f.channel, now, f.id)
redis.call('SADD', KEYS[3], f.channel)
redis.call('XDEL', KEYS[1], ARGV[2])
return 'retried'
