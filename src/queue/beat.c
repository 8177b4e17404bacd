#include "queue/beat.h"

#include "base/log.h"
#include "io/loop.h"
#include "io/redis.h"
#include "queue/args.h"
#include "queue/consumer.h"
#include "queue/scripts.h"
#include "queue/server.h"

struct beat {
	struct beat_conf conf;
	char *prefix, *name;
	struct loop_timer *timer;
	struct redis_script *beat, *mark, *clock;
	struct args args;
	unsigned running; /* scripts */
	bool orphan; /* freed while they run: the last answer frees it */
};

static void
beat_destroy(struct beat *b)
{
	redis_script_free(&b->beat);
	redis_script_free(&b->mark);
	redis_script_free(&b->clock);
	args_fini(&b->args);
	mem_free(&b->prefix);
	mem_free(&b->name);
	mem_free(&b);
}

static void
on_answer(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct beat *b = arg;
	struct err why;

	b->running--;
	if (b->orphan) {
		if (b->running == 0)
			beat_destroy(b);
		return;
	}
	if (reply && reply->type == REDIS_TYPE_INTEGER &&
		reply->integer >= BEAT_CLOCK_MS)
		log_warn("redis_clock_set_back",
			"ms=%lld then=\"what was put off is due so much "
			"earlier\"",
			(long long)reply->integer);
	if (err || reply->type != REDIS_TYPE_ERROR)
		return; /* a lost connection is told of elsewhere */
	server_err(b->conf.redis, reply, &why);
	log_warn("beat_failed", "error=\"%s\"", why.msg);
}

static void
run(struct beat *b, const struct redis_script *script, size_t n_keys)
{
	struct err err;

	if (args_eval(&b->args, b->conf.redis, script, n_keys, on_answer, b,
		    &err) == 0)
		b->running++;
}

static void
send_beat(struct beat *b, bool ends)
{
	struct beat_field fields[BEAT_FIELDS];
	size_t n = ends ? 0 : b->conf.fields(fields, b->conf.arg);

	args_key1(&b->args, KEY_WORKER, b->conf.name);
	args_key(&b->args, KEY_WORKERS);
	args_span(&b->args, b->conf.name);
	args_int(&b->args, BEAT_TTL_S);
	args_int(&b->args, BEAT_FORGET_S);
	args_str(&b->args, ends ? "1" : "0");
	for (size_t i = 0; i < n; i++) {
		args_span(&b->args, fields[i].name);
		args_span(&b->args, fields[i].value);
	}
	run(b, b->beat, 2);
}

void
beat_now(struct beat *b)
{
	if (!redis_is_up(b->conf.redis) || b->running > 0)
		return;
	send_beat(b, false);
	args_key(&b->args, KEY_HITS);
	args_key(&b->args, KEY_TAKEN);
	args_str(&b->args, KEYS_GROUP);
	args_int(&b->args, CONSUMER_KEEP_MS);
	args_int(&b->args, BEAT_FORGET_S * 1000);
	run(b, b->mark, 2);
	args_key(&b->args, KEY_CLOCK);
	args_key(&b->args, KEY_CHANNELS);
	args_key(&b->args, KEY_BREAKERS);
	args_span(&b->args, b->conf.prefix);
	args_int(&b->args, BEAT_CLOCK_MS);
	run(b, b->clock, 3);
}

static void
on_beat(void *arg)
{
	beat_now(arg);
}

struct beat *
beat_new(const struct beat_conf *conf)
{
	struct beat *b = mem_new(b);

	b->conf = *conf;
	b->prefix = span_dup(conf->prefix);
	b->name = span_dup(conf->name);
	b->conf.prefix = span_of(b->prefix);
	b->conf.name = span_of(b->name);
	b->beat = redis_script_new(script_beat.name, script_beat.body);
	b->mark = redis_script_new(script_mark.name, script_mark.body);
	b->clock = redis_script_new(script_clock.name, script_clock.body);
	args_init(&b->args, b->conf.prefix);
	b->timer = loop_timer_new(conf->loop, on_beat, b);
	loop_timer_every(b->timer, BEAT_PERIOD_MS);
	return b;
}

void
beat_stop(struct beat *b)
{
	loop_timer_stop(b->timer);
	if (redis_is_up(b->conf.redis))
		send_beat(b, true);
}

void
beat_free(struct beat **bp)
{
	struct beat *b = *bp;

	*bp = NULL;
	if (!b)
		return;
	loop_timer_free(&b->timer);
	b->orphan = true;
	if (b->running == 0)
		beat_destroy(b);
}
