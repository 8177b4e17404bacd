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

static int64_t
clamp_interval(const struct feed *f, int64_t ms)

{
	int64_t least = f->conf->min_interval_ms;
	int64_t most = f->conf->max_interval_ms;

	if (least == 0)
		least = f->p->conf->min_interval_ms;
	if (most == 0)
		most = f->p->conf->max_interval_ms;
	/* An interval set by hand is what its owner wants. */
	if (!plan_is_auto(f))
		return ms;
	return ms < least ? least : ms > most ? most : ms;
}

static int64_t
base_interval(const struct feed *f, const struct schedule *learned)
{
	double rate = schedule_rate(learned) * f->conf->weight;

	if (!plan_is_auto(f))
		return f->conf->interval_ms;
	return clamp_interval(
		f, schedule_delay_ms(rate, schedule_price_mu(&f->p->price)));
}

static int64_t
jitter(struct rng *rng, int64_t ms)
{
	double r = 2 * rng_unit(rng) - 1;

	return ms + (int64_t)((double)ms * JITTER * r);
}

struct wall
plan_next(struct feed *f, const struct schedule *learned,
	const struct feed_state *s, const struct policy_document *doc,
	const char **why)
{
	int64_t ms = base_interval(f, learned);
	struct wall due;

	*why = plan_is_auto(f) ? "learned rate and budget" : "interval";
	ms = clamp_interval(f, jitter(&f->p->rng, ms));
	/* Of a set interval the server's wish is no limit but on demand: its
	 * 429 is. */
	if (plan_is_auto(f) && s->floor_ms > ms) {
		ms = s->floor_ms;
		*why = "the server's max-age or ttl";
	}
	due.ms = s->last_poll.ms + ms;
	if (plan_is_auto(f) && doc != NULL) {
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
	int64_t ms = policy_backoff_ms(base_interval(f, &f->learned),
		s->failures > 0 ? s->failures : 1,
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
	if (ms < f->p->conf->min_interval_ms && plan_is_auto(f))
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
