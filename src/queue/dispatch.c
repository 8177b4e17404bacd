/*
 * One lane per channel. A lane looks at its groups when one is due, renders and
 * makes deliveries of them, and takes deliveries while it has senders to spare.
 * One timer serves all lanes: it fires when the first of them has to do
 * something.
 */
#include "queue/dispatch.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/failpoint.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/vec.h"
#include "io/loop.h"
#include "io/redis.h"
#include "queue/args.h"
#include "queue/flight.h"
#include "queue/scripts.h"

/* Something that is done by a script, at most once at a time, when its time
 * has come or somebody asks for it. */
struct chore {
	int64_t at_ms; /* on the monotonic clock */
	bool running;
	bool again; /* asked for while it ran */
};

struct lane {
	struct dispatch *all;
	struct dispatch_channel conf;
	char *name;
	bool removed; /* gone from the configuration: freed when idle */
	struct chore look, take;
	unsigned making; /* make.lua runs */
	bool full; /* look had as much as it could */
	unsigned in_flight;
};

struct dispatch {
	struct dispatch_conf conf;
	char *prefix;
	VEC(struct lane *) lanes;
	struct flights *flights;
	struct loop_timer *timer;
	struct args args;
	struct redis_script *look, *make, *take;
	struct strbuf body;
	bool stopping;
	bool orphan; /* freed while scripts run: the last answer frees it */
	unsigned running; /* scripts */
	struct dispatch_counts counts;
};

static void dispatch_destroy(struct dispatch *d);
static void plan(struct dispatch *d);

/* -- chores ---------------------------------------------------------------- */
static bool
chore_is_due(const struct chore *c, int64_t now_ms)
{
	return !c->running && c->at_ms <= now_ms;
}

static void
chore_ask(struct chore *c)
{
	c->at_ms = 0;
	c->again = c->running;
}

/* Not later than in ms from now; negative: never mind. */
static void
chore_by(struct chore *c, int64_t ms)
{
	int64_t at_ms = clock_mono().ms + ms;

	if (ms >= 0 && at_ms < c->at_ms)
		c->at_ms = at_ms;
}

static void
chore_begin(struct chore *c)
{
	c->running = true;
	c->again = false;
}

/* next_ms: from now; negative: nothing known. */
static void
chore_end(struct chore *c, int64_t next_ms)
{
	if (next_ms < 0 || next_ms > DISPATCH_POLL_MS)
		next_ms = DISPATCH_POLL_MS;
	c->running = false;
	c->at_ms = c->again ? 0 : clock_mono().ms + next_ms;
}

/* -- answers --------------------------------------------------------------- */
/*
 * Common to all answers of a lane's scripts. False if there is nothing to go
 * on with; then d may be gone.
 */
static bool
is_answer(struct lane *lane, const char *what, const struct redis_reply *reply,
	const struct err *err)
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
		redis_err(reply, &why);
		err = &why;
	}
	d->counts.errors++;
	log_warn("dispatch_failed", "during=%s channel=%s error=\"%s\"", what,
		lane->name, err->msg);
	return false;
}

/* -- making deliveries ----------------------------------------------------- */
static void
on_made(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct lane *lane = arg;
	struct dispatch *d = lane->all;
	bool gone = d->orphan;
	bool answered = is_answer(lane, "make", reply, err);

	if (gone)
		return;
	lane->making--;
	if (answered && span_eq_str(redis_item(reply, 0)->text, "made")) {
		d->counts.made++;
		failpoint("dispatch_made");
		chore_ask(&lane->take);
		chore_by(&lane->look, redis_item(reply, 1)->integer);
	} else if (answered &&
		span_eq_str(redis_item(reply, 0)->text, "changed")) {
		chore_ask(&lane->look);
	}
	if (lane->making == 0 && lane->full)
		chore_ask(&lane->look);
	plan(d);
}

static void
delivery_id(const struct dispatch_group *g, struct span first_hit,
	char out[DISPATCH_ID_SIZE])
{
	const struct span parts[] = {g->route, g->channel, g->key, first_hit};
	char hex[HEX128_SIZE];

	hash_id(parts, sizeof(parts) / sizeof(*parts), hex);
	memcpy(out, "msg_", 4);
	memcpy(out + 4, hex, sizeof(hex));
}

