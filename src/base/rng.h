/* Repeatable random numbers (xoshiro256**); not for secrets. */
#ifndef NW_BASE_RNG_H
#define NW_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_init(struct rng *r, uint64_t seed); /* same seed, same numbers */
void rng_init_system(struct rng *r); /* seeded by getrandom(2) */
uint64_t rng_next(struct rng *r);
uint32_t rng_below(struct rng *r, uint32_t n); /* uniform in [0, n), n > 0 */
double rng_unit(struct rng *r); /* uniform in [0, 1) */

/* From getrandom(2), fit for secrets; aborts if the kernel has none. */
void rng_secret(void *out, size_t n);

#endif
