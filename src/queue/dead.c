#include "queue/dead.h"

#include <assert.h>

#include "base/arena.h"
#include "base/vec.h"
#include "io/redis.h"
#include "model/json.h"
#include "queue/args.h"
#include "queue/consumer.h"
#include "queue/scripts.h"

/* -- one letter ------------------------------------------------------------ */
static struct span
field(const struct redis_reply *fields, const char *name)
{
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (span_eq_str(redis_item(fields, i)->text, name))
			return redis_item(fields, i + 1)->text;
	return SPAN_NULL;
}

static int64_t
field_int(const struct redis_reply *fields, const char *name)
{
	int64_t v = 0;

	return span_i64(field(fields, name), 0, INT64_MAX, &v) ? v : 0;
}

static struct dead_letter
letter_of(const struct redis_reply *entry, bool with_body)
{
	const struct redis_reply *f = redis_item(entry, 1);

	return (struct dead_letter){
		.entry = redis_item(entry, 0)->text,
		.kind = span_eq_str(field(f, "kind"), "hit") ? DEAD_HIT
							     : DEAD_DELIVERY,
		.id = field(f, "id"),
		.route = field(f, "route"),
		.channel = field(f, "channel"),
		.key = field(f, "key"),
		.hits = field(f, "hits"),
		.body = with_body ? field(f, "body") : SPAN_NULL,
		.reason = field(f, "reason"),
		.attempts = (unsigned)field_int(f, "attempts"),
		.made_ms = field_int(f, "made"),
		.dead_ms = field_int(f, "dead"),
		.history = field(f, "history"),
	};
}

/* A history's line: "<ms> <attempt> <outcome> <text>". */
static void
format_try(struct span line, struct json_w *w)
{
	struct span ms, attempt, outcome;
	int64_t at = 0, nr = 0;

	if (!span_next(&line, ' ', &ms) || !span_next(&line, ' ', &attempt) ||
		!span_next(&line, ' ', &outcome))
		return;
	json_w_object(w);
	json_w_key(w, "at");
	json_w_time_ms(
		w, (struct wall){span_i64(ms, 0, INT64_MAX, &at) ? at : 0});
	json_w_kv_int(
		w, "attempt", span_i64(attempt, 0, INT64_MAX, &nr) ? nr : 0);
	json_w_kv_text(w, "outcome", outcome);
	json_w_kv_text(w, "text", line);
	json_w_object_end(w);
}

static void
format_ids(struct span hits, struct json_w *w)
{
	struct span id;

	json_w_array(w);
	while (span_next(&hits, ' ', &id))
		if (id.n > 0)
			json_w_text(w, id);
	json_w_array_end(w);
}

void
dead_format(const struct dead_letter *d, struct strbuf *out)
{
	struct json_w w;
	struct span history = d->history, line;

	json_w_init(&w, out);
	json_w_object(&w);
	json_w_kv_text(&w, "entry", d->entry);
	json_w_kv_str(&w, "kind", d->kind == DEAD_HIT ? "hit" : "delivery");
	json_w_kv_text(&w, "id", d->id);
	if (d->kind == DEAD_DELIVERY) {
		json_w_kv_text(&w, "route", d->route);
		json_w_kv_text(&w, "channel", d->channel);
		json_w_kv_text(&w, "group", d->key);
		json_w_key(&w, "hits");
		format_ids(d->hits, &w);
	}
	json_w_kv_text(&w, "reason", d->reason);
	json_w_kv_int(&w, "attempts", d->attempts);
	json_w_key(&w, "made");
	json_w_time_ms(&w, (struct wall){d->made_ms});
	json_w_key(&w, "dead");
	json_w_time_ms(&w, (struct wall){d->dead_ms});
	json_w_key(&w, "history");
	json_w_array(&w);
	while (span_next(&history, '\n', &line))
		if (line.n > 0)
			format_try(line, &w);
	json_w_array_end(&w);
	if (d->body.n > 0)
		json_w_kv_text(&w, "body", d->body);
	json_w_object_end(&w);
}

/* -- calls ----------------------------------------------------------------- */
struct dead_call {
	dead_list_cb on_list;
	dead_done_cb on_done;
	void *arg;
	bool with_body;
	struct redis_script *script;
};

