#!lua
-- Make newswatch's consumer group if it is not there (first start, a wiped
-- Redis, a mistaken XGROUP DESTROY). It starts where the workers had got to
-- (`taken`, which is as old as the stream is), else at the first entry.
--
-- KEYS: 1 hits  2 taken
-- ARGV: 1 the group's name
-- Returns 1 if it was made, 0 if it was there.
local from = redis.call('GET', KEYS[2]) or '0-0'

-- A mark beyond the stream's last entry is of another stream.
local function number_of(id)
	local ms, n = string.match(id, '^(%d+)-(%d+)$')
	return tonumber(ms) or 0, tonumber(n) or 0
end
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if info.err then
	from = '0-0'
else
	for i = 1, #info, 2 do
		if info[i] == 'last-generated-id' then
			local ms, n = number_of(info[i + 1])
			local from_ms, from_n = number_of(from)
			if from_ms > ms or (from_ms == ms and from_n > n) then
				from = '0-0'
			end
		end
	end
end

local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], from, 'MKSTREAM')
if made.err then
	if string.find(made.err, '^BUSYGROUP') then
		return 0
	end
	return made
end
return 1
