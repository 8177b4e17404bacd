/* See forecast.h. Pure. */
#include "poll/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS (24 * HOUR_MS)
/* Acts that what is assumed counts for, against those seen: one hump a day and
 * its height, the hours as that hump has them, the same on weekends, and all
 * working days alike. */
#define HUMP_PRIOR 2.0
#define HUMP_MOST 0.85
#define HOURS_PRIOR 10.0
#define WEEKEND_PRIOR 10.0
#define DAYS_PRIOR 40.0
/* A clock's hours are soon clear. */
#define CLOCK_PRIOR 2.0
/* After so many days, or weeks, all hours, or days, were watched alike. */
#define ROUNDS 4
/* Items that make a rate without a prior. */
#define SEEN_LEAST 10.0f
/* Acts that the usual share of bursts counts for. */
#define BURST_PRIOR 10.0
#define BURST_USUAL 0.1
#define BURST_SHARE_MAX 0.6

int64_t
forecast_phase(int64_t ms, int64_t period_ms)
{
	int64_t r = ms % period_ms;

	return r < 0 ? r + period_ms : r;
}

size_t
forecast_hour(int64_t ms)
{
	return (size_t)(forecast_phase(ms, DAY_MS) / HOUR_MS);
}

size_t
forecast_day(int64_t ms)
{
	return (size_t)(forecast_phase(ms, 7 * DAY_MS) / DAY_MS);
}

/*
 * Share of the time watched that lies in each of n bins of `bin_ms`, which take
 * turns: a first document may show an hour or a day only, and says nothing of
 * the others. Older time counts less, as what was seen in it does.
 */
static void
watched(const struct schedule *s, size_t n, int64_t bin_ms, double *share)
{
	int64_t round = (int64_t)n * bin_ms, t = s->last_poll_ms, next;
	int64_t from = s->since_ms, bins = 0;
	double weight = 1, sum = 0;
	double keep = exp2(-(double)bin_ms / (1000 * SCHEDULE_HALF_LIFE_S));

	for (size_t i = 0; i < n; i++)
		share[i] = 1 / (double)n;
	if (s->last_poll_ms == SCHEDULE_NEVER || from >= t ||
		t - from > ROUNDS * round)
		return;
	memset(share, 0, n * sizeof(*share));
	for (; t > from && bins <= ROUNDS * (int64_t)n; t = next, bins++) {
		next = t - 1 - forecast_phase(t - 1, bin_ms);
		if (next < from)
			next = from;
		share[forecast_phase(next, round) / bin_ms] +=
			weight * (double)(t - next);
		sum += weight * (double)(t - next);
		weight *= keep;
	}
	for (size_t i = 0; i < n; i++)
		share[i] /= sum;
}

/* Seen against expected, both with the prior's items. */
static void
factors(const double *seen, const double *share, size_t n, double prior,
	double *out)
{
	double sum = 0, k = prior / (double)n;

	for (size_t i = 0; i < n; i++)
		sum += seen[i];
	for (size_t i = 0; i < n; i++)
		out[i] = (seen[i] + k) / (sum * share[i] + k);
}

/* Neighbouring hours are alike: weights 1 2 3 2 1 over a ring of 24. */
static void
smooth(const double in[24], double out[24])
{
	for (size_t i = 0; i < 24; i++)
		out[i] =
			(in[(i + 22) % 24] + 2 * in[(i + 23) % 24] + 3 * in[i] +
				2 * in[(i + 1) % 24] + in[(i + 2) % 24]) /
			9;
}

static void
to_mean_one(double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	for (size_t i = 0; i < n; i++)
		v[i] *= (double)n / sum;
}

/*
 * One hump a day, exp(k cos(h - h0)): a few items tell two numbers, but not 24.
 * h0 is the mean direction of what was seen more than was to be expected, k
 * follows from its length, less what so few acts have by chance. Source:
 * Mardia, Jupp, "Directional Statistics", 2000, 5.3 (von Mises); Banerjee et
 * al., JMLR 6, 2005, 4.4 (k of the length).
 */
static void
hump(const double seen[24], const double share[24], double unit, double out[24])
{
	/* Of the middle of each hour; 18 further on: the sine. */
	static const double cosine[24] = {.99144, .92388, .79335, .60876,
		.38268, .13053, -.13053, -.38268, -.60876, -.79335, -.92388,
		-.99144, -.99144, -.92388, -.79335, -.60876, -.38268, -.13053,
		.13053, .38268, .60876, .79335, .92388, .99144};
	double n = 0, x = 0, y = 0, length, square, r, k;

	for (size_t i = 0; i < 24; i++) {
		n += seen[i];
		out[i] = 1;
	}
	for (size_t i = 0; i < 24; i++) {
		x += (seen[i] - n * share[i]) * cosine[i];
		y += (seen[i] - n * share[i]) * cosine[(i + 18) % 24];
	}
	length = sqrt(x * x + y * y);
	if (length <= 1e-9 * n || n <= 0)
		return;
	r = fmin(length / n, HUMP_MOST);
	square = r * r;
	r *= square / (square + HUMP_PRIOR * unit / n);
	k = r * (2 - r * r) / (1 - r * r) / length;
	for (size_t i = 0; i < 24; i++)
		out[i] = exp(k * (x * cosine[i] + y * cosine[(i + 18) % 24]));
	to_mean_one(out, 24);
}

