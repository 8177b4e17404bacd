/* See schedule.h. Pure. */
#include "poll/schedule.h"

#include <math.h>

#define PACK_VERSION 1
#define NEVER INT64_MIN
#define DAY_MS 86400000.0
/* How fast an overspent budget raises the price, per day of overspending. */
#define OVERSPEND_GAIN 1.5

void
schedule_init(struct schedule *s)
{
	*s = (struct schedule){.last_poll_ms = NEVER};
}

static double
first_exposure_s(const struct schedule_poll *p)
{
	double s;

	if (p->n_items < SCHEDULE_FULL_DOCUMENT || p->oldest.ms == NEVER)
		return SCHEDULE_FIRST_S;
	s = (double)(p->at.ms - p->oldest.ms) / 1000;
	return s > 60 ? s : 60;
}

void
schedule_observe(struct schedule *s, const struct schedule_poll *p)
{
	double span_s, keep;

	if (s->last_poll_ms == NEVER) {
		span_s = first_exposure_s(p);
		keep = 0;
	} else {
		span_s = (double)(p->at.ms - s->last_poll_ms) / 1000;
		if (span_s < 0)
			span_s = 0;
		keep = exp2(-span_s / SCHEDULE_HALF_LIFE_S);
	}
	s->items = (float)((double)s->items * keep + (double)p->n_new);
	s->exposure_s = (float)((double)s->exposure_s * keep + span_s);
	s->last_poll_ms = p->at.ms;
}

double
schedule_rate(const struct schedule *s)
{
	return ((double)s->items + SCHEDULE_PRIOR_ITEMS) /
		((double)s->exposure_s + SCHEDULE_PRIOR_S);
}

void
schedule_pack(const struct schedule *s, struct strbuf *out)
{
	const char version = PACK_VERSION;

	strbuf_put(out, &version, 1);
	strbuf_put(out, &s->last_poll_ms, sizeof(s->last_poll_ms));
	strbuf_put(out, &s->items, sizeof(s->items));
	strbuf_put(out, &s->exposure_s, sizeof(s->exposure_s));
}

static bool
is_count(float v)
{
	return isfinite(v) && v >= 0;
}

bool
schedule_unpack(struct span b, struct schedule *out)
{
	const size_t size = 1 + sizeof(out->last_poll_ms) + sizeof(out->items) +
		sizeof(out->exposure_s);

	schedule_init(out);
	if (b.n != size || b.p[0] != PACK_VERSION)
		return false;
	memcpy(&out->last_poll_ms, b.p + 1, sizeof(out->last_poll_ms));
	memcpy(&out->items, b.p + 9, sizeof(out->items));
	memcpy(&out->exposure_s, b.p + 13, sizeof(out->exposure_s));
	if (is_count(out->items) && is_count(out->exposure_s))
		return true;
	schedule_init(out);
	return false;
}

/* -- price ------------------------------------------------------------------
 */

void
schedule_price_init(struct schedule_price *p, struct wall now)
{
	*p = (struct schedule_price){.since_ms = now.ms};
}

void
schedule_price_change(struct schedule_price *p, double old_weighted_rate,
	double new_weighted_rate)
{
	p->sum_sqrt += sqrt(new_weighted_rate) - sqrt(old_weighted_rate);
	if (p->sum_sqrt < 0)
		p->sum_sqrt = 0;
}

void
schedule_price_spend(struct schedule_price *p, struct wall now)
{
	double passed_s = (double)(now.ms - p->since_ms) / 1000;

	if (passed_s > 0) {
		p->allowed += p->budget * passed_s;
		p->since_ms = now.ms;
	}
	p->spent += 1;
}

double
schedule_price_mu(const struct schedule_price *p)
{
	double ratio, over_days;

	if (p->budget <= 0)
		return 0;
	ratio = p->sum_sqrt / p->budget;
	over_days = (p->spent - p->allowed) / (p->budget * DAY_MS / 1000);
	if (over_days > 2)
		over_days = 2;
	if (over_days < -2)
		over_days = -2;
	return ratio * ratio / 2 * exp(OVERSPEND_GAIN * over_days);
}

int64_t
schedule_delay_ms(double weighted_rate, double mu)
{
	double s = sqrt(2 * mu / weighted_rate);

	return s < DAY_MS ? (int64_t)(s * 1000) : (int64_t)DAY_MS;
}
