/*
 * See poller.h. The feeds themselves are in feeds.c.
 *
 * A feed is in one of five places; feed_move() is the only one who changes
 * them. Due feeds leave the heap for their host's queue; the host's gate, the
 * rate and the pause decide when a fetch begins; its answer either ends the
 * poll or makes a document that the owner holds until commit or abort.
 */
#include "poll/poller_private.h"

#include <assert.h>

#include "base/log.h"
#include "model/limits.h"
#include "poll/local.h"
#include "poll/policy.h"

static void tick(void *arg);

/* [from] has a bit for each place that may follow. */
static const unsigned moves[FEED_PLACES] = {
	[FEED_NEW] = 1u << FEED_SLEEPS,
	[FEED_SLEEPS] = 1u << FEED_QUEUED,
	[FEED_QUEUED] = 1u << FEED_FETCHING,
	[FEED_FETCHING] = 1u << FEED_SLEEPS | 1u << FEED_OWNED,
	[FEED_OWNED] = 1u << FEED_SLEEPS,
};

void
feed_move(struct feed *f, enum feed_place to)
{
	assert((moves[f->place] & 1u << to) != 0);
	if (f->place == FEED_FETCHING && f->active != NULL)
		host_put(f->p->hosts, &f->active->hop);
	f->place = to;
}

struct host *
feed_asked(const struct feed *f)
{
	return f->active->hop != NULL ? f->active->hop : f->host;
}

/* -- the timer ---------------------------------------------------------------
 */

void
feed_hold(struct feed *f, size_t bytes)
{
	f->p->held_bytes += bytes - f->active->held_bytes;
	f->active->held_bytes = bytes;
}

/* What is on its way is as large as last time; the first time, a part of what
 * is allowed: so many feeds never read before may be under way at once. */
#define FIRST_PART 4
static size_t
expected_bytes(const struct feed *f)
{
	size_t most = f->p->conf->max_body_bytes;

	if (f->document_bytes == 0)
		return most / FIRST_PART;
	return f->document_bytes < most ? f->document_bytes : most;
}

static bool
may_begin(const struct poller *p)
{
	return !p->paused && p->in_flight < POLLER_MAX_IN_FLIGHT &&
		p->held_bytes < LIMIT_DOCUMENTS_BEGIN * p->conf->max_body_bytes;
}

void
poller_arm(struct poller *p)
{
	struct mono now = clock_mono(), at;
	int64_t next = INT64_MAX, due;
	uint32_t id;

	if (heap_top(p->due, &id, &due))
		next = due;
	if (may_begin(p) && hosts_next(p->hosts, &at) && at.ms < next)
		next = at.ms;
	if (next == INT64_MAX) {
		loop_timer_stop(p->timer);
		return;
	}
	next -= now.ms;
	if (next <= 0 && p->tokens < 1)
		next = (int64_t)(1000 * (1 - p->tokens) / p->conf->max_rate) +
			1;
	loop_timer_set(p->timer, next > 0 ? next : 0);
}

struct feed *
feed_at(const struct poller *p, uint32_t id)
{
	struct feed *f = id < p->id_end ? feed_known(p, id) : NULL;

	return f != NULL && f->p != NULL ? f : NULL;
}

/* -- sleeping ----------------------------------------------------------------
 */

/* The clock may have been set back since the poll: its plan was a time from
 * then, not a date. */
static int64_t
at_most_planned(const struct feed_state *s, int64_t in_ms)
{
	int64_t planned = s->next_due.ms - s->last_poll.ms;

	if (s->last_poll.ms == FEED_NEVER || s->next_due.ms == FEED_NEVER ||
		planned < 0 || in_ms <= planned)
		return in_ms;
	return planned;
}