static struct dead_call *
call_new(void *arg)
{
	struct dead_call *call = mem_new(call);

	call->arg = arg;
	return call;
}

/* The error of a call, if any, as one; NULL if it went well. */
static const struct err *
why_not(const struct redis_reply *reply, const struct err *err, struct err *why)
{
	if (err)
		return err;
	if (reply->type != REDIS_TYPE_ERROR)
		return NULL;
	redis_err(reply, why);
	return why;
}

static void
on_listed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct dead_call *call = arg;
	VEC(struct dead_letter) letters = {0};
	struct err why;

	err = why_not(reply, err, &why);
	for (size_t i = 0; !err && i < reply->n; i++)
		vec_push(&letters,
			letter_of(redis_item(reply, i), call->with_body));
	call->on_list(letters.p, letters.n, err, call->arg);
	vec_fini(&letters);
	mem_free(&call);
}

static void
list_range(struct redis *r, struct args *args, struct dead_call *call)
{
	struct err err;

	if (args_command(args, r, 0, on_listed, call, &err) == -1)
		on_listed(NULL, &err, call);
	args_fini(args);
}

void
dead_list(struct redis *r, struct span prefix, struct span after, size_t max,
	dead_list_cb done, void *arg)
{
	struct dead_call *call = call_new(arg);
	struct args args;

	assert(max > 0 && max <= DEAD_LIST_MAX);
	call->on_list = done;
	args_init(&args, prefix);
	args_str(&args, "XRANGE");
	args_key(&args, KEY_DEAD);
	if (after.n > 0)
		args_str(&args,
			arena_printf(args.arena, "(%.*s", SPAN_ARG(after)));
	else
		args_str(&args, "-");
	args_str(&args, "+");
	args_str(&args, "COUNT");
	args_int(&args, (int64_t)max);
	list_range(r, &args, call);
}

void
dead_show(struct redis *r, struct span prefix, struct span entry,
	dead_list_cb done, void *arg)
{
	struct dead_call *call = call_new(arg);
	struct args args;

	call->on_list = done;
	call->with_body = true;
	args_init(&args, prefix);
	args_str(&args, "XRANGE");
	args_key(&args, KEY_DEAD);
	args_span(&args, entry);
	args_span(&args, entry);
	list_range(r, &args, call);
}

/* The end of a retry or a drop. */
static void
call_done(struct dead_call *call, bool found, const struct err *err)
{
	call->on_done(found, err, call->arg);
	redis_script_free(&call->script);
	mem_free(&call);
}

static void
on_retried(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct err why;

	err = why_not(reply, err, &why);
	if (!err && span_eq_str(reply->text, "exists")) {
		err_set(&why, ERR_TEMP,
			"its delivery is under way already: drop the letter, "
			"or wait for the end of the delivery");
		err = &why;
	}
	call_done(arg, !err && span_eq_str(reply->text, "retried"), err);
}

void
dead_retry(struct redis *r, struct span prefix, struct span entry,
	dead_done_cb done, void *arg)
{
	struct dead_call *call = call_new(arg);
	struct args args;
	struct err err;

	call->on_done = done;
	call->script = redis_script_new(script_retry.name, script_retry.body);
	args_init(&args, prefix);
	args_key(&args, KEY_DEAD);
	args_key(&args, KEY_HITS);
	args_key(&args, KEY_CHANNELS);
	args_span(&args, prefix);
	args_span(&args, entry);
	args_int(&args, CONSUMER_TOLD_S);
	if (args_eval(&args, r, call->script, 3, on_retried, call, &err) == -1)
		call_done(call, false, &err);
	args_fini(&args);
}

static void
on_dropped(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct err why;

	err = why_not(reply, err, &why);
	call_done(arg, !err && reply->integer == 1, err);
}

void
dead_drop(struct redis *r, struct span prefix, struct span entry,
	dead_done_cb done, void *arg)
{
	struct dead_call *call = call_new(arg);
	struct args args;
	struct err err;

	call->on_done = done;
	args_init(&args, prefix);
	args_str(&args, "XDEL");
	args_key(&args, KEY_DEAD);
	args_span(&args, entry);
	if (args_command(&args, r, 0, on_dropped, call, &err) == -1)
		call_done(call, false, &err);
	args_fini(&args);
}
