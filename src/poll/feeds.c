/*
 * The poller's feeds: added, changed and removed; of many, only those that are
 * asked are wholly in memory.
 */
#include "poll/poller_private.h"

#include <assert.h>

#include "base/log.h"
#include "poll/policy.h"

/* -- memory ------------------------------------------------------------------
 */

static void
active_free(struct feed *f)
{
	if (f->active == NULL)
		return;
	record_fini(&f->active->state);
	mem_free(&f->active);
	f->p->n_active--;
}

/* Those that sleep longer are read again from the store. */
#define REST_MS ((int64_t)10 * 60 * 1000)

/* A few feeds that are asked often stay in memory as they are; of many, only
 * those under way. */
void
feed_rest(struct feed *f)
{
	if (f->place != FEED_SLEEPS || f->active == NULL ||
		!f->active->is_stored)
		return;
	if (f->p->n_active > POLLER_ACTIVE || !f->is_seen ||
		f->next_due.ms - clock_wall().ms > REST_MS)
		active_free(f);
}

static struct active *
active_new(struct feed *f)
{
	f->active = mem_new(f->active);
	f->active->is_stored = true;
	schedule_init(&f->active->learned);
	f->p->n_active++;
	return f->active;
}

static void
take_state(const struct feed_state *s, void *arg)
{
	struct feed *f = arg;
	struct active *a = f->active;

	record_fini(&a->state);
	record_from(&a->state, s, f->conf->url);
	if (!schedule_unpack(s->learned, &a->learned))
		log_debug("relearn", "feed=%u", f->id);
	record_set(&a->state.s.learned, SPAN_NULL);
}

bool
feed_wake(struct feed *f)
{
	if (f->active != NULL)
		return true;
	record_init(&active_new(f)->state, f->conf->url);
	if (!f->is_seen || f->p->cb.load(f->id, take_state, f, f->p->cb.arg))
		return true;
	active_free(f);
	return false;
}

void
poller_stored(struct poller *p, uint32_t id)
{
	struct feed *f = feed_at(p, id);

	if (f == NULL || f->active == NULL)
		return;
	f->active->is_stored = true;
	feed_rest(f);
}

bool
poller_is_unstored(const struct poller *p, uint32_t id)
{
	const struct feed *f = feed_at(p, id);

	return f != NULL && f->active != NULL && !f->active->is_stored;
}

/* -- feeds ------------------------------------------------------------------
 */

static struct feed *
new_feed(struct poller *p)
{
	struct feed *f;
	uint32_t id;

	if (p->spare.n > 0) {
		id = p->spare.p[--p->spare.n];
	} else {
		id = p->id_end++;
		if (id / FEEDS_PER_BLOCK == p->blocks.n)
			vec_push(&p->blocks,
				mem_calloc(FEEDS_PER_BLOCK, sizeof(*f)));
	}
	f = feed_known(p, id);
	*f = (struct feed){.p = p, .id = id, .born = (uint32_t)p->serial};
	p->n_feeds++;
	return f;
}

/* A feed on auto has its share of budget and price. */
void
feed_share(struct feed *f, int sign)
{
	struct poller *p = f->p;

	if (!plan_is_auto(f)) {
		p->fixed_rate +=
			sign * 1000.0 / (double)f->conf->set->interval_ms;
		return;
	}
	schedule_price_change(&p->price, sign < 0 ? (double)f->worth : 0,
		sign < 0 ? 0 : (double)f->worth);
	p->price.budget += sign * p->conf->budget / 86400;
}

void
feed_reprice(struct feed *f)
{
	float worth = (float)plan_worth(f);

	if (plan_is_auto(f))
		schedule_price_change(
			&f->p->price, (double)f->worth, (double)worth);
	f->worth = worth;
}

static struct span
url_of(const struct feed *f)
{
	if (f->active != NULL && f->active->state.s.fetch_url.n > 0)
		return f->active->state.s.fetch_url;
	return f->conf->url;
}

void
feed_find_host(struct feed *f)
{
	struct host *h = host_get(f->p->hosts, url_of(f));

	host_put(f->p->hosts, &f->host);
	f->host = h;
}

/* What a host asked for before the restart holds for all its feeds, but for no
 * longer than it asked for, should the clock have been set back since. */
static void
keep_block(struct feed *f, const struct feed_state *s)
{
	int64_t in_ms;

	if (s->retry_after.ms == FEED_NEVER || s->last_poll.ms == FEED_NEVER)
		return;
	in_ms = s->retry_after.ms - clock_wall().ms;
	if (in_ms > s->retry_after.ms - s->last_poll.ms)
		in_ms = s->retry_after.ms - s->last_poll.ms;
	if (in_ms <= 0)
		return;
	if (in_ms > POLICY_MAX_MS)
		in_ms = POLICY_MAX_MS;
	host_block(
		f->p->hosts, f->host, (struct mono){clock_mono().ms + in_ms});
}

static void
on_drain(void *arg)
{
	plan_drain(arg);
}

static void
sleep_first(struct feed *f)
{
	struct poller *p = f->p;

	if (f->is_seen && f->next_due.ms == FEED_NEVER)
		f->next_due = clock_wall();
	if (f->is_seen && f->next_due.ms < clock_wall().ms) {
		if (p->overdue.n == 0)
			loop_defer(p->loop, on_drain, p);
		vec_push(&p->overdue, f->id);
		feed_move(f, FEED_SLEEPS);
		return;
	}
	p->n_unseen += !f->is_seen;
	f->next_due = plan_first(f, &f->why);
	if (f->active != NULL)
		f->active->state.s.next_due = f->next_due;
	feed_sleep(f);
}

