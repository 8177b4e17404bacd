/*
 * The reading side as a state machine over its own connection; intake.c does
 * the rest. One batch is under way at a time: while it is taken in, nothing is
 * read.
 */
#include "queue/consumer.h"

#include <inttypes.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/vec.h"
#include "io/loop.h"
#include "io/redis.h"
#include "queue/args.h"
#include "queue/intake.h"
#include "queue/scripts.h"
#include "queue/server.h"

/* A blocking read answers within its block time, or its connection is dead. */
#define READ_TIMEOUT_MS (CONSUMER_BLOCK_MS + 5000)
#define CURSOR_SIZE 64 /* "(" and an entry id */

/*
 * A pass over the entries that were read by somebody and never taken in: our
 * own after a start or a lost connection, others' when they are idle for long.
 */
struct sweep {
	bool active;
	bool own;
	char cursor[CURSOR_SIZE];
	int64_t min_idle_ms;
};

struct left_over {
	char id[CURSOR_SIZE];
	unsigned takes;
};

struct consumer {
	struct consumer_conf conf;
	char *prefix, *name;
	enum consumer_state state;
	bool up; /* the reading connection */
	bool regroup; /* it was lost: begin at the beginning */
	/* So was an answer: what it had is not what a worker died of. */
	bool answer_lost;
	bool stopping;
	struct redis *blocking;
	struct redis_script *regroup_script;
	struct intake *intake;
	struct sweep sweep;
	struct mono swept; /* when others' entries were last looked for */
	VEC(struct left_over) left_over;
	struct args args;
	struct loop_timer *timer;
	struct rng rng;
	unsigned failures;
	struct consumer_counts counts;
};

static const char *const state_names[] = {
	[CONSUMER_DOWN] = "down",
	[CONSUMER_GROUPING] = "grouping",
	[CONSUMER_LISTING] = "listing",
	[CONSUMER_CLAIMING] = "claiming",
	[CONSUMER_READING] = "reading",
	[CONSUMER_TAKING] = "taking",
	[CONSUMER_WAITING] = "waiting",
	[CONSUMER_STOPPED] = "stopped",
};

const char *
consumer_state_name(enum consumer_state s)
{
	return state_names[s];
}

enum consumer_state
consumer_state(const struct consumer *c)
{
	return c->state;
}

const struct consumer_counts *
consumer_counts(const struct consumer *c)
{
	return &c->counts;
}

bool
consumer_is_idle(const struct consumer *c)
{
	return intake_is_empty(c->intake);
}

static void step(struct consumer *c);

/* -- errors ---------------------------------------------------------------- */
static void
wait_and_retry(struct consumer *c)
{
	c->state = CONSUMER_WAITING;
	c->failures++;
	loop_timer_set(c->timer,
		backoff_ms(c->failures, CONSUMER_RETRY_BASE_MS,
			CONSUMER_RETRY_MAX_MS, (uint32_t)rng_next(&c->rng)));
}

static void
on_timer(void *arg)
{
	struct consumer *c = arg;

	if (c->state == CONSUMER_WAITING)
		step(c);
}

/* The error of a command: what to do is a row of the table. */
static void
failed(struct consumer *c, const char *what, const struct redis_reply *reply)
{
	struct err why;

	c->counts.errors++;
	redis_err(reply, &why);
	switch (server_action(reply)) {
	case SERVER_REGROUP:
		log_info("queue_group_missing", "during=%s error=\"%s\"", what,
			why.msg);
		c->regroup = true;
		break;
	case SERVER_RECONNECT:
		log_warn("queue_read_failed", "during=%s error=\"%s\"", what,
			why.msg);
		redis_reset(c->blocking, why.msg);
		break;
	case SERVER_WAIT:
	case SERVER_REFUSE:
		log_warn("queue_read_failed", "during=%s error=\"%s\"", what,
			why.msg);
		break;
	}
	wait_and_retry(c);
}

/*
 * Common to all replies: false if it is none to go on with. A lost connection
 * is dealt with by on_down, which came or comes.
 */
static bool
is_answer(struct consumer *c, const char *what, const struct redis_reply *reply,
	const struct err *err)
{
	if (c->stopping)
		return false;
	if (err) {
		c->counts.errors++;
		c->regroup = true;
		c->answer_lost = true;
		wait_and_retry(c);
		return false;
	}
	if (reply->type == REDIS_TYPE_ERROR) {
		failed(c, what, reply);
		return false;
	}
	c->failures = 0;
	return true;
}

/* A command could not even be sent. */
static void
sent(struct consumer *c, enum consumer_state state, int rc)
{
	if (rc == 0)
		c->state = state;
	else
		wait_and_retry(c);
}

