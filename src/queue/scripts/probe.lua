#!lua flags=no-writes
-- May a batch of hits be added by plain commands? The caller watches the mark
-- and the stream before, and if the answer is 'ok' sends in one transaction
-- what publish.lua would do: it comes about only if neither has changed since.
-- Hits then need not pass through Lua, which hashes every byte of them.
--
-- Whether a hit was added before, the caller asks itself.
--
-- KEYS: 1 producer:<uuid>  2 hits
-- ARGV: 1 and 2 seq and hit id of the mark, '' for none  3 seconds that `seen`
--   guards at least  4 the channel `alerts`  5 the present n of seen:<n>, as
--   far as the caller knows
-- Returns {'mark', seq, hit} if the mark is elsewhere ('' if there is none),
--   {'span', n} if the present n is another, {'script'} where publish.lua is
--   needed: somebody listens, or the server is a cluster or has replicas; or
--   {'ok'}.
local mark = redis.call('HMGET', KEYS[1], 'seq', 'hit')
local at_seq, at_hit = mark[1] or '', mark[2] or ''
if at_seq ~= ARGV[1] or at_hit ~= ARGV[2] then
	return {'mark', at_seq, at_hit}
end

-- As in publish.lua: where it cannot be known who listens, somebody may.
local function is_heard()
	local info = redis.pcall('INFO', 'replication', 'cluster')
	local names = redis.pcall('PUBSUB', 'CHANNELS',
		(string.gsub(ARGV[4], '[%*%?%[%]%^\\]', '\\%0')) .. '*')
	return redis.pcall('PUBSUB', 'NUMPAT') ~= 0 or
		type(info) ~= 'string' or names.err or #names > 0 or
		not string.find(info, 'connected_slaves:0', 1, true) or
		not string.find(info, 'cluster_enabled:0', 1, true)
end

-- Nothing may fail in a transaction: the stream is one, and not at its end.
local function is_stream()
	if redis.call('EXISTS', KEYS[2]) == 0 then
		return true
	end
	local info = redis.pcall('XINFO', 'STREAM', KEYS[2])
	for i = 1, #info, 2 do
		if info[i] == 'last-generated-id' then
			return #string.match(info[i + 1], '^%d+') < 19
		end
	end
	return false
end

local span = math.floor(redis.call('TIME')[1] / ARGV[3])
if span ~= tonumber(ARGV[5]) then
	return {'span', span}
end
if is_heard() or not is_stream() then
	return {'script'}
end
return {'ok'}
