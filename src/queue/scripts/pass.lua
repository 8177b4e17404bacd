#!lua flags=allow-oom
-- Acknowledge a hit that nobody is told: no route wants it, or it refills a
-- lost stream and was told long ago (then its producer knows already).
--
-- KEYS: 1 hits  2 done:<producer>
-- ARGV: 1 consumer group  2 entry id  3 hit id  4 seq
--   5 outcome for the producer, or '' for none  6 prefix  7 marks that it
--   leaves for others, lines "<mark> <ms>"
-- Returns 1, or 0 if another worker was first.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
	return 0
end
for mark, ms in string.gmatch(ARGV[7], '(%S+) (%d+)\n') do
	redis.call('SET', ARGV[6] .. 'mark:' .. mark, ARGV[3], 'PX', ms)
end
if ARGV[5] ~= '' then
	redis.call('XADD', KEYS[2], '*', 'seq', ARGV[4], 'hit', ARGV[3],
		'outcome', ARGV[5])
end
return 1
