/* See clocks.h. Pure. */
#include "poll/clocks.h"

#include <math.h>
#include <string.h>

#define HOUR_S 3600u
#define DAY_S (24 * HOUR_S)
/* A slot says something if it was seen in so many periods. */
#define SLOT_LEAST 2
/* No clock is exacter than this, as far as few times can tell. */
#define WIDTH_LEAST_S 2.0
/* Nats by which a clock must beat chance, and what each number that is fitted
 * must earn on top of that. */
#define EVIDENCE 12.0
#define EVIDENCE_PER_SLOT 3.0

struct kind {
	uint32_t period_s;
	uint32_t gap_s; /* wider: another slot */
	double width_max_s; /* beyond it the profile of hours knows as much */
	size_t least_periods;
};

/* Times of the day come first: a feed with one time of the day has a minute of
 * the hour as well. */
static const struct kind kinds[] = {
	{DAY_S, 40 * 60, 30 * 60, 5},
	{HOUR_S, 5 * 60, 4 * 60, 6},
};

struct folded {
	double at[CLOCK_TIMES]; /* ascending, from an origin in the widest gap
				 */
	double origin_s;
	size_t n;
};

static void
sort(double *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		double x = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* The circle is cut in its widest gap, so that no slot lies across the cut. */
static void
fold(struct folded *f, const uint32_t *times, size_t n, uint32_t period_s)
{
	double widest;

	f->n = n;
	for (size_t i = 0; i < n; i++)
		f->at[i] = times[i] % period_s;
	sort(f->at, n);
	widest = f->at[0] + period_s - f->at[n - 1];
	f->origin_s = 0;
	for (size_t i = 1; i < n; i++)
		if (f->at[i] - f->at[i - 1] > widest) {
			widest = f->at[i] - f->at[i - 1];
			f->origin_s = f->at[i];
		}
	for (size_t i = 0; i < n; i++)
		f->at[i] = fmod(f->at[i] - f->origin_s + period_s, period_s);
	sort(f->at, n);
}

static size_t
periods_of(const uint32_t *times, size_t n, uint32_t period_s)
{
	size_t k = 1;

	for (size_t i = 1; i < n; i++)
		k += times[i] / period_s != times[i - 1] / period_s;
	return k;
}

/* Deviations of a slot's times from its median, early and late ones. */
static double
median_of(const double *at, size_t n, double *early, double *late)
{
	double m = n % 2 ? at[n / 2] : (at[n / 2 - 1] + at[n / 2]) / 2;

	for (size_t i = 0; i < n; i++) {
		*early += at[i] < m ? m - at[i] : 0;
		*late += at[i] > m ? at[i] - m : 0;
	}
	return m;
}

/* Nats per time that slots of these widths are better than an even spread. */
static double
gain(const struct schedule_clock *c, size_t in, size_t n)
{
	double period = (double)c->period_ms, free = (double)c->free, sum = 0;
	double width = (double)c->early_ms + (double)c->late_ms;

	for (size_t i = 0; i < c->n; i++)
		sum += (double)c->share[i] * (double)in *
			(log((double)c->share[i] * (1 - free) * period /
				 width) -
				1);
	return sum + (double)(n - in) * log(free);
}

static double
try_kind(const struct kind *k, const uint32_t *times, size_t n,
	struct schedule_clock *out)
{
	double early = 0, late = 0, s;
	struct schedule_clock c = {.period_ms = (int64_t)k->period_s * 1000};
	size_t in = 0, from = 0;
	struct folded f;

	fold(&f, times, n, k->period_s);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && f.at[i] - f.at[i - 1] <= k->gap_s)
			continue;
		if (i - from >= SLOT_LEAST) {
			if (c.n == CLOCK_SLOTS)
				return 0;
			c.share[c.n] = (float)(i - from);
			c.phase_ms[c.n++] = (int64_t)(1000 *
				fmod(f.origin_s +
						median_of(f.at + from, i - from,
							&early, &late),
					k->period_s));
			in += i - from;
		}
		from = i;
	}
	if (in == 0)
		return 0;
	for (size_t i = 0; i < c.n; i++)
		c.share[i] /= (float)in;
	early = early / (double)in;
	late = late / (double)in;
	s = sqrt(early * late);
	c.early_ms = (float)(1000 * fmax(early + s, WIDTH_LEAST_S));
	c.late_ms = (float)(1000 * fmax(late + s, WIDTH_LEAST_S));
	c.free = (float)(((double)(n - in) + 0.5) / ((double)n + 1));
	*out = c;
	if ((double)c.early_ms + (double)c.late_ms > 1000 * k->width_max_s)
		return 0;
	return gain(&c, in, n) - EVIDENCE - EVIDENCE_PER_SLOT * (double)c.n;
}

struct schedule_clock
clock_find(const uint32_t *times, size_t n)
{
	struct schedule_clock best = {0}, c = {0};
	double most = 0, g;

	if (n < CLOCK_LEAST)
		return best;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (periods_of(times, n, kinds[i].period_s) <
			kinds[i].least_periods)
			continue;
		g = try_kind(&kinds[i], times, n, &c);
		if (g > most) {
			most = g;
			best = c;
		}
	}
	return best;
}
