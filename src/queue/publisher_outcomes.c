/*
 * The way back: outcomes that workers wrote to done:<producer> go to the owner,
 * and are trimmed when it has stored them. Read from the start each time, so
 * nothing needs to be remembered: what was stored and not trimmed is stored
 * again to no effect.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/failpoint.h"
#include "base/log.h"
#include "base/vec.h"
#include "queue/publisher_private.h"

typedef VEC(struct publisher_outcome) outcome_list;

/* Value of a field in the flat list of fields and values. */
static struct span
field(const struct redis_reply *fields, const char *name)
{
	for (size_t i = 0; i + 1 < fields->n; i += 2) {
		if (span_eq_str(redis_item(fields, i)->text, name))
			return redis_item(fields, i + 1)->text;
	}
	return SPAN_NULL;
}

/* Anyone may write to a stream: what is no outcome is left out. */
static bool
read_outcome(const struct redis_reply *entry, struct publisher_outcome *out,
	struct arena *a)
{
	const struct redis_reply *fields = redis_item(entry, 1);
	struct span hit = field(fields, FIELD_DONE_HIT);

	out->outcome = field(fields, FIELD_DONE_OUTCOME);
	if (out->outcome.n == 0 || hit.n != HEX128_SIZE - 1 ||
		!span_is_utf8(out->outcome) ||
		!span_i64(
			field(fields, FIELD_DONE_SEQ), 1, INT64_MAX, &out->seq))
		return false;
	out->outcome = span_utf8_head(out->outcome, PUBLISHER_OUTCOME_BYTES);
	out->id = arena_span(a, hit).p;
	return true;
}

/* The id after this one: "ms-n" becomes "ms-(n+1)". */
static bool
next_id(struct span id, char out[STREAM_ID_SIZE])
{
	struct span rest = id, ms_text;
	int64_t ms, n;

	if (!span_next(&rest, '-', &ms_text) ||
		!span_i64(ms_text, 0, INT64_MAX, &ms) ||
		!span_i64(rest, 0, INT64_MAX - 1, &n))
		return false;
	snprintf(out, STREAM_ID_SIZE, "%" PRId64 "-%" PRId64, ms, n + 1);
	return true;
}

static void
on_trimmed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher *p = arg;

	if (!publisher_take(p, &p->reading, reply, err))
		return;
	if (p->more)
		publisher_outcomes_poll(p);
}

static void
trim(struct publisher *p)
{
	(void)failpoint("queue.outcomes.trim");
	args_str(&p->args, "XTRIM");
	args_key1(&p->args, KEY_DONE, span_of(p->done_of));
	args_str(&p->args, "MINID");
	args_str(&p->args, p->trim_id);
	p->reading = publisher_ask(p, on_trimmed) == 0;
}

static void
take_entries(struct publisher *p, const struct redis_reply *entries)
{
	struct arena *a = arena_new();
	outcome_list list = {0};
	struct publisher_outcome o;

	for (size_t i = 0; i < entries->n; i++) {
		const struct redis_reply *entry = redis_item(entries, i);

		if (read_outcome(entry, &o, a))
			vec_push(&list, o);
		if (!next_id(redis_item(entry, 0)->text, p->trim_id))
			break;
	}
	p->more = entries->n >= PUBLISHER_DONE_BATCH;
	p->n_outcomes = list.n;
	if (list.n < entries->n)
		log_warn("outcomes_not_understood", "entries=%zu",
			entries->n - list.n);
	if (list.n > 0) {
		p->storing = true;
		p->owner.on_outcomes(p->owner.arg, list.p, list.n);
	} else {
		trim(p);
	}
	vec_fini(&list);
	arena_free(&a);
}

static void
on_entries(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher *p = arg;

	if (!publisher_take(p, &p->reading, reply, err))
		return;
	if (reply->type == REDIS_TYPE_ARRAY && reply->n > 0)
		take_entries(p, reply);
}

void
publisher_outcomes_poll(struct publisher *p)
{
	if (p->reading || p->storing || p->state != PUBLISHER_READY)
		return;
	p->more = false;
	snprintf(p->done_of, sizeof(p->done_of), "%s",
		p->owner.producer(p->owner.arg));
	args_str(&p->args, "XRANGE");
	args_key1(&p->args, KEY_DONE, span_of(p->done_of));
	args_str(&p->args, "-");
	args_str(&p->args, "+");
	args_str(&p->args, "COUNT");
	args_int(&p->args, PUBLISHER_DONE_BATCH);
	p->reading = publisher_ask(p, on_entries) == 0;
}

void
publisher_confirmed(struct publisher *p, bool stored)
{
	p->storing = false;
	if (!stored)
		return; /* they are read again at the next poll */
	p->stats.outcomes += p->n_outcomes;
	if (p->state == PUBLISHER_READY)
		trim(p); /* else they are read again, to no effect */
}

void
publisher_outcomes_reset(struct publisher *p)
{
	p->reading = false;
	p->more = false;
}
