/* See forecast.h. Pure. */
#include "poll/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS (24 * HOUR_MS)
/* Items that the flat profiles count for, against those seen. */
#define HOURS_PRIOR 10.0
#define DAYS_PRIOR 25.0
/* A clock's hours are soon clear. */
#define CLOCK_PRIOR 2.0
/* After so many days, or weeks, all hours, or days, were watched alike. */
#define ROUNDS 4
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
profiles(struct forecast *f, const struct schedule *s)
{
	double seen[24], share[24], even_seen[24], even_share[24];

	for (size_t i = 0; i < 24; i++)
		seen[i] = (double)s->hours[i];
	watched(s, 24, HOUR_MS, share);
	smooth(seen, even_seen);
	smooth(share, even_share);
	factors(even_seen, even_share, 24, HOURS_PRIOR * f->per_act, f->hour);
	/* A clock may strike every third hour. */
	if (f->clock.period_ms != 0)
		factors(seen, share, 24, CLOCK_PRIOR * f->per_act,
			f->exact_hour);
	for (size_t i = 0; i < 7; i++)
		seen[i] = (double)s->days[i];
	watched(s, 7, DAY_MS, share);
	factors(seen, share, 7, DAYS_PRIOR * f->per_act, f->day);
}

void
forecast_init(struct forecast *f, const struct schedule *s, int64_t from_ms)
{
	uint32_t times[SCHEDULE_RECENT];
	size_t n = s->n_recent;
	double since_s;

	*f = (struct forecast){.from_ms = from_ms};
	f->rate = schedule_rate(s);
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
