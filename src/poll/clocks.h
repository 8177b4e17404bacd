/*
 * Feeds that publish by the clock: at minutes of the hour or at times of the
 * day. Pure.
 *
 * Recent publication times, folded onto the period, are cut into slots at wide
 * gaps; around each slot's median they are taken as Laplace distributed with
 * one width before and one after it, since what a clock starts comes late
 * rather than early, and how late falls off exponentially. A feed is by the
 * clock if that explains its times better than chance by far (log likelihood
 * ratio). Source: Kotz, Kozubowski, Podgorski, "The Laplace Distribution and
 * Generalizations", 2001, 3.5 (maximum likelihood of the asymmetric kind).
 */
#ifndef NW_POLL_CLOCKS_H
#define NW_POLL_CLOCKS_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_SLOTS 8
/* Times looked at, at most; fewer than CLOCK_LEAST say nothing. */
#define CLOCK_TIMES 16
#define CLOCK_LEAST 6

struct schedule_clock {
	int64_t period_ms; /* an hour or a day; 0: no clock */
	size_t n; /* slots */
	int64_t phase_ms[CLOCK_SLOTS]; /* within the period, UTC; ascending */
	float share[CLOCK_SLOTS]; /* of the items in slots; sum 1 */
	float early_ms, late_ms; /* widths before and after the phase */
	float free; /* share of items outside of slots, 0..1 */
};

/* times: seconds since 1970, ascending; n <= CLOCK_TIMES. */
struct schedule_clock clock_find(const uint32_t *times, size_t n);

#endif
