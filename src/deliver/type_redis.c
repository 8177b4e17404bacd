/*
 * A list in Redis, which a program of the operator's takes messages from: one
 * element a message, the JSON that a webhook gets. It has a connection of its
 * own, which may be to another server than the queue's.
 */
#include <stdio.h>

#include "base/mem.h"
#include "deliver/format.h"
#include "deliver/secrets.h"
#include "deliver/settings.h"
#include "deliver/trace.h"
#include "deliver/types.h"
#include "io/redis.h"
#include "model/limits.h"

#define PARALLEL 4
#define WHERE_BYTES 256

struct redis_list {
	const struct channel_conf *conf;
	const struct channel_env *env;
	struct redis *redis; /* made with the first message */
	struct redis_options options;
	struct secrets secrets;
	char why[ERR_MSG_MAX]; /* there is no connection */
	VEC(struct push *) pushes;
};

/* A message under way: it waits for a connection, then for the answer. */
struct push {
	struct redis_list *list;
	struct span body;
	struct loop_timer *timer;
	bool asked;
	bool closed; /* of no interest any more: freed by its answer */
	send_cb done;
	void *arg;
};

static const struct setting_rule rules[] = {
	{"url", SETTING_TEXT, true, NULL,
		"The server: redis://host:6379/0, rediss://... or unix:/path."},
	{"user", SETTING_TEXT, false, NULL, "To log in as."},
	{"password_file", SETTING_SECRET, false, NULL,
		"A file with the password."},
	{"ca_file", SETTING_PATH, false, NULL,
		"Certificates to trust, in place of the system's."},
	{"list", SETTING_TEXT, true, NULL, "The list's key."},
	{"max", SETTING_COUNT, false, NULL,
		"Most elements: the oldest are dropped beyond."},
	{.name = NULL},
};

static int
read_options(const struct channel_conf *conf, struct redis_options *o,
	struct err *err)
{
	struct span user = setting_text(conf, rules, "user");

	redis_options_init(o);
	if (redis_options_url(o, setting_text(conf, rules, "url"), err) == -1)
		return -1;
	if (user.n > 0) {
		mem_free(&o->user);
		o->user = span_dup(user);
	}
	mem_free(&o->ca_file);
	o->ca_file = setting_path(conf, "ca_file");
	mem_free(&o->name);
	o->name = mem_strdup("newswatch-channel");
	return 0;
}

static void
list_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *url = channel_setting(conf, "url");
	struct redis_options o;
	struct err err;

	if (read_options(conf, &o, &err) == -1)
		report_error(report, &url->value_place, "%s", err.msg);
	else if (o.password)
		report_error(report, &url->value_place,
			"no password in a URL: use 'password_file'");
	redis_options_fini(&o);
}

/* -- life ------------------------------------------------------------------ */
static void
push_free(struct push *p)
{
	loop_timer_free(&p->timer);
	mem_free(&p);
}

static void
list_close(void *state)
{
	struct redis_list *l = state;

	vec_each (struct push **, p, &l->pushes)
		(*p)->closed = true;
	redis_free(&l->redis); /* calls back those that were asked */
	vec_each (struct push **, p, &l->pushes)
		push_free(*p);
	vec_fini(&l->pushes);
	redis_options_fini(&l->options);
	secrets_fini(&l->secrets);
	mem_free(&l);
}

static int
list_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct redis_list *l = mem_new(l);
	struct span password;

	l->conf = conf;
	l->env = env;
	if (read_options(conf, &l->options, err) == -1 ||
		secrets_load(conf, rules, &l->secrets, err) == -1) {
		list_close(l);
		return -1;
	}
	password = secrets_get(&l->secrets, "password_file");
	if (password.n > 0)
		l->options.password = span_dup(password);
	snprintf(l->why, sizeof(l->why), "no connection yet");
	*state = l;
	return 0;
}

static void
list_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	(void)state;
	format_envelope(hits, body);
}

/* -- sending --------------------------------------------------------------- */
static void
push_end(struct push *p, const struct send_result *r)
{
	struct redis_list *l = p->list;

	for (size_t i = 0; i < l->pushes.n; i++) {
		if (l->pushes.p[i] != p)
			continue;
		vec_remove(&l->pushes, i);
		break;
	}
	p->done(r, p->arg);
	push_free(p);
}

static void
push_later(struct push *p, const char *why)
{
	struct strbuf text = STRBUF_INIT(KIB(1));

	secrets_mask(&p->list->secrets, span_of(why), &text);
	push_end(p,
		&(struct send_result){.outcome = OUTCOME_LATER,
			.retry_after_ms = -1,
			.text = strbuf_as_span(&text)});
	strbuf_fini(&text);
}

