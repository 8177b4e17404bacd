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

local function alert(stream_id, json, entities)
	local text = '{"stream_id":"' .. stream_id .. '",' .. string.sub(json, 2)
	redis.call('PUBLISH', alerts, text)
	for entity in string.gmatch(entities, '[^\n]+') do
		redis.call('PUBLISH', alerts .. ':' .. entity, text)
	end
end

local function add(seen, seq, hit, mode, entities, json)
	local owner = producer .. ' ' .. seq
	local by = redis.call('GET', seen)
	if by then
		doubles = doubles + 1
		if by ~= owner and mode ~= 'told' then
			redis.call('XADD', KEYS[3], '*', 'seq', seq, 'hit', hit,
				'outcome', 'elsewhere')
		end
		return true
	end
	local entry = {'XADD', KEYS[2], '*', 'id', hit, 'json', json,
		'producer', producer, 'seq', seq}
	if mode == 'told' then
		entry[#entry + 1] = 'told'
		entry[#entry + 1] = '1'
	end
	local stream_id = redis.pcall(unpack(entry))
	if type(stream_id) == 'table' then
		failure = stream_id.err
		return false
	end
	redis.call('SET', seen, owner, 'EX', guard_s)
	added = added + 1
	if mode == 'live' then
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
