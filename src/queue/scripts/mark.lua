#!lua flags=allow-oom
-- Remember how far the workers have got, drop old entries of the stream that
-- they have all taken in, and forget workers that are long gone.
--
-- KEYS: 1 hits  2 taken
-- ARGV: 1 consumer group  2 ms that entries are kept  3 ms after which a
--   consumer that does nothing and has nothing pending is forgotten
-- Returns {entries dropped, ms since the oldest entry that was read and is not
--   taken in, or -1}.
local taken
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then
	return {0, -1}
end
for _, g in ipairs(groups) do
	local info = {}
	for i = 1, #g, 2 do
		info[g[i]] = g[i + 1]
	end
	if info.name == ARGV[1] then
		taken = info['last-delivered-id']
	end
end
if not taken then
	return {0, -1}
end
for _, c in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
	local info = {}
	for i = 1, #c, 2 do
		info[c[i]] = c[i + 1]
	end
	if info.pending == 0 and info.idle > tonumber(ARGV[3]) then
		redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], info.name)
	end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local waits_ms = -1
local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
if pending[1] > 0 then
	-- The id before the first that is pending.
	local ms, n = string.match(pending[2], '^(%d+)-(%d+)$')
	waits_ms = math.max(0, now - ms)
	if n ~= '0' then
		taken = ms .. '-' .. string.format('%.0f', n - 1)
	else
		taken = string.format('%.0f', ms - 1) .. '-18446744073709551615'
	end
end
redis.call('SET', KEYS[2], taken)

local old_ms = now - ARGV[2]
local taken_ms = tonumber(string.match(taken, '^%d+'))
local dropped = 0
if taken_ms > 0 then
	dropped = redis.call('XTRIM', KEYS[1], 'MINID', '~',
		string.format('%.0f', math.min(old_ms, taken_ms)))
end
return {dropped, waits_ms}
