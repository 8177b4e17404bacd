/* See schedule.h. Pure. */
#include "poll/schedule.h"

#include <math.h>
#include <stdlib.h>

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS (24 * HOUR_MS)
/* Items that the flat profile counts for, against those seen. */
#define PROFILE_PRIOR 10.0
#define WEEKEND_PRIOR 10.0
/* Items that count for the share of hits over all feeds, and those that this
 * share itself remembers. */
#define INTEREST_PRIOR 30.0
#define INTEREST_MEMORY 20000.0
#define WEEKEND_SHARE (2.0 / 7)
/* An item makes others likely for about so long. */
#define BURST_S 1800.0
#define BURST_SHARE_MAX 0.6
#define BURST_PRIOR 10.0
/* Clocks */
#define CLOCK_LEAST 6
#define CLOCK_HOUR_SD_MS (4 * 60 * 1000)
#define CLOCK_DAY_SD_MS (25 * 60 * 1000)
#define CLOCK_MARGIN_MS 20000
/* Items so close together are one act of publishing. */
#define CLOCK_SAME_S 120
/* Steps of the integral, growing with the distance. */
#define STEP_MIN_MS 30000
#define STEP_MAX_MS (20 * 60 * 1000)

void
schedule_init(struct schedule *s)
{
	*s = (struct schedule){
		.last_poll_ms = SCHEDULE_NEVER,
		.last_item_ms = SCHEDULE_NEVER,
	};
}

/* -- observing --------------------------------------------------------------
 */

static int64_t
floor_mod(int64_t a, int64_t m)
{
	int64_t r = a % m;

	return r < 0 ? r + m : r;
}

static unsigned
hour_of(int64_t ms)
{
	return (unsigned)(floor_mod(ms, DAY_MS) / HOUR_MS);
}

/* 1970-01-01 was a Thursday. */
static bool
is_weekend(int64_t ms)
{
	int64_t day = (ms - floor_mod(ms, DAY_MS)) / DAY_MS;
	int64_t weekday = floor_mod(day + 4, 7); /* 0 = Sunday */

	return weekday == 0 || weekday == 6;
}

static void
fade(struct schedule *s, double keep)
{
	float k = (float)keep;

	s->items *= k;
	s->exposure_s *= k;
	s->gaps *= k;
	s->short_gaps *= k;
	s->weekend *= k;
	s->judged *= k;
	s->hits *= k;
	for (size_t i = 0; i < 24; i++)
		s->hours[i] *= k;
}

static void
remember(struct schedule *s, int64_t ms)
{
	uint32_t now = (uint32_t)(ms / 1000), last;

	if (s->n_recent > 0) {
		last = s->recent[(s->at_recent + SCHEDULE_RECENT - 1) %
			SCHEDULE_RECENT];
		if (now < last + CLOCK_SAME_S)
			return;
	}
	s->recent[s->at_recent] = now;
	s->at_recent = (uint8_t)((s->at_recent + 1) % SCHEDULE_RECENT);
	if (s->n_recent < SCHEDULE_RECENT)
		s->n_recent++;
}

static void
add_item(struct schedule *s, int64_t ms)
{
	double gap_s;

	s->items += 1;
	s->hours[hour_of(ms)] += 1;
	if (is_weekend(ms))
		s->weekend += 1;
	if (s->last_item_ms != SCHEDULE_NEVER && ms >= s->last_item_ms) {
		gap_s = (double)(ms - s->last_item_ms) / 1000;
		s->gaps += 1;
		if (gap_s < BURST_S)
			s->short_gaps += 1;
		s->burst = (float)((double)s->burst * exp(-gap_s / BURST_S));
	}
	s->burst += 1;
	remember(s, ms);
	if (s->last_item_ms == SCHEDULE_NEVER || ms > s->last_item_ms)
		s->last_item_ms = ms;
}

static double
first_exposure_s(const struct schedule_poll *p)
{
	double s;

	if (p->n_items < SCHEDULE_FULL_DOCUMENT ||
		p->oldest.ms == SCHEDULE_NEVER)
		return SCHEDULE_FIRST_S;
	s = (double)(p->at.ms - p->oldest.ms) / 1000;
	return s > 60 ? s : 60;
}

