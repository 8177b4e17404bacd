#include "queue/intake.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/backoff.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/vec.h"
#include "io/loop.h"
#include "model/limits.h"
#include "queue/args.h"
#include "queue/scripts.h"
#include "queue/server.h"

#define PRODUCER_MAX 64
#define NOBODY SPAN_LIT("-") /* stands for no producer in a key */

#define MARKS_BYTES KIB(64) /* of one hit; more marks are left out */

struct consumer_targets {
	VEC(struct consumer_target) v;
	struct strbuf marks; /* lines "<mark> <ms>" */
	struct strbuf shields; /* lines "<rule> <mark> <mark>..." */
	struct span rule; /* of the last line of shields */
};

enum entry_state {
	ENTRY_NEW, /* to be sent, for the first time or again */
	ENTRY_SENT, /* its script runs */
	ENTRY_DONE
};

struct entry {
	struct intake *in;
	enum entry_state state;
	struct span stream_id, id, json, producer, seq;
	bool told;
	unsigned takes; /* before this one */
};

struct intake {
	const struct consumer_conf *conf;
	struct consumer_counts *counts;
	void (*done)(void *arg);
	void *arg;
	struct arena *arena; /* of the batch */
	VEC(struct entry) entries;
	size_t in_flight;
	unsigned failures; /* rounds in a row with one */
	bool round_failed;
	bool forgave; /* in this round */
	bool orphan; /* freed while scripts run: the last answer frees it */
	struct loop_timer *retry;
	struct rng rng;
	struct args args;
	struct consumer_targets targets;
	struct redis_script *take, *pass, *bury;
};

static void send_all(struct intake *in);

static void
on_retry(void *arg)
{
	send_all(arg);
}

static struct redis_script *
script(const struct script *s)
{
	return redis_script_new(s->name, s->body);
}

struct intake *
intake_new(const struct consumer_conf *conf, struct consumer_counts *counts,
	void (*done)(void *arg), void *arg)
{
	struct intake *in = mem_new(in);

	in->conf = conf;
	in->counts = counts;
	in->done = done;
	in->arg = arg;
	in->arena = arena_new();
	in->retry = loop_timer_new(conf->loop, on_retry, in);
	rng_init_system(&in->rng);
	args_init(&in->args, conf->prefix);
	strbuf_init(&in->targets.marks, MARKS_BYTES);
	strbuf_init(&in->targets.shields, MARKS_BYTES);
	in->take = script(&script_intake);
	in->pass = script(&script_pass);
	in->bury = script(&script_bury);
	return in;
}

static void
intake_destroy(struct intake *in)
{
	arena_free(&in->arena);
	vec_fini(&in->entries);
	vec_fini(&in->targets.v);
	strbuf_fini(&in->targets.marks);
	strbuf_fini(&in->targets.shields);
	args_fini(&in->args);
	redis_script_free(&in->take);
	redis_script_free(&in->pass);
	redis_script_free(&in->bury);
	mem_free(&in);
}

void
intake_free(struct intake **inp)
{
	struct intake *in = *inp;

	*inp = NULL;
	if (!in)
		return;
	loop_timer_free(&in->retry);
	in->orphan = true;
	if (in->in_flight == 0)
		intake_destroy(in);
}

/* -- reading entries ------------------------------------------------------- */
static struct span
entry_field(const struct redis_reply *fields, const char *name)
{
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (span_eq_str(redis_item(fields, i)->text, name))
			return redis_item(fields, i + 1)->text;
	return SPAN_NULL;
}

/* Who is to be told of the outcome: names stand in a key and in a list. */
static bool
is_producer(struct span name, struct span seq)
{
	int64_t v;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || c == '-' || c == '_'))
			return false;
	}
	return name.n > 0 && name.n <= PRODUCER_MAX &&
		span_i64(seq, 0, INT64_MAX, &v);
}

