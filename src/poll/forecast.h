/*
 * What a feed is expected to publish, from what its polls have shown: items per
 * second as a function of time. Pure.
 *
 *   lambda(s) = r h(s) d(s) + (x - a r h d) e^-(s (1-a) / tau)
 *
 * r: mean rate; h, d: factors of the hour and of the day of the week; x: what
 * the items seen last still draw, a: the share of items that others draw (a
 * Hawkes process; its mean, given the past, falls back to r so). Factors are
 * what was seen against what was to be expected in the time watched, both with
 * a prior: of the hours one hump a day, of the days a weekend unlike the rest,
 * of either as much as the few items tell; feeds by the clock have their slots
 * beside that.
 * Source: Hawkes, Biometrika 58(1), 1971; Dassios, Zhao, Electron. Commun.
 * Probab. 18, 2013 (conditional mean).
 */
#ifndef NW_POLL_FORECAST_H
#define NW_POLL_FORECAST_H

#include "poll/clocks.h"
#include "poll/schedule.h"

struct forecast {
	double rate; /* items per second */
	double rate_seen; /* the same, with nothing assumed of a feed that was
			   * seen to publish a lot; never less */
	double per_act; /* items that come at once */
	double burst_share, burst; /* a; x, at from_ms */
	double hour[24], day[7]; /* factors, mean 1; hours evened out */
	double exact_hour[24]; /* not evened out; of clocks only */
	int64_t from_ms;
	struct schedule_clock clock;
};

/* Where in its period a time lies, 0 to period_ms - 1; also before 1970. */
int64_t forecast_phase(int64_t ms, int64_t period_ms);
/* Indices of profiles. 1970-01-01 was a Thursday: day 0. */
size_t forecast_hour(int64_t ms);
size_t forecast_day(int64_t ms);

/* From a time on; nothing is known of what came after s->last_poll_ms. */
void forecast_init(
	struct forecast *f, const struct schedule *s, int64_t from_ms);
/* Expected items per second, of clocks as a mean of their hour or day. */
double forecast_at(const struct forecast *f, int64_t ms);
/* Acts per second that no other act draws. */
double forecast_calm(const struct forecast *f, int64_t ms);

#endif