static void
put_make_keys(struct args *a, const struct dispatch_group *g,
	const struct redis_reply *ids)
{
	struct key_parts group = {g->route, g->channel, g->key};

	args_key3(a, KEY_GROUP, group);
	args_key1(a, KEY_DUE, g->channel);
	args_key3(a, KEY_PAUSE, group);
	args_key1(a, KEY_DELIVERY, g->id);
	args_key1(a, KEY_DELIVERIES, g->channel);
	for (size_t i = 0; i < ids->n; i++)
		args_key1(a, KEY_HIT, redis_item(ids, i)->text);
}

/* Freeze what render() made of the group's hits. */
static void
make(struct lane *lane, const struct dispatch_group *g,
	const struct redis_reply *ids)
{
	struct dispatch *d = lane->all;
	struct args *a = &d->args;
	struct err err;
	int64_t interval_ms;
	size_t n_keys;

	strbuf_clear(&d->body);
	interval_ms = d->conf.render(g, &d->body, d->conf.arg);
	assert(!d->body.full); /* the group's bytes are bounded */
	put_make_keys(a, g, ids);
	n_keys = a->v.n;
	args_str(a,
		arena_printf(a->arena, "%.*s:%.*s", SPAN_ARG(g->route),
			SPAN_ARG(g->key)));
	args_span(a, g->id);
	args_span(a, g->route);
	args_span(a, g->channel);
	args_span(a, g->key);
	args_int(a, interval_ms);
	args_span(a, strbuf_as_span(&d->body));
	for (size_t i = 0; i < ids->n; i++)
		args_span(a, redis_item(ids, i)->text);
	if (args_eval(a, d->conf.redis, d->make, n_keys, on_made, lane, &err) ==
		-1)
		return; /* the claim ends, and it is looked at again */
	lane->making++;
	d->running++;
}

/* A row of look.lua's answer: route, key, waiting, ids, JSON. */
static void
make_row(struct lane *lane, const struct redis_reply *row, int64_t now_ms)
{
	const struct redis_reply *ids = redis_item(row, 3);
	const struct redis_reply *texts = redis_item(row, 4);
	VEC(struct span) hits = {0};
	char id[DISPATCH_ID_SIZE];
	struct dispatch_group g = {
		.route = redis_item(row, 0)->text,
		.channel = lane->conf.name,
		.key = redis_item(row, 1)->text,
		.now_ms = now_ms,
	};

	for (size_t i = 0; i < texts->n; i++)
		vec_push(&hits, redis_item(texts, i)->text);
	if (ids->n > 0 && ids->n == hits.n) {
		delivery_id(&g, redis_item(ids, 0)->text, id);
		g.id = span_of(id);
		g.hits = hits.p;
		g.n_hits = hits.n;
		g.n_waiting = (size_t)redis_item(row, 2)->integer - hits.n;
		make(lane, &g, ids);
	}
	vec_fini(&hits);
}

/* -- looking --------------------------------------------------------------- */
#define LOOK_HEAD 3 /* items before the rows: now, next, lost */

static void
on_looked(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct lane *lane = arg;
	struct dispatch *d = lane->all;
	bool gone = d->orphan;
	bool answered = is_answer(lane, "look", reply, err);

	if (gone)
		return;
	chore_end(&lane->look, answered ? redis_item(reply, 1)->integer : -1);
	if (answered && redis_item(reply, 2)->integer > 0) {
		d->counts.lost_hits += (uint64_t)redis_item(reply, 2)->integer;
		log_error("hits_lost",
			"channel=%s n=%" PRId64
			" why=\"Redis has their ids but not their JSON: does "
			"it evict keys?\"",
			lane->name, redis_item(reply, 2)->integer);
	}
	lane->full = answered && reply->n >= LOOK_HEAD + DISPATCH_GROUPS;
	for (size_t i = LOOK_HEAD; answered && !d->stopping && i < reply->n;
		i++)
		make_row(lane, redis_item(reply, i),
			redis_item(reply, 0)->integer);
	plan(d);
}

