#!lua flags=allow-oom
-- Take deliveries of a channel that are due, under a lease: until it ends,
-- nobody else gets them. The attempt is the fencing token for finish.lua.
-- No more than the channel's bucket has tokens for, none while its receiver
-- asked to be left alone or the breaker of its host is open; when that time is
-- up, one of all workers tries.
--
-- KEYS: 1 deliveries:<channel>  2 bucket:<channel>  3 breaker:<host> (or the
--   bucket again); deliveries and stories are named from the prefix
-- ARGV: 1 prefix  2 most deliveries  3 lease in ms  4 channel  5 tokens per
--   second, or 0 for no limit  6 most tokens  7 1 if the channel has a host
--   8 who takes: '<worker> <pid>', or ''
-- Returns {now, ms until there is something to take or -1, {id, attempt, takes
--   without an outcome before this one, tries that failed, route, key, n, made,
--   body, the message to edit or ''}...}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease_end = string.format('%.0f', now + ARGV[3])
local most, rate, burst = tonumber(ARGV[2]), tonumber(ARGV[5]), tonumber(ARGV[6])
local reply = {now, -1}

-- ms until the host may be asked; a probe is one, and bars the others.
local function breaker_wait()
	if ARGV[7] ~= '1' then
		return 0
	end
	local till = tonumber(redis.call('HGET', KEYS[3], 'until') or 0)
	if till > now then
		return till - now
	end
	if till > 0 then
		most = math.min(most, 1)
	end
	return 0
end

local bucket = redis.call('HMGET', KEYS[2], 'tokens', 'at', 'until')
local tokens = burst
if rate > 0 and bucket[1] then
	tokens = math.min(burst,
		bucket[1] + math.max(0, now - bucket[2]) * rate / 1000)
end
local function bucket_wait()
	if bucket[3] and tonumber(bucket[3]) > now then
		return bucket[3] - now
	end
	if rate > 0 and tokens < 1 then
		return math.ceil((1 - tokens) * 1000 / rate)
	end
	return 0
end
local function pay(taken)
	if rate <= 0 or taken == 0 then
		return
	end
	tokens = tokens - taken
	redis.call('HSET', KEYS[2], 'tokens', string.format('%.6f', tokens),
		'at', string.format('%.0f', now))
	local keep = math.ceil(burst * 1000 / rate) + 1000
	if redis.call('PTTL', KEYS[2]) < keep then
		redis.call('PEXPIRE', KEYS[2], keep)
	end
end

-- The story's message, if the delivery is all about one that was told here.
local function message_of(route, key, stories)
	local one = string.match(stories or '', '^%S+')
	if not one or one == '-' or string.sub(key, 1, 1) == '!' then
		return ''
	end
	for story in string.gmatch(stories, '%S+') do
		if story ~= one then
			return ''
		end
	end
	return redis.call('HGET', ARGV[1] .. 'told:' .. route .. ':' .. one,
		'ref:' .. ARGV[4]) or ''
end

-- Who took it last lives: then only the answer was lost, and what is taken
-- again does not count as something that workers die of.
local function lives(by)
	local name, pid = string.match(by, '^(%S+) (%d+)$')
	return by == ARGV[8] or (name and pid ==
		redis.call('HGET', ARGV[1] .. 'worker:' .. name, 'pid'))
end

local function take(id)
	local key = ARGV[1] .. 'delivery:' .. id
	if redis.call('EXISTS', key) == 0 then
		redis.call('ZREM', KEYS[1], id)
		return false
	end
	local attempt = redis.call('HINCRBY', key, 'attempt', 1)
	local by = redis.call('HGET', key, 'by')
	local silent = redis.call('HINCRBY', key, 'silent',
		by and lives(by) and 0 or 1)
	if ARGV[8] ~= '' then
		redis.call('HSET', key, 'by', ARGV[8])
	end
	local d = redis.call('HMGET', key, 'failed', 'route', 'key', 'n', 'made',
		'body', 'stories')
	redis.call('ZADD', KEYS[1], lease_end, id)
	reply[#reply + 1] = {id, attempt, silent - 1, d[1], d[2], d[3], d[4],
		d[5], d[6], message_of(d[2], d[3], d[7])}
	return true
end

local wait = math.max(breaker_wait(), bucket_wait())
if wait == 0 then
	if rate > 0 then
		most = math.min(most, math.floor(tokens))
	end
	local taken = 0
	for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE',
			'LIMIT', 0, most)) do
		if take(id) then
			taken = taken + 1
		end
	end
	pay(taken)
	if taken > 0 and ARGV[7] == '1' and
			redis.call('HEXISTS', KEYS[3], 'until') == 1 then
		redis.call('HSET', KEYS[3], 'until', lease_end)
	end
	wait = bucket_wait()
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if first[2] then
	reply[2] = math.max(0, wait, tonumber(first[2]) - now)
end
return reply