void
feed_sleep(struct feed *f)
{
	struct poller *p = f->p;
	int64_t in_ms;

	if (f->active != NULL) {
		f->next_due = f->active->state.s.next_due;
		f->result = f->active->state.s.result;
	}
	if (f->next_due.ms == FEED_NEVER)
		f->next_due = clock_wall();
	in_ms = f->next_due.ms - clock_wall().ms;
	if (f->active != NULL)
		in_ms = at_most_planned(&f->active->state.s, in_ms);
	if (f->place != FEED_SLEEPS)
		feed_move(f, FEED_SLEEPS);
	/* However far the clock jumped, a day is the longest sleep. */
	if (in_ms > POLICY_MAX_MS)
		in_ms = POLICY_MAX_MS;
	if (f->now || in_ms < 0)
		in_ms = 0;
	f->now = false;
	heap_put(p->due, f->id, clock_mono().ms + in_ms);
	feed_rest(f);
	poller_arm(p);
}

/* -- fetching ---------------------------------------------------------------
 */

static void
on_answer(struct fetch_answer *a, void *arg)
{
	struct feed *f = arg;
	struct poller *p = f->p;

	f->active->fetch = NULL;
	feed_hold(f, 0);
	p->in_flight--;
	host_done(p->hosts, feed_asked(f), clock_mono());
	outcome_answer(f, a);
	poller_arm(p);
}

/*
 * A redirect leads to another host: it is asked when its own gate lets us, and
 * meanwhile the feed takes no part of what may be under way. If that is longer
 * than a request may take, the poll ends instead.
 */
static enum fetch_hop
on_hop(struct span url, void *arg)
{
	struct feed *f = arg;
	struct poller *p = f->p;
	struct mono now = clock_mono();
	struct host *h = host_get(p->hosts, url);
	int64_t wait_ms;

	if (h == feed_asked(f)) {
		host_put(p->hosts, &h);
		return FETCH_HOP_GO;
	}
	wait_ms = host_wait_ms(p->hosts, h, now);
	if (wait_ms > p->conf->timeout_ms) {
		f->active->put_off_ms = wait_ms;
		host_put(p->hosts, &h);
		return FETCH_HOP_NO;
	}
	host_done(p->hosts, feed_asked(f), now);
	host_put(p->hosts, &f->active->hop);
	f->active->hop = h;
	f->active->waits = true;
	p->in_flight--;
	feed_hold(f, 0);
	host_enqueue(p->hosts, h, f->id, now);
	poller_arm(p);
	return FETCH_HOP_WAIT;
}

static void
go_on(struct feed *f)
{
	f->active->waits = false;
	f->p->in_flight++;
	feed_hold(f, expected_bytes(f));
	fetch_go(f->active->fetch);
}

/* A feed's file changed. */
static void
on_changed(uint32_t feed, void *arg)
{
	poller_poll_now(arg, feed);
}

/* Before the file is looked at, so that no change falls between. */
static void
watch_file(struct feed *f)
{
	struct poller *p = f->p;
	char *path;

	if (!local_is(f->conf->url))
		return;
	if (p->watch == NULL)
		p->watch = watch_new(p->loop, on_changed, p);
	path = local_path(f->conf->url);
	watch_add(p->watch, f->id, path);
	mem_free(&path);
}

static void
note_lateness(struct poller *p, const struct feed *f, struct wall now)
{
	int64_t late = f->next_due.ms < now.ms && f->next_due.ms != FEED_NEVER
		? now.ms - f->next_due.ms
		: 0;
	size_t i = 0;

	if (late > p->stats.lateness_ms_max)
		p->stats.lateness_ms_max = late;
	while (late > poller_lateness_bound_ms(i))
		i++;
	p->stats.lateness[i]++;
	p->stats.lateness_ms_sum += (uint64_t)late;
}

/* The store cannot be read: try again in a while, like after a failure. */
static void
put_off(struct feed *f)
{
	struct poller *p = f->p;

	host_done(p->hosts, f->host, clock_mono());
	f->next_due.ms = clock_wall().ms + p->conf->min_interval_ms;
	f->why = WHY_UNREADABLE;
	feed_move(f, FEED_FETCHING);
	feed_sleep(f);
}

