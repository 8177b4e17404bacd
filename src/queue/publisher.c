/*
 * The relay: its states, the checks of the server, and the question for the
 * mark. Whenever anything is in doubt (new connection, lost reply, an error, a
 * mark elsewhere) it starts from that question, which has the answer. The
 * batches are in publisher_batch.c, the outcomes in publisher_outcomes.c, what
 * is asked of a server that has just started in publisher_rewrite.c.
 */
#include "queue/publisher.h"

#include <assert.h>
#include <inttypes.h>

#include "base/backoff.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "queue/publisher_private.h"
#include "queue/scripts.h"
#include "queue/server.h"

#define MESSAGE_BYTES 1024
#define PREFIX_BYTES 1024

static void check_server(struct publisher *p);

static const char *const state_names[] = {
	[PUBLISHER_DOWN] = "down",
	[PUBLISHER_CHECKING] = "checking",
	[PUBLISHER_REFUSED] = "refused",
	[PUBLISHER_READY] = "ready",
	[PUBLISHER_WAITING] = "waiting",
};

/* Legal moves: [from] is a set of states. */
#define TO(s) (1u << (s))
static const unsigned moves[] = {
	[PUBLISHER_DOWN] = TO(PUBLISHER_CHECKING) | TO(PUBLISHER_DOWN),
	[PUBLISHER_CHECKING] = TO(PUBLISHER_DOWN) | TO(PUBLISHER_CHECKING) |
		TO(PUBLISHER_REFUSED) | TO(PUBLISHER_READY) |
		TO(PUBLISHER_WAITING),
	[PUBLISHER_REFUSED] = TO(PUBLISHER_DOWN) | TO(PUBLISHER_CHECKING),
	[PUBLISHER_READY] = TO(PUBLISHER_DOWN) | TO(PUBLISHER_CHECKING) |
		TO(PUBLISHER_REFUSED) | TO(PUBLISHER_WAITING),
	[PUBLISHER_WAITING] = TO(PUBLISHER_DOWN) | TO(PUBLISHER_CHECKING),
};

static void
set_state(struct publisher *p, enum publisher_state to, const char *message)
{
	assert(moves[p->state] & TO(to));
	if (to == PUBLISHER_READY && p->state != PUBLISHER_READY)
		log_info("queue_ready", "mark=%" PRId64 " last=%" PRId64,
			p->mark.seq, p->owner.last(p->owner.arg));
	p->state = to;
	strbuf_clear(&p->message);
	strbuf_str(&p->message, message);
	loop_timer_stop(p->retry);
}

const char *
publisher_state_name(enum publisher_state s)
{
	return state_names[s];
}

/* -- failures ------------------------------------------------------------- */

static int64_t
next_delay(struct publisher *p)
{
	p->failed++;
	p->stats.errors++;
	return backoff_ms(p->failed, PUBLISHER_RETRY_BASE_MS,
		PUBLISHER_RETRY_MAX_MS, (uint32_t)rng_next(&p->rng));
}

static void
stop_in(struct publisher *p, enum publisher_state state,
	const struct err *reason)
{
	int64_t delay;

	if (p->state == PUBLISHER_DOWN || p->state == PUBLISHER_WAITING ||
		p->state == PUBLISHER_REFUSED)
		return;
	delay = next_delay(p);
	if (state == PUBLISHER_REFUSED)
		log_error("queue_refused", "error=\"%s\"", reason->msg);
	else
		log_warn("queue_waits", "delay_ms=%" PRId64 " error=\"%s\"",
			delay, reason->msg);
	set_state(p, state, reason->msg);
	loop_timer_set(p->retry, delay);
}

void
publisher_retry(struct publisher *p, const struct err *reason)
{
	stop_in(p,
		reason->kind == ERR_TEMP ? PUBLISHER_WAITING
					 : PUBLISHER_REFUSED,
		reason);
}

void
publisher_fail(struct publisher *p, const struct redis_reply *error)
{
	struct err err;

	redis_err(error, &err);
	switch (server_action(error)) {
	case SERVER_RECONNECT:
		redis_reset(p->redis, err.msg);
		stop_in(p, PUBLISHER_WAITING, &err);
		break;
	case SERVER_WAIT:
	case SERVER_REGROUP:
		stop_in(p, PUBLISHER_WAITING, &err);
		break;
	case SERVER_REFUSE:
		stop_in(p, PUBLISHER_REFUSED, &err);
		break;
	}
}

static void
on_retry(void *arg)
{
	struct publisher *p = arg;

	set_state(p, PUBLISHER_CHECKING, "looking at the server again");
	check_server(p);
}

/* -- commands ------------------------------------------------------------- */

static void
destroy(struct publisher *p)
{
	publisher_batch_forget(p);
	redis_script_free(&p->publish);
	redis_script_free(&p->probe);
	args_fini(&p->args);
	strbuf_fini(&p->prefix);
	strbuf_fini(&p->message);
	mem_free(&p);
}

