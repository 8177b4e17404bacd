#include "cli/route_live.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/vec.h"
#include "model/limits.h"
#include "queue/args.h"
#include "queue/silences.h"

#define ANSWER_BYTES KIB(4)

struct route_live {
	struct queue_link link;
	struct args args;
	struct silences *silences;
	struct strbuf answer;
	bool answered;
	struct err err;
};

static void
wait_for(struct route_live *l)
{
	if (!l->answered)
		loop_run(l->link.loop);
}

static void
on_silences(const struct silences_row *rows, size_t n, int64_t now_ms,
	const struct err *err, void *arg)
{
	struct route_live *l = arg;
	struct arena *arena = arena_new();
	VEC(struct span) texts = {0};

	(void)now_ms;
	for (size_t i = 0; i < n; i++)
		vec_push(&texts,
			span_of(arena_printf(arena, "%lld %.*s",
				(long long)rows[i].until_ms,
				SPAN_ARG(rows[i].json))));
	l->silences = silences_new(texts.p, texts.n);
	if (err)
		l->err = *err;
	vec_fini(&texts);
	arena_free(&arena);
	l->answered = true;
	loop_stop(l->link.loop);
}

int
route_live_open(const struct queue_link_conf *conf, struct route_live **out,
	struct err *err)
{
	struct route_live *l = mem_new(l);

	strbuf_init(&l->answer, ANSWER_BYTES);
	if (queue_link_open(&l->link, conf, err) == -1) {
		route_live_close(&l);
		return -1;
	}
	args_init(&l->args, span_of(l->link.prefix));
	silences_list(l->link.redis, span_of(l->link.prefix), on_silences, l);
	wait_for(l);
	if (l->err.kind != ERR_NONE) {
		*err = l->err;
		route_live_close(&l);
		return -1;
	}
	*out = l;
	return 0;
}

void
route_live_close(struct route_live **lp)
{
	struct route_live *l = *lp;

	*lp = NULL;
	if (!l)
		return;
	if (l->args.arena)
		args_fini(&l->args);
	queue_link_close(&l->link);
	silences_free(&l->silences);
	strbuf_fini(&l->answer);
	mem_free(&l);
}

const struct silences *
route_live_silences(const struct route_live *l)
{
	return l->silences;
}

static void
on_answer(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct route_live *l = arg;

	if (!err && reply->type == REDIS_TYPE_STRING)
		strbuf_span(&l->answer, reply->text);
	l->answered = true;
	loop_stop(l->link.loop);
}

/* The gathered command's answer; one that fails has none. */
static struct span
ask(struct route_live *l)
{
	struct err err;

	strbuf_clear(&l->answer);
	l->answered = false;
	if (args_command(&l->args, l->link.redis, 0, on_answer, l, &err) == 0)
		wait_for(l);
	return strbuf_as_span(&l->answer);
}

struct span
route_live_mark(struct route_live *l, const char *mark)
{
	args_str(&l->args, "GET");
	args_key1(&l->args, KEY_MARK, span_of(mark));
	return ask(l);
}

struct span
route_live_told(struct route_live *l, struct span route, struct span story,
	struct span channel)
{
	args_str(&l->args, "HGET");
	args_key3(&l->args, KEY_TOLD,
		(struct key_parts){route, story, SPAN_NULL});
	args_str(&l->args,
		arena_printf(l->args.arena, "c:%.*s", SPAN_ARG(channel)));
	return ask(l);
}

static int64_t
ask_ms(struct route_live *l)
{
	int64_t ms = 0;

	return span_i64(ask(l), 0, INT64_MAX, &ms) ? ms : 0;
}

int64_t
route_live_sent(struct route_live *l, struct span route, struct span channel,
	unsigned i)
{
	args_str(&l->args, "LINDEX");
	args_key3(&l->args, KEY_CAP,
		(struct key_parts){route, channel, SPAN_NULL});
	args_int(&l->args, i);
	return ask_ms(l);
}

int64_t
route_live_pause(struct route_live *l, struct span route, struct span channel,
	struct span key)
{
	args_str(&l->args, "GET");
	args_key3(&l->args, KEY_PAUSE, (struct key_parts){route, channel, key});
	return ask_ms(l);
}