uint32_t
poller_add(struct poller *p, const struct config_feed *conf,
	const struct feed_state *known)
{
	struct feed *f = new_feed(p);

	f->conf = conf;
	f->next_due.ms = FEED_NEVER;
	poller_tell_proxy(p, conf->set->proxy);
	record_init(&active_new(f)->state, conf->url);
	if (known != NULL) {
		take_state(known, f);
		f->next_due = known->next_due;
		f->result = known->result;
		f->is_seen = known->last_poll.ms != FEED_NEVER;
		schedule_price_judge(&p->price,
			(size_t)f->active->learned.judged,
			(size_t)f->active->learned.hits);
	}
	f->worth = (float)plan_worth(f);
	feed_find_host(f);
	keep_block(f, &f->active->state.s);
	feed_share(f, 1);
	sleep_first(f);
	if (p->n_active > POLLER_ACTIVE)
		active_free(f);
	return f->id;
}

void
poller_change(struct poller *p, uint32_t id, const struct config_feed *conf)
{
	struct feed *f = feed_at(p, id);
	bool same_pace;

	assert(f != NULL);
	same_pace = f->conf->set->interval_ms == conf->set->interval_ms &&
		f->conf->set->min_interval_ms == conf->set->min_interval_ms &&
		f->conf->set->max_interval_ms == conf->set->max_interval_ms;
	poller_tell_proxy(p, conf->set->proxy);
	feed_share(f, -1);
	f->conf = conf;
	feed_share(f, 1);
	if (f->active != NULL) {
		f->active->state.s.url = conf->url;
		if (f->active->owned != NULL)
			owned_rebind(f->active->owned, conf->url);
		if (f->active->fetch != NULL)
			fetch_rebind(f->active->fetch, p->conf, conf);
	}
	if (same_pace || f->place != FEED_SLEEPS || !f->is_seen ||
		!feed_wake(f))
		return;
	f->active->state.s.next_due = f->active->state.s.failures > 0
		? plan_retry(f, &f->active->state.s, &f->why)
		: plan_next(
			  f, &f->active->learned, &f->active->state.s, &f->why);
	feed_sleep(f);
}

static void
leave_gate(struct feed *f)
{
	struct poller *p = f->p;

	if (f->active->waits) {
		host_dequeue(p->hosts, f->active->hop, f->id);
	} else {
		p->in_flight--;
		host_done(p->hosts, feed_asked(f), clock_mono());
	}
	host_put(p->hosts, &f->active->hop);
}

void
feed_free(struct feed *f)
{
	struct poller *p = f->p;

	heap_del(p->due, f->id);
	if (p->watch != NULL)
		watch_del(p->watch, f->id);
	p->n_unseen -= !f->is_seen;
	if (f->place == FEED_QUEUED)
		host_dequeue(p->hosts, f->host, f->id);
	if (f->active != NULL && f->active->fetch != NULL) {
		fetch_cancel(&f->active->fetch);
		leave_gate(f);
	}
	if (f->active != NULL && f->active->owned != NULL) {
		p->owned--;
		owned_free(&f->active->owned);
	}
	if (f->active != NULL)
		feed_hold(f, 0);
	active_free(f);
	host_put(p->hosts, &f->host);
	vec_push(&p->spare, f->id);
	p->n_feeds--;
	*f = (struct feed){0};
}

void
poller_interrupt(struct poller *p, uint32_t id)
{
	struct feed *f = feed_at(p, id);

	if (f == NULL || f->active == NULL ||
		(f->place != FEED_FETCHING && f->place != FEED_OWNED))
		return;
	f->next_due.ms = clock_wall().ms + plan_min_ms(f);
	f->active->is_stored = false;
	p->cb.state(f->id, true, p->cb.arg);
}

void
poller_remove(struct poller *p, uint32_t id)
{
	struct feed *f = feed_at(p, id);

	assert(f != NULL);
	feed_share(f, -1);
	feed_free(f);
	poller_arm(p);
}

void
poller_poll_now(struct poller *p, uint32_t id)
{
	struct feed *f = feed_at(p, id);

	if (f == NULL)
		return;
	f->now = true;
	if (f->place == FEED_SLEEPS)
		feed_sleep(f);
}

/* -- for the owner ----------------------------------------------------------
 */

/* Lent until the next call. */
static bool
give(struct poller *p, struct feed *f, struct feed_state *out)
{
	bool was_active = f->active != NULL;

	if (!feed_wake(f))
		return false;
	*out = f->active->state.s;
	out->next_due = f->next_due;
	strbuf_clear(&p->packed);
	schedule_pack(&f->active->learned, &p->packed);
	out->learned = strbuf_as_span(&p->packed);
	if (p->given != NULL) {
		record_fini(&p->given->state);
		mem_free(&p->given);
	}
	if (!was_active) {
		p->given = f->active;
		f->active = NULL;
		p->n_active--;
	}
	return true;
}

bool
poller_get(
	struct poller *p, uint32_t id, struct feed_state *out, const char **why)
{
	struct feed *f = feed_at(p, id);

	if (f == NULL || !give(p, f, out))
		return false;
	*why = poll_why_text(f->why);
	return true;
}

bool
poller_result(const struct poller *p, uint32_t id, enum feed_result *out)
{
	const struct feed *f = feed_at(p, id);

	if (f == NULL)
		return false;
	*out = f->result;
	return true;
}