int
publisher_ask(struct publisher *p, redis_reply_cb cb)
{
	struct err err;

	if (args_command(&p->args, p->redis, 0, cb, p, &err) < 0) {
		publisher_retry(p, &err);
		return -1;
	}
	p->pending++;
	return 0;
}

bool
publisher_came_back(struct publisher *p)
{
	p->pending--;
	if (!p->freed)
		return true;
	if (p->pending == 0)
		destroy(p);
	return false;
}

static bool
is_active(const struct publisher *p)
{
	return p->state == PUBLISHER_CHECKING || p->state == PUBLISHER_READY;
}

bool
publisher_take(struct publisher *p, bool *under_way,
	const struct redis_reply *reply, const struct err *err)
{
	if (!publisher_came_back(p))
		return false;
	*under_way = false;
	if (err)
		return false;
	if (reply->type != REDIS_TYPE_ERROR)
		return is_active(p);
	publisher_fail(p, reply);
	return false;
}

/* -- the server ----------------------------------------------------------- */

/* The user's ACL may forbid INFO; all else still works. */
static void
note_blind(struct publisher *p, const struct redis_reply *reply)
{
	if (!p->checked_blind)
		log_warn("redis_not_checked",
			"error=\"%.*s\" hint=\"allow INFO, so that an "
			"evicting server is recognised\"",
			SPAN_ARG(reply->text));
	p->checked_blind = true;
}

static void
on_info(const struct redis_reply *reply, const struct err *err, void *arg)
{
	static const struct redis_reply unknown = {.type = REDIS_TYPE_STRING};
	struct publisher *p = arg;
	struct err why;

	if (!p->freed && reply && redis_is_error(reply, "NOPERM")) {
		note_blind(p, reply);
		reply = &unknown;
	}
	if (!publisher_take(p, &p->asking, reply, err))
		return;
	if (server_check(reply->text, strbuf_as_span(&p->prefix), &why) < 0) {
		publisher_retry(p, &why);
		return;
	}
	p->checked_ms = clock_mono().ms;
	publisher_rewrite_look(p, reply->text);
	publisher_ask_mark(p);
}

static void
check_server(struct publisher *p)
{
	args_str(&p->args, "INFO");
	p->asking = publisher_ask(p, on_info) == 0;
}

/* -- the mark ------------------------------------------------------------- */

static void
renew(struct publisher *p, const struct mark *stored)
{
	struct err err;

	log_warn("producer_renewed",
		"producer=%s seq=%" PRId64 " last=%" PRId64
		" reason=\"Redis has seen more of this producer than the "
		"database holds: it was restored from a copy\"",
		p->owner.producer(p->owner.arg), stored->seq,
		p->owner.last(p->owner.arg));
	if (p->owner.renew(p->owner.arg, &err) < 0) {
		publisher_retry(p, &err);
		return;
	}
	p->stats.renewals++;
	p->mark = (struct mark){0};
	publisher_ask_mark(p);
}

/* Is the mark one of our own history? -1: cannot be told now. */
static int
is_ours(struct publisher *p, const struct mark *m, struct err *err)
{
	char id[HEX128_SIZE];

	if (m->seq == 0)
		return 1;
	if (m->seq > p->owner.last(p->owner.arg))
		return 0;
	if (p->owner.id_of(p->owner.arg, m->seq, id, err) < 0)
		return -1;
	return id[0] == '\0' || strcmp(id, m->hit) == 0;
}

static void
note_rewind(struct publisher *p, const struct mark *m)
{
	int64_t from =
		p->known ? p->mark.seq : p->owner.published(p->owner.arg);

	p->known = true;
	if (m->seq >= from)
		return;
	p->stats.rewinds++;
	log_warn("queue_rewound",
		"from=%" PRId64 " to=%" PRId64
		" reason=\"Redis was wiped or rolled back\"",
		from, m->seq);
}

static bool
same_mark(const struct mark *a, const struct mark *b)
{
	return a->seq == b->seq && strcmp(a->hit, b->hit) == 0;
}

static void
adopt(struct publisher *p, const struct mark *m)
{
	bool was_ready = p->state == PUBLISHER_READY;

	if (was_ready && same_mark(m, &p->mark) && same_mark(m, &p->end)) {
		publisher_batch_next(p);
		return;
	}
	publisher_batch_forget(p);
	note_rewind(p, m);
	p->mark = *m;
	p->end = *m;
	p->at = m->seq;
	p->astray = p->flying > 0;
	if (p->at >= p->owner.last(p->owner.arg))
		p->failed = 0; /* else it must first take a batch */
	if (m->seq > p->owner.published(p->owner.arg))
		p->owner.on_published(p->owner.arg, m->seq);
	if (!was_ready)
		set_state(p, PUBLISHER_READY, "");
	publisher_batch_next(p);
	if (!was_ready)
		publisher_outcomes_poll(p);
}

static void
take_mark(struct publisher *p, const struct mark *m)
{
	struct err err;

	switch (is_ours(p, m, &err)) {
	case 0:
		renew(p, m);
		break;
	case 1:
		adopt(p, m);
		break;
	default:
		publisher_retry(p, &err);
		break;
	}
}

