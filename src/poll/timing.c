/* See timing.h. Pure. */
#include "poll/timing.h"

#include <math.h>
#include <string.h>

#define HOUR_MS ((int64_t)3600 * 1000)
/* Steps of the integral, growing with the distance. */
#define STEP_MIN_MS 30000
#define STEP_MAX_MS (20 * 60 * 1000)
/* What a document shows, and how many standard deviations more than expected
 * may come before it is asked; but no sooner than half the interval that
 * the price asks for, or the price would not hold. */
#define WINDOW_ITEMS 20.0
#define WINDOW_SURE 1.5
#define WINDOW_PART 2
/* The grid: so many steps to an interval as for a constant rate, fine for the
 * first intervals, then coarse. */
#define FINE_STEPS 12
#define FINE_INTERVALS 3
#define COARSE_STEPS 4
#define INTERVALS 8
/* A slot's item has not come for good after so many widths. */
#define PULSE_WIDTHS 12.0
#define PULSE_SURE 0.98

/* -- without a clock ---------------------------------------------------------
 */

/* Items that may be expected while a document is not looked at: m of which
 * m + z sqrt(m v) is what it holds, v the variance per item. */
static double
window_items(const struct forecast *f)
{
	double z = WINDOW_SURE * sqrt(f->per_act / (1 - f->burst_share));
	double root = (sqrt(z * z + 4 * WINDOW_ITEMS) - z) / 2;

	return root * root * f->rate / f->rate_seen;
}

int64_t
timing_by_rate(const struct forecast *f, double mu, int64_t most_ms)
{
	int64_t t = f->from_ms, end = most_ms, full = most_ms, step;
	double sum = 0, items = 0, most = window_items(f), rate, part;

	while (t < most_ms && end == most_ms) {
		step = (t - f->from_ms) / 8;
		if (step < STEP_MIN_MS)
			step = STEP_MIN_MS;
		if (step > STEP_MAX_MS)
			step = STEP_MAX_MS;
		rate = forecast_at(f, t + step / 2);
		part = sqrt(rate / (2 * mu)) * (double)step / 1000;
		if (sum + part >= 1)
			end = t + (int64_t)((double)step * (1 - sum) / part);
		items += rate * (double)step / 1000;
		if (items >= most && full == most_ms)
			full = t;
		sum += part;
		t += step;
	}
	if (full >= end)
		return end;
	end = f->from_ms + (end - f->from_ms) / WINDOW_PART;
	return full > end ? full : end;
}

/* -- pulses -----------------------------------------------------------------
 */

/* One item that a clock starts. */
struct pulse {
	int64_t at_ms;
	double items; /* expected of it */
};

struct pulses {
	struct pulse p[TIMING_PULSES];
	size_t n;
	double early_s, late_s, free;
};

/* Share of a pulse that has come by x seconds after its time, and the integral
 * of it. */
static double
come(const struct pulses *p, double x, double *integral)
{
	double l = p->early_s, r = p->late_s, e;

	if (x < -PULSE_WIDTHS * l) {
		*integral = 0;
		return 0;
	}
	if (x < 0) {
		e = l / (l + r) * exp(x / l);
		*integral = l * e;
		return e;
	}
	e = x > PULSE_WIDTHS * r ? 0 : r / (l + r) * exp(-x / r);
	*integral = l * l / (l + r) + x - r * r / (l + r) + r * e;
	return 1 - e;
}

static bool
has_come(const struct pulses *p, const struct schedule *s, int64_t at_ms)
{
	double x = (double)(s->last_item_ms - at_ms) / 1000;

	return s->last_item_ms != SCHEDULE_NEVER &&
		x >= -PULSE_WIDTHS * p->early_s &&
		x <= PULSE_WIDTHS * p->late_s;
}

static void
add_pulse(struct pulses *p, const struct forecast *f, const struct schedule *s,
	int64_t at_ms, double share)
{
	double ignored, gone, q, acts;

	if (p->n == TIMING_PULSES || has_come(p, s, at_ms))
		return;
	gone = come(p, (double)(f->from_ms - at_ms) / 1000, &ignored);
	acts = f->rate / f->per_act * (double)f->clock.period_ms / 1000 *
		share * (1 - p->free) * f->day[forecast_day(at_ms)];
	if (f->clock.period_ms == HOUR_MS)
		acts *= f->exact_hour[forecast_hour(at_ms)];
	q = fmin(acts, PULSE_SURE);
	/* Not come by now: less likely to come at all. */
	q /= 1 - q * gone;
	p->p[p->n++] = (struct pulse){at_ms, q * f->per_act};
}

static void
find_pulses(struct pulses *p, const struct forecast *f,
	const struct schedule *s, int64_t until_ms)
{
	const struct schedule_clock *c = &f->clock;
	int64_t back_ms, t;

	p->n = 0;
	p->early_s = (double)c->early_ms / 1000;
	p->late_s = (double)c->late_ms / 1000;
	p->free = (double)c->free;
	back_ms = (int64_t)(PULSE_WIDTHS * (double)c->late_ms);
	t = f->from_ms - back_ms;
	for (t -= forecast_phase(t, c->period_ms); t < until_ms;
		t += c->period_ms)
		for (size_t i = 0; i < c->n; i++)
			if (t + c->phase_ms[i] + back_ms > f->from_ms)
				add_pulse(p, f, s, t + c->phase_ms[i],
					(double)c->share[i]);
}

/* -- the best times ---------------------------------------------------------
 */

struct grid {
	double t[TIMING_POINTS]; /* seconds from from_ms, ascending */
	double items[TIMING_POINTS]; /* integral of lambda */
	double waits[TIMING_POINTS]; /* integral of items */
	size_t n;
};

