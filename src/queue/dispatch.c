/*
 * One lane per channel. A lane looks at its groups when one is due, renders and
 * makes deliveries of them, and takes deliveries while it has senders to spare.
 * One timer serves all lanes: it fires when the first of them has to do
 * something.
 */
#include "queue/dispatch.h"

#include <assert.h>

#include "base/log.h"
#include "io/loop.h"
#include "queue/dispatch_private.h"
#include "queue/scripts.h"
#include "queue/server.h"

static void dispatch_destroy(struct dispatch *d);

/* -- chores ---------------------------------------------------------------- */
static bool
chore_is_due(const struct chore *c, int64_t now_ms)
{
	return !c->running && c->at_ms <= now_ms;
}

void
chore_ask(struct chore *c)
{
	c->at_ms = 0;
	c->again = c->running;
}

void
chore_by(struct chore *c, int64_t ms)
{
	int64_t at_ms = clock_mono().ms + ms;

	if (ms >= 0 && at_ms < c->at_ms)
		c->at_ms = at_ms;
}

void
chore_begin(struct chore *c)
{
	c->running = true;
	c->again = false;
}

void
chore_end(struct chore *c, int64_t next_ms)
{
	if (next_ms < 0 || next_ms > DISPATCH_POLL_MS)
		next_ms = DISPATCH_POLL_MS;
	c->running = false;
	c->at_ms = c->again ? 0 : clock_mono().ms + next_ms;
}

/* -- answers --------------------------------------------------------------- */
bool
lane_answered(struct lane *lane, const char *what,
	const struct redis_reply *reply, const struct err *err)
{
	struct dispatch *d = lane->all;
	struct err why;

	d->running--;
	if (d->orphan) {
		if (d->running == 0)
			dispatch_destroy(d);
		return false;
	}
	if (reply && reply->type != REDIS_TYPE_ERROR)
		return true;
	if (reply) {
		server_err(d->conf.redis, reply, &why);
		err = &why;
	}
	d->counts.errors++;
	log_warn("dispatch_failed", "during=%s channel=%s error=\"%s\"", what,
		lane->name, err->msg);
	return false;
}

static void
on_flight_end(struct lane *lane)
{
	lane->in_flight--;
	dispatch_plan(lane->all);
}

/* There is a sender to spare; the outcome is on its way to Redis. */
static void
on_flight_sent(struct lane *lane)
{
	lane->sending--;
	chore_ask(&lane->take);
	dispatch_work(lane->all);
}

/* -- lanes ----------------------------------------------------------------- */
static bool
lane_is_idle(const struct lane *lane)
{
	return !lane->look.running && !lane->take.running &&
		lane->making == 0 && lane->in_flight == 0;
}

static void
lane_free(struct lane *lane)
{
	mem_free(&lane->name);
	mem_free(&lane->host);
	mem_free(&lane);
}

static struct lane *
lane_find(const struct dispatch *d, struct span name)
{
	vec_each (struct lane **, lane, &d->lanes)
		if (!(*lane)->removed && span_eq((*lane)->conf.name, name))
			return *lane;
	return NULL;
}

static void
lane_set(struct dispatch *d, const struct dispatch_channel *conf)
{
	struct lane *lane = lane_find(d, conf->name);

	assert(conf->parallel > 0 && conf->lease_ms > 0);
	if (!lane) {
		lane = mem_new(lane);
		lane->all = d;
		lane->name = span_dup(conf->name);
		vec_push(&d->lanes, lane);
	}
	mem_free(&lane->host);
	lane->host = conf->host.n > 0 ? span_dup(conf->host) : NULL;
	lane->conf = *conf;
	lane->conf.name = span_of(lane->name);
	lane->conf.host = span_of(lane->host);
	chore_ask(&lane->look);
	chore_ask(&lane->take);
}

static void
drop_removed(struct dispatch *d)
{
	for (size_t i = 0; i < d->lanes.n;) {
		struct lane *lane = d->lanes.p[i];

		if (!lane->removed || !lane_is_idle(lane)) {
			i++;
			continue;
		}
		vec_remove(&d->lanes, i);
		lane_free(lane);
	}
}

static bool
is_among(struct span name, const struct dispatch_channel *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(p[i].name, name))
			return true;
	return false;
}

void
dispatch_set_channels(
	struct dispatch *d, const struct dispatch_channel *channels, size_t n)
{
	vec_each (struct lane **, lane, &d->lanes)
		if (!is_among((*lane)->conf.name, channels, n))
			(*lane)->removed = true;
	for (size_t i = 0; i < n; i++)
		lane_set(d, &channels[i]);
	dispatch_plan(d);
}

/* -- planning -------------------------------------------------------------- */
/* While deliveries are made it looks for more, unless it has enough to make. */
static bool
lane_may_look(const struct lane *lane)
{
	return lane->making == 0 ||
		(!lane->full && lane->making < DISPATCH_GROUPS);
}

/* Do what is due, and wake up for the next. Not from inside itself: scripts
 * answer from the loop. */
