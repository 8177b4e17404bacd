/*
 * When a feed is asked next, and why then. The rate comes from schedule.h, the
 * server's wishes from policy.h; here they meet the configuration.
 */
#include "poll/poller_private.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "poll/policy.h"

#define JITTER 0.10
/* New feeds are spread, so that a start is no stampede: 50 a second, or a
 * twentieth of what fetch.max_rate allows, but no longer than this. */
#define SPREAD_PER_S 50.0
#define SPREAD_PART 20.0
#define SPREAD_MAX_MS (15 * 60 * 1000.0)
/* After a restart: so many times the budget, but this fast in any case. */
#define DRAIN_FACTOR 3.0
#define DRAIN_LEAST_PER_S 2.0
/* While no host answers: look again so often, or at the feed's own pace if that
 * is sooner, and count nothing. */
#define DOWN_RETRY_MS 30000
/* While we lack something: so long at most. Longer than when no host answers,
 * since connections that come to nothing may reach them. */
#define OURS_RETRY_MS 300000

static const char *const whys[POLL_WHYS] = {
	[WHY_INTERVAL] = "interval",
	[WHY_RETRY_AFTER] = "Retry-After",
	[WHY_BACKOFF] = "backoff after a failure",
	[WHY_STORE] = "could not be stored: our fault, no backoff",
	[WHY_OURS] = "could not be asked: our fault, no backoff",
	[WHY_GONE] = "410 Gone: once a day",
	[WHY_DOWN] = "no host answers: the network is down",
	[WHY_PLANNED] = "planned before the restart",
	[WHY_NEW] = "new",
	[WHY_OVERDUE] = "overdue at the restart",
	[WHY_SKIP] = "the feed's skipHours or skipDays",
	[WHY_CLOCK] = "the feed's clock",
	[WHY_LEARNED] = "learned rate and budget",
	[WHY_TTL] = "the feed's ttl",
	[WHY_MAX_AGE] = "the server's max-age",
	[WHY_UNREADABLE] = "its state cannot be read",
};

const char *
poll_why_text(enum poll_why why)
{
	return whys[why];
}

bool
plan_is_auto(const struct feed *f)
{
	return f->conf->set->interval_ms == 0;
}

double
plan_worth(const struct feed *f)
{
	const struct schedule *s = &f->active->learned;

	return schedule_rate(s) * f->conf->set->weight *
		schedule_interest(s, f->p->price.hit_share);
}

static struct schedule_limits
limits_of(const struct feed *f)
{
	const struct config_feed_set *c = f->conf->set;
	const struct config_fetch *all = f->p->conf;

	return (struct schedule_limits){
		.min_ms = c->min_interval_ms > 0 ? c->min_interval_ms
						 : all->min_interval_ms,
		.max_ms = c->max_interval_ms > 0 ? c->max_interval_ms
						 : all->max_interval_ms,
	};
}

int64_t
plan_min_ms(const struct feed *f)
{
	return limits_of(f).min_ms;
}

static int64_t
jitter(struct rng *rng, int64_t ms)
{
	double r = 2 * rng_unit(rng) - 1;

	return ms + (int64_t)((double)ms * JITTER * r);
}

static int64_t
clamp(int64_t ms, const struct schedule_limits *limits)
{
	return ms < limits->min_ms    ? limits->min_ms
		: ms > limits->max_ms ? limits->max_ms
				      : ms;
}

/* Delay after the last poll as the feed's own pace asks for it. */
static int64_t
own_pace(struct feed *f, const struct schedule *learned, struct wall last,
	enum poll_why *why)
{
	struct schedule_limits limits = limits_of(f);
	bool by_clock = false;
	int64_t ms = f->conf->set->interval_ms;

	*why = WHY_INTERVAL;
	if (plan_is_auto(f)) {
		double mu = schedule_price_mu(&f->p->price, clock_wall());

		double weight = f->conf->set->weight *
			schedule_interest(learned, f->p->price.hit_share);

		ms = schedule_next(
			     learned, last, mu, weight, &limits, &by_clock)
				.ms -
			last.ms;
		*why = by_clock ? WHY_CLOCK : WHY_LEARNED;
	}
	if (by_clock)
		return ms;
	ms = jitter(&f->p->rng, ms);
	/* An interval set by hand may be longer than the longest learned. */
	if (!plan_is_auto(f))
		return ms > limits.min_ms ? ms : limits.min_ms;
	return clamp(ms, &limits);
}

/* Between two documents, as the server and the last one ask for. */
static int64_t
floor_ms(const struct feed_state *s)
{
	return s->ttl_ms > s->floor_ms ? s->ttl_ms : s->floor_ms;
}

/* What the server says is a floor, also of an interval set by hand. */
struct wall
plan_next(struct feed *f, const struct schedule *learned,
	const struct feed_state *s, enum poll_why *why)
{
	struct wall due = s->last_poll, unskipped;

	due.ms += own_pace(f, learned, s->last_poll, why);
	if (floor_ms(s) > due.ms - s->last_poll.ms) {
		due.ms = s->last_poll.ms + floor_ms(s);
		*why = s->ttl_ms > s->floor_ms ? WHY_TTL : WHY_MAX_AGE;
	}
	unskipped = policy_unskip(due, s->skip_hours, s->skip_days);
	if (unskipped.ms != due.ms)
		*why = WHY_SKIP;
	due = unskipped;
	if (s->retry_after.ms != FEED_NEVER && s->retry_after.ms > due.ms) {
		due = s->retry_after;
		*why = WHY_RETRY_AFTER;
	}
	return due;
}

