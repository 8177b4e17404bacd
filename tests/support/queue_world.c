#include "support/queue_world.h"

#include "testing.h"

#include <signal.h>

#include "base/clock.h"
#include "model/hit.h"

/* -- the world ------------------------------------------------------------- */
static void
world_connect(struct world *w, const char *name, struct redis **out)
{
	struct redis_handlers none = {.arg = NULL};

	w->options.name = mem_strdup(name);
	assert_int_equal(redis_new(w->loop, &w->options, &none, out, NULL), 0);
	mem_free(&w->options.name);
}

static bool
is_up(void *arg)
{
	return redis_is_up(arg);
}

static void
world_start(struct world *w)
{
	assert_int_equal(loop_new(&w->loop, NULL), 0);
	redis_options_init(&w->options);
	w->options.unix_path = mem_strdup(w->server.socket);
	w->options.retry_base_ms = 20;
	w->options.retry_max_ms = 100;
	world_connect(w, "test", &w->redis);
	world_until(w, is_up, w->redis);
}

void
world_open(struct world *w, const char *const *redis_args)
{
	*w = (struct world){.redis = NULL};
	redis_server_start(&w->server, redis_args);
	world_start(w);
}

void
world_join(struct world *w, const struct world *a)
{
	*w = (struct world){.server = a->server};
	world_start(w);
}

void
world_close(struct world *w)
{
	redis_free(&w->redis);
	loop_free(&w->loop);
	redis_options_fini(&w->options);
	redis_server_free(&w->server);
}

static bool
is_down(void *arg)
{
	return !redis_is_up(arg);
}

void
world_kill_server(struct world *w)
{
	redis_server_kill(&w->server, SIGKILL);
	world_until(w, is_down, w->redis);
}

/* -- waiting --------------------------------------------------------------- */
struct wait {
	struct loop *loop;
	bool (*fn)(void *arg);
	void *arg;
	struct loop_timer *timer;
};

static void
on_check(void *arg)
{
	struct wait *wait = arg;

	if (wait->fn(wait->arg))
		loop_stop(wait->loop);
}

void
world_until(struct world *w, bool (*fn)(void *arg), void *arg)
{
	struct wait wait = {w->loop, fn, arg, NULL};
	bool held;

	if (fn(arg))
		return;
	wait.timer = loop_timer_new(w->loop, on_check, &wait);
	loop_timer_every(wait.timer, 2);
	held = loop_run_for(w->loop, WORLD_LIMIT_MS);
	loop_timer_free(&wait.timer);
	if (!held)
		fail_msg("waited %d ms", WORLD_LIMIT_MS);
}

void
world_run(struct world *w, int64_t ms)
{
	assert_false(loop_run_for(w->loop, ms));
}

/* -- asking ---------------------------------------------------------------- */
static void
print(const struct redis_reply *r, struct strbuf *out)
{
	switch (r->type) {
	case REDIS_TYPE_NIL:
		strbuf_str(out, "nil");
		return;
	case REDIS_TYPE_STATUS:
		strbuf_printf(out, "+%.*s", SPAN_ARG(r->text));
		return;
	case REDIS_TYPE_ERROR:
		strbuf_printf(out, "-%.*s", SPAN_ARG(r->code));
		return;
	case REDIS_TYPE_STRING:
		strbuf_printf(out, "'%.*s'", SPAN_ARG(r->text));
		return;
	case REDIS_TYPE_INTEGER:
		strbuf_printf(out, "%lld", (long long)r->integer);
		return;
	case REDIS_TYPE_ARRAY:
		strbuf_char(out, '[');
		for (size_t i = 0; i < r->n; i++) {
			strbuf_str(out, i > 0 ? " " : "");
			print(redis_item(r, i), out);
		}
		strbuf_char(out, ']');
		return;
	}
}

static struct strbuf answer = {.max = 1 << 20};

struct question {
	struct loop *loop;
	bool answered;
};

static void
on_answer(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct question *q = arg;

	strbuf_clear(&answer);
	if (reply)
		print(reply, &answer);
	else
		strbuf_printf(&answer, "lost: %s", err->msg);
	q->answered = true;
}

static bool
is_answered(void *arg)
{
	return ((struct question *)arg)->answered;
}

static void
ask(struct world *w, const char *text)
{
	VEC(struct span) argv = {0};
	VEC(char *) owned = {0};
	struct span rest = span_of(text), word;
	struct question q = {w->loop, false};
	struct redis_call call = {.cb = on_answer, .arg = &q};

	while (span_next(&rest, ' ', &word)) {
		if (span_starts(word, "@")) {
			vec_push(&owned,
				mem_printf(WORLD_PREFIX "%.*s", (int)word.n - 1,
					word.p + 1));
			word = span_of(*vec_last(&owned));
		}
		vec_push(&argv, word);
	}
	world_until(w, is_up, w->redis);
	call.argv = argv.p;
	call.argc = argv.n;
	assert_int_equal(redis_command(w->redis, &call, NULL), 0);
	world_until(w, is_answered, &q);
	vec_each (char **, p, &owned)
		mem_free(p);
	vec_fini(&owned);
	vec_fini(&argv);
}

