/*
 * A batch by transaction: WATCH of mark and stream, probe.lua, a look into
 * `seen`; if all four answers are good, MULTI, the XADDs, the mark, EXEC. Redis
 * executes it only if nobody touched mark or stream since the WATCH, so it is
 * what publish.lua would have done, without Lua in the way of the JSON: Redis'
 * Lua hashes every byte of it.
 *
 * The questions and the XADDs are sent together, so that the server always has
 * something to do; only the EXEC waits for the answers. One batch at a time is
 * asked about (p->probing), behind the transaction of the one before; meanwhile
 * the next is read from the database. Whatever is unusual (somebody listens, a
 * hit was seen before, the server refuses something) goes by script, which
 * knows what to do, and so does all else for PUBLISHER_BY_SCRIPT_MS.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/failpoint.h"
#include "queue/publisher_batch.h"

#define N_QUESTIONS 4 /* WATCH, the probe, both spans of `seen` */
#define N_LAST 5 /* commands after the XADDs */
#define LAST_BYTES MIB(1)

static void
prefer_script(struct publisher *p)
{
	p->by_script_ms = clock_mono().ms + PUBLISHER_BY_SCRIPT_MS;
}

/* -- the transaction ------------------------------------------------------- */

static bool
all_succeeded(const struct publisher_batch *b, const struct redis_reply *reply)
{
	if (reply->type != REDIS_TYPE_ARRAY || reply->n != b->hits.n + N_LAST)
		return false;
	for (size_t i = 0; i < reply->n; i++)
		if (reply->items[i].type == REDIS_TYPE_ERROR)
			return false;
	return true;
}

static void
on_executed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher_batch *b = arg;
	struct publisher *p = b->p;

	if (!publisher_batch_came_back(b, err))
		return;
	(void)failpoint("queue.multi.after");
	if (all_succeeded(b, reply)) {
		p->stats.multis++;
		publisher_batch_arrived(b, b->hits.n, 0);
	} else {
		p->stats.aborted++;
		prefer_script(p);
		publisher_batch_astray(b);
	}
	publisher_batch_next(p);
}

static void
put_command(struct strbuf *out, struct args *args)
{
	redis_format(out, args->v.p, args->v.n);
	args_clear(args);
}

static void
put_seen_key(struct args *args, int64_t span)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, span);
	args_key1(args, KEY_SEEN, span_of(text));
}

static void
put_seen(struct publisher_batch *b, struct strbuf *out)
{
	struct args *args = &b->p->args;

	args_str(args, "HSET");
	put_seen_key(args, b->span);
	vec_each (const struct batch_hit *, h, &b->hits) {
		args_str(args, h->id);
		args_str(args,
			arena_printf(args->arena, "%s %" PRId64, b->producer,
				h->seq));
	}
	put_command(out, args);
	args_str(args, "EXPIRE");
	put_seen_key(args, b->span);
	args_int(args, (int64_t)2 * PUBLISHER_SEEN_S);
	put_command(out, args);
	args_str(args, "SET");
	args_key(args, KEY_SEEN_NOW);
	args_int(args, b->span);
	put_command(out, args);
	args_str(args, "UNLINK");
	put_seen_key(args, b->span - 2);
	put_command(out, args);
}

/* What stands behind the XADDs; N_LAST commands. */
static void
put_last(struct publisher_batch *b, struct strbuf *out)
{
	struct args *args = &b->p->args;

	put_seen(b, out);
	args_str(args, "HSET");
	args_key1(args, KEY_PRODUCER, span_of(b->producer));
	args_str(args, "seq");
	args_int(args, b->last.seq);
	args_str(args, "hit");
	args_str(args, b->last.hit);
	put_command(out, args);
	assert(!out->full);
}

static int
execute(struct publisher_batch *b, struct err *err)
{
	struct redis_call call = {.cb = on_executed, .arg = b};
	struct strbuf last = STRBUF_INIT(LAST_BYTES);
	int rc;

	put_last(b, &last);
	(void)failpoint("queue.multi.before");
	rc = redis_multi_close(
		b->p->redis, strbuf_as_span(&last), N_LAST, &call, err);
	strbuf_fini(&last);
	if (rc == 0)
		b->p->pending++;
	return rc;
}

/* -- the questions --------------------------------------------------------- */

static int
send_as_told(struct publisher_batch *b, struct err *err)
{
	if (b->yes == N_QUESTIONS)
		return execute(b, err);
	redis_multi_drop(b->p->redis);
	prefer_script(b->p);
	return publisher_batch_by_script(b, err);
}

