#include "queue/flight.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/backoff.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/vec.h"
#include "io/loop.h"
#include "queue/args.h"
#include "queue/scripts.h"
#include "queue/server.h"

enum flight_state {
	FLIGHT_SENDING, /* somebody sends it and will say how it ended */
	FLIGHT_ENDED, /* the outcome is known here, to be told to Redis */
	FLIGHT_TELLING /* finish.lua runs */
};

struct flight {
	struct delivery d;
	struct flights *all;
	struct lane *lane;
	const struct dispatch_channel *channel;
	struct arena *arena;
	enum flight_state state;
	const char *outcome; /* as finish.lua knows it */
	bool tried; /* not just released */
	int64_t delay_ms, leave_ms;
	bool host_failed;
	struct span text, reference;
};

struct flights {
	const struct dispatch_conf *conf;
	struct dispatch_counts *counts;
	void (*on_sent)(struct lane *lane);
	void (*on_end)(struct lane *lane);
	VEC(struct flight *) v;
	struct redis_script *finish;
	struct args args;
	struct loop_timer *retry;
	struct rng rng;
	unsigned failures;
	size_t telling; /* scripts that run */
	bool orphan; /* freed meanwhile: the last answer frees it */
};

static void
on_retry(void *arg)
{
	flights_retry(arg);
}

struct flights *
flights_new(const struct dispatch_conf *conf, struct dispatch_counts *counts,
	void (*on_sent)(struct lane *lane), void (*on_end)(struct lane *lane))
{
	struct flights *f = mem_new(f);

	f->conf = conf;
	f->counts = counts;
	f->on_sent = on_sent;
	f->on_end = on_end;
	f->finish = redis_script_new(script_finish.name, script_finish.body);
	f->retry = loop_timer_new(conf->loop, on_retry, f);
	rng_init_system(&f->rng);
	args_init(&f->args, conf->prefix);
	return f;
}

static void
flight_free(struct flight *one)
{
	arena_free(&one->arena);
	mem_free(&one);
}

static void
flights_destroy(struct flights *f)
{
	vec_each (struct flight **, one, &f->v)
		flight_free(*one);
	vec_fini(&f->v);
	redis_script_free(&f->finish);
	args_fini(&f->args);
	mem_free(&f);
}

void
flights_free(struct flights **fp)
{
	struct flights *f = *fp;

	*fp = NULL;
	if (!f)
		return;
	loop_timer_free(&f->retry);
	f->orphan = true;
	if (f->telling == 0)
		flights_destroy(f);
}

void
flights_load(struct flights *f)
{
	redis_script_load(f->conf->redis, f->finish);
}

unsigned
flights_count(const struct flights *f)
{
	return (unsigned)f->v.n;
}

/* -- taking ---------------------------------------------------------------- */
static int64_t
row_int(const struct redis_reply *row, size_t i)
{
	const struct redis_reply *r = redis_item(row, i);
	int64_t v = 0;

	if (r->type == REDIS_TYPE_INTEGER)
		return r->integer;
	return span_i64(r->text, 0, INT64_MAX, &v) ? v : 0;
}

struct delivery *
flights_add(struct flights *f, struct lane *lane,
	const struct dispatch_channel *channel, const struct redis_reply *row)
{
	struct flight *one = mem_new(one);
	struct arena *a = arena_new();

	one->all = f;
	one->lane = lane;
	one->channel = channel;
	one->arena = a;
	one->d = (struct delivery){
		.id = arena_span(a, redis_item(row, 0)->text),
		.attempt = (unsigned)row_int(row, 1),
		.failed = (unsigned)row_int(row, 3),
		.route = arena_span(a, redis_item(row, 4)->text),
		.channel = channel->name,
		.key = arena_span(a, redis_item(row, 5)->text),
		.n_hits = (unsigned)row_int(row, 6),
		.made_ms = row_int(row, 7),
		.body = arena_span(a, redis_item(row, 8)->text),
		.edit = arena_span(a, redis_item(row, 9)->text),
	};
	vec_push(&f->v, one);
	if (row_int(row, 2) < DISPATCH_MAX_SILENT)
		return &one->d;
	flights_finish(f, &one->d,
		&(struct dispatch_outcome){
			.outcome = OUTCOME_NEVER,
			.text = SPAN_LIT("taken three times without an "
					 "outcome: do workers die of it?"),
		});
	return NULL;
}

/* -- telling --------------------------------------------------------------- */
static void
flight_end(struct flight *one)
{
	struct flights *f = one->all;
	struct lane *lane = one->lane;

	for (size_t i = 0; i < f->v.n; i++) {
		if (f->v.p[i] != one)
			continue;
		vec_remove(&f->v, i);
		break;
	}
	flight_free(one);
	f->on_end(lane);
}

static void
note_end(struct flight *one, struct span answer)
{
	struct flights *f = one->all;

	if (span_eq_str(answer, "sent")) {
		f->counts->sent++;
		log_debug("delivery_sent", "id=%.*s channel=%.*s attempt=%u",
			SPAN_ARG(one->d.id), SPAN_ARG(one->d.channel),
			one->d.attempt);
	} else if (span_eq_str(answer, "later") && one->tried) {
		f->counts->later++;
		log_info("delivery_later",
			"id=%.*s channel=%.*s attempt=%u delay_ms=%" PRId64
			" why=\"%.*s\"",
			SPAN_ARG(one->d.id), SPAN_ARG(one->d.channel),
			one->d.attempt, one->delay_ms, SPAN_ARG(one->text));
	} else if (span_eq_str(answer, "dead")) {
		f->counts->dead++;
		log_warn("delivery_dead",
			"id=%.*s channel=%.*s attempts=%u why=\"%.*s\"",
			SPAN_ARG(one->d.id), SPAN_ARG(one->d.channel),
			one->d.attempt, SPAN_ARG(one->text));
	} else if (span_eq_str(answer, "refused")) {
		f->counts->refused++;
		log_warn("delivery_refused",
			"id=%.*s channel=%.*s attempt=%u outcome=%s "
			"why=\"another worker has taken it since\"",
			SPAN_ARG(one->d.id), SPAN_ARG(one->d.channel),
			one->d.attempt, one->outcome);
	}
}