const char *
world_ask(struct world *w, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT(1 << 16);
	char line[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	strbuf_str(&text, line);
	ask(w, strbuf_cstr(&text));
	strbuf_fini(&text);
	return strbuf_cstr(&answer);
}

void
world_until_reply(struct world *w, const char *reply, const char *fmt, ...)
{
	int64_t end = clock_mono().ms + WORLD_LIMIT_MS;
	char line[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	do {
		ask(w, line);
		if (strcmp(strbuf_cstr(&answer), reply) == 0)
			return;
	} while (clock_mono().ms < end);
	fail_msg("%s: is %s, not %s", line, strbuf_cstr(&answer), reply);
}

void
world_until_rewritten(struct world *w)
{
	int64_t end = clock_mono().ms + WORLD_LIMIT_MS;
	const char *info;

	do {
		info = world_ask(w, "INFO persistence");
		if (!strstr(info, "aof_rewrites:0\r") &&
			strstr(info, "aof_rewrite_in_progress:0\r") &&
			strstr(info, "aof_last_bgrewrite_status:ok\r"))
			return;
	} while (clock_mono().ms < end);
	fail_msg("its file is not written anew: %s", info);
}

/* -- hits ------------------------------------------------------------------ */
const char *
world_hit_id(unsigned n)
{
	static char id[HEX128_SIZE];

	snprintf(id, sizeof(id), "%032x", n);
	return id;
}

char *
world_hit(unsigned n, unsigned story, bool update)
{
	static const struct hit_entity meta = {
		.id = {"meta", 4},
		.name = {"Meta", 4},
		.kind = ENTITY_COMPANY,
		.watchlist = {"ai", 2},
		.relevance = 90,
		.confidence = 1,
	};
	struct strbuf out = STRBUF_INIT(1 << 16);
	char *title = mem_printf("Meta news %u", n);
	struct item item = {.title = span_of(title)};
	struct hit_story s = {.novelty = 50};
	struct hit h = {
		.kind = update ? HIT_UPDATE : HIT_NEW,
		.item = &item,
		.feed = {.publisher = span_of("Example News")},
		.entities = &meta,
		.n_entities = 1,
		.story = story > 0 ? &s : NULL,
	};

	item.published.ms = ITEM_UNDATED;
	snprintf(h.id, sizeof(h.id), "%s", world_hit_id(n));
	snprintf(h.item_id, sizeof(h.item_id), "%s", world_hit_id(n));
	snprintf(s.id, sizeof(s.id), "%032x", story);
	hit_format(&h, &out);
	mem_free(&title);
	return strbuf_take(&out);
}

void
world_publish(struct world *w, unsigned n, unsigned story, bool update)
{
	char *json = world_hit(n, story, update);
	struct strbuf seq = STRBUF_INIT(16);
	struct question q = {w->loop, false};
	struct span argv[] = {SPAN_LIT("XADD"), SPAN_LIT(WORLD_PREFIX "hits"),
		SPAN_LIT("*"), SPAN_LIT("id"), span_of(world_hit_id(n)),
		SPAN_LIT("json"), span_of(json), SPAN_LIT("producer"),
		SPAN_LIT("p"), SPAN_LIT("seq"), SPAN_NULL};
	struct redis_call call = {
		.argv = argv, .argc = N_ROWS(argv), .cb = on_answer, .arg = &q};

	strbuf_printf(&seq, "%u", n);
	argv[N_ROWS(argv) - 1] = strbuf_as_span(&seq);
	world_until(w, is_up, w->redis);
	assert_int_equal(redis_command(w->redis, &call, NULL), 0);
	world_until(w, is_answered, &q);
	if (span_starts(strbuf_as_span(&answer), "lost"))
		fail_msg("%s", strbuf_cstr(&answer));
	strbuf_fini(&seq);
	mem_free(&json);
}

/* -- workers --------------------------------------------------------------- */
static void
decide(const struct hit *h, struct consumer_targets *t, void *arg)
{
	struct world_worker *k = arg;
	bool story = k->by_story && h->story;

	for (size_t i = 0; i < N_ROWS(k->channels) && k->channels[i]; i++)
		consumer_targets_add(t,
			&(struct consumer_target){
				.route = span_of("desk"),
				.channel = span_of(k->channels[i]),
				.key = span_of(story ? h->story->id : h->id),
				.wait_ms = k->wait_ms,
				.interval_ms = k->interval_ms,
				.story = k->story_once && h->story
					? span_of(h->story->id)
					: SPAN_NULL,
				.update = h->kind == HIT_UPDATE,
				.follow = k->follow && h->kind == HIT_UPDATE,
			});
	if (k->more)
		k->more(h, t);
}

static void
on_taking(struct span channel, void *arg)
{
	struct world_worker *k = arg;

	dispatch_poke(k->dispatch, channel);
}

/* Titles of the hits, one a line. */
static void
render(const struct dispatch_group *g, struct strbuf *body,
	struct dispatch_order *order, void *arg)
{
	struct world_worker *k = arg;
	struct hit_view *view;

	for (size_t i = 0; i < g->n_hits; i++) {
		assert_int_equal(hit_view_parse(g->hits[i], &view, NULL), 0);
		strbuf_printf(body, "%s%.*s", i > 0 ? "," : "",
			SPAN_ARG(hit_view_get(view)->item->title));
		hit_view_free(&view);
	}
	order->interval_ms = g->digest || g->again ? 0 : k->interval_ms;
	if (k->order && !g->elsewhere)
		k->order(g, order);
}

static void
on_send(struct delivery *d, void *arg)
{
	struct world_worker *k = arg;
	size_t nr = k->sends.n;
	enum outcome o = OUTCOME_SENT;
	struct world_send *s = vec_add(&k->sends);

	snprintf(s->id, sizeof(s->id), "%.*s", SPAN_ARG(d->id));
	snprintf(s->channel, sizeof(s->channel), "%.*s", SPAN_ARG(d->channel));
	s->body = span_dup(d->body);
	s->edit = span_dup(d->edit);
	s->attempt = d->attempt;
	s->n_hits = d->n_hits;
	s->at_ms = clock_mono().ms;
	s->made_ms = d->made_ms;
	if (k->on_send)
		k->on_send(s);
	if (k->hold) {
		vec_push(&k->held, d);
		return;
	}
	if (k->n_outcomes > 0)
		o = k->outcomes[nr < k->n_outcomes ? nr : k->n_outcomes - 1];
	dispatch_end(k->dispatch, &d,
		&(struct dispatch_outcome){
			.outcome = o,
			.delay_ms = k->delay_ms,
			.leave_ms = k->leave_ms,
			.host_failed = k->host_failed && o == OUTCOME_LATER,
			.reference = span_of(k->reference),
			.text = o == OUTCOME_SENT
				? SPAN_LIT("200")
				: SPAN_LIT("503 try again\nplease"),
		});
}

void
world_worker_init(struct world *w, struct world_worker *k, const char *name)
{
	*k = (struct world_worker){.w = w, .name = name};
	k->channels[0] = "sink";
	k->conf[0] = (struct dispatch_channel){
		.name = span_of("sink"),
		.parallel = 4,
		.lease_ms = 10000,
		.max_attempts = 3,
		.max_age_ms = 3600 * 1000,
	};
	k->n_conf = 1;
}

void
world_worker_start(struct world_worker *k, bool reads)
{
	struct dispatch_conf dispatch = {.loop = k->w->loop,
		.prefix = span_of(WORLD_PREFIX),
		.render = render,
		.silences = k->silences,
		.mute = k->mute,
		.send = on_send,
		.arg = k};
	struct consumer_conf consumer = {.loop = k->w->loop,
		.options = &k->w->options,
		.prefix = span_of(WORLD_PREFIX),
		.name = span_of(k->name),
		.decide = decide,
		.on_taking = on_taking,
		.arg = k};

	world_connect(k->w, k->name, &k->redis);
	world_until(k->w, is_up, k->redis);
	dispatch.redis = consumer.commands = k->redis;
	k->dispatch = dispatch_new(&dispatch);
	dispatch_set_channels(k->dispatch, k->conf, k->n_conf);
	dispatch_on_up(k->dispatch);
	if (reads)
		assert_int_equal(
			consumer_new(&consumer, &k->consumer, NULL), 0);
}

void
world_worker_kill(struct world_worker *k)
{
	consumer_free(&k->consumer);
	dispatch_free(&k->dispatch);
	redis_free(&k->redis);
	vec_each (struct world_send *, s, &k->sends) {
		mem_free(&s->body);
		mem_free(&s->edit);
	}
	vec_fini(&k->sends);
	vec_fini(&k->held);
}

/* -- for tests ------------------------------------------------------------- */

int
world_setup(void **state)
{
	static struct world world;

	*state = &world;
	world_open(&world, NULL);
	return 0;
}

int
world_teardown(void **state)
{
	world_close(*state);
	return 0;
}

struct sends_at_least {
	const struct world_worker *k;
	size_t n;
};

static bool
has_sent(void *arg)
{
	const struct sends_at_least *s = arg;

	return s->k->sends.n >= s->n;
}

void
world_until_sent(struct world_worker *k, size_t n)
{
	world_until(k->w, has_sent, &(struct sends_at_least){k, n});
}
