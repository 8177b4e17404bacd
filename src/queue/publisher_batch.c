/*
 * Batches of hits on their way to the stream.
 *
 * There are two ways there, with the same effect. By script (publish.lua): a
 * few batches are under way at a time, each sent with the mark that the one
 * before will leave, so that Redis never waits for the database and the other
 * way round. By transaction (publisher_multi.c): for a backlog, where nobody
 * listens. When a batch does not arrive, all that were sent after it do not
 * either (the mark is elsewhere): the relay waits for them and asks for it.
 */
#include "queue/publisher_batch.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/failpoint.h"

/* Words and their lengths around the JSON of a hit; names of entities. */
#define COMMANDS_BYTES (PUBLISHER_BATCH_BYTES + LIMIT_HIT_BYTES + MIB(1))
#define ENTITIES_BYTES \
	(LIMIT_PUBLISH_BATCH * LIMIT_HIT_ENTITIES * \
		((size_t)LIMIT_NAME_BYTES + 1))
#define KEY_BYTES KIB(8)

/* -- filling --------------------------------------------------------------- */

static struct publisher_batch *
batch_new(struct publisher *p)
{
	struct publisher_batch *b = mem_new(b);

	b->p = p;
	b->published = p->owner.published(p->owner.arg);
	b->begin = p->end;
	memcpy(b->producer, p->owner.producer(p->owner.arg), HEX128_SIZE);
	strbuf_init(&b->key, KEY_BYTES);
	key_format(&b->key, strbuf_as_span(&p->prefix), KEY_HITS,
		(struct key_parts){.a = SPAN_NULL});
	strbuf_init(&b->commands, COMMANDS_BYTES);
	strbuf_init(&b->entities, ENTITIES_BYTES);
	return b;
}

void
publisher_batch_free(struct publisher_batch **bp)
{
	struct publisher_batch *b = *bp;

	*bp = NULL;
	strbuf_fini(&b->key);
	strbuf_fini(&b->commands);
	strbuf_fini(&b->entities);
	vec_fini(&b->hits);
	mem_free(&b);
}

/* The XADD as it goes over the connection: the one copy of the JSON. */
static void
format_hit(struct publisher_batch *b, const struct publisher_row *row,
	struct batch_hit *hit)
{
	struct strbuf *out = &b->commands;
	char seq[24];

	snprintf(seq, sizeof(seq), "%" PRId64, row->seq);
	redis_format_head(out, row->told ? 13 : 11);
	redis_format_word(out, SPAN_LIT("XADD"));
	redis_format_word(out, strbuf_as_span(&b->key));
	redis_format_word(out, SPAN_LIT("*"));
	redis_format_word(out, SPAN_LIT(FIELD_HIT_ID));
	redis_format_word(out, span_of(row->id));
	redis_format_word(out, SPAN_LIT(FIELD_HIT_JSON));
	redis_format_word(out, row->json);
	hit->json_end = out->n - strlen("\r\n");
	hit->json_n = row->json.n;
	redis_format_word(out, SPAN_LIT(FIELD_HIT_PRODUCER));
	redis_format_word(out, span_of(b->producer));
	redis_format_word(out, SPAN_LIT(FIELD_HIT_SEQ));
	redis_format_word(out, span_of(seq));
	if (row->told) {
		redis_format_word(out, SPAN_LIT(FIELD_HIT_TOLD));
		redis_format_word(out, SPAN_LIT("1"));
	}
	assert(!out->full);
}

bool
publisher_batch_add(struct publisher_batch *b, const struct publisher_row *row)
{
	struct batch_hit hit = {.seq = row->seq, .told = row->told};

	if (b->hits.n >= LIMIT_PUBLISH_BATCH ||
		(b->hits.n > 0 &&
			b->bytes + row->json.n > PUBLISHER_BATCH_BYTES))
		return false;
	assert(row->seq > b->last.seq && row->json.n > 2);
	memcpy(hit.id, row->id, HEX128_SIZE);
	hit.entities_at = b->entities.n;
	hit.entities_n = row->entities.n;
	strbuf_span(&b->entities, row->entities);
	format_hit(b, row, &hit);
	vec_push(&b->hits, hit);
	b->last.seq = row->seq;
	memcpy(b->last.hit, row->id, HEX128_SIZE);
	b->bytes += row->json.n;
	b->told += row->told;
	return true;
}

/* -- what came of it ------------------------------------------------------- */

void
publisher_batch_arrived(
	struct publisher_batch *b, uint64_t added, uint64_t doubles)
{
	struct publisher *p = b->p;

	p->stats.batches++;
	p->stats.published += added;
	p->stats.doubles += doubles;
	p->stats.refilled += b->told;
	p->failed = 0;
	p->mark = b->last;
	p->owner.on_published(p->owner.arg, b->last.seq);
	publisher_batch_free(&b);
	p->flying--;
}

void
publisher_batch_astray(struct publisher_batch *b)
{
	struct publisher *p = b->p;

	publisher_batch_free(&b);
	p->flying--;
	p->astray = true;
}

bool
publisher_batch_came_back(struct publisher_batch *b, const struct err *err)
{
	if (!publisher_came_back(b->p)) {
		publisher_batch_free(&b);
		return false;
	}
	if (err)
		publisher_batch_astray(b);
	return !err;
}

/* -- by script ------------------------------------------------------------- */

