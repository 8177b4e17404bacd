#!lua flags=no-writes
-- What waits where, for `newswatch status`.
--
-- KEYS: 1 hits  2 dead  3 channels  4 workers  5 breakers  6 silences  7 muted;
--   channels', workers' and breakers' keys are named from the prefix
-- ARGV: 1 prefix  2 consumer group
-- Returns {now, entries in the stream, not yet read (-1: not known), read but
--   not taken in, ms since the oldest that is not taken in or 0, dead letters,
--   {channel, groups waiting, ms the first is overdue, deliveries, ms the first
--   is overdue, ms that its receiver wants no more}... as one array,
--   {worker, ms since it was heard of, {field, value...}}... as one array,
--   {host, failures in a row, ms that nothing is sent there, why}... as one
--   array, silences in force, {what muted, how many hits...}}
local prefix = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local unread, pending, behind_ms = -1, 0, 0

-- The oldest entry after an id that is not taken in.
local function note_waiting(id)
	local ms = id and string.match(id, '^%d+')
	if ms then
		behind_ms = math.max(behind_ms, now - ms)
	end
end
local function first_after(id)
	local found = redis.call('XRANGE', KEYS[1], id, '+', 'COUNT', 1)
	return found[1] and found[1][1]
end

local read_to = '-'
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if not groups.err then
	unread = redis.call('XLEN', KEYS[1])
	for _, g in ipairs(groups) do
		local info = {}
		for i = 1, #g, 2 do
			info[g[i]] = g[i + 1]
		end
		if info.name == ARGV[2] then
			pending = info.pending
			unread = info.lag or -1
			read_to = '(' .. info['last-delivered-id']
		end
	end
	note_waiting(first_after(read_to))
	if pending > 0 then
		note_waiting(redis.call('XPENDING', KEYS[1], ARGV[2])[2])
	end
end

local function overdue(key)
	local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
	return first[2] and math.max(0, now - first[2]) or 0
end
-- ms until then.
local function left(till)
	return till and math.max(0, tonumber(till) - now) or 0
end
local channels = {}
local names = redis.call('SMEMBERS', KEYS[3])
table.sort(names)
for _, name in ipairs(names) do
	local due, ready = prefix .. 'due:' .. name, prefix .. 'deliveries:' .. name
	channels[#channels + 1] = {name, redis.call('ZCARD', due), overdue(due),
		redis.call('ZCARD', ready), overdue(ready),
		left(redis.call('HGET', prefix .. 'bucket:' .. name, 'until'))}
end

local hosts = {}
local failing = redis.call('SMEMBERS', KEYS[5])
table.sort(failing)
for _, host in ipairs(failing) do
	local b = redis.call('HMGET', prefix .. 'breaker:' .. host, 'failures',
		'until', 'why')
	if b[1] then
		hosts[#hosts + 1] = {host, tonumber(b[1]), left(b[2]), b[3] or ''}
	end
end

local silences = 0
for _, silence in ipairs(redis.call('HVALS', KEYS[6])) do
	if left(string.match(silence, '^%d+')) > 0 then
		silences = silences + 1
	end
end

local workers = {}
local heard = redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES')
for i = 1, #heard, 2 do
	workers[#workers + 1] = {heard[i], math.max(0, now - heard[i + 1]),
		redis.call('HGETALL', prefix .. 'worker:' .. heard[i])}
end
return {now, redis.call('XLEN', KEYS[1]), unread, pending,
	behind_ms, redis.call('XLEN', KEYS[2]), channels, workers, hosts,
	silences, redis.call('HGETALL', KEYS[7])}
