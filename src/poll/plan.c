/*
 * When a feed is asked next, and why then. The rate comes from schedule.h, the
 * server's wishes from policy.h; here they meet the configuration.
 */
#include "poll/poller_private.h"

#include "poll/local.h"
#include "poll/policy.h"

#define JITTER 0.10
/* New feeds are spread over this, so that a start is no stampede. */
#define SPREAD_PER_FEED_MS 20
#define SPREAD_MAX_MS ((int64_t)15 * 60 * 1000)
/* While no host answers: look again so often, and count nothing. */
#define DOWN_RETRY_MS 30000

bool
plan_is_auto(const struct feed *f)
{
	return f->conf->interval_ms == 0;
}

double
plan_weighted_rate(const struct feed *f)
{
	return schedule_rate(&f->learned) * f->conf->weight;
}

static struct schedule_limits
limits_of(const struct feed *f)
{
	const struct config_feed *c = f->conf;
	const struct config_fetch *all = f->p->conf;

	return (struct schedule_limits){
		.min_ms = c->min_interval_ms > 0 ? c->min_interval_ms
						 : all->min_interval_ms,
		.max_ms = c->max_interval_ms > 0 ? c->max_interval_ms
						 : all->max_interval_ms,
	};
}

static int64_t
jitter(struct rng *rng, int64_t ms)
{
	double r = 2 * rng_unit(rng) - 1;

	return ms + (int64_t)((double)ms * JITTER * r);
}

/* Delay after the last poll as the feed's own pace asks for it. */
static int64_t
own_pace(struct feed *f, const struct schedule *learned, struct wall last,
	const char **why)
{
	struct schedule_limits limits = limits_of(f);
	bool by_clock;
	int64_t ms;

	*why = "interval";
	if (!plan_is_auto(f))
		return f->conf->interval_ms > limits.min_ms
			? f->conf->interval_ms
			: limits.min_ms;
	ms = schedule_next(learned, last,
		     schedule_price_mu(&f->p->price, clock_wall()),
		     f->conf->weight, &limits, &by_clock)
			.ms -
		last.ms;
	*why = by_clock ? "the feed's clock" : "learned rate and budget";
	if (by_clock)
		return ms;
	ms = jitter(&f->p->rng, ms);
	return ms < limits.min_ms    ? limits.min_ms
		: ms > limits.max_ms ? limits.max_ms
				     : ms;
}

/* What the server says is a floor, also of an interval set by hand. */
struct wall
plan_next(struct feed *f, const struct schedule *learned,
	const struct feed_state *s, const struct policy_document *doc,
	const char **why)
{
	struct wall due = s->last_poll;

	due.ms += own_pace(f, learned, s->last_poll, why);
	if (s->floor_ms > due.ms - s->last_poll.ms) {
		due.ms = s->last_poll.ms + s->floor_ms;
		*why = "the server's max-age or ttl";
	}
	if (doc != NULL) {
		struct wall unskipped = policy_unskip(due, doc);

		if (unskipped.ms != due.ms)
			*why = "the feed's skipHours or skipDays";
		due = unskipped;
	}
	if (s->retry_after.ms != FEED_NEVER && s->retry_after.ms > due.ms) {
		due = s->retry_after;
		*why = "Retry-After";
	}
	return due;
}

struct wall
plan_retry(struct feed *f, const struct feed_state *s, const char **why)
{
	int64_t pace = own_pace(f, &f->learned, s->last_poll, why);
	int64_t ms = policy_backoff_ms(pace, s->failures > 0 ? s->failures : 1,
		(uint32_t)rng_next(&f->p->rng));
	struct wall due;

	*why = "backoff after a failure";
	if (s->gone >= POLICY_GONE_POLLS) {
		ms = POLICY_MAX_MS;
		*why = "410 Gone: once a day";
	} else if (hosts_all_down(f->p->hosts)) {
		ms = DOWN_RETRY_MS;
		*why = "no host answers: the network is down";
	}
	if (ms < f->p->conf->min_interval_ms)
		ms = f->p->conf->min_interval_ms;
	due.ms = s->last_poll.ms + ms;
	if (s->retry_after.ms != FEED_NEVER && s->retry_after.ms > due.ms) {
		due = s->retry_after;
		*why = "Retry-After";
	}
	return due;
}

/* A feed never polled: soon, but not all at once. A known one: when it was
 * due; what is overdue is spread a little. */
struct wall
plan_first(struct feed *f, const struct feed_state *s, const char **why)
{
	int64_t spread = (int64_t)f->p->n_feeds * SPREAD_PER_FEED_MS;
	struct wall now = clock_wall();

	if (spread > SPREAD_MAX_MS)
		spread = SPREAD_MAX_MS;
	if (s->next_due.ms >= now.ms) {
		*why = "planned before the restart";
		return s->next_due;
	}
	if (s->next_due.ms != FEED_NEVER)
		spread /= 3;
	*why = s->next_due.ms == FEED_NEVER ? "new" : "overdue at the restart";
	now.ms += (int64_t)(rng_unit(&f->p->rng) * (double)spread);
	return now;
}
