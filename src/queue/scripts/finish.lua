#!lua flags=allow-oom
-- Store how a delivery ended. Refused if somebody else has taken it since.
-- With the last delivery of a hit its producer is told (done:<producer>).
--
-- KEYS: 1 delivery:<id>  2 deliveries:<channel>  3 dead; hits and producers are
--   named from the prefix
-- ARGV: 1 prefix  2 delivery id  3 attempt (the fencing token)  4 sent, later,
--   never, or released (not tried: nothing counts)  5 ms until the next try
--   6 why, one line  7 most tries  8 most ms since it was made  9 most lines of
--   history
-- Returns {'gone'} (it has ended before), {'refused'}, {'sent'},
--   {'later', ms until the next try} or {'dead'}.
local key, id = KEYS[1], ARGV[2]
local outcome, text = ARGV[4], ARGV[6]
local d = redis.call('HMGET', key, 'attempt', 'failed', 'since', 'history',
	'hits')
if not d[1] then
	return {'gone'}
end
if d[1] ~= ARGV[3] then
	return {'refused'}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function put_off(ms)
	redis.call('HSET', key, 'silent', 0)
	redis.call('ZADD', KEYS[2], string.format('%.0f', now + ms), id)
end
if outcome == 'released' then
	put_off(0)
	return {'later', 0}
end

local function history()
	local text_line = string.format('%.0f', now) .. ' ' .. ARGV[3] .. ' ' ..
		outcome .. ' ' .. text .. '\n'
	local all = d[4] .. text_line
	local _, lines = string.gsub(all, '\n', '')
	if lines > tonumber(ARGV[9]) then
		all = string.match(all, '^[^\n]*\n(.*)$')
	end
	return all
end

-- A hit ends with its last delivery; one dead delivery makes it dead.
local function end_hit(hit, dead)
	local hit_key = ARGV[1] .. 'hit:' .. hit
	if redis.call('EXISTS', hit_key) == 0 then
		return
	end
	if dead then
		redis.call('HSET', hit_key, 'dead', 1)
	end
	if redis.call('HINCRBY', hit_key, 'open', -1) > 0 then
		return
	end
	local h = redis.call('HMGET', hit_key, 'owners', 'dead')
	for producer, seq in string.gmatch(h[1] or '', '(%S+) (%S+)\n') do
		redis.call('XADD', ARGV[1] .. 'done:' .. producer, '*',
			'seq', seq, 'hit', hit,
			'outcome', h[2] and 'dead' or 'delivered')
	end
	redis.call('DEL', hit_key)
end

local function end_all(dead)
	for hit in string.gmatch(d[5], '%S+') do
		end_hit(hit, dead)
	end
	redis.call('ZREM', KEYS[2], id)
	redis.call('DEL', key)
end

local function bury(reason)
	local f = redis.call('HMGET', key, 'route', 'channel', 'key', 'n', 'body',
		'made')
	redis.call('XADD', KEYS[3], '*', 'kind', 'delivery', 'id', id,
		'route', f[1], 'channel', f[2], 'key', f[3], 'hits', d[5],
		'n', f[4], 'body', f[5], 'reason', reason, 'attempts', ARGV[3],
		'made', f[6], 'dead', string.format('%.0f', now),
		'history', history())
	end_all(true)
	return {'dead'}
end

if outcome == 'sent' then
	end_all(false)
	return {'sent'}
end
if outcome == 'never' then
	return bury(text)
end
local failed = d[2] + 1
local ends = d[3] + ARGV[8]
if failed >= tonumber(ARGV[7]) then
	return bury('gave up after ' .. failed .. ' tries; the last: ' .. text)
end
if now >= ends then
	return bury('gave up after ' .. math.floor(ARGV[8] / 1000) ..
		' s and ' .. failed .. ' tries; the last: ' .. text)
end
-- The last try comes when the time is up, not a full delay later.
local delay = math.min(tonumber(ARGV[5]), ends - now)
redis.call('HSET', key, 'failed', failed, 'history', history())
put_off(delay)
return {'later', delay}
