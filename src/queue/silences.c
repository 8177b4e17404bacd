#include "queue/silences.h"

#include "base/arena.h"
#include "io/redis.h"
#include "queue/args.h"
#include "queue/scripts.h"

struct silences_call {
	silences_set_cb on_set;
	silences_list_cb on_list;
	void *arg;
	struct redis_script *script;
};

static struct silences_call *
call_new(const struct script *s, void *arg)
{
	struct silences_call *call = mem_new(call);

	call->arg = arg;
	call->script = redis_script_new(s->name, s->body);
	return call;
}

static void
call_free(struct silences_call *call)
{
	redis_script_free(&call->script);
	mem_free(&call);
}

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

/* -- adding and ending ----------------------------------------------------- */
static void
on_set(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct silences_call *call = arg;
	struct err why;
	char *what;

	err = why_not(reply, err, &why);
	what = err ? NULL : span_dup(reply->text);
	call->on_set(what, err, call->arg);
	mem_free(&what);
	call_free(call);
}

void
silences_set(struct redis *r, struct span prefix, struct span id,
	struct span json, int64_t until_ms, silences_set_cb done, void *arg)
{
	struct silences_call *call = call_new(&script_silence, arg);
	struct args args;
	struct err err;

	call->on_set = done;
	args_init(&args, prefix);
	args_key(&args, KEY_SILENCES);
	args_key(&args, KEY_SILENCES_VERSION);
	args_key(&args, KEY_MUTED);
	args_span(&args, id);
	args_span(&args, json);
	args_int(&args, until_ms);
	args_int(&args, SILENCES_KEEP_MS);
	args_int(&args, LIMIT_SILENCES);
	if (args_eval(&args, r, call->script, 3, on_set, call, &err) == -1)
		on_set(NULL, &err, call);
	args_fini(&args);
}

/* -- listing --------------------------------------------------------------- */
static struct silences_row
row_of(const struct redis_reply *reply)
{
	struct span rest = redis_item(reply, 1)->text, until;
	struct silences_row row = {
		.id = redis_item(reply, 0)->text,
		.muted = redis_item(reply, 2)->integer,
	};

	if (!span_next(&rest, ' ', &until) ||
		!span_i64(until, 0, INT64_MAX, &row.until_ms))
		row.until_ms = 0;
	row.json = rest;
	return row;
}

static void
on_listed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct silences_call *call = arg;
	VEC(struct silences_row) rows = {0};
	struct err why;

	err = why_not(reply, err, &why);
	for (size_t i = 1; !err && i < reply->n; i++)
		vec_push(&rows, row_of(redis_item(reply, i)));
	call->on_list(rows.p, rows.n, err ? 0 : redis_item(reply, 0)->integer,
		err, call->arg);
	vec_fini(&rows);
	call_free(call);
}

void
silences_list(
	struct redis *r, struct span prefix, silences_list_cb done, void *arg)
{
	struct silences_call *call = call_new(&script_silences, arg);
	struct args args;
	struct err err;

	call->on_list = done;
	args_init(&args, prefix);
	args_key(&args, KEY_SILENCES);
	args_key(&args, KEY_MUTED);
	if (args_eval(&args, r, call->script, 2, on_listed, call, &err) == -1)
		on_listed(NULL, &err, call);
	args_fini(&args);
}
