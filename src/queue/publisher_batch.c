/*
 * Batches of hits on their way to the stream.
 *
 * A few are under way at a time, each sent with the mark that the one before
 * will leave, so that Redis never waits for the database and the other way
 * round. When one does not arrive, all that were sent after it do not either
 * (the mark is elsewhere): the relay waits for them and asks for the mark.
 */
#include <assert.h>
#include <inttypes.h>

#include "base/failpoint.h"
#include "queue/publisher_private.h"

struct publisher_batch {
	struct publisher *p;
	struct args values;
	size_t n, told, bytes;
	int64_t published;
	struct mark last;
};

bool
publisher_batch_add(struct publisher_batch *b, const struct publisher_row *row)
{
	const char *mode = row->seq > b->published ? "live" : "refill";

	if (b->n >= LIMIT_PUBLISH_BATCH ||
		(b->n > 0 && b->bytes + row->json.n > PUBLISHER_BATCH_BYTES))
		return false;
	assert(row->seq > b->last.seq && row->json.n > 2);
	args_span(&b->values,
		span_of(arena_printf(b->values.arena, "%" PRId64 " %s %s\n%.*s",
			row->seq, row->told ? "told" : mode, row->id,
			SPAN_ARG(row->entities))));
	args_copy(&b->values, row->json);
	b->last.seq = row->seq;
	memcpy(b->last.hit, row->id, HEX128_SIZE);
	b->bytes += row->json.n;
	b->told += row->told;
	b->n++;
	return true;
}

/* A batch under way. */
struct flight {
	struct publisher *p;
	struct mark end; /* of the batch */
	size_t told;
};

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

static void
batch_arrived(struct publisher *p, const struct flight *f,
	const struct redis_reply *reply)
{
	p->stats.batches++;
	p->stats.published += (uint64_t)redis_item(reply, 1)->integer;
	p->stats.doubles += (uint64_t)redis_item(reply, 2)->integer;
	p->stats.refilled += f->told;
	p->failed = 0;
	p->mark = f->end;
	p->owner.on_published(p->owner.arg, f->end.seq);
}

/* Batches may come back out of order, if one had to be sent with its script. */
static void
on_batch(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct flight *flight = arg;
	struct flight f = *flight;
	struct publisher *p = f.p;

	mem_free(&flight);
	if (!publisher_came_back(p))
		return;
	p->flying--;
	if (err) {
		p->astray = true;
		return;
	}
	(void)failpoint("queue.publish.after");
	if (span_eq_str(redis_item(reply, 0)->text, "ok")) {
		batch_arrived(p, &f, reply);
	} else {
		p->astray = true;
		if (reply->type == REDIS_TYPE_ERROR)
			publisher_fail(p, reply);
		else
			batch_failed(p, reply);
	}
	publisher_batch_next(p);
}

static void
put_head(struct publisher *p, struct args *values)
{
	if (p->end.seq > 0)
		args_int(values, p->end.seq);
	else
		args_str(values, "");
	args_str(values, p->end.hit);
	args_str(values, p->owner.producer(p->owner.arg));
	args_int(values, PUBLISHER_SEEN_S);
	args_key(values, KEY_ALERTS);
	args_span(values, strbuf_as_span(&p->prefix));
}

static int
read_batch(struct publisher *p, struct publisher_batch *b, struct err *err)
{
	struct span producer = span_of(p->owner.producer(p->owner.arg));

	args_key1(&p->args, KEY_PRODUCER, producer);
	args_key(&p->args, KEY_HITS);
	args_key1(&p->args, KEY_DONE, producer);
	put_head(p, &b->values);
	return p->owner.read(p->owner.arg, p->at, LIMIT_PUBLISH_BATCH, b, err);
}

static int
send_batch(struct publisher *p, struct publisher_batch *b, struct err *err)
{
	size_t n_keys = p->args.v.n;
	struct flight *f;

	vec_each (struct span *, s, &b->values.v)
		args_span(&p->args, *s);
	(void)failpoint("queue.publish.before");
	f = mem_new(f);
	*f = (struct flight){.p = p, .end = b->last, .told = b->told};
	if (args_eval(&p->args, p->redis, p->publish, n_keys, on_batch, f,
		    err) < 0) {
		mem_free(&f);
		return -1;
	}
	p->pending++;
	p->flying++;
	p->end = b->last;
	p->at = b->last.seq;
	return 0;
}

/* What is left are hits that nobody needs any more. */
static void
leave_out_rest(struct publisher *p, int64_t last)
{
	p->at = last;
	if (last > p->owner.published(p->owner.arg))
		p->owner.on_published(p->owner.arg, last);
}

static void
publish_batch(struct publisher *p)
{
	struct publisher_batch b = {
		.p = p, .published = p->owner.published(p->owner.arg)};
	struct err err;

	args_init(&b.values, strbuf_as_span(&p->prefix));
	if (read_batch(p, &b, &err) < 0 ||
		(b.n > 0 && send_batch(p, &b, &err) < 0))
		publisher_retry(p, &err);
	else if (b.n == 0)
		leave_out_rest(p, p->owner.last(p->owner.arg));
	args_clear(&p->args);
	args_fini(&b.values);
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
		p->flying < PUBLISHER_FLIGHTS &&
		p->at < p->owner.last(p->owner.arg))
		publish_batch(p);
}
