#!lua flags=allow-oom
-- Store how a delivery ended. Refused if somebody else has taken it since.
-- With the last delivery of a hit its producer is told (done:<producer>). A
-- story counts as told only now, and not if the delivery is given up.
--
-- KEYS: 1 delivery:<id>  2 deliveries:<channel>  3 dead  4 bucket:<channel>
--   5 breaker:<host> (or the bucket again)  6 breakers; hits, stories and
--   producers are named from the prefix
-- ARGV: 1 prefix  2 delivery id  3 attempt (the fencing token)  4 sent, later,
--   never, or released (not tried: nothing counts)  5 ms until the next try
--   6 why, one line  7 most tries  8 most ms since it was made  9 most lines of
--   history  10 the message's name at the receiver, or ''  11 ms for which the
--   receiver asked to be left alone, or -1  12 host, or ''  13 1 if the host
--   failed  14 failures in a row that open its breaker  15 ms that it is open
--   at first, doubled with each  16 at most
-- Returns {'gone'} (it has ended before), {'refused'}, {'sent'},
--   {'later', ms until the next try} or {'dead'}.
local key, id, prefix = KEYS[1], ARGV[2], ARGV[1]
local outcome, text = ARGV[4], ARGV[6]
local d = redis.call('HMGET', key, 'attempt', 'failed', 'since', 'history',
	'hits', 'stories', 'extra', 'route', 'channel', 'key')
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
	redis.call('HDEL', key, 'by')
	redis.call('ZADD', KEYS[2], string.format('%.0f', now + ms), id)
end
if outcome == 'released' then
	put_off(0)
	return {'later', 0}
end

-- -- the receiver -------------------------------------------------------------
local function note_host()
	if ARGV[12] == '' then
		return
	end
	if ARGV[13] ~= '1' then
		redis.call('DEL', KEYS[5])
		redis.call('SREM', KEYS[6], ARGV[12])
		return
	end
	local failures = redis.call('HINCRBY', KEYS[5], 'failures', 1)
	local over = failures - ARGV[14]
	redis.call('HSET', KEYS[5], 'why', text)
	redis.call('SADD', KEYS[6], ARGV[12])
	if over >= 0 then
		local open_ms = math.min(tonumber(ARGV[16]),
			ARGV[15] * 2 ^ math.min(over, 30))
		redis.call('HSET', KEYS[5], 'until',
			string.format('%.0f', now + open_ms))
	end
	redis.call('EXPIRE', KEYS[5], 86400)
end
note_host()
if tonumber(ARGV[11]) > 0 then
	redis.call('HSET', KEYS[4], 'until',
		string.format('%.0f', now + ARGV[11]))
	if redis.call('PTTL', KEYS[4]) < tonumber(ARGV[11]) then
		redis.call('PEXPIRE', KEYS[4], ARGV[11])
	end
end

-- -- stories ------------------------------------------------------------------
local function each_story(fn)
	local hits = string.gmatch(d[5], '%S+')
	for story in string.gmatch(d[6] or '', '%S+') do
		local hit = hits()
		if story ~= '-' then
			fn(prefix .. 'told:' .. d[8] .. ':' .. story, hit, story)
		end
	end
end
local field = 'c:' .. d[9]

local function confirm_told()
	local one, several
	each_story(function(told, hit, story)
		several = several or (one and one ~= told)
		one = told
		if redis.call('HEXISTS', told, field) == 1 then
			redis.call('HSET', told, field, 't ' .. hit)
		end
	end)
	if one and not several and ARGV[10] ~= '' and
			redis.call('HEXISTS', one, field) == 1 then
		redis.call('HSET', one, 'ref:' .. d[9], ARGV[10])
	end
end

local function forget_told()
	each_story(function(told, hit)
		local state = redis.call('HGET', told, field)
		if state == 'w ' .. hit or state == 'r ' .. hit then
			redis.call('HDEL', told, field)
		end
	end)
end

-- -- hits ---------------------------------------------------------------------
-- A hit ends with its last delivery; one dead delivery makes it dead.
local function end_hit(hit, dead)
	local hit_key = prefix .. 'hit:' .. hit
	if redis.call('EXISTS', hit_key) == 0 then
		return
	end
	redis.call('HSET', hit_key, dead and 'dead' or 'sent', 1)
	if redis.call('HINCRBY', hit_key, 'open', -1) > 0 then
		return
	end
	local h = redis.call('HMGET', hit_key, 'owners', 'dead', 'waiting')
	for producer, seq in string.gmatch(h[1] or '', '(%S+) (%S+)\n') do
		redis.call('XADD', prefix .. 'done:' .. producer, '*',
			'seq', seq, 'hit', hit,
			'outcome', h[2] and 'dead' or 'delivered')
	end
	if tonumber(h[3] or 0) > 0 then
		redis.call('HDEL', hit_key, 'owners')
	else
		redis.call('DEL', hit_key)
	end
end

local function end_all(dead)
	if d[7] ~= '1' then
		for hit in string.gmatch(d[5], '%S+') do
			end_hit(hit, dead)
		end
	end
	redis.call('ZREM', KEYS[2], id)
	redis.call('DEL', key)
end

-- -- the end, or another try --------------------------------------------------
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

local function bury(reason)
	local f = redis.call('HMGET', key, 'n', 'body', 'made')
	redis.call('XADD', KEYS[3], '*', 'kind', 'delivery', 'id', id,
		'route', d[8], 'channel', d[9], 'key', d[10], 'hits', d[5],
		'stories', d[6] or '', 'extra', d[7] or '0', 'n', f[1],
		'body', f[2], 'reason', reason, 'attempts', ARGV[3],
		'made', f[3], 'dead', string.format('%.0f', now),
		'history', history())
	forget_told()
	end_all(true)
	return {'dead'}
end

if outcome == 'sent' then
	confirm_told()
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