/* What the items of each bin would be, were the factors these. */
static void
expected(const double *seen, const double *share, const double *factor,
	size_t n, double *out)
{
	double items = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		items += seen[i];
		all += share[i] * factor[i];
	}
	for (size_t i = 0; i < n; i++)
		out[i] = items * share[i] * factor[i] / all;
}

static void
hour_factors(const double seen[24], const double share[24], double unit,
	double out[24])
{
	double want[24], even_seen[24], even_want[24];

	hump(seen, share, unit, out);
	expected(seen, share, out, 24, want);
	smooth(seen, even_seen);
	smooth(want, even_want);
	for (size_t i = 0; i < 24; i++)
		out[i] *= (even_seen[i] + HOURS_PRIOR * unit / 24) /
			(even_want[i] + HOURS_PRIOR * unit / 24);
	to_mean_one(out, 24);
}

/* Days count from Thursday: 2 and 3 are the weekend. */
static void
day_factors(
	const double seen[7], const double share[7], double unit, double out[7])
{
	double want[7], items[2] = {0}, part[2] = {0}, factor[2];

	for (size_t i = 0; i < 7; i++) {
		items[i == 2 || i == 3] += seen[i];
		part[i == 2 || i == 3] += share[i];
	}
	for (size_t i = 0; i < 2; i++) {
		double k = WEEKEND_PRIOR * unit * (i == 0 ? 5 : 2) / 7;

		factor[i] =
			(items[i] + k) / ((items[0] + items[1]) * part[i] + k);
	}
	for (size_t i = 0; i < 7; i++)
		out[i] = factor[i == 2 || i == 3];
	expected(seen, share, out, 7, want);
	for (size_t i = 0; i < 7; i++)
		out[i] *= (seen[i] + DAYS_PRIOR * unit / 7) /
			(want[i] + DAYS_PRIOR * unit / 7);
	to_mean_one(out, 7);
}

static void
profiles(struct forecast *f, const struct schedule *s)
{
	double seen[24], share[24];
	/* So many items say as much as one that came for itself. */
	double unit = f->per_act / (1 - f->burst_share);

	for (size_t i = 0; i < 24; i++)
		seen[i] = (double)s->hours[i];
	watched(s, 24, HOUR_MS, share);
	hour_factors(seen, share, unit, f->hour);
	/* A clock may strike every third hour. */
	if (f->clock.period_ms != 0)
		factors(seen, share, 24, CLOCK_PRIOR * f->per_act,
			f->exact_hour);
	for (size_t i = 0; i < 7; i++)
		seen[i] = (double)s->days[i];
	watched(s, 7, DAY_MS, share);
	day_factors(seen, share, unit, f->day);
}

void
forecast_init(struct forecast *f, const struct schedule *s, int64_t from_ms)
{
	uint32_t times[SCHEDULE_RECENT];
	size_t n = s->n_recent;
	double since_s;

	*f = (struct forecast){.from_ms = from_ms};
	f->rate = schedule_rate(s);
	f->rate_seen = f->rate;
	if (s->items >= SEEN_LEAST && s->exposure_s > 0)
		f->rate_seen =
			fmax(f->rate, (double)s->items / (double)s->exposure_s);
	f->per_act = s->acts > 0 && s->items > s->acts
		? (double)s->items / (double)s->acts
		: 1;
	f->burst_share = ((double)s->drawn + BURST_USUAL * BURST_PRIOR) /
		((double)s->acts + BURST_PRIOR);
	if (f->burst_share > BURST_SHARE_MAX)
		f->burst_share = BURST_SHARE_MAX;
	if (s->last_item_ms != SCHEDULE_NEVER) {
		since_s = (double)(from_ms - s->last_item_ms) / 1000;
		f->burst = f->burst_share / SCHEDULE_BURST_S *
			(double)s->burst * f->per_act *
			exp(-fmax(since_s, 0) / SCHEDULE_BURST_S);
	}
	for (size_t i = 0; i < n; i++)
		times[i] = s->recent[(s->at_recent + SCHEDULE_RECENT - n + i) %
			SCHEDULE_RECENT];
	f->clock = clock_find(times, n);
	profiles(f, s);
}

static double
profile_at(const struct forecast *f, int64_t ms)
{
	return f->hour[forecast_hour(ms)] * f->day[forecast_day(ms)];
}

double
forecast_at(const struct forecast *f, int64_t ms)
{
	double a = f->burst_share, r = f->rate * profile_at(f, ms);
	double since_s = (double)(ms - f->from_ms) / 1000;
	double x = (f->burst - a * r) *
		exp(-fmax(since_s, 0) * (1 - a) / SCHEDULE_BURST_S);

	/* The mean of what is still to come; a share a of r is not there
	 * while nothing draws it. */
	return fmax(r + x, 1e-12);
}

double
forecast_calm(const struct forecast *f, int64_t ms)
{
	return f->rate / f->per_act * (1 - f->burst_share) * profile_at(f, ms);
}