static void
begin(struct feed *f)
{
	struct poller *p = f->p;
	struct wall now = clock_wall();
	const struct feed_state *s;

	if (!feed_wake(f)) {
		put_off(f);
		return;
	}
	s = &f->active->state.s;
	struct fetch_conf conf = {
		.loop = p->loop,
		.http = p->http,
		.limits = p->conf,
		.guard = &p->guard,
		.feed = f->conf,
		.state = s,
		.unconditional = s->validated.ms != FEED_NEVER &&
			now.ms - s->validated.ms > POLICY_REVALIDATE_MS,
		.hop = on_hop,
	};

	watch_file(f);
	note_lateness(p, f, now);
	feed_move(f, FEED_FETCHING);
	p->in_flight++;
	feed_hold(f, expected_bytes(f));
	f->active->began = clock_mono();
	f->active->fetch = fetch_start(&conf, on_answer, f);
}

static void
refill_tokens(struct poller *p, struct mono now)
{
	double most = p->conf->max_rate > 1 ? p->conf->max_rate : 1;

	if (p->conf->max_rate <= 0) {
		p->tokens = POLLER_MAX_IN_FLIGHT;
		return;
	}
	p->tokens +=
		p->conf->max_rate * (double)(now.ms - p->tokens_at.ms) / 1000;
	if (p->tokens > most)
		p->tokens = most;
	p->tokens_at = now;
}

/* What is answered meanwhile is still in the processor's cache, and no turn of
 * the loop takes long. */
#define STARTS_PER_TURN 32

static void
tick(void *arg)
{
	struct poller *p = arg;
	struct mono now = clock_mono();
	uint32_t id;
	int64_t due;
	unsigned n = 0;

	refill_tokens(p, now);
	while (heap_top(p->due, &id, &due) && due <= now.ms) {
		heap_del(p->due, id);
		feed_move(feed_known(p, id), FEED_QUEUED);
		host_enqueue(p->hosts, feed_known(p, id)->host, id, now);
	}
	while (n++ < STARTS_PER_TURN && may_begin(p) && p->tokens >= 1 &&
		hosts_take(p->hosts, now, &id)) {
		p->tokens -= 1;
		if (feed_known(p, id)->place == FEED_FETCHING)
			go_on(feed_known(p, id));
		else
			begin(feed_known(p, id));
	}
	poller_arm(p);
}

/* -- the poller --------------------------------------------------------------
 */

void
poller_tell_proxy(struct poller *p, struct span proxy)
{
	if (proxy.n == 0 || p->proxy_told)
		return;
	p->proxy_told = true;
	log_info("behind_proxy",
		"reason=\"names are looked up by the proxy, so "
		"fetch.allow_private judges only addresses in URLs\" "
		"hint=\"let the proxy refuse what feeds must not reach\"");
}

static void
take_conf(struct poller *p, const struct config_fetch *conf)
{
	struct cidr c;
	struct err err;
	char *text;

	p->conf = conf;
	vec_clear(&p->allowed);
	poller_tell_proxy(p, conf->proxy);
	for (size_t i = 0; i < conf->allow_private.n; i++) {
		if (cidr_parse(conf->allow_private.p[i].text, &c, &err) == 0) {
			vec_push(&p->allowed, c);
			continue;
		}
		/* The configuration was checked; say so if it was not. */
		text = span_dup(conf->allow_private.p[i].text);
		log_error("allow_private", "range=%s error=\"%s\"", text,
			err.msg);
		mem_free(&text);
	}
	p->guard.allow = p->allowed.p;
	p->guard.n_allow = p->allowed.n;
}

static struct hosts_limits
limits_of(const struct config_fetch *conf)
{
	return (struct hosts_limits){
		.gap_ms = conf->host_gap_ms,
		.connections = conf->host_connections,
	};
}

#define CLOCK_MS 15000