static void
all_answered(struct publisher_batch *b, bool lost)
{
	struct publisher *p = b->p;
	struct err err;

	p->probing = false;
	if (lost || p->state != PUBLISHER_READY || p->astray) {
		if (!lost)
			redis_multi_drop(p->redis);
		publisher_batch_astray(b);
	} else if (send_as_told(b, &err) < 0) {
		publisher_batch_astray(b);
		publisher_retry(p, &err);
	}
	if (lost)
		return;
	if (p->next)
		publisher_batch_next(p);
	else
		loop_timer_set(p->soon, 0);
}

/* Answers may come in any order, if the script was not known. */
static void
answered(struct publisher_batch *b, bool yes, bool lost)
{
	struct redis *redis = b->p->redis;
	bool is_wanted = publisher_came_back(b->p);

	b->asked--;
	b->yes += yes;
	if (b->asked > 0)
		return;
	if (is_wanted) {
		all_answered(b, lost);
	} else {
		redis_multi_drop(redis);
		publisher_batch_free(&b);
	}
}

static void
on_watched(const struct redis_reply *reply, const struct err *err, void *arg)
{
	answered(arg, !err && reply->type == REDIS_TYPE_STATUS, err != NULL);
}

static void
on_probed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher_batch *b = arg;
	struct span answer = SPAN_NULL;

	if (reply)
		answer = redis_item(reply, 0)->text;
	if (reply && redis_is_error(reply, "NOSCRIPT"))
		redis_script_load(b->p->redis, b->p->probe);
	if (!b->p->freed && span_eq_str(answer, "mark"))
		b->p->astray = true;
	else if (!b->p->freed && span_eq_str(answer, "span"))
		b->p->span = redis_item(reply, 1)->integer;
	answered(b, !err && span_eq_str(answer, "ok"), err != NULL);
}

/* Nobody has added any of these hits. */
static void
on_seen(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher_batch *b = arg;
	bool none = reply && reply->type == REDIS_TYPE_ARRAY &&
		reply->n == b->hits.n;

	for (size_t i = 0; none && i < reply->n; i++)
		none = reply->items[i].type == REDIS_TYPE_NIL;
	answered(b, none, err != NULL);
}

static int
sent(struct publisher_batch *b, int rc)
{
	if (rc < 0)
		return -1;
	b->p->pending++;
	b->asked++;
	return 0;
}

static int
ask_watch(struct publisher_batch *b, struct err *err)
{
	struct publisher *p = b->p;
	struct args *args = &p->args;

	/* What an earlier batch watched may have changed since. */
	args_str(args, "UNWATCH");
	if (args_command(args, p->redis, 0, NULL, NULL, err) < 0)
		return -1;
	args_str(args, "WATCH");
	args_key1(args, KEY_PRODUCER, span_of(b->producer));
	args_key(args, KEY_HITS);
	return sent(b, args_command(args, p->redis, 0, on_watched, b, err));
}

/* Not by redis_eval(): where the script is not known, it would be sent again
 * behind the transaction, which waits for it. */
static int
ask_probe(struct publisher_batch *b, struct err *err)
{
	struct publisher *p = b->p;
	struct args *args = &p->args;

	args_str(args, "EVALSHA");
	args_str(args, redis_script_sha1(p->probe));
	args_str(args, "2");
	args_key1(args, KEY_PRODUCER, span_of(b->producer));
	args_key(args, KEY_HITS);
	publisher_batch_put_begin(b, args);
	args_int(args, PUBLISHER_SEEN_S);
	args_key(args, KEY_ALERTS);
	args_int(args, b->span);
	return sent(b, args_command(args, p->redis, 0, on_probed, b, err));
}

static int
ask_seen(struct publisher_batch *b, int64_t span, struct err *err)
{
	struct publisher *p = b->p;
	struct args *args = &p->args;

	args_str(args, "HMGET");
	put_seen_key(args, span);
	vec_each (const struct batch_hit *, h, &b->hits)
		args_str(args, h->id);
	return sent(b, args_command(args, p->redis, 0, on_seen, b, err));
}

int
publisher_multi_ask(struct publisher_batch *b, struct err *err)
{
	struct publisher *p = b->p;

	b->span = p->span;
	if (ask_watch(b, err) < 0)
		return -1;
	p->probing = true;
	/* What was not asked has no yes. */
	if (ask_probe(b, err) == 0 && ask_seen(b, b->span, err) == 0 &&
		ask_seen(b, b->span - 1, err) == 0 &&
		redis_multi_open(p->redis, strbuf_as_span(&b->commands),
			b->hits.n, err) == 0)
		(void)failpoint("queue.multi.asked");
	/* That goes out first; the next batch is read meanwhile. */
	loop_timer_set(p->soon, 0);
	return 0;
}