static void
look(struct lane *lane)
{
	struct dispatch *d = lane->all;
	struct err err;

	args_key1(&d->args, KEY_DUE, lane->conf.name);
	args_span(&d->args, d->conf.prefix);
	args_span(&d->args, lane->conf.name);
	args_int(&d->args, DISPATCH_GROUPS);
	args_int(&d->args, DISPATCH_CLAIM_MS);
	args_int(&d->args, LIMIT_DELIVERY_HITS);
	args_int(&d->args, DISPATCH_GROUP_BYTES);
	chore_begin(&lane->look);
	if (args_eval(&d->args, d->conf.redis, d->look, 1, on_looked, lane,
		    &err) == -1)
		chore_end(&lane->look, -1);
	else
		d->running++;
}

/* -- taking ---------------------------------------------------------------- */
#define TAKE_HEAD 2 /* items before the rows: now, next */

static void
on_took(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct lane *lane = arg;
	struct dispatch *d = lane->all;
	bool gone = d->orphan;
	bool answered = is_answer(lane, "take", reply, err);
	struct delivery *delivery;

	if (gone)
		return;
	chore_end(&lane->take, answered ? redis_item(reply, 1)->integer : -1);
	for (size_t i = TAKE_HEAD; answered && i < reply->n; i++) {
		lane->in_flight++;
		delivery = flights_add(
			d->flights, lane, &lane->conf, redis_item(reply, i));
		failpoint("dispatch_taken");
		if (!delivery)
			continue;
		if (d->stopping || lane->removed)
			flights_release(d->flights, delivery);
		else
			d->conf.send(delivery, d->conf.arg);
	}
	plan(d);
}

static void
take(struct lane *lane)
{
	struct dispatch *d = lane->all;
	struct err err;

	args_key1(&d->args, KEY_DELIVERIES, lane->conf.name);
	args_span(&d->args, d->conf.prefix);
	args_int(&d->args, lane->conf.parallel - lane->in_flight);
	args_int(&d->args, lane->conf.lease_ms);
	chore_begin(&lane->take);
	if (args_eval(&d->args, d->conf.redis, d->take, 1, on_took, lane,
		    &err) == -1)
		chore_end(&lane->take, -1);
	else
		d->running++;
}

static void
on_flight_end(struct lane *lane)
{
	lane->in_flight--;
	chore_ask(&lane->take); /* there is a sender to spare */
	plan(lane->all);
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
	lane->conf = *conf;
	lane->conf.name = span_of(lane->name);
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
	plan(d);
}

/* -- planning -------------------------------------------------------------- */
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
		if (lane->making == 0 && chore_is_due(&lane->look, now_ms))
			look(lane);
		if (lane->in_flight < lane->conf.parallel &&
			chore_is_due(&lane->take, now_ms))
			take(lane);
	}
}

static int64_t
lane_next_ms(const struct lane *lane)
{
	int64_t next = INT64_MAX;

	if (lane->removed)
		return next;
	if (!lane->look.running && lane->making == 0)
		next = lane->look.at_ms;
	if (!lane->take.running && lane->in_flight < lane->conf.parallel &&
		lane->take.at_ms < next)
		next = lane->take.at_ms;
	return next;
}

static void
plan(struct dispatch *d)
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

static void
on_timer(void *arg)
{
	struct dispatch *d = arg;

	work(d);
	plan(d);
}

void
dispatch_poke(struct dispatch *d, struct span channel)
{
	struct lane *lane = lane_find(d, channel);

	if (!lane)
		return;
	chore_ask(&lane->look);
	plan(d);
}

void
dispatch_on_up(struct dispatch *d)
{
	flights_retry(d->flights);
	vec_each (struct lane **, lane, &d->lanes) {
		chore_ask(&(*lane)->look);
		chore_ask(&(*lane)->take);
	}
	plan(d);
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
	d->take = redis_script_new(script_take.name, script_take.body);
	args_init(&d->args, d->conf.prefix);
	strbuf_init(&d->body, DISPATCH_BODY_MAX);
	d->flights = flights_new(&d->conf, &d->counts, on_flight_end);
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
	redis_script_free(&d->take);
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
dispatch_finish(struct dispatch *d, struct delivery **delivery, enum outcome o,
	int64_t delay_ms, struct span text)
{
	struct delivery *one = *delivery;

	*delivery = NULL;
	flights_finish(d->flights, one, o, delay_ms, text);
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
