/* See price.h. Pure. */
#include "poll/price.h"

#include <math.h>

/* Items that the share of hits over all feeds remembers. */
#define INTEREST_MEMORY 20000.0
/* How much a day's worth of overspending raises the price, and how much more
 * for every day that it lasts: the first for today, the second because the rule
 * for the price is right only for feeds without clocks. Too much of the first
 * starves feeds after a start that asks all of them once. */
#define OVERSPEND_GAIN 6.0
#define OVERSPEND_GAIN_PER_DAY 2.0
#define TREND_MAX 3.0
#define OVERSPEND_DAYS_MAX 3.0

void
schedule_price_init(struct schedule_price *p, struct wall now)
{
	*p = (struct schedule_price){.since_ms = now.ms};
}

void
schedule_price_change(
	struct schedule_price *p, double old_rate, double new_rate)
{
	p->sum_sqrt += sqrt(new_rate) - sqrt(old_rate);
	if (p->sum_sqrt < 0)
		p->sum_sqrt = 0;
}

/* What was saved or overspent counts up to a few days: a feed list that slept
 * for a month must not be asked all day long after it. */
static void
pass_time(struct schedule_price *p, struct wall now)
{
	double most = OVERSPEND_DAYS_MAX * p->budget * 86400, days;

	if (now.ms > p->since_ms) {
		days = (double)(now.ms - p->since_ms) / 86400e3;
		p->trend += OVERSPEND_GAIN_PER_DAY * days * p->over /
			fmax(p->budget * 86400, 1e-9);
		p->trend = fmin(fmax(p->trend, -TREND_MAX), TREND_MAX);
		p->over -= p->budget * 86400 * days;
		p->since_ms = now.ms;
	}
	if (p->over > most)
		p->over = most;
	if (p->over < -most)
		p->over = -most;
}

void
schedule_price_spend(struct schedule_price *p, struct wall now)
{
	pass_time(p, now);
	p->over += 1;
}

void
schedule_price_judge(struct schedule_price *p, size_t items, size_t hits)
{
	double share;

	if (items == 0)
		return;
	share = (double)(hits < items ? hits : items) / (double)items;
	p->judged += (double)items;
	if (p->judged > INTEREST_MEMORY)
		p->judged = INTEREST_MEMORY;
	if (p->judged > (double)items)
		p->hit_share +=
			(share - p->hit_share) * (double)items / p->judged;
	else
		p->hit_share = share;
}

double
schedule_price_mu(struct schedule_price *p, struct wall now)
{
	double ratio;

	if (p->budget <= 0)
		return 0;
	pass_time(p, now);
	ratio = p->sum_sqrt / p->budget;
	return ratio * ratio / 2 *
		exp(p->trend + OVERSPEND_GAIN * p->over / (p->budget * 86400));
}
