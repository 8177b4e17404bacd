#!lua flags=allow-oom
-- Groups of a channel that are due, with their hits. Each is put off by a
-- short claim, so that other workers leave it alone; one whose worker dies
-- before it makes the delivery is due again after that.
--
-- KEYS: 1 due:<channel>; the groups and hits are named from the prefix
-- ARGV: 1 prefix  2 channel  3 most groups  4 claim in ms  5 most hits of a
--   group  6 most bytes of JSON in all (one group always comes)
-- Returns {now, ms until the next group is due or -1, hits that were lost,
--   {route, key, number of hits that wait, {hit id...}, {JSON...}}...}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local prefix, channel = ARGV[1], ARGV[2]
local reply = {now, -1, 0}
local bytes, most_bytes = 0, tonumber(ARGV[6])

local function hits_of(list)
	local ids, texts = {}, {}
	for _, id in ipairs(redis.call('LRANGE', list, 0, ARGV[5] - 1)) do
		local json = redis.call('HGET', prefix .. 'hit:' .. id, 'json')
		if not json then
			redis.call('LREM', list, 1, id)
			reply[3] = reply[3] + 1
		elseif #ids > 0 and bytes + #json > most_bytes then
			break
		else
			bytes = bytes + #json
			ids[#ids + 1] = id
			texts[#texts + 1] = json
		end
	end
	return ids, texts
end

local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE',
	'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do
	if bytes >= most_bytes then
		break
	end
	local route, key = string.match(member, '^([^:]*):(.*)$')
	local list = prefix .. 'group:' .. route .. ':' .. channel .. ':' .. key
	local ids, texts = hits_of(list)
	if #ids == 0 then
		redis.call('ZREM', KEYS[1], member)
	else
		redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[4]),
			member)
		reply[#reply + 1] = {route, key, redis.call('LLEN', list), ids,
			texts}
	end
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if first[2] then
	reply[2] = math.max(0, tonumber(first[2]) - now)
end
return reply