/* -- the group ------------------------------------------------------------- */
static void
sweep_start(struct consumer *c, bool own)
{
	c->sweep = (struct sweep){
		.active = true,
		.own = own,
		.cursor = "-",
		.min_idle_ms = own ? 0 : CONSUMER_CLAIM_MS,
	};
}

static void
on_grouped(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct consumer *c = arg;

	if (!is_answer(c, "XGROUP CREATE", reply, err))
		return;
	if (reply->integer == 1)
		log_info("queue_group_made", "group=%s", KEYS_GROUP);
	c->regroup = false;
	sweep_start(c, true);
	step(c);
}

static void
make_group(struct consumer *c)
{
	struct err err;

	args_key(&c->args, KEY_HITS);
	args_key(&c->args, KEY_TAKEN);
	args_str(&c->args, KEYS_GROUP);
	sent(c, CONSUMER_GROUPING,
		args_eval(&c->args, c->blocking, c->regroup_script, 2,
			on_grouped, c, &err));
}

/* -- what is left over ----------------------------------------------------- */
static void
put_id(char out[CURSOR_SIZE], const char *before, struct span id)
{
	struct strbuf b = STRBUF_INIT(CURSOR_SIZE - 1);

	strbuf_str(&b, before);
	strbuf_span(&b, id);
	memcpy(out, strbuf_cstr(&b), b.n + 1);
	strbuf_fini(&b);
}

static void
note_left_over(struct consumer *c, const struct redis_reply *row)
{
	struct left_over *l;
	int64_t takes = redis_item(row, 3)->integer;

	if (!c->sweep.own && span_eq_str(redis_item(row, 1)->text, c->name))
		return; /* ours are under way, or were looked for at the start
			 */
	l = vec_add(&c->left_over);
	put_id(l->id, "", redis_item(row, 0)->text);
	l->takes = takes > UINT16_MAX ? UINT16_MAX : (unsigned)takes;
	if (c->sweep.own && c->answer_lost)
		l->takes = 0;
}

static void
on_listed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct consumer *c = arg;

	if (!is_answer(c, "XPENDING", reply, err))
		return;
	vec_clear(&c->left_over);
	for (size_t i = 0; i < reply->n; i++)
		note_left_over(c, redis_item(reply, i));
	if (reply->n > 0)
		put_id(c->sweep.cursor, "(",
			redis_item(redis_item(reply, reply->n - 1), 0)->text);
	else
		c->sweep.active = false;
	step(c);
}

static void
list_left_over(struct consumer *c)
{
	struct err err;

	args_str(&c->args, "XPENDING");
	args_key(&c->args, KEY_HITS);
	args_str(&c->args, KEYS_GROUP);
	args_str(&c->args, "IDLE");
	args_int(&c->args, c->sweep.min_idle_ms);
	args_str(&c->args, c->sweep.cursor);
	args_str(&c->args, "+");
	args_int(&c->args, CONSUMER_BATCH);
	if (c->sweep.own)
		args_str(&c->args, c->name);
	sent(c, CONSUMER_LISTING,
		args_command(&c->args, c->blocking, 0, on_listed, c, &err));
}

static unsigned
takes_of(const struct consumer *c, struct span id)
{
	vec_each (const struct left_over *, l, &c->left_over)
		if (span_eq_str(id, l->id))
			return l->takes;
	return 0;
}

static void
take_in(struct consumer *c)
{
	if (intake_is_empty(c->intake)) {
		step(c);
		return;
	}
	c->state = CONSUMER_TAKING;
	intake_start(c->intake);
}

/* Entries that another worker claimed meanwhile, or that are no more, are not
 * in the answer. */
static void
on_claimed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct consumer *c = arg;
	const struct redis_reply *entry;

	if (!is_answer(c, "XCLAIM", reply, err))
		return;
	for (size_t i = 0; i < reply->n; i++) {
		entry = redis_item(reply, i);
		if (intake_add(c->intake, entry,
			    takes_of(c, redis_item(entry, 0)->text)))
			c->counts.claimed++;
	}
	vec_clear(&c->left_over);
	take_in(c);
}

static void
claim_left_over(struct consumer *c)
{
	struct err err;

	args_str(&c->args, "XCLAIM");
	args_key(&c->args, KEY_HITS);
	args_str(&c->args, KEYS_GROUP);
	args_str(&c->args, c->name);
	args_int(&c->args, c->sweep.min_idle_ms);
	vec_each (struct left_over *, l, &c->left_over)
		args_str(&c->args, l->id);
	if (c->sweep.own && c->answer_lost) {
		args_str(&c->args, "RETRYCOUNT");
		args_str(&c->args, "0");
	}
	sent(c, CONSUMER_CLAIMING,
		args_command(&c->args, c->blocking, 0, on_claimed, c, &err));
}

