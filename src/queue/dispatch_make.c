/* Groups that are due: looked at, rendered, frozen as deliveries. */
#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/failpoint.h"
#include "base/hash.h"
#include "base/log.h"
#include "queue/dispatch_private.h"

/* -- making deliveries ----------------------------------------------------- */
static void
on_made(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct lane *lane = arg;
	struct dispatch *d = lane->all;
	bool gone = d->orphan;
	bool answered = lane_answered(lane, "make", reply, err);

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
	dispatch_plan(d);
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
	bool answered = lane_answered(lane, "look", reply, err);

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
	dispatch_plan(d);
}

void
lane_look(struct lane *lane)
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