static int
compare_times(const void *a, const void *b)
{
	int64_t x = ((const struct wall *)a)->ms;
	int64_t y = ((const struct wall *)b)->ms;

	return (x > y) - (x < y);
}

/* Publishers back-date and post-date: what is new was published since the last
 * poll, or as far back as the first document goes. */
static int64_t
believable(int64_t ms, int64_t from, int64_t to)
{
	return ms < from || ms > to ? to : ms;
}

void
schedule_observe(struct schedule *s, const struct schedule_poll *p)
{
	struct wall sorted[256];
	size_t n = p->n_new < 256 ? p->n_new : 256;
	double watched_s;
	int64_t from;

	if (s->last_poll_ms == SCHEDULE_NEVER) {
		watched_s = first_exposure_s(p);
		from = p->at.ms - (int64_t)(watched_s * 1000);
	} else {
		watched_s = (double)(p->at.ms - s->last_poll_ms) / 1000;
		if (watched_s < 0)
			watched_s = 0;
		fade(s, exp2(-watched_s / SCHEDULE_HALF_LIFE_S));
		from = s->last_poll_ms;
	}
	s->exposure_s += (float)watched_s;
	if (n > 0) {
		memcpy(sorted, p->new_items, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), compare_times);
	}
	for (size_t i = 0; i < n; i++)
		add_item(s, believable(sorted[i].ms, from, p->at.ms));
	s->judged += (float)p->n_new;
	s->hits += (float)(p->n_hits < p->n_new ? p->n_hits : p->n_new);
	/* Too many to look at each: they count all the same. */
	s->items += (float)(p->n_new - n);
	s->last_poll_ms = p->at.ms;
}

/* -- the model --------------------------------------------------------------
 */

double
schedule_rate(const struct schedule *s)
{
	return ((double)s->items + SCHEDULE_PRIOR_ITEMS) /
		((double)s->exposure_s + SCHEDULE_PRIOR_S);
}

double
schedule_interest(const struct schedule *s, double share_of_all)
{
	double share, worth;

	if (share_of_all <= 0)
		return 1;
	share = ((double)s->hits + INTEREST_PRIOR * share_of_all) /
		((double)s->judged + INTEREST_PRIOR);
	worth = SCHEDULE_INTEREST_FLOOR +
		(1 - SCHEDULE_INTEREST_FLOOR) * share / share_of_all;
	return worth < SCHEDULE_INTEREST_MAX ? worth : SCHEDULE_INTEREST_MAX;
}

/* Share of items that follow another one sooner than chance would have it. */
static double
burst_share(const struct schedule *s, double rate)
{
	double chance = 1 - exp(-rate * BURST_S);
	double a = ((double)s->short_gaps - (double)s->gaps * chance) /
		((double)s->gaps + BURST_PRIOR);

	return a < 0 ? 0 : a > BURST_SHARE_MAX ? BURST_SHARE_MAX : a;
}

struct model {
	const struct schedule *s;
	double base; /* items per second outside bursts */
	double share; /* of bursts */
	double hour[24], weekend, weekday; /* factors, mean 1 */
};

static void
model_init(struct model *m, const struct schedule *s)
{
	double rate = schedule_rate(s), sum = 0, share;

	m->s = s;
	m->share = burst_share(s, rate);
	m->base = rate * (1 - m->share);
	for (size_t i = 0; i < 24; i++)
		sum += (double)s->hours[i];
	for (size_t i = 0; i < 24; i++)
		m->hour[i] = 24 * ((double)s->hours[i] + PROFILE_PRIOR / 24) /
			(sum + PROFILE_PRIOR);
	share = ((double)s->weekend + WEEKEND_PRIOR * WEEKEND_SHARE) /
		((double)s->items + WEEKEND_PRIOR);
	m->weekend = share / WEEKEND_SHARE;
	m->weekday = (1 - share) / (1 - WEEKEND_SHARE);
}

