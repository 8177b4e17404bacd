/* Source: xoshiro256** and splitmix64, Blackman and Vigna, public domain. */
#include "base/rng.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t
rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void
rng_init(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&seed);
}

void
rng_init_system(struct rng *r)
{
	uint64_t seed;

	rng_secret(&seed, sizeof(seed));
	rng_init(r, seed);
}

uint64_t
rng_next(struct rng *r)
{
	uint64_t result = rotl(r->s[1] * 5, 7) * 9;
	uint64_t t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rotl(r->s[3], 45);
	return result;
}

/* Source: Lemire, "Fast Random Integer Generation in an Interval" (2019). */
uint32_t
rng_below(struct rng *r, uint32_t n)
{
	uint64_t m;

	assert(n > 0);
	do
		m = (rng_next(r) >> 32) * n;
	while ((uint32_t)m < (uint32_t)-n % n);
	return (uint32_t)(m >> 32);
}

double
rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}

void
rng_secret(void *out, size_t n)
{
	unsigned char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			perror("newswatch: getrandom");
			abort();
		}
		p += got;
		n -= (size_t)got;
	}
}