static void
tell_failed(struct flight *one, const struct redis_reply *reply,
	const struct err *err)
{
	struct flights *f = one->all;
	struct err why;

	if (reply) {
		server_err(f->conf->redis, reply, &why);
		err = &why;
	}
	f->counts->errors++;
	log_warn("delivery_outcome_failed", "id=%.*s outcome=%s error=\"%s\"",
		SPAN_ARG(one->d.id), one->outcome, err->msg);
	one->state = FLIGHT_ENDED;
	f->failures++;
	loop_timer_set(f->retry,
		backoff_ms(f->failures, DISPATCH_RETRY_BASE_MS,
			DISPATCH_RETRY_MAX_MS, (uint32_t)rng_next(&f->rng)));
}

static void
on_finished(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct flight *one = arg;
	struct flights *f = one->all;

	f->telling--;
	if (f->orphan) {
		if (f->telling == 0)
			flights_destroy(f);
		return;
	}
	if (err || reply->type == REDIS_TYPE_ERROR) {
		tell_failed(one, reply, err);
		return;
	}
	f->failures = 0;
	failpoint("flight_told");
	note_end(one, redis_item(reply, 0)->text);
	flight_end(one);
}

static void
tell(struct flight *one)
{
	struct flights *f = one->all;
	struct err err;

	args_key1(&f->args, KEY_DELIVERY, one->d.id);
	args_key1(&f->args, KEY_DELIVERIES, one->d.channel);
	args_key(&f->args, KEY_DEAD);
	args_key1(&f->args, KEY_BUCKET, one->d.channel);
	if (one->channel->host.n > 0)
		args_key1(&f->args, KEY_BREAKER, one->channel->host);
	else
		args_key1(&f->args, KEY_BUCKET, one->d.channel);
	args_key(&f->args, KEY_BREAKERS);
	args_span(&f->args, f->conf->prefix);
	args_span(&f->args, one->d.id);
	args_int(&f->args, one->d.attempt);
	args_str(&f->args, one->outcome);
	args_int(&f->args, one->delay_ms);
	args_span(&f->args, one->text);
	args_int(&f->args, one->channel->max_attempts);
	args_int(&f->args, one->channel->max_age_ms);
	args_int(&f->args, LIMIT_DELIVERY_HISTORY);
	args_span(&f->args, one->reference);
	args_int(&f->args, one->leave_ms);
	args_span(&f->args, one->channel->host);
	args_str(&f->args, one->host_failed ? "1" : "0");
	args_int(&f->args, DISPATCH_BREAKER_FAILURES);
	args_int(&f->args, DISPATCH_BREAKER_MS);
	args_int(&f->args, DISPATCH_BREAKER_MAX_MS);
	if (args_eval(&f->args, f->conf->redis, f->finish, 6, on_finished, one,
		    &err) == -1) {
		tell_failed(one, NULL, &err);
		return;
	}
	one->state = FLIGHT_TELLING;
	f->telling++;
}

/* One line of text that is fit for a history: no control bytes. */
static struct span
one_line(struct arena *a, struct span text)
{
	struct span line = span_utf8_head(text, DISPATCH_TEXT_MAX);
	char *copy;

	if (line.n == 0)
		return SPAN_LIT("no reason given");
	copy = arena_alloc(a, line.n + 1);
	for (size_t i = 0; i < line.n; i++)
		copy[i] = (unsigned char)line.p[i] < 0x20 || line.p[i] == 0x7f
			? ' '
			: line.p[i];
	return span_trim(span_make(copy, line.n));
}

static struct flight *
flight_of(struct delivery *d)
{
	return (struct flight *)(void *)((char *)d -
		offsetof(struct flight, d));
}

void
flights_finish(
	struct flights *f, struct delivery *d, const struct dispatch_outcome *o)
{
	struct flight *one = flight_of(d);
	struct lane *lane = one->lane;

	failpoint("flight_finish");
	one->outcome = outcome_name(o->outcome);
	one->tried = true;
	one->delay_ms = o->delay_ms < 0 ? 0 : o->delay_ms;
	one->leave_ms = o->leave_ms < 0 ? 0 : o->leave_ms;
	one->host_failed = o->host_failed;
	one->text = one_line(one->arena, o->text);
	one->reference = arena_span(one->arena, o->reference);
	tell(one);
	f->on_sent(lane);
}

void
flights_release(struct flights *f, struct delivery *d)
{
	struct flight *one = flight_of(d);
	struct lane *lane = one->lane;

	one->outcome = "released";
	one->text = SPAN_LIT("released");
	tell(one);
	f->on_sent(lane);
}

void
flights_retry(struct flights *f)
{
	for (size_t i = 0; i < f->v.n; i++)
		if (f->v.p[i]->state == FLIGHT_ENDED)
			tell(f->v.p[i]);
}