bool
intake_add(struct intake *in, const struct redis_reply *entry, unsigned takes)
{
	const struct redis_reply *fields = redis_item(entry, 1);
	struct span id = redis_item(entry, 0)->text;
	struct entry e = {.in = in, .takes = takes};

	if (id.n == 0 || fields->type != REDIS_TYPE_ARRAY)
		return false;
	e.stream_id = arena_span(in->arena, id);
	e.id = arena_span(in->arena, entry_field(fields, FIELD_HIT_ID));
	e.json = arena_span(in->arena, entry_field(fields, FIELD_HIT_JSON));
	e.producer =
		arena_span(in->arena, entry_field(fields, FIELD_HIT_PRODUCER));
	e.seq = arena_span(in->arena, entry_field(fields, FIELD_HIT_SEQ));
	if (!is_producer(e.producer, e.seq))
		e.producer = e.seq = SPAN_NULL;
	e.told = entry_field(fields, FIELD_HIT_TOLD).n > 0;
	vec_push(&in->entries, e);
	in->counts->read++;
	return true;
}

bool
intake_is_empty(const struct intake *in)
{
	return in->entries.n == 0;
}

/* -- the scripts' calls ---------------------------------------------------- */
static void
put_done_key(struct intake *in, const struct entry *e)
{
	args_key1(
		&in->args, KEY_DONE, e->producer.n > 0 ? e->producer : NOBODY);
}

static void on_taken(
	const struct redis_reply *reply, const struct err *err, void *arg);
static void on_passed(
	const struct redis_reply *reply, const struct err *err, void *arg);
static void on_buried(
	const struct redis_reply *reply, const struct err *err, void *arg);

static int
send_bury(
	struct intake *in, struct entry *e, const char *reason, struct err *err)
{
	log_warn("hit_dead", "entry=%.*s reason=\"%s\"", SPAN_ARG(e->stream_id),
		reason);
	args_key(&in->args, KEY_HITS);
	args_key(&in->args, KEY_DEAD);
	put_done_key(in, e);
	args_str(&in->args, KEYS_GROUP);
	args_span(&in->args, e->stream_id);
	args_span(&in->args, e->id);
	args_span(&in->args, e->json);
	args_span(&in->args, e->producer);
	args_span(&in->args, e->seq);
	args_str(&in->args, reason);
	args_int(&in->args, e->takes + 1);
	return args_eval(
		&in->args, in->conf->commands, in->bury, 3, on_buried, e, err);
}

static int
send_pass(struct intake *in, struct entry *e, const char *outcome,
	struct err *err)
{
	args_key(&in->args, KEY_HITS);
	put_done_key(in, e);
	args_str(&in->args, KEYS_GROUP);
	args_span(&in->args, e->stream_id);
	args_span(&in->args, e->id);
	args_span(&in->args, e->seq);
	args_str(&in->args, e->producer.n > 0 ? outcome : "");
	args_span(&in->args, in->conf->prefix);
	args_span(&in->args, strbuf_as_span(&in->targets.marks));
	return args_eval(
		&in->args, in->conf->commands, in->pass, 2, on_passed, e, err);
}

static void
put_target_keys(struct intake *in, const struct consumer_target *t)
{
	struct key_parts group = {t->route, t->channel, t->key};
	struct key_parts told = {t->route, t->story, SPAN_NULL};

	args_key3(&in->args, KEY_GROUP, group);
	args_key1(&in->args, KEY_DUE, t->channel);
	args_key3(&in->args, KEY_PAUSE, group);
	if (t->story.n > 0)
		args_key3(&in->args, KEY_TOLD, told);
	else
		args_key3(&in->args, KEY_GROUP, group);
}

static const char *
story_mode(const struct consumer_target *t)
{
	if (t->story.n == 0)
		return "";
	return t->follow ? "follow" : t->update ? "update" : "first";
}

static void
put_target_args(struct intake *in, const struct consumer_target *t)
{
	args_span(&in->args, t->channel);
	args_str(&in->args,
		arena_printf(in->args.arena, "%.*s:%.*s", SPAN_ARG(t->route),
			SPAN_ARG(t->key)));
	args_int(&in->args, t->wait_ms);
	args_str(&in->args, story_mode(t));
}

static int
send_take(struct intake *in, struct entry *e, const struct hit *h,
	struct err *err)
{
	size_t n_keys;