/* Two texts, both empty if there is no mark. */
static bool
parse_mark(const struct redis_reply *seq, const struct redis_reply *hit,
	struct mark *out)
{
	*out = (struct mark){0};
	if (seq->text.n == 0 && hit->text.n == 0)
		return true;
	if (hit->text.n != HEX128_SIZE - 1 ||
		!span_i64(seq->text, 1, INT64_MAX, &out->seq))
		return false;
	memcpy(out->hit, hit->text.p, hit->text.n);
	return true;
}

static void
see_mark(struct publisher *p, const struct redis_reply *seq,
	const struct redis_reply *hit)
{
	struct mark m;
	struct err err;

	if (parse_mark(seq, hit, &m)) {
		take_mark(p, &m);
		return;
	}
	err_set(&err, ERR_CONF,
		"the key %.*sproducer:%s is not as newswatch writes it; if "
		"nothing else uses this prefix, delete it",
		SPAN_ARG(strbuf_as_span(&p->prefix)),
		p->owner.producer(p->owner.arg));
	publisher_retry(p, &err);
}

static void
on_mark(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher *p = arg;

	if (!publisher_take(p, &p->asking, reply, err))
		return;
	/* Only now: another node of a cluster would have said MOVED. */
	publisher_rewrite_ask(p);
	see_mark(p, redis_item(reply, 0), redis_item(reply, 1));
}

void
publisher_ask_mark(struct publisher *p)
{
	args_str(&p->args, "HMGET");
	args_key1(&p->args, KEY_PRODUCER,
		span_of(p->owner.producer(p->owner.arg)));
	args_str(&p->args, "seq");
	args_str(&p->args, "hit");
	p->asking = publisher_ask(p, on_mark) == 0;
}

/* -- from outside --------------------------------------------------------- */

static void
on_poll(void *arg)
{
	struct publisher *p = arg;

	if (p->state != PUBLISHER_READY)
		return;
	publisher_outcomes_poll(p);
	if (p->asking || p->flying > 0)
		return;
	if (clock_mono().ms - p->checked_ms >= PUBLISHER_CHECK_MS)
		check_server(p);
	else
		publisher_ask_mark(p);
}

static void
on_soon(void *arg)
{
	publisher_batch_soon(arg);
}

struct publisher *
publisher_new(const struct publisher_conf *conf)
{
	struct publisher *p = mem_new(p);

	p->loop = conf->loop;
	p->redis = conf->redis;
	p->owner = conf->owner;
	strbuf_init(&p->prefix, PREFIX_BYTES);
	strbuf_span(&p->prefix, conf->prefix);
	strbuf_init(&p->message, MESSAGE_BYTES);
	p->publish = redis_script_new(script_publish.name, script_publish.body);
	p->probe = redis_script_new(script_probe.name, script_probe.body);
	p->span = clock_wall().ms / 1000 / PUBLISHER_SEEN_S;
	args_init(&p->args, strbuf_as_span(&p->prefix));
	rng_init_system(&p->rng);
	p->retry = loop_timer_new(p->loop, on_retry, p);
	p->poll = loop_timer_new(p->loop, on_poll, p);
	p->soon = loop_timer_new(p->loop, on_soon, p);
	loop_timer_every(
		p->poll, conf->poll_ms > 0 ? conf->poll_ms : PUBLISHER_POLL_MS);
	if (redis_is_up(p->redis))
		publisher_on_up(p);
	return p;
}

void
publisher_free(struct publisher **p)
{
	struct publisher *old = *p;

	*p = NULL;
	if (!old)
		return;
	loop_timer_free(&old->retry);
	loop_timer_free(&old->poll);
	loop_timer_free(&old->soon);
	old->freed = true;
	if (old->pending == 0)
		destroy(old);
}

void
publisher_on_up(struct publisher *p)
{
	set_state(p, PUBLISHER_CHECKING, "connected; looking at the server");
	publisher_rewrite_reset(p);
	redis_script_load(p->redis, p->probe);
	check_server(p);
}

void
publisher_on_down(struct publisher *p, const struct err *reason)
{
	p->asking = false;
	p->probing = false;
	p->astray = false;
	publisher_batch_forget(p);
	publisher_outcomes_reset(p);
	if (p->state != PUBLISHER_DOWN || p->message.n == 0)
		log_warn("queue_down", "error=\"%s\" then=\"trying again\"",
			reason->msg);
	set_state(p, PUBLISHER_DOWN, reason->msg);
}

void
publisher_wake(struct publisher *p)
{
	publisher_batch_next(p);
}

bool
publisher_is_idle(const struct publisher *p)
{
	return p->state == PUBLISHER_READY && !p->asking && !p->reading &&
		!p->storing && p->flying == 0 && !p->next &&
		p->at >= p->owner.last(p->owner.arg);
}

void
publisher_get_stats(const struct publisher *p, struct publisher_stats *out)
{
	*out = p->stats;
	out->state = p->state;
	out->message = p->message.n > 0 ? p->message.p : "";
	out->mark = p->mark.seq > 0 ? p->mark.seq : -1;
}