static void
work(struct dispatch *d)
{
	int64_t now_ms = clock_mono().ms;

	if (d->stopping || !redis_is_up(d->conf.redis))
		return;
	for (size_t i = 0; i < d->lanes.n; i++) {
		struct lane *lane = d->lanes.p[i];

		if (lane->removed)
			continue;
		if (lane_may_look(lane) && chore_is_due(&lane->look, now_ms))
			lane_look(lane);
		if (lane->sending < lane->conf.parallel &&
			chore_is_due(&lane->take, now_ms))
			lane_take(lane);
	}
}

static int64_t
lane_next_ms(const struct lane *lane)
{
	int64_t next = INT64_MAX;

	if (lane->removed)
		return next;
	if (!lane->look.running && lane_may_look(lane))
		next = lane->look.at_ms;
	if (!lane->take.running && lane->sending < lane->conf.parallel &&
		lane->take.at_ms < next)
		next = lane->take.at_ms;
	return next;
}

void
dispatch_plan(struct dispatch *d)
{
	int64_t next = INT64_MAX, lane_next;

	drop_removed(d);
	if (d->stopping || !redis_is_up(d->conf.redis))
		return;
	vec_each (struct lane **, lane, &d->lanes) {
		lane_next = lane_next_ms(*lane);
		if (lane_next < next)
			next = lane_next;
	}
	if (next < INT64_MAX)
		loop_timer_set(d->timer, next - clock_mono().ms);
}

void
dispatch_work(struct dispatch *d)
{
	if (!d->working) {
		d->working = true;
		work(d);
		d->working = false;
	}
	dispatch_plan(d);
}

static void
on_timer(void *arg)
{
	dispatch_work(arg);
}

static void
on_poked(void *arg)
{
	struct dispatch *d = arg;

	d->poked = false;
	dispatch_work(d);
}

void
dispatch_poke(struct dispatch *d, struct span channel)
{
	struct lane *lane = lane_find(d, channel);

	if (!lane)
		return;
	chore_ask(&lane->look);
	if (!d->poked)
		loop_defer(d->conf.loop, on_poked, d);
	d->poked = true;
}

void
dispatch_on_up(struct dispatch *d)
{
	redis_script_load(d->conf.redis, d->look);
	redis_script_load(d->conf.redis, d->make);
	redis_script_load(d->conf.redis, d->take);
	flights_load(d->flights);
	flights_retry(d->flights);
	vec_each (struct lane **, lane, &d->lanes) {
		chore_ask(&(*lane)->look);
		chore_ask(&(*lane)->take);
	}
	dispatch_plan(d);
}

/* -- life ------------------------------------------------------------------ */
struct dispatch *
dispatch_new(const struct dispatch_conf *conf)
{
	struct dispatch *d = mem_new(d);

	d->conf = *conf;
	d->prefix = span_dup(conf->prefix);
	d->conf.prefix = span_of(d->prefix);
	d->timer = loop_timer_new(conf->loop, on_timer, d);
	d->look = redis_script_new(script_look.name, script_look.body);
	d->make = redis_script_new(script_make.name, script_make.body);
	d->mute = redis_script_new(script_mute.name, script_mute.body);
	d->silences = mem_strdup("");
	d->take = redis_script_new(script_take.name, script_take.body);
	args_init(&d->args, d->conf.prefix);
	strbuf_init(&d->body, DISPATCH_BODY_MAX);
	d->flights = flights_new(
		&d->conf, &d->counts, on_flight_sent, on_flight_end);
	return d;
}

static void
dispatch_destroy(struct dispatch *d)
{
	vec_each (struct lane **, lane, &d->lanes)
		lane_free(*lane);
	vec_fini(&d->lanes);
	redis_script_free(&d->look);
	redis_script_free(&d->make);
	redis_script_free(&d->mute);
	redis_script_free(&d->take);
	mem_free(&d->silences);
	args_fini(&d->args);
	strbuf_fini(&d->body);
	mem_free(&d->prefix);
	mem_free(&d);
}

void
dispatch_free(struct dispatch **dp)
{
	struct dispatch *d = *dp;

	*dp = NULL;
	if (!d)
		return;
	loop_timer_free(&d->timer);
	loop_defer_cancel(d->conf.loop, d);
	flights_free(&d->flights);
	d->orphan = true;
	if (d->running == 0)
		dispatch_destroy(d);
}

void
dispatch_stop(struct dispatch *d)
{
	d->stopping = true;
	loop_timer_stop(d->timer);
}

void
dispatch_end(struct dispatch *d, struct delivery **delivery,
	const struct dispatch_outcome *o)
{
	struct delivery *one = *delivery;

	*delivery = NULL;
	flights_finish(d->flights, one, o);
}

void
dispatch_finish(struct dispatch *d, struct delivery **delivery, enum outcome o,
	int64_t delay_ms, struct span text)
{
	dispatch_end(d, delivery,
		&(struct dispatch_outcome){
			.outcome = o, .delay_ms = delay_ms, .text = text});
}

bool
dispatch_is_idle(const struct dispatch *d)
{
	return d->running == 0 && flights_count(d->flights) == 0;
}

unsigned
dispatch_in_flight(const struct dispatch *d)
{
	return flights_count(d->flights);
}

const struct dispatch_counts *
dispatch_counts(const struct dispatch *d)
{
	return &d->counts;
}