	args_key(&in->args, KEY_HITS);
	args_key1(&in->args, KEY_HIT, e->id);
	args_key(&in->args, KEY_CHANNELS);
	put_done_key(in, e);
	vec_each (struct consumer_target *, t, &in->targets.v)
		put_target_keys(in, t);
	n_keys = in->args.v.n;
	args_str(&in->args, KEYS_GROUP);
	args_span(&in->args, e->stream_id);
	args_span(&in->args, e->id);
	args_span(&in->args, e->json);
	args_span(&in->args, e->producer);
	args_span(&in->args, e->seq);
	args_int(&in->args, CONSUMER_TOLD_S);
	args_span(&in->args, in->conf->prefix);
	args_str(&in->args, h->story ? h->story->id : "");
	args_span(&in->args, h->story ? h->story->status : SPAN_NULL);
	args_span(&in->args, strbuf_as_span(&in->targets.marks));
	args_span(&in->args, strbuf_as_span(&in->targets.shields));
	vec_each (struct consumer_target *, t, &in->targets.v)
		put_target_args(in, t);
	if (args_eval(&in->args, in->conf->commands, in->take, n_keys, on_taken,
		    e, err) == -1)
		return -1;
	vec_each (struct consumer_target *, t, &in->targets.v)
		in->conf->on_taking(t->channel, in->conf->arg);
	return 0;
}

/* -- deciding -------------------------------------------------------------- */
void
consumer_targets_add(
	struct consumer_targets *t, const struct consumer_target *target)
{
	vec_push(&t->v, *target);
}

void
consumer_targets_mark(
	struct consumer_targets *t, const char *mark, int64_t window_ms)
{
	size_t n = t->marks.n;

	strbuf_printf(&t->marks, "%s %" PRId64 "\n", mark, window_ms);
	if (t->marks.full)
		strbuf_cut(&t->marks, n);
}

void
consumer_targets_shield(
	struct consumer_targets *t, struct span rule, const char *mark)
{
	size_t n = t->shields.n;

	if (n > 0 && span_eq(t->rule, rule))
		strbuf_cut(&t->shields, n - 1); /* the line goes on */
	else
		strbuf_span(&t->shields, rule);
	strbuf_printf(&t->shields, " %s\n", mark);
	t->rule = rule;
	/* A rule without all its marks must not mute. */
	if (t->shields.full) {
		strbuf_clear(&t->shields);
		t->rule = SPAN_NULL;
	}
}

static void
targets_clear(struct consumer_targets *t)
{
	vec_clear(&t->v);
	strbuf_clear(&t->marks);
	strbuf_clear(&t->shields);
	t->rule = SPAN_NULL;
}

/* The hit's own id must be the entry's: keys and outcomes go by that. */
static int
send_hit(struct intake *in, struct entry *e, struct err *err)
{
	struct hit_view *view = NULL;
	struct err why;
	int rc;

	if (hit_view_parse(e->json, &view, &why) == -1)
		return send_bury(in, e, why.msg, err);
	if (!span_eq_str(e->id, hit_view_get(view)->id)) {
		hit_view_free(&view);
		return send_bury(
			in, e, "the entry's id is not that of its hit", err);
	}
	in->conf->decide(hit_view_get(view), &in->targets, in->conf->arg);
	rc = in->targets.v.n > 0 ? send_take(in, e, hit_view_get(view), err)
				 : send_pass(in, e, "no_route", err);
	hit_view_free(&view);
	return rc;
}

static int
send_entry(struct intake *in, struct entry *e, struct err *err)
{
	targets_clear(&in->targets);
	if (e->takes >= CONSUMER_MAX_TAKES)
		return send_bury(in, e,
			"read three times and never taken in: do workers die "
			"of it?",
			err);
	if (e->json.n > LIMIT_HIT_BYTES)
		return send_bury(in, e, "larger than a hit may be", err);
	if (e->told)
		return send_pass(in, e, "", err);
	return send_hit(in, e, err);
}

/* -- rounds ---------------------------------------------------------------- */
static void
end_round(struct intake *in)
{
	int64_t delay;

	if (in->round_failed) {
		in->failures++;
		delay = backoff_ms(in->failures, CONSUMER_RETRY_BASE_MS,
			CONSUMER_RETRY_MAX_MS, (uint32_t)rng_next(&in->rng));
		loop_timer_set(in->retry, delay);
		return;
	}
	in->failures = 0;
	vec_clear(&in->entries);
	arena_reset(in->arena);
	in->done(in->arg);
}

