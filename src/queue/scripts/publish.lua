#!lua
-- Add a batch of hits to the stream and move their producer's mark, if the
-- mark is where the caller thinks it is. All or nothing of the batch, unless
-- XADD itself fails: then what came before counts, and the mark says so.
--
-- Which hits were published lately, and whose they are, stands in hashes
-- seen:<n>, one for each span of time; `seen` says which one is the present.
--
-- KEYS: 1 producer:<uuid>  2 hits  3 done:<uuid>; seen and seen:<n> are named
--   from the prefix
-- ARGV: 1 and 2 seq and hit id of the mark, '' for none  3 the producer
--   4 seconds that `seen` guards at least  5 the channel `alerts`  6 prefix
--   then for each hit: '<seq> <mode> <hit id>', a newline and entity ids (each
--   ended by a newline); JSON. Modes: live (published to subscribers as well),
--   refill (a lost stream is filled again), told (the same, and its deliveries
--   were confirmed).
-- Returns {'mark', seq, hit} if the mark is elsewhere ('' if there is none),
--   {'ok', added, doubles}, or {'failed', added, doubles, seq, hit, message}
--   with the new mark. A double is a hit that `seen` guards: if another
--   producer added it, this one's outcome is 'elsewhere'.
local mark = redis.call('HMGET', KEYS[1], 'seq', 'hit')
local at_seq, at_hit = mark[1] or '', mark[2] or ''
if at_seq ~= ARGV[1] or at_hit ~= ARGV[2] then
	return {'mark', at_seq, at_hit}
end

local producer, guard_s, alerts, prefix = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
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

-- What is to be added: one question for all of a batch, since each call of a
-- command costs as much as the copying of a hit.
local bucket = math.floor(redis.call('TIME')[1] / guard_s)
local function seen_in(n)
	return prefix .. 'seen:' .. string.format('%.0f', n)
end
local seqs, modes, hits, rests = {}, {}, {}, {}
for i = 7, #ARGV, 2 do
	local n = #hits + 1
	seqs[n], modes[n], hits[n], rests[n] =
		string.match(ARGV[i], '^(%d+) (%l+) (%x+)\n()')
end
local now_seen = redis.call('HMGET', seen_in(bucket), unpack(hits))
local was_seen = redis.call('HMGET', seen_in(bucket - 1), unpack(hits))
local new = {}

-- Somebody has added this hit before; it may have been ourselves, if the mark
-- was lost and the guard was not.
local function double(by, i)
	doubles = doubles + 1
	if modes[i] ~= 'told' and
			string.match(by, '^%S+ %S+') ~= producer .. ' ' .. seqs[i] then
		redis.call('XADD', KEYS[3], '*', 'seq', seqs[i], 'hit', hits[i],
			'outcome', 'elsewhere')
	end
end

local function add(i)
	local json = ARGV[6 + 2 * i]
	local stream_id
	if modes[i] == 'told' then
		stream_id = redis.pcall('XADD', KEYS[2], '*', 'id', hits[i],
			'json', json, 'producer', producer, 'seq', seqs[i],
			'told', '1')
	else
		stream_id = redis.pcall('XADD', KEYS[2], '*', 'id', hits[i],
			'json', json, 'producer', producer, 'seq', seqs[i])
	end
	if type(stream_id) == 'table' then
		failure = stream_id.err
		return false
	end
	added = added + 1
	new[#new + 1] = hits[i]
	new[#new + 1] = producer .. ' ' .. seqs[i]
	if heard and modes[i] == 'live' then
		alert(stream_id, json, string.sub(ARGV[5 + 2 * i], rests[i]))
	end
	return true
end

for i = 1, #hits do
	local by = now_seen[i] or was_seen[i]
	if by then
		double(by, i)
	elseif not add(i) then
		break
	end
	at_seq, at_hit = seqs[i], hits[i]
end
if added > 0 then
	redis.call('HSET', seen_in(bucket), unpack(new))
	redis.call('EXPIRE', seen_in(bucket), 2 * guard_s)
	redis.call('SET', prefix .. 'seen', string.format('%.0f', bucket))
	redis.call('UNLINK', seen_in(bucket - 2))
end
if at_seq ~= ARGV[1] then
	redis.call('HSET', KEYS[1], 'seq', at_seq, 'hit', at_hit)
end
if failure then
	return {'failed', added, doubles, at_seq, at_hit, failure}
end
return {'ok', added, doubles}
