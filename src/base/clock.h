/*
 * The only place that reads clocks. Wall time and monotonic time are different
 * types so that they cannot be mixed up. Pure rooms get times as arguments.
 */
#ifndef NW_BASE_CLOCK_H
#define NW_BASE_CLOCK_H

#include <stdint.h>

struct mono {
	int64_t ms; /* since an arbitrary start; never goes back */
};

struct wall {
	int64_t ms; /* since 1970-01-01T00:00:00Z, leap seconds not counted */
};

struct mono clock_mono(void);
struct wall clock_wall(void);
int64_t clock_mono_us(void); /* for measuring */

#endif
