/* See price.h. Pure. */
#include "poll/price.h"

#include <math.h>

/* Items that the share of hits over all feeds remembers. */
#define INTEREST_MEMORY 20000.0
/*
 * With feeds whose rates are constant, S = sum of sqrt(rate) and a price mu,
 * S / sqrt(2 mu) polls are made per second. With clocks, bursts, nights and
 * limits it is some multiple q of that, which is learned from the last week: a
 * whole one, so that what is saved at weekends goes to working days. What is
 * over or under budget all the same is evened out in one day, later in two, and
 * sooner what is over by more than a hundredth of the time, or of what all the
 * first polls come to.
 */
#define SPENDING_DAYS 7.0
#define SPENDING_PRIOR_DAYS 1.0
#define SPENDING_MOST 20.0
/* No feed waits longer: who did not ask for more than that was asleep. */
#define FORESEE_MOST_DAYS 1.0
#define EVEN_OUT_LEAST_DAYS 1.0
#define EVEN_OUT_MOST_DAYS 2.0
#define EVEN_OUT_PART 0.25
#define OVER_PART 0.01
#define OVER_PART_DAYS 14.0
#define OVER_FIRST 0.4
#define OVER_FIRST_FADES 0.2
#define OVER_GAIN 6.0
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

static void
foresee(struct schedule_price *p, double days)
{
	double keep = exp(-days / SPENDING_DAYS);

	p->spent *= keep;
	p->foreseen *= keep;
	if (p->mu > 0)
		p->foreseen += p->sum_sqrt / sqrt(2 * p->mu) * 86400 * days;
}

/* What was saved or overspent counts up to a few days: a feed list that slept
 * for a month must not be asked all day long after it. */
static void
pass_time(struct schedule_price *p, struct wall now)
{
	double most = OVERSPEND_DAYS_MAX * p->budget * 86400, days;

	if (now.ms > p->since_ms) {
		days = (double)(now.ms - p->since_ms) / 86400e3;
		p->over -= p->budget * 86400 * days;
		p->since_ms = now.ms;
		p->days += days;
		foresee(p, fmin(days, FORESEE_MOST_DAYS));
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
	p->spent += 1;
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

/* Polls made for one that the price foresees. */
static double
spending(const struct schedule_price *p)
{
	double prior = SPENDING_PRIOR_DAYS * p->budget * 86400;
	double q = (p->spent + prior) / (p->foreseen + prior);

	return fmin(fmax(q, 1 / SPENDING_MOST), SPENDING_MOST);
}

double
schedule_price_mu(struct schedule_price *p, struct wall now)
{
	double root, over, much;

	if (p->budget <= 0)
		return 0;
	pass_time(p, now);
	over = p->over / (p->budget * 86400);
	much = fmax(OVER_PART * fmin(p->days, OVER_PART_DAYS),
		OVER_FIRST - OVER_FIRST_FADES * p->days);
	root = p->sum_sqrt / p->budget * spending(p);
	p->mu = root * root / 2 *
		exp(2 * over /
				fmin(fmax(EVEN_OUT_PART * p->days,
					     EVEN_OUT_LEAST_DAYS),
					EVEN_OUT_MOST_DAYS) +
			OVER_GAIN * fmax(over - much, 0));
	return p->mu;
}
