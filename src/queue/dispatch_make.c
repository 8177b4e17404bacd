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
	} else if (answered &&
		span_eq_str(redis_item(reply, 0)->text, "held")) {
		d->counts.held++;
		failpoint("dispatch_held");
		chore_by(&lane->look, redis_item(reply, 1)->integer);
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

/* A hit that is not told, and why. */
struct muted {
	struct span id;
	const char *why;
};

/* A group as look.lua hands it out; hits are those that are to be told. */
struct due {
	struct lane *lane;
	struct dispatch_group g;
	char id[DISPATCH_ID_SIZE]; /* of the delivery to be made */
	char *member; /* of the sorted set `due` */
	VEC(struct span) ids, hits;
	VEC(struct muted) muted;
	struct arena *arena;
};

static void
put_make_keys(struct args *a, const struct due *due)
{
	const struct dispatch_group *g = &due->g;
	struct key_parts group = {g->route, g->channel, g->key};

	args_key3(a, KEY_GROUP, group);
	args_key1(a, KEY_DUE, g->channel);
	args_key3(a, KEY_PAUSE, group);
	args_key1(a, KEY_DELIVERY, g->id);
	args_key1(a, KEY_DELIVERIES, g->channel);
	args_key(a, KEY_CHANNELS);
	vec_each (const struct span *, id, &due->ids)
		args_key1(a, KEY_HIT, *id);
}

static void
put_make_args(struct args *a, const struct due *due, struct span body,
	const struct dispatch_order *o)
{
	const struct dispatch_group *g = &due->g;

	args_span(a, due->lane->all->conf.prefix);
	args_str(a, due->member);
	args_span(a, g->id);
	args_span(a, g->route);
	args_span(a, g->channel);
	args_span(a, g->key);
	args_int(a, o->interval_ms);
	args_span(a, body);
	args_int(a, o->quiet_until_ms);
	args_int(a, o->cap);
	args_int(a, o->cap_per_ms);
	args_int(a, o->repeat_ms);
	args_int(a, o->escalate_ms);
	args_span(a, strbuf_as_span(o->escalate_to));
	args_int(a, DISPATCH_ACK_S);
	vec_each (const struct span *, id, &due->ids)
		args_span(a, *id);
}

/* Freeze what render() made of the group's hits. */
static void
make(struct due *due)
{
	struct lane *lane = due->lane;
	struct dispatch *d = lane->all;
	struct strbuf where = STRBUF_INIT(KIB(64));
	struct dispatch_order order = {.escalate_to = &where};
	struct err err;
	size_t n_keys;
	int rc;

	strbuf_clear(&d->body);
	d->conf.render(&due->g, &d->body, &order, d->conf.arg);
	assert(!d->body.full); /* the group's bytes are bounded */
	put_make_keys(&d->args, due);
	n_keys = d->args.v.n;
	put_make_args(&d->args, due, strbuf_as_span(&d->body), &order);
	rc = args_eval(
		&d->args, d->conf.redis, d->make, n_keys, on_made, lane, &err);
	strbuf_fini(&where);
	if (rc == -1)
		return; /* the claim ends, and it is looked at again */
	lane->making++;
	d->running++;
}

/* -- muting ---------------------------------------------------------------- */
static void
on_muted(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct lane *lane = arg;
	struct dispatch *d = lane->all;
	bool gone = d->orphan;
	bool answered = lane_answered(lane, "mute", reply, err);

	if (gone)
		return;
	lane->making--;
	if (answered) {
		d->counts.muted += (uint64_t)reply->integer;
		failpoint("dispatch_muted");
	}
	dispatch_plan(d);
}

/* Before make.lua, on the same connection: it finds the rest at the head. */
static void
send_mute(struct due *due)
{
	struct lane *lane = due->lane;
	struct dispatch *d = lane->all;
	struct args *a = &d->args;
	struct err err;

	args_key3(a, KEY_GROUP,
		(struct key_parts){due->g.route, due->g.channel, due->g.key});
	args_key1(a, KEY_DUE, due->g.channel);
	args_key(a, KEY_MUTED);
	args_span(a, d->conf.prefix);
	args_str(a, due->member);
	args_span(a, due->g.route);
	args_span(a, due->g.channel);
	args_span(a, due->g.key);
	vec_each (const struct muted *, m, &due->muted) {
		args_span(a, m->id);
		args_str(a, m->why);
	}
	if (args_eval(a, d->conf.redis, d->mute, 3, on_muted, lane, &err) == -1)
		return;
	lane->making++;
	d->running++;
}

/* Why the hit is not told; NULL if it is. */
static const char *
why_muted(const struct due *due, struct span json, struct span rule)
{
	const struct dispatch_conf *conf = &due->lane->all->conf;
	char id[DISPATCH_SILENCE_SIZE];

	if (conf->always && conf->always(due->g.route, conf->arg))
		return NULL;
	if (conf->mute && conf->mute(&due->g, json, id, conf->arg))
		return arena_printf(due->arena, "silence:%s", id);
	return rule.n > 0 ? arena_span(due->arena, rule).p : NULL;
}

/* A row of look.lua's answer: route, key, waiting, ids, JSON, rules. */
static void
read_row(struct due *due, const struct redis_reply *row)
{
	const struct redis_reply *ids = redis_item(row, 3);
	const struct redis_reply *texts = redis_item(row, 4);
	const struct redis_reply *rules = redis_item(row, 5);

	due->g.route = redis_item(row, 0)->text;
	due->g.key = redis_item(row, 1)->text;
	due->g.n_waiting = (size_t)redis_item(row, 2)->integer - ids->n;
	due->g.digest = span_eq_str(due->g.key, DISPATCH_DIGEST);
	due->g.again = span_starts(due->g.key, "!again-");
	due->g.elsewhere = span_starts(due->g.key, "!escalate:");
	due->member = arena_printf(due->arena, "%.*s:%.*s",
		SPAN_ARG(due->g.route), SPAN_ARG(due->g.key));
	for (size_t i = 0; i < ids->n && i < texts->n; i++) {
		struct span id = redis_item(ids, i)->text;
		struct span json = redis_item(texts, i)->text;
		const char *why =
			why_muted(due, json, redis_item(rules, i)->text);

		if (why) {
			vec_push(&due->muted, (struct muted){id, why});
		} else {
			vec_push(&due->ids, id);
			vec_push(&due->hits, json);
		}
	}
}

static void
make_row(struct lane *lane, const struct redis_reply *row, int64_t now_ms)
{
	struct due due = {
		.lane = lane,
		.g = {.channel = lane->conf.name, .now_ms = now_ms},
		.arena = arena_new(),
	};

	read_row(&due, row);
	if (due.muted.n > 0)
		send_mute(&due);
	if (due.ids.n > 0) {
		delivery_id(&due.g, due.ids.p[0], due.id);
		due.g.id = span_of(due.id);
		due.g.hits = due.hits.p;
		due.g.n_hits = due.hits.n;
		make(&due);
	}
	vec_fini(&due.ids);
	vec_fini(&due.hits);
	vec_fini(&due.muted);
	arena_free(&due.arena);
}

/* -- looking --------------------------------------------------------------- */
#define LOOK_HEAD 5 /* items before the rows: now, next, lost, silences */
/* Stories in these states need no reminder. */
#define RESOLVED "confirmed denied corrected retracted"

static void
take_silences(struct dispatch *d, const struct redis_reply *reply)
{
	const struct redis_reply *all = redis_item(reply, 4);
	VEC(struct span) texts = {0};

	if (!d->conf.silences ||
		span_eq_str(redis_item(reply, 3)->text, d->silences))
		return;
	mem_free(&d->silences);
	d->silences = span_dup(redis_item(reply, 3)->text);
	for (size_t i = 0; i < all->n; i++)
		vec_push(&texts, redis_item(all, i)->text);
	d->conf.silences(texts.p, texts.n, d->conf.arg);
	vec_fini(&texts);
}

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
	if (answered)
		take_silences(d, reply);
	lane->full = answered && reply->n >= LOOK_HEAD + DISPATCH_GROUPS;
	for (size_t i = LOOK_HEAD; answered && !d->stopping && i < reply->n;
		i++)
		make_row(lane, redis_item(reply, i),
			redis_item(reply, 0)->integer);
	if (lane->making > 0)
		chore_ask(&lane->take);
	dispatch_work(d);
}

void
lane_look(struct lane *lane)
{
	struct dispatch *d = lane->all;
	struct err err;

	args_key1(&d->args, KEY_DUE, lane->conf.name);
	args_key(&d->args, KEY_SILENCES);
	args_key(&d->args, KEY_SILENCES_VERSION);
	args_span(&d->args, d->conf.prefix);
	args_span(&d->args, lane->conf.name);
	args_int(&d->args, DISPATCH_GROUPS);
	args_int(&d->args, DISPATCH_CLAIM_MS);
	args_int(&d->args, LIMIT_DELIVERY_HITS);
	args_int(&d->args, DISPATCH_GROUP_BYTES);
	args_str(&d->args, d->silences);
	args_str(&d->args, RESOLVED);
	args_int(&d->args, DISPATCH_AGAIN_MS);
	chore_begin(&lane->look);
	if (args_eval(&d->args, d->conf.redis, d->look, 3, on_looked, lane,
		    &err) == -1)
		chore_end(&lane->look, -1);
	else
		d->running++;
}