static void
add_point(struct grid *g, double t)
{
	size_t k = g->n;

	if (g->n == TIMING_POINTS)
		return;
	for (; k > 0 && g->t[k - 1] > t; k--)
		g->t[k] = g->t[k - 1];
	if (k > 0 && t - g->t[k - 1] < 0.5) {
		memmove(g->t + k, g->t + k + 1, (g->n - k) * sizeof(*g->t));
		return;
	}
	g->t[k] = t;
	g->n++;
}

static void
make_grid(struct grid *g, double interval, double least, double horizon,
	const struct pulses *p, int64_t from_ms)
{
	static const double late[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10};
	double t = least;

	g->n = 0;
	add_point(g, 0);
	while (t < horizon && g->n < 128) {
		add_point(g, t);
		t += interval /
			(t < FINE_INTERVALS * interval ? FINE_STEPS
						       : COARSE_STEPS);
	}
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < sizeof(late) / sizeof(late[0]); k++) {
			t = (double)(p->p[i].at_ms - from_ms) / 1000 +
				late[k] * p->late_s;
			if (t >= least && t < horizon)
				add_point(g, t);
		}
	add_point(g, horizon);
}

static void
integrate(struct grid *g, const struct forecast *f, const struct pulses *p)
{
	double items = 0, waits = 0, dt, part, integral;
	int64_t at;

	for (size_t i = 0; i < g->n; i++) {
		if (i > 0) {
			dt = g->t[i] - g->t[i - 1];
			at = f->from_ms +
				(int64_t)(500 * (g->t[i] + g->t[i - 1]));
			part = p->free * forecast_at(f, at) * dt;
			waits += items * dt + part * dt / 2;
			items += part;
		}
		g->items[i] = items;
		g->waits[i] = waits;
		for (size_t k = 0; k < p->n; k++) {
			double x = g->t[i] -
				(double)(p->p[k].at_ms - f->from_ms) / 1000;

			g->items[i] += p->p[k].items * come(p, x, &integral);
			g->waits[i] += p->p[k].items * integral;
		}
	}
}

/*
 * cost[i] = min over j > i of mu + waits of what comes between i and j +
 * cost[j] = mu - W[i] + A[i] t[i] + min over j of (cost[j] + W[j]) - A[i] t[j]
 * with A = items, W = waits: lines over A[i], of which those that can be least
 * form a hull; A[i] falls as i does, so the search only moves to newer lines.
 */
struct lines {
	double slope[TIMING_POINTS], at0[TIMING_POINTS];
	size_t point[TIMING_POINTS];
	size_t head, n;
};

/* Where line j comes below line i, for falling arguments. */
static double
crossing(const struct lines *l, size_t i, size_t j)
{
	return (l->at0[j] - l->at0[i]) / (l->slope[i] - l->slope[j]);
}

static void
lines_add(struct lines *l, double slope, double at0, size_t point)
{
	size_t k = l->n;

	for (;; k--) {
		l->slope[k] = slope;
		l->at0[k] = at0;
		l->point[k] = point;
		if (k < l->head + 2 ||
			crossing(l, k - 2, k) < crossing(l, k - 2, k - 1))
			break;
	}
	l->n = k + 1;
}

static double
line_at(const struct lines *l, size_t i, double x)
{
	return l->at0[i] + l->slope[i] * x;
}

/* The least line at x, which is below that of the call before. */
static size_t
lines_least(struct lines *l, double x)
{
	while (l->head + 1 < l->n &&
		line_at(l, l->head + 1, x) <= line_at(l, l->head, x))
		l->head++;
	return l->head;
}

/* The point after the first one that is asked first. */
static size_t
solve(const struct grid *g, double mu)
{
	struct lines l = {.n = 0};
	size_t i = g->n - 1, k = 0;
	double cost = 0;

	for (;;) {
		lines_add(&l, -g->t[i], cost + g->waits[i], i);
		if (i-- == 0)
			break;
		k = lines_least(&l, g->items[i]);
		cost = mu - g->waits[i] + g->items[i] * g->t[i] +
			line_at(&l, k, g->items[i]);
		if (i == 0)
			break;
	}
	return l.point[k];
}

static bool
is_at_pulse(const struct pulses *p, const struct forecast *f, double t)
{
	double x;

	for (size_t i = 0; i < p->n; i++) {
		x = t - (double)(p->p[i].at_ms - f->from_ms) / 1000;
		if (x >= 0 && x <= PULSE_WIDTHS * p->late_s + 1)
			return true;
	}
	return false;
}

int64_t
timing_by_clock(const struct forecast *f, const struct schedule *s, double mu,
	int64_t least_ms, int64_t most_ms, bool *at_slot)
{
	double least = (double)(least_ms - f->from_ms) / 1000;
	double most = (double)(most_ms - f->from_ms) / 1000;
	double interval, horizon;
	struct pulses p;
	struct grid g;
	size_t k;

	/* Beyond what the limits allow, a price changes nothing. */
	mu = fmin(fmax(mu, f->rate * least * least / 32),
		f->rate * most * most * 8);
	interval = fmin(fmax(sqrt(2 * mu / f->rate), least), most);
	horizon = INTERVALS * interval;
	find_pulses(&p, f, s, f->from_ms + (int64_t)(1000 * horizon));
	if (p.n == TIMING_PULSES)
		horizon = fmax(2 * least,
			(double)(p.p[p.n - 1].at_ms - f->from_ms) / 1000);
	make_grid(&g, interval, least, horizon, &p, f->from_ms);
	integrate(&g, f, &p);
	k = solve(&g, mu);
	*at_slot = is_at_pulse(&p, f, g.t[k]);
	return f->from_ms + (int64_t)(1000 * g.t[k]);
}
