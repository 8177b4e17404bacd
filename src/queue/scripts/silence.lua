#!lua
-- Add a silence, or end one before its time. Workers learn of it by the
-- version; what ended long ago is forgotten.
--
-- KEYS: 1 silences  2 silences-version  3 muted
-- ARGV: 1 its id  2 JSON of a silence to add, or '' to end it  3 its end (ms),
--   which stands in `silences` before the JSON: "<ms> <JSON>"  4 ms after its
--   end that a silence is still listed  5 most silences
-- Returns 'done', 'absent' (there is none to end), 'over' (it has ended) or
--   'full'.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local n = #all / 2
for i = 1, #all, 2 do
	local till = tonumber(string.match(all[i + 1], '^%d+'))
	if till + ARGV[4] < now then
		redis.call('HDEL', KEYS[1], all[i])
		redis.call('HDEL', KEYS[3], 'silence:' .. all[i])
		n = n - 1
	end
end
if ARGV[2] ~= '' then
	if n >= tonumber(ARGV[5]) then
		return 'full'
	end
	redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' ' .. ARGV[2])
else
	local old = redis.call('HGET', KEYS[1], ARGV[1])
	if not old then
		return 'absent'
	end
	local till, json = string.match(old, '^(%d+) (.*)$')
	if tonumber(till) <= now then
		return 'over'
	end
	redis.call('HSET', KEYS[1], ARGV[1],
		string.format('%.0f', now) .. ' ' .. json)
end
redis.call('INCR', KEYS[2])
return 'done'