static void
on_pushed(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct push *p = arg;
	struct send_result r = {.outcome = OUTCOME_SENT, .retry_after_ms = -1};
	struct strbuf text = STRBUF_INIT(KIB(1)), masked = STRBUF_INIT(KIB(1));
	struct err why;

	if (p->closed)
		return;
	if (err) {
		push_later(p, err->msg);
		return;
	}
	if (reply->type == REDIS_TYPE_ERROR) {
		redis_err(reply, &why);
		r.outcome =
			why.kind == ERR_PERM ? OUTCOME_NEVER : OUTCOME_LATER;
		strbuf_span(&text, reply->text);
	} else {
		strbuf_printf(
			&text, "%lld in the list", (long long)reply->integer);
	}
	secrets_mask(&p->list->secrets, strbuf_as_span(&text), &masked);
	channel_trace(p->list->env, "<", NULL, strbuf_as_span(&masked));
	r.text = strbuf_as_span(&masked);
	push_end(p, &r);
	strbuf_fini(&text);
	strbuf_fini(&masked);
}

static void
trim(struct redis_list *l, struct span key)
{
	struct span max = setting_text(l->conf, rules, "max");
	struct strbuf from = STRBUF_INIT(32);
	struct span argv[] = {
		SPAN_LIT("LTRIM"), key, SPAN_NULL, SPAN_LIT("-1")};
	struct redis_call call = {.argv = argv, .argc = 4};

	if (max.n == 0)
		return;
	strbuf_printf(&from, "-%.*s", SPAN_ARG(max));
	argv[2] = strbuf_as_span(&from);
	/* If it fails, the next message trims. */
	(void)!redis_command(l->redis, &call, NULL);
	strbuf_fini(&from);
}

static void
ask(struct push *p)
{
	struct redis_list *l = p->list;
	struct span key = setting_text(l->conf, rules, "list");
	const struct span argv[] = {SPAN_LIT("RPUSH"), key, p->body};
	const struct redis_call call = {
		.argv = argv, .argc = 3, .cb = on_pushed, .arg = p};
	struct err err;

	loop_timer_stop(p->timer);
	p->asked = true;
	if (redis_command(l->redis, &call, &err) == -1)
		push_later(p, err.msg);
	else
		trim(l, key);
}

static void
on_up(void *arg)
{
	struct redis_list *l = arg;

	/* One that cannot be asked leaves the list. */
	for (size_t i = 0; i < l->pushes.n;) {
		struct push *p = l->pushes.p[i];

		if (!p->asked)
			ask(p);
		if (i < l->pushes.n && l->pushes.p[i] == p)
			i++;
	}
}

static void
on_down(const struct err *reason, void *arg)
{
	struct redis_list *l = arg;

	snprintf(l->why, sizeof(l->why), "%s", reason->msg);
}

static void
on_timeout(void *arg)
{
	struct push *p = arg;

	push_later(p, p->list->why);
}

static int
connect_list(struct redis_list *l, struct err *err)
{
	const struct redis_handlers handlers = {
		.on_up = on_up, .on_down = on_down, .arg = l};

	if (l->redis)
		return 0;
	return redis_new(l->env->loop, &l->options, &handlers, &l->redis, err);
}

static void
trace_push(const struct redis_list *l, struct span body)
{
	struct strbuf text = STRBUF_INIT(body.n + KIB(4));
	char where[WHERE_BYTES];

	if (!l->env->trace)
		return;
	redis_options_text(&l->options, where, sizeof(where));
	strbuf_printf(&text, "%s RPUSH %.*s\n\n%.*s\n", where,
		SPAN_ARG(setting_text(l->conf, rules, "list")), SPAN_ARG(body));
	channel_trace(l->env, ">", &l->secrets, strbuf_as_span(&text));
	strbuf_fini(&text);
}

static void
list_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct redis_list *l = state;
	struct push *p = mem_new(p);
	struct err err;

	*p = (struct push){
		.list = l, .body = m->body, .done = done, .arg = arg};
	vec_push(&l->pushes, p);
	trace_push(l, m->body);
	if (l->env->dry) {
		push_end(p,
			&(struct send_result){
				.outcome = OUTCOME_SENT, .retry_after_ms = -1});
		return;
	}
	if (connect_list(l, &err) == -1) {
		push_later(p, err.msg);
		return;
	}
	p->timer = loop_timer_new(l->env->loop, on_timeout, p);
	loop_timer_set(p->timer,
		setting_duration_ms(
			l->conf, channel_common_rules(), "timeout"));
	if (redis_is_up(l->redis))
		ask(p);
}

const struct channel_type channel_type_redis = {
	.name = "redis",
	.doc = "A list in Redis, an element of JSON for each message.",
	.rules = rules,
	.parallel = PARALLEL,
	.check = list_check,
	.format = list_format,
	.open = list_open,
	.send = list_send,
	.close = list_close,
};