static double
model_at(const struct model *m, int64_t ms)
{
	double lambda = m->base * m->hour[hour_of(ms)] *
		(is_weekend(ms) ? m->weekend : m->weekday);
	double since_s;

	if (m->share > 0 && m->s->last_item_ms != SCHEDULE_NEVER) {
		since_s = (double)(ms - m->s->last_item_ms) / 1000;
		lambda += m->share / BURST_S * (double)m->s->burst *
			exp(-(since_s > 0 ? since_s : 0) / BURST_S);
	}
	return lambda;
}

double
schedule_intensity(const struct schedule *s, struct wall t)
{
	struct model m;

	model_init(&m, s);
	return model_at(&m, t.ms);
}

void
schedule_profile(const struct schedule *s, double hours[24], double *weekend)
{
	struct model m;

	model_init(&m, s);
	memcpy(hours, m.hour, sizeof(m.hour));
	*weekend = m.weekend;
}

int64_t
schedule_delay_ms(const struct schedule *s, struct wall from, struct wall to)
{
	enum { STEPS = 64 };
	double sum = 0, weighted = 0, lambda;
	struct model m;

	model_init(&m, s);
	for (int64_t i = 0; i < STEPS; i++) {
		int64_t t =
			from.ms + (to.ms - from.ms) * (2 * i + 1) / (2 * STEPS);

		lambda = model_at(&m, t);
		sum += lambda;
		weighted += lambda * (double)(to.ms - t);
	}
	return sum > 0 ? (int64_t)(weighted / sum) : 0;
}

/* -- clocks -----------------------------------------------------------------
 */

/* In how many periods the recent items lie: sixteen in one afternoon say
 * nothing about the time of day. */
static unsigned
periods(const struct schedule *s, int64_t period_ms)
{
	/* Where the oldest of the ring is. */
	size_t first = (size_t)s->at_recent + SCHEDULE_RECENT - s->n_recent;
	int64_t last = -1, at;
	unsigned n = 0;

	for (size_t i = 0; i < s->n_recent; i++) {
		at = (int64_t)s->recent[(first + i) % SCHEDULE_RECENT] * 1000 /
			period_ms;
		n += at != last;
		last = at;
	}
	return n;
}

static bool
find_phase(const struct schedule *s, int64_t period_ms, int64_t sd_max_ms,
	struct schedule_clock *out)
{
	const double turn = 2 * M_PI;
	double x = 0, y = 0, r, sd, angle;

	for (size_t i = 0; i < s->n_recent; i++) {
		angle = turn *
			(double)((int64_t)s->recent[i] * 1000 % period_ms) /
			(double)period_ms;
		x += cos(angle);
		y += sin(angle);
	}
	r = sqrt(x * x + y * y) / s->n_recent;
	if (r <= 0 || periods(s, period_ms) < CLOCK_LEAST)
		return false;
	sd = r < 1 ? sqrt(-2 * log(r)) / turn * (double)period_ms : 0;
	if (sd >= (double)sd_max_ms)
		return false;
	out->period_ms = period_ms;
	out->sd_ms = (int64_t)sd;
	out->phase_ms = floor_mod(
		(int64_t)(atan2(y, x) / turn * (double)period_ms), period_ms);
	return true;
}

struct schedule_clock
schedule_clock_of(const struct schedule *s)
{
	struct schedule_clock c = {0};

	if (s->n_recent < CLOCK_LEAST)
		return c;
	if (!find_phase(s, DAY_MS, CLOCK_DAY_SD_MS, &c))
		find_phase(s, HOUR_MS, CLOCK_HOUR_SD_MS, &c);
	return c;
}

/* The time of the clock that is nearest to t, but not before `least`. */
static int64_t
snap(const struct schedule_clock *c, int64_t t, int64_t least)
{
	int64_t margin =
		2 * c->sd_ms > CLOCK_MARGIN_MS ? 2 * c->sd_ms : CLOCK_MARGIN_MS;
	int64_t off = c->phase_ms + margin;
	int64_t at = t - floor_mod(t - off, c->period_ms);

	if (t - at > c->period_ms / 2)
		at += c->period_ms;
	while (at < least)
		at += c->period_ms;
	return at;
}

/* -- the next poll ----------------------------------------------------------
 */

