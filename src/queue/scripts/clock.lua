#!lua flags=allow-oom
-- Notes the server's clock. If it was set back, what was put off by the clock
-- as it was is put off by as much less: else it would wait until the clock is
-- there again.
--
-- What was put off since is told from it by the time: the threshold lies an
-- hour ahead, or shortly before the last time that was noted if that is nearer.
--
-- KEYS: 1 clock  2 channels  3 breakers; all others are named from the prefix
-- ARGV: 1 prefix  2 ms that the clock must have been set back by at least
-- Returns the ms that it was set back by, or 0.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
local back = last - now
redis.call('SET', KEYS[1], string.format('%.0f', now))
if back < tonumber(ARGV[2]) then
	return 0
end
local prefix = ARGV[1]
local threshold = math.min(last - 10000, now + 3600000)

local function earlier(ms)
	return string.format('%.0f', ms - back)
end

local function shift_set(key)
	local late = redis.call('ZRANGE', key, threshold, '+inf', 'BYSCORE',
		'WITHSCORES')
	for i = 1, #late, 2 do
		redis.call('ZADD', key, earlier(late[i + 1]), late[i])
	end
end

local function shift_field(key, field)
	local ms = tonumber(redis.call('HGET', key, field) or 0)
	if ms >= threshold then
		redis.call('HSET', key, field, earlier(ms))
	end
end

for _, channel in ipairs(redis.call('SMEMBERS', KEYS[2])) do
	shift_set(prefix .. 'due:' .. channel)
	shift_set(prefix .. 'deliveries:' .. channel)
	shift_field(prefix .. 'bucket:' .. channel, 'at')
	shift_field(prefix .. 'bucket:' .. channel, 'until')
end
for _, host in ipairs(redis.call('SMEMBERS', KEYS[3])) do
	shift_field(prefix .. 'breaker:' .. host, 'until')
end

-- Keys of groups and routes; it happens seldom enough to look for them.
local function each(pattern, fn)
	local cursor = '0'
	repeat
		local found = redis.call('SCAN', cursor, 'MATCH', pattern,
			'COUNT', 1000)
		cursor = found[1]
		for _, key in ipairs(found[2]) do
			fn(key)
		end
	until cursor == '0'
end
local plain = string.gsub(prefix, '[%*%?%[%]%^\\]', '\\%0')
each(plain .. 'pause:*', function(key)
	local ms = tonumber(redis.call('GET', key) or 0)
	local ttl = redis.call('PTTL', key)
	if ms >= threshold and ttl > 0 then
		redis.call('SET', key, earlier(ms), 'PX',
			math.max(1, ttl - back))
	end
end)
each(plain .. 'cap:*', function(key)
	for i, ms in ipairs(redis.call('LRANGE', key, 0, -1)) do
		if tonumber(ms) >= threshold then
			redis.call('LSET', key, i - 1, earlier(ms))
		end
	end
end)
return back