/* Not all of it is in the stream; nothing that was sent after it is. */
static void
batch_failed(struct publisher *p, const struct redis_reply *reply)
{
	struct redis_reply error = {.type = REDIS_TYPE_ERROR};
	struct span rest;

	if (!span_eq_str(redis_item(reply, 0)->text, "failed"))
		return;
	p->stats.published += (uint64_t)redis_item(reply, 1)->integer;
	error.text = redis_item(reply, 5)->text;
	rest = error.text;
	span_next(&rest, ' ', &error.code);
	publisher_fail(p, &error);
}

/* Batches may come back out of order, if one had to be sent with its script. */
static void
on_batch(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher_batch *b = arg;
	struct publisher *p = b->p;

	if (!publisher_batch_came_back(b, err))
		return;
	(void)failpoint("queue.publish.after");
	if (span_eq_str(redis_item(reply, 0)->text, "ok")) {
		publisher_batch_arrived(b,
			(uint64_t)redis_item(reply, 1)->integer,
			(uint64_t)redis_item(reply, 2)->integer);
	} else {
		publisher_batch_astray(b);
		if (reply->type == REDIS_TYPE_ERROR)
			publisher_fail(p, reply);
		else
			batch_failed(p, reply);
	}
	publisher_batch_next(p);
}

static void
put_hits(const struct publisher_batch *b, struct args *args)
{
	vec_each (const struct batch_hit *, h, &b->hits) {
		const char *mode = h->seq > b->published ? "live" : "refill";
		struct span entities = span_make(
			b->entities.p + h->entities_at, h->entities_n);

		args_str(args,
			arena_printf(args->arena, "%" PRId64 " %s %s\n%.*s",
				h->seq, h->told ? "told" : mode, h->id,
				SPAN_ARG(entities)));
		args_span(args, batch_json(b, h));
	}
}

void
publisher_batch_put_begin(const struct publisher_batch *b, struct args *args)
{
	if (b->begin.seq > 0)
		args_int(args, b->begin.seq);
	else
		args_str(args, "");
	args_str(args, b->begin.hit);
}

int
publisher_batch_by_script(struct publisher_batch *b, struct err *err)
{
	struct publisher *p = b->p;
	struct args *args = &p->args;

	args_key1(args, KEY_PRODUCER, span_of(b->producer));
	args_key(args, KEY_HITS);
	args_key1(args, KEY_DONE, span_of(b->producer));
	publisher_batch_put_begin(b, args);
	args_str(args, b->producer);
	args_int(args, PUBLISHER_SEEN_S);
	args_key(args, KEY_ALERTS);
	args_span(args, strbuf_as_span(&p->prefix));
	put_hits(b, args);
	(void)failpoint("queue.publish.before");
	if (args_eval(args, p->redis, p->publish, 3, on_batch, b, err) < 0)
		return -1;
	p->pending++;
	return 0;
}

/* -- sending --------------------------------------------------------------- */

static int
send_batch(struct publisher_batch *b, struct err *err)
{
	struct publisher *p = b->p;
	int rc;

	if (b->hits.n >= PUBLISHER_MULTI_MIN &&
		clock_mono().ms >= p->by_script_ms)
		rc = publisher_multi_ask(b, err);
	else
		rc = publisher_batch_by_script(b, err);
	if (rc == 0)
		p->flying++;
	return rc;
}

/* What is left are hits that nobody needs any more. */
static void
leave_out_rest(struct publisher *p, int64_t last)
{
	p->at = last;
	if (last > p->owner.published(p->owner.arg))
		p->owner.on_published(p->owner.arg, last);
}

/* NULL: there was nothing to send, or it could not be read. */
static struct publisher_batch *
read_batch(struct publisher *p)
{
	struct publisher_batch *b = batch_new(p);
	struct err err;

	if (p->owner.read(p->owner.arg, p->at, LIMIT_PUBLISH_BATCH, b, &err) <
		0)
		publisher_retry(p, &err);
	else if (b->hits.n == 0)
		leave_out_rest(p, p->owner.last(p->owner.arg));
	if (b->hits.n == 0) {
		publisher_batch_free(&b);
		return NULL;
	}
	p->end = b->last;
	p->at = b->last.seq;
	return b;
}

static void
send_next(struct publisher *p)
{
	struct publisher_batch *b = p->next ? p->next : read_batch(p);
	struct err err;

	p->next = NULL;
	if (!b || send_batch(b, &err) == 0)
		return;
	publisher_batch_free(&b);
	p->astray = true;
	publisher_retry(p, &err);
}

void
publisher_batch_forget(struct publisher *p)
{
	if (p->next)
		publisher_batch_free(&p->next);
}

void
publisher_batch_next(struct publisher *p)
{
	if (p->astray && p->flying == 0 && !p->asking &&
		p->state == PUBLISHER_READY) {
		p->astray = false;
		publisher_ask_mark(p);
	}
	while (p->state == PUBLISHER_READY && !p->asking && !p->astray &&
		!p->probing && p->flying < PUBLISHER_FLIGHTS &&
		(p->next || p->at < p->owner.last(p->owner.arg)))
		send_next(p);
}

void
publisher_batch_soon(struct publisher *p)
{
	publisher_batch_next(p);
	if (p->state == PUBLISHER_READY && !p->asking && !p->astray &&
		p->probing && !p->next && p->at < p->owner.last(p->owner.arg))
		p->next = read_batch(p);
}