/* A server that answers is asked no sooner after a failure than it wants to be
 * asked for a document; one that does not cannot be bothered. */
static struct wall
keep_floor(const struct feed_state *s, struct wall due)
{
	if (s->http_status == 0)
		return due;
	if (due.ms < s->last_poll.ms + floor_ms(s))
		due.ms = s->last_poll.ms + floor_ms(s);
	return policy_unskip(due, s->skip_hours, s->skip_days);
}

struct wall
plan_retry(struct feed *f, const struct feed_state *s, enum poll_why *why)
{
	int64_t pace = own_pace(f, &f->active->learned, s->last_poll, why);
	int64_t ms = policy_backoff_ms(pace, s->failures > 0 ? s->failures : 1,
		s->http_status != 0, (uint32_t)rng_next(&f->p->rng));
	struct wall due;

	*why = WHY_BACKOFF;
	if (s->result == FEED_STORE) {
		ms = pace;
		*why = WHY_STORE;
	} else if (s->result == FEED_OURS) {
		ms = pace < OURS_RETRY_MS ? pace : OURS_RETRY_MS;
		*why = WHY_OURS;
	} else if (s->gone >= POLICY_GONE_POLLS) {
		ms = POLICY_MAX_MS;
		*why = WHY_GONE;
	} else if (s->http_status == 0 && hosts_all_down(f->p->hosts)) {
		ms = pace < DOWN_RETRY_MS ? pace : DOWN_RETRY_MS;
		*why = WHY_DOWN;
	}
	if (ms < limits_of(f).min_ms)
		ms = limits_of(f).min_ms;
	due.ms = s->last_poll.ms + ms;
	due = keep_floor(s, due);
	if (s->retry_after.ms != FEED_NEVER && s->retry_after.ms > due.ms) {
		due = s->retry_after;
		*why = WHY_RETRY_AFTER;
	}
	return due;
}

/* -- the start --------------------------------------------------------------
 */

/* A feed never polled: soon, but not all at once. A known one: when it was
 * due, which lies ahead. */
struct wall
plan_first(struct feed *f, enum poll_why *why)
{
	double per_s = fmax(SPREAD_PER_S, f->p->conf->max_rate / SPREAD_PART);
	double spread = (double)f->p->n_unseen * 1000 / per_s;
	struct wall now = clock_wall();

	if (spread > SPREAD_MAX_MS)
		spread = SPREAD_MAX_MS;
	if (f->next_due.ms >= now.ms) {
		*why = WHY_PLANNED;
		return f->next_due;
	}
	*why = WHY_NEW;
	now.ms += (int64_t)(rng_unit(&f->p->rng) * spread);
	return now;
}

struct overdue {
	struct feed *f;
	double urgency;
};

static int
compare_urgency(const void *a, const void *b)
{
	double x = ((const struct overdue *)a)->urgency;
	double y = ((const struct overdue *)b)->urgency;

	return (x < y) - (x > y);
}

/* Nothing is planned less than its minimum after its last poll, so it may be
 * asked at once; but after a crash the last poll may be one we do not know. */
static void
plan_overdue(struct feed *f, struct wall now, int64_t in_ms)
{
	if (f->p->after_crash && in_ms < limits_of(f).min_ms)
		in_ms = limits_of(f).min_ms;
	f->next_due.ms = now.ms + in_ms;
	if (f->active != NULL)
		f->active->state.s.next_due = f->next_due;
	f->why = WHY_OVERDUE;
	feed_sleep(f);
}

/*
 * What was due while we were away: the longer and the livelier first, at three
 * times the budget, so that a restart is no stampede. That minimises the delay
 * of what was published meanwhile, as the schedule does at all other times.
 */
void
plan_drain(struct poller *p)
{
	struct wall now = clock_wall();
	double per_s = DRAIN_FACTOR * (p->price.budget + p->fixed_rate);
	struct overdue *list = mem_calloc(p->overdue.n + 1, sizeof(*list));
	size_t n = 0;

	if (per_s < DRAIN_LEAST_PER_S)
		per_s = DRAIN_LEAST_PER_S;
	for (size_t i = 0; i < p->overdue.n; i++) {
		struct feed *f = feed_at(p, p->overdue.p[i]);

		if (f == NULL || f->place != FEED_SLEEPS ||
			heap_has(p->due, f->id))
			continue;
		list[n++] = (struct overdue){f,
			(double)(now.ms - f->next_due.ms) *
				sqrt((double)f->worth)};
	}
	vec_fini(&p->overdue);
	qsort(list, n, sizeof(*list), compare_urgency);
	for (size_t i = 0; i < n; i++)
		plan_overdue(
			list[i].f, now, (int64_t)((double)i * 1000 / per_s));
	p->after_crash = false;
	mem_free(&list);
}
