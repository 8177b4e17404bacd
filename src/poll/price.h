/*
 * What a poll costs: what was spent against what is allowed over all feeds. One
 * per poller; fed by every change of a feed's rate. Pure.
 */
#ifndef NW_POLL_PRICE_H
#define NW_POLL_PRICE_H

#include <stddef.h>

#include "base/clock.h"

struct schedule_price {
	double sum_sqrt; /* of weight * rate over feeds on auto */
	double budget; /* polls per second over these feeds */
	double over; /* spent - allowed, in polls */
	double spent, foreseen; /* polls, by count and by the price; fading */
	double mu; /* the last price; 0: none yet */
	double days; /* since the start */
	double hit_share; /* of all items; slowly following what is seen */
	double judged; /* items behind it */
	int64_t since_ms;
};
void schedule_price_init(struct schedule_price *p, struct wall now);
/* A feed's weighted rate changes from old to new (0: it comes or goes). */
void schedule_price_change(
	struct schedule_price *p, double old_rate, double new_rate);
void schedule_price_spend(struct schedule_price *p, struct wall now);
/* New items of any feed, and how many of them are about something watched. */
void schedule_price_judge(struct schedule_price *p, size_t items, size_t hits);
/* mu in items * seconds^2 per poll, >= 0; 0: polls cost nothing. */
double schedule_price_mu(struct schedule_price *p, struct wall now);

#endif
