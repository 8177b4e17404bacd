#!lua flags=allow-oom
-- A worker says that it is there, and how it is. Those not heard of for long
-- are forgotten.
--
-- KEYS: 1 worker:<name>  2 workers
-- ARGV: 1 name  2 s that the hash is kept  3 s after which a worker is
--   forgotten  4 ends: 1 if it stops now, then fields and values
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf',
	string.format('%.0f', now - ARGV[3] * 1000))
if ARGV[4] == '1' then
	redis.call('DEL', KEYS[1])
	redis.call('ZREM', KEYS[2], ARGV[1])
	return 1
end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[1])
return 1
