#!lua flags=no-writes
-- All silences, for people.
--
-- KEYS: 1 silences  2 muted
-- Returns {now, {id, "<end in ms> <JSON>", hits that it muted}...}
local time = redis.call('TIME')
local reply = {time[1] * 1000 + math.floor(time[2] / 1000)}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
	reply[#reply + 1] = {all[i], all[i + 1], tonumber(
		redis.call('HGET', KEYS[2], 'silence:' .. all[i]) or 0)}
end
return reply
