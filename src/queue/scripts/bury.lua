#!lua flags=allow-oom
-- Give up an entry of the stream that is no hit, or that workers die of.
--
-- KEYS: 1 hits  2 dead  3 done:<producer>
-- ARGV: 1 consumer group  2 entry id  3 hit id (may be '')  4 JSON  5 producer,
--   or ''  6 seq  7 reason  8 how often it was read
-- Returns 1, or 0 if another worker was first.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
	return 0
end
local time = redis.call('TIME')
redis.call('XADD', KEYS[2], '*', 'kind', 'hit', 'id', ARGV[3],
	'body', ARGV[4], 'reason', ARGV[7], 'attempts', ARGV[8],
	'made', string.match(ARGV[2], '^%d+'),
	'dead', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
if ARGV[5] ~= '' then
	redis.call('XADD', KEYS[3], '*', 'seq', ARGV[6], 'hit', ARGV[3],
		'outcome', 'dead')
end
return 1
