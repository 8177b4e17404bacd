#!lua
-- Add a batch of hits to the stream and move their producer's mark, if the
-- mark is where the caller thinks it is. All or nothing of the batch, unless
-- XADD itself fails: then what came before counts, and the mark says so.
--
-- KEYS: 1 producer:<uuid>  2 hits  3 done:<uuid>  4.. seen:<hit id> per hit
-- ARGV: 1 and 2 seq and hit id of the mark, '' for none  3 the producer
--   4 seconds that `seen` guards  5 the channel `alerts`
--   then for each hit: seq, hit id, mode, entity ids (each ended by a newline),
--   JSON. Modes: live (published to subscribers as well), refill (a lost stream
--   is filled again), told (the same, and its deliveries were confirmed).
-- Returns {'mark', seq, hit} if the mark is elsewhere ('' if there is none),
--   {'ok', added, doubles}, or {'failed', added, doubles, seq, hit, message}
--   with the new mark. A double is a hit that `seen` guards: if another
--   producer added it, this one's outcome is 'elsewhere'.
local mark = redis.call('HMGET', KEYS[1], 'seq', 'hit')
local at_seq, at_hit = mark[1] or '', mark[2] or ''
if at_seq ~= ARGV[1] or at_hit ~= ARGV[2] then
	return {'mark', at_seq, at_hit}
end

local producer, guard_s, alerts = ARGV[3], ARGV[4], ARGV[5]
local added, doubles, failure = 0, 0, nil

-- Channels on which a message is heard: a set, or true for any. Building and
-- sending a message costs as much as all the rest, so it is done only where it
-- is heard. Subscribers of patterns, of replicas and of other nodes of a
-- cluster cannot be known here, so with any of them every channel counts.
local function audience()
	local info = redis.pcall('INFO', 'replication', 'cluster')
	local names = redis.pcall('PUBSUB', 'CHANNELS',
		(string.gsub(alerts, '[%*%?%[%]%^\\]', '\\%0')) .. '*')
	if redis.pcall('PUBSUB', 'NUMPAT') ~= 0 or type(info) ~= 'string' or
			names.err or
			not string.find(info, 'connected_slaves:0', 1, true) or
			not string.find(info, 'cluster_enabled:0', 1, true) then
		return true
	end
	local set = {}
	for _, name in ipairs(names) do
		set[name] = true
	end
	return next(set) and set
end

local heard = audience()

local function alert(stream_id, json, entities)
	local text = '{"stream_id":"' .. stream_id .. '",' .. string.sub(json, 2)
	local function send(channel)
		if heard == true or heard[channel] then
			redis.call('PUBLISH', channel, text)
		end
	end
	send(alerts)
	for entity in string.gmatch(entities, '[^\n]+') do
		send(alerts .. ':' .. entity)
	end
end

-- Somebody has added this hit before; it may have been ourselves, if the mark
-- was lost and the guard was not.
local function double(seen, owner, seq, hit, mode)
	doubles = doubles + 1
	local by = string.match(redis.call('GET', seen), '^%S+ %S+')
	if mode ~= 'told' and by ~= owner then
		redis.call('XADD', KEYS[3], '*', 'seq', seq, 'hit', hit,
			'outcome', 'elsewhere')
	end
end

local function add(seen, seq, hit, mode, entities, json)
	local owner = producer .. ' ' .. seq
	local stream_id
	if not redis.call('SET', seen, owner, 'EX', guard_s, 'NX') then
		double(seen, owner, seq, hit, mode)
		return true
	end
	if mode == 'told' then
		stream_id = redis.pcall('XADD', KEYS[2], '*', 'id', hit,
			'json', json, 'producer', producer, 'seq', seq,
			'told', '1')
	else
		stream_id = redis.pcall('XADD', KEYS[2], '*', 'id', hit,
			'json', json, 'producer', producer, 'seq', seq)
	end
	if type(stream_id) == 'table' then
		failure = stream_id.err
		redis.call('DEL', seen)
		return false
	end
	added = added + 1
	if heard and mode == 'live' then
		alert(stream_id, json, entities)
	end
	return true
end

for i = 0, #KEYS - 4 do
	local a = 6 + 5 * i
	if not add(KEYS[4 + i], ARGV[a], ARGV[a + 1], ARGV[a + 2], ARGV[a + 3],
			ARGV[a + 4]) then
		break
	end
	at_seq, at_hit = ARGV[a], ARGV[a + 1]
end
if at_seq ~= ARGV[1] then
	redis.call('HSET', KEYS[1], 'seq', at_seq, 'hit', at_hit)
end
if failure then
	return {'failed', added, doubles, at_seq, at_hit, failure}
end
return {'ok', added, doubles}