/* First time at which the integral of sqrt(lambda / (2 mu)) reaches 1. */
static int64_t
integrate(const struct schedule *s, int64_t from, int64_t most, double mu)
{
	struct model m;
	double sum = 0, part;
	int64_t t = from, step;

	model_init(&m, s);
	while (t < most) {
		step = (t - from) / 8;
		if (step < STEP_MIN_MS)
			step = STEP_MIN_MS;
		if (step > STEP_MAX_MS)
			step = STEP_MAX_MS;
		part = sqrt(model_at(&m, t + step / 2) / (2 * mu)) *
			(double)step / 1000;
		if (sum + part >= 1)
			return t + (int64_t)((double)step * (1 - sum) / part);
		sum += part;
		t += step;
	}
	return most;
}

struct wall
schedule_next(const struct schedule *s, struct wall now, double mu,
	double weight, const struct schedule_limits *limits, bool *by_clock)
{
	int64_t least = now.ms + limits->min_ms, most = now.ms + limits->max_ms;
	struct schedule_clock clock = schedule_clock_of(s);
	int64_t t = least;

	if (mu > 0)
		t = integrate(s, now.ms, most, mu / weight);
	*by_clock = clock.period_ms > 0;
	if (*by_clock)
		t = snap(&clock, t, least);
	if (t < least)
		t = least;
	if (t > most) {
		t = most;
		*by_clock = false;
	}
	return (struct wall){t};
}

/* -- bytes ------------------------------------------------------------------
 */

/* The store is read by the machine that wrote it: native numbers. */
#define PACK_VERSION 3

static const struct {
	size_t offset, size;
} fields[] = {
#define FIELD(name) \
	{ \
		offsetof(struct schedule, name), \
			sizeof(((struct schedule *)0)->name) \
	}
	FIELD(last_poll_ms),
	FIELD(last_item_ms),
	FIELD(items),
	FIELD(exposure_s),
	FIELD(burst),
	FIELD(gaps),
	FIELD(short_gaps),
	FIELD(hours),
	FIELD(weekend),
	FIELD(judged),
	FIELD(hits),
	FIELD(recent),
	FIELD(n_recent),
	FIELD(at_recent),
#undef FIELD
};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

void
schedule_pack(const struct schedule *s, struct strbuf *out)
{
	strbuf_char(out, PACK_VERSION);
	for (size_t i = 0; i < N_FIELDS; i++)
		strbuf_put(out, (const char *)s + fields[i].offset,
			fields[i].size);
}

static bool
is_count(float v)
{
	return isfinite(v) && v >= 0;
}

static bool
is_sane(const struct schedule *s)
{
	for (size_t i = 0; i < 24; i++)
		if (!is_count(s->hours[i]))
			return false;
	return is_count(s->items) && is_count(s->exposure_s) &&
		is_count(s->burst) && is_count(s->gaps) &&
		is_count(s->short_gaps) && is_count(s->weekend) &&
		is_count(s->judged) && is_count(s->hits) &&
		s->n_recent <= SCHEDULE_RECENT &&
		s->at_recent < SCHEDULE_RECENT;
}

bool
schedule_unpack(struct span bytes, struct schedule *out)
{
	size_t size = 1, at = 1;

	schedule_init(out);
	for (size_t i = 0; i < N_FIELDS; i++)
		size += fields[i].size;
	if (bytes.n != size || bytes.p[0] != PACK_VERSION)
		return false;
	for (size_t i = 0; i < N_FIELDS; i++) {
		memcpy((char *)out + fields[i].offset, bytes.p + at,
			fields[i].size);
		at += fields[i].size;
	}
	if (is_sane(out))
		return true;
	schedule_init(out);
	return false;
}

/* -- the price --------------------------------------------------------------
 */

/* How much a day's worth of overspending raises the price. */
#define OVERSPEND_GAIN 10.0
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
	double most = OVERSPEND_DAYS_MAX * p->budget * 86400;

	if (now.ms > p->since_ms) {
		p->over -= p->budget * (double)(now.ms - p->since_ms) / 1000;
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
		exp(OVERSPEND_GAIN * p->over / (p->budget * 86400));
}