static void
on_clock(void *arg)
{
	poller_check_clock(arg);
}

struct poller *
poller_new(struct loop *loop, struct http_client *http,
	const struct config_fetch *fetch, const struct poller_callbacks *cb)
{
	struct poller *p = mem_new(p);
	struct hosts_limits limits = limits_of(fetch);

	p->loop = loop;
	p->http = http;
	p->cb = *cb;
	p->due = heap_new();
	p->hosts = hosts_new(&limits);
	p->timer = loop_timer_new(loop, tick, p);
	p->clock_timer = loop_timer_new(loop, on_clock, p);
	p->ahead_ms = clock_wall().ms - clock_mono().ms;
	loop_timer_every(p->clock_timer, CLOCK_MS);
	strbuf_init(&p->packed, 4096);
	p->tokens = 1;
	p->tokens_at = clock_mono();
	rng_init_system(&p->rng);
	schedule_price_init(&p->price, clock_wall());
	take_conf(p, fetch);
	return p;
}

void
poller_free(struct poller **out)
{
	struct poller *p = *out;

	if (p == NULL)
		return;
	for (uint32_t i = 0; i < p->id_end; i++)
		if (feed_at(p, i) != NULL)
			feed_free(feed_at(p, i));
	for (size_t i = 0; i < p->blocks.n; i++)
		mem_free(&p->blocks.p[i]);
	vec_fini(&p->blocks);
	vec_fini(&p->spare);
	vec_fini(&p->allowed);
	watch_free(&p->watch);
	vec_fini(&p->overdue);
	vec_fini(&p->history);
	strbuf_fini(&p->packed);
	if (p->given != NULL)
		record_fini(&p->given->state);
	mem_free(&p->given);
	loop_defer_cancel(p->loop, p);
	loop_timer_free(&p->timer);
	loop_timer_free(&p->clock_timer);
	hosts_free(&p->hosts);
	heap_free(&p->due);
	mem_free(out);
}

void
poller_configure(struct poller *p, const struct config_fetch *fetch)
{
	struct hosts_limits limits = limits_of(fetch);

	for (uint32_t i = 0; i < p->id_end; i++)
		if (feed_at(p, i) != NULL)
			feed_share(feed_at(p, i), -1);
	take_conf(p, fetch);
	hosts_configure(p->hosts, &limits);
	for (uint32_t i = 0; i < p->id_end; i++) {
		struct feed *f = feed_at(p, i);

		if (f == NULL)
			continue;
		feed_share(f, 1);
		if (f->active != NULL && f->active->fetch != NULL)
			fetch_rebind(f->active->fetch, p->conf, f->conf);
	}
	poller_arm(p);
}

void
poller_trim(struct poller *p)
{
	heap_trim(p->due);
	hosts_trim(p->hosts);
	vec_trim(&p->blocks);
	vec_trim(&p->spare);
}

void
poller_pause(struct poller *p)
{
	p->paused = true;
}

void
poller_resume(struct poller *p)
{
	if (!p->paused)
		return;
	p->paused = false;
	poller_arm(p);
}

void
poller_get_stats(struct poller *p, struct poller_stats *out)
{
	*out = p->stats;
	out->feeds = p->n_feeds;
	out->in_flight = p->in_flight;
	out->waiting = p->owned;
	out->overdue = hosts_waiting(p->hosts);
	out->network_down = hosts_all_down(p->hosts);
	p->stats.lateness_ms_max = 0;
}

static const int64_t lateness_bounds[POLLER_LATENESS_BUCKETS] = {
	10, 100, 1000, 5000, 30000, 60000, 300000, 1800000, INT64_MAX};

int64_t
poller_lateness_bound_ms(size_t bucket)
{
	return lateness_bounds[bucket];
}

void
poller_after_crash(struct poller *p)
{
	p->after_crash = true;
}

uint32_t
poller_id_end(const struct poller *p)
{
	return p->id_end;
}