/* -- new entries ----------------------------------------------------------- */
/* [[stream, [[id, fields]...]]], or nil if none came in time. */
static void
on_read(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct consumer *c = arg;
	const struct redis_reply *entries;

	if (!is_answer(c, "XREADGROUP", reply, err))
		return;
	failpoint("consumer_read");
	c->answer_lost = false;
	entries = redis_item(redis_item(reply, 0), 1);
	for (size_t i = 0; i < entries->n; i++)
		if (!intake_add(c->intake, redis_item(entries, i), 0))
			log_warn("hit_entry_ignored", "nr=%zu", i);
	take_in(c);
}

static void
read_new(struct consumer *c)
{
	struct err err;

	args_str(&c->args, "XREADGROUP");
	args_str(&c->args, "GROUP");
	args_str(&c->args, KEYS_GROUP);
	args_str(&c->args, c->name);
	args_str(&c->args, "COUNT");
	args_int(&c->args, CONSUMER_BATCH);
	args_str(&c->args, "BLOCK");
	args_int(&c->args, CONSUMER_BLOCK_MS);
	args_str(&c->args, "STREAMS");
	args_key(&c->args, KEY_HITS);
	args_str(&c->args, ">");
	sent(c, CONSUMER_READING,
		args_command(&c->args, c->blocking, READ_TIMEOUT_MS, on_read, c,
			&err));
}

/* -- what comes next ------------------------------------------------------- */
static void
step(struct consumer *c)
{
	if (c->stopping) {
		c->state = CONSUMER_STOPPED;
	} else if (!c->up) {
		c->state = CONSUMER_DOWN;
	} else if (c->regroup) {
		make_group(c);
	} else if (c->left_over.n > 0) {
		claim_left_over(c);
	} else if (c->sweep.active) {
		list_left_over(c);
	} else if (clock_mono().ms - c->swept.ms >= CONSUMER_SWEEP_MS) {
		c->swept = clock_mono();
		sweep_start(c, false);
		list_left_over(c);
	} else {
		read_new(c);
	}
}

static void
on_intake_done(void *arg)
{
	step(arg);
}

static void
on_up(void *arg)
{
	struct consumer *c = arg;

	c->up = true;
	c->regroup = true;
	vec_clear(&c->left_over);
	if (c->state == CONSUMER_DOWN || c->state == CONSUMER_WAITING)
		step(c);
}

static void
on_down(const struct err *reason, void *arg)
{
	struct consumer *c = arg;

	(void)reason; /* the shared connection's owner logs it */
	c->up = false;
	c->regroup = true;
	if (c->state != CONSUMER_TAKING && c->state != CONSUMER_STOPPED)
		c->state = CONSUMER_DOWN;
}

/* -- life ------------------------------------------------------------------ */
int
consumer_new(const struct consumer_conf *conf, struct consumer **out,
	struct err *err)
{
	struct consumer *c = mem_new(c);
	struct redis_handlers handlers = {
		.on_up = on_up, .on_down = on_down, .arg = c};

	c->conf = *conf;
	c->prefix = span_dup(conf->prefix);
	c->name = span_dup(conf->name);
	c->conf.prefix = span_of(c->prefix);
	c->conf.name = span_of(c->name);
	c->regroup = true;
	c->swept.ms = clock_mono().ms - CONSUMER_SWEEP_MS;
	c->timer = loop_timer_new(conf->loop, on_timer, c);
	rng_init_system(&c->rng);
	args_init(&c->args, c->conf.prefix);
	c->regroup_script =
		redis_script_new(script_regroup.name, script_regroup.body);
	c->intake = intake_new(&c->conf, &c->counts, on_intake_done, c);
	if (redis_new(conf->loop, conf->options, &handlers, &c->blocking,
		    err) == -1) {
		err_wrap(err, "reading connection");
		consumer_free(&c);
		return -1;
	}
	*out = c;
	return 0;
}

void
consumer_free(struct consumer **cp)
{
	struct consumer *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	c->stopping = true;
	redis_free(&c->blocking); /* calls back */
	intake_free(&c->intake);
	loop_timer_free(&c->timer);
	redis_script_free(&c->regroup_script);
	args_fini(&c->args);
	vec_fini(&c->left_over);
	mem_free(&c->prefix);
	mem_free(&c->name);
	mem_free(&c);
}

void
consumer_stop(struct consumer *c)
{
	c->stopping = true;
	loop_timer_stop(c->timer);
	if (c->state != CONSUMER_TAKING)
		c->state = CONSUMER_STOPPED;
	/* What the server hands out at this moment stays pending under our
	 * name and is found at the next start. */
	redis_free(&c->blocking);
}