static void
send_all(struct intake *in)
{
	struct err err;

	in->round_failed = false;
	in->forgave = false;
	vec_each (struct entry *, e, &in->entries) {
		if (e->state != ENTRY_NEW)
			continue;
		if (send_entry(in, e, &err) == -1) {
			in->round_failed = true;
			break;
		}
		e->state = ENTRY_SENT;
		in->in_flight++;
	}
	if (in->in_flight == 0)
		end_round(in);
}

void
intake_start(struct intake *in)
{
	assert(in->in_flight == 0 && !intake_is_empty(in));
	failpoint("intake_start");
	send_all(in);
}

/*
 * The server refuses (full, loading, read-only): that is not the entries'
 * fault, so being read this time must not count against them, should this
 * worker be restarted before the server is well.
 */
static void
forgive(struct intake *in)
{
	struct err err;
	size_t n = 0;

	if (in->forgave)
		return;
	in->forgave = true;
	args_str(&in->args, "XCLAIM");
	args_key(&in->args, KEY_HITS);
	args_str(&in->args, KEYS_GROUP);
	args_span(&in->args, in->conf->name);
	args_str(&in->args, "0");
	vec_each (struct entry *, e, &in->entries) {
		if (e->state == ENTRY_DONE || e->takes >= CONSUMER_MAX_TAKES)
			continue;
		args_span(&in->args, e->stream_id);
		n++;
	}
	args_str(&in->args, "RETRYCOUNT");
	args_str(&in->args, "0");
	args_str(&in->args, "JUSTID");
	if (n == 0) {
		arena_reset(in->args.arena);
		vec_clear(&in->args.v);
	} else if (args_command(&in->args, in->conf->commands, 0, NULL, NULL,
			   &err) == -1) {
		log_debug("forgive_failed", "error=\"%s\"", err.msg);
	}
}

/* False if there is no answer to look at. */
static bool
entry_answered(
	struct entry *e, const struct redis_reply *reply, const struct err *err)
{
	struct intake *in = e->in;
	struct err why;

	if (in->orphan) {
		if (--in->in_flight == 0)
			intake_destroy(in);
		return false;
	}
	in->in_flight--;
	if (reply && reply->type != REDIS_TYPE_ERROR) {
		e->state = ENTRY_DONE;
		return true;
	}
	e->state = ENTRY_NEW;
	in->round_failed = true;
	in->counts->errors++;
	if (reply) {
		server_err(in->conf->commands, reply, &why);
		err = &why;
		forgive(in);
	}
	log_warn("hit_intake_failed", "entry=%.*s error=\"%s\"",
		SPAN_ARG(e->stream_id), err->msg);
	return false;
}

static void
entry_end(struct intake *in)
{
	if (in->in_flight == 0)
		end_round(in);
}

static void
on_taken(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct entry *e = arg;
	struct intake *in = e->in;
	bool gone = in->orphan;
	struct span what;

	if (entry_answered(e, reply, err)) {
		what = redis_item(reply, 0)->text;
		if (span_eq_str(what, "elsewhere"))
			in->counts->elsewhere++;
		else if (span_eq_str(what, "echo"))
			in->counts->echoes++;
		else
			in->counts->taken++;
		failpoint("intake_taken");
	}
	if (!gone)
		entry_end(in);
}

static void
on_passed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct entry *e = arg;
	struct intake *in = e->in;
	bool gone = in->orphan;

	if (entry_answered(e, reply, err)) {
		if (reply->integer == 0)
			in->counts->elsewhere++;
		else if (e->told)
			in->counts->refills++;
		else
			in->counts->unwanted++;
	}
	if (!gone)
		entry_end(in);
}

static void
on_buried(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct entry *e = arg;
	struct intake *in = e->in;
	bool gone = in->orphan;

	if (entry_answered(e, reply, err)) {
		if (reply->integer == 0)
			in->counts->elsewhere++;
		else
			in->counts->dead++;
	}
	if (!gone)
		entry_end(in);
}
