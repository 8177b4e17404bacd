#include "base/clock.h"

#include <assert.h>
#include <time.h>

static struct timespec
now(clockid_t id)
{
	struct timespec t;
	int rc = clock_gettime(id, &t);

	assert(rc == 0);
	return t;
}

struct mono
clock_mono(void)
{
	return (struct mono){clock_mono_us() / 1000};
}

struct wall
clock_wall(void)
{
	struct timespec t = now(CLOCK_REALTIME);

	return (struct wall){
		(int64_t)t.tv_sec * 1000 + (int64_t)t.tv_nsec / 1000000};
}

int64_t
clock_mono_us(void)
{
	struct timespec t = now(CLOCK_MONOTONIC);

	return (int64_t)t.tv_sec * 1000000 + (int64_t)t.tv_nsec / 1000;
}
