/*
 * The best time to ask next, at a price and a forecast. Pure.
 */
#ifndef NW_POLL_TIMING_H
#define NW_POLL_TIMING_H

#include "poll/forecast.h"

#define TIMING_POINTS 320
#define TIMING_PULSES 18

/*
 * The first time at which the integral of sqrt(lambda / (2 mu)) reaches 1, up
 * to most_ms: at a constant rate sqrt(2 mu / lambda) from now. mu > 0: item
 * seconds a poll. Sooner, down to half of that, if more would come by then
 * than a document holds: what has left it is never seen. Source: Sia, Cho, Cho,
 * TKDE 19(7), 2007, theorem 4.
 */
int64_t timing_by_rate(const struct forecast *f, double mu, int64_t most_ms);

/*
 * For a feed with a clock: the time that costs least over this poll and those
 * after it, where what is published waits for the poll after it and a poll
 * costs mu item seconds. An item of a slot comes once, with the chance that the
 * feed has shown; one that is late may still come, the less likely the later it
 * is. Bellman's equation on a grid of times, as lines and their lower hull. The
 * result may be off the limits; *at_slot: it is meant for a slot.
 */
int64_t timing_by_clock(const struct forecast *f, const struct schedule *s,
	double mu, int64_t least_ms, int64_t most_ms, bool *at_slot);

#endif
