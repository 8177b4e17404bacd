/* See schedule.h. Pure. */
#include "poll/schedule.h"

#include <math.h>
#include <stdlib.h>

#include "poll/forecast.h"
#include "poll/timing.h"

/* Items that count for the share of hits over all feeds. */
#define INTEREST_PRIOR 30.0
/* Items so close together come at once: one act of publishing. */
#define SAME_ACT_MS 5000
/* The same for clocks, which start what takes a while. */
#define CLOCK_SAME_S 120
/* Times of a document that are looked at. */
#define TIMES_MAX 256u

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

static void
fade(struct schedule *s, double keep)
{
	float k = (float)keep;

	s->items *= k;
	s->exposure_s *= k;
	s->acts *= k;
	s->drawn *= k;
	s->judged *= k;
	s->hits *= k;
	for (size_t i = 0; i < 24; i++)
		s->hours[i] *= k;
	for (size_t i = 0; i < 7; i++)
		s->days[i] *= k;
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

/* Items of one act count in its hour and day, but excite once. */
static bool
starts_act(const struct schedule *s, int64_t ms)
{
	return s->last_item_ms == SCHEDULE_NEVER ||
		llabs(ms - s->last_item_ms) >= SAME_ACT_MS;
}

static void
count_item(struct schedule *s, int64_t ms, bool starts)
{
	s->items += 1;
	s->acts += starts;
	s->hours[forecast_hour(ms)] += 1;
	s->days[forecast_day(ms)] += 1;
}

/* How much of an act was drawn by those before it: the expectation step of
 * fitting a Hawkes process, one act at a time. */
static void
excite(struct schedule *s, const struct forecast *f, int64_t ms)
{
	double gap_s, calm, drawn;

	if (s->last_item_ms != SCHEDULE_NEVER) {
		gap_s = fmax(0, (double)(ms - s->last_item_ms) / 1000);
		s->burst = (float)((double)s->burst *
			exp(-gap_s / SCHEDULE_BURST_S));
		calm = forecast_calm(f, ms);
		drawn = f->burst_share / SCHEDULE_BURST_S * (double)s->burst;
		s->drawn += (float)(drawn / (drawn + calm));
	}
	s->burst += 1;
}

static void
add_items(struct schedule *s, const struct wall *items, size_t n)
{
	int64_t last = s->last_item_ms;
	struct forecast f;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		count_item(s, items[i].ms, starts_act(s, items[i].ms));
		s->last_item_ms = items[i].ms;
	}
	s->last_item_ms = last;
	forecast_init(&f, s, items[0].ms);
	for (size_t i = 0; i < n; i++) {
		if (!starts_act(s, items[i].ms))
			continue;
		excite(s, &f, items[i].ms);
		remember(s, items[i].ms);
		if (s->last_item_ms == SCHEDULE_NEVER ||
			items[i].ms > s->last_item_ms)
			s->last_item_ms = items[i].ms;
	}
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
	struct wall sorted[TIMES_MAX];
	size_t n = p->n_new < TIMES_MAX ? p->n_new : TIMES_MAX;
	double watched_s;
	int64_t from;

	if (s->last_poll_ms == SCHEDULE_NEVER) {
		watched_s = first_exposure_s(p);
		from = p->at.ms - (int64_t)(watched_s * 1000);
		s->since_ms = from;
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
	}
	for (size_t i = 0; i < n; i++)
		sorted[i].ms = believable(sorted[i].ms, from, p->at.ms);
	if (n > 0)
		qsort(sorted, n, sizeof(*sorted), compare_times);
	s->last_poll_ms = p->at.ms;
	add_items(s, sorted, n);
	s->judged += (float)p->n_new;
	s->hits += (float)(p->n_hits < p->n_new ? p->n_hits : p->n_new);
	/* Too many to look at each: they count all the same. */
	s->items += (float)(p->n_new - n);
}

/* -- what it says -----------------------------------------------------------
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

double
schedule_intensity(const struct schedule *s, struct wall t)
{
	struct forecast f;

	forecast_init(&f, s, s->last_poll_ms);
	return forecast_at(&f, t.ms);
}

void
schedule_profile(const struct schedule *s, double hours[24], double days[7])
{
	struct forecast f;

	forecast_init(&f, s, s->last_poll_ms);
	memcpy(hours, f.hour, sizeof(f.hour));
	memcpy(days, f.day, sizeof(f.day));
}

int64_t
schedule_delay_ms(const struct schedule *s, struct wall from, struct wall to)
{
	enum { STEPS = 64 };
	double sum = 0, weighted = 0, lambda;
	struct forecast f;

	forecast_init(&f, s, from.ms);
	for (int64_t i = 0; i < STEPS; i++) {
		int64_t t =
			from.ms + (to.ms - from.ms) * (2 * i + 1) / (2 * STEPS);

		lambda = forecast_at(&f, t);
		sum += lambda;
		weighted += lambda * (double)(to.ms - t);
	}
	return sum > 0 ? (int64_t)(weighted / sum) : 0;
}

struct schedule_clock
schedule_clock_of(const struct schedule *s)
{
	struct forecast f;

	forecast_init(&f, s, s->last_poll_ms);
	return f.clock;
}

/* -- the next poll ----------------------------------------------------------
 */

struct wall
schedule_next(const struct schedule *s, struct wall now, double mu,
	double weight, const struct schedule_limits *limits, bool *by_clock)
{
	int64_t least = now.ms + limits->min_ms, most = now.ms + limits->max_ms;
	struct forecast f;
	int64_t t = least;

	*by_clock = false;
	if (mu > 0) {
		forecast_init(&f, s, now.ms);
		if (f.clock.period_ms == 0)
			t = timing_by_rate(&f, mu / weight, most);
		else
			t = timing_by_clock(
				&f, s, mu / weight, least, most, by_clock);
	}
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
#define PACK_VERSION 4

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
	FIELD(since_ms),
	FIELD(items),
	FIELD(exposure_s),
	FIELD(acts),
	FIELD(drawn),
	FIELD(burst),
	FIELD(hours),
	FIELD(days),
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

/* Beyond any that polls add up to. */
#define COUNT_MAX 1e12F
/* As far from 1970 as the year 10000 is: differences of times do not overflow.
 */
#define TIME_MAX_MS INT64_C(253402300800000)

static bool
is_count(float v)
{
	return v >= 0 && v <= COUNT_MAX; /* nor NaN */
}

static bool
is_time(int64_t ms)
{
	return ms == SCHEDULE_NEVER || (ms > -TIME_MAX_MS && ms < TIME_MAX_MS);
}

static bool
is_sane(const struct schedule *s)
{
	for (size_t i = 0; i < 24; i++)
		if (!is_count(s->hours[i]))
			return false;
	for (size_t i = 0; i < 7; i++)
		if (!is_count(s->days[i]))
			return false;
	return is_count(s->items) && is_count(s->exposure_s) &&
		is_count(s->acts) && is_count(s->drawn) && is_count(s->burst) &&
		is_count(s->judged) && is_count(s->hits) &&
		is_time(s->last_poll_ms) && is_time(s->last_item_ms) &&
		is_time(s->since_ms) && s->since_ms != SCHEDULE_NEVER &&
		(s->last_poll_ms != SCHEDULE_NEVER ||
			s->last_item_ms == SCHEDULE_NEVER) &&
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
