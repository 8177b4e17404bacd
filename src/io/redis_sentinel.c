#include "io/redis_sentinel.h"

#include <stdio.h>

#include "base/mem.h"
#include "io/redis_private.h"

struct redis_sentinel {
	struct redis *master;
	struct redis *asked; /* the connection to a Sentinel; NULL: none yet */
	struct loop_timer *timer;
	bool asking;
	bool with_login; /* they want the password, too */
	char problem[ERR_MSG_MAX];
};

static void ask(struct redis_sentinel *s);

static void
note_problem(struct redis_sentinel *s, const char *text)
{
	snprintf(s->problem, sizeof(s->problem), "%s", text);
}

const char *
redis_sentinel_problem(const struct redis_sentinel *s)
{
	return s->problem[0] != '\0' ? s->problem : NULL;
}

/* -- the answer ------------------------------------------------------------ */
/* [host, port], or nil if it does not know the name. */
static void
on_master(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct redis_sentinel *s = arg;
	struct span host;
	struct err why;
	int64_t port;

	s->asking = false;
	if (err)
		return; /* on_down came or comes */
	host = redis_item(reply, 0)->text;
	if (host.n > 0 && host.n < 256 &&
		span_i64(redis_item(reply, 1)->text, 1, 65535, &port)) {
		s->problem[0] = '\0';
		redis_found_master(s->master, host, (unsigned)port);
		return;
	}
	if (reply->type == REDIS_TYPE_ERROR)
		redis_err(reply, &why);
	else
		err_set(&why, ERR_CONF, "this Sentinel knows no master \"%s\"",
			s->master->o.master);
	note_problem(s, why.msg);
	redis_reset(s->asked, why.msg); /* on to the next */
}

static void
ask(struct redis_sentinel *s)
{
	struct span argv[] = {SPAN_LIT("SENTINEL"),
		SPAN_LIT("get-master-addr-by-name"),
		span_of(s->master->o.master)};
	struct redis_call call = {
		.argv = argv, .argc = 3, .cb = on_master, .arg = s};
	struct err err;

	if (s->asking || !s->asked || !redis_is_up(s->asked))
		return;
	s->asking = redis_command(s->asked, &call, &err) == 0;
}

/* -- the connection -------------------------------------------------------- */
static void
on_up(void *arg)
{
	ask(arg);
}

static void open_connection(struct redis_sentinel *s);

static void
reopen(void *arg)
{
	struct redis_sentinel *s = arg;

	redis_free(&s->asked);
	open_connection(s);
}

/* Sentinels often have no password while the master has one. */
static void
on_down(const struct err *reason, void *arg)
{
	struct redis_sentinel *s = arg;

	note_problem(s, reason->msg);
	if (reason->kind == ERR_TEMP || !s->master->o.password)
		return;
	s->with_login = !s->with_login;
	loop_defer(s->master->loop, reopen, s);
}

static void
open_connection(struct redis_sentinel *s)
{
	struct redis_handlers h = {
		.on_up = on_up, .on_down = on_down, .arg = s};
	struct redis_options o;
	struct err err;

	redis_options_copy(&o, &s->master->o);
	mem_free(&o.master);
	o.db = 0;
	o.retry_max_ms = REDIS_SENTINEL_ASK_MS;
	o.connect_timeout_ms = REDIS_SENTINEL_ASK_MS;
	o.command_timeout_ms = REDIS_SENTINEL_ASK_MS;
	if (!s->with_login) {
		mem_free(&o.user);
		mem_free(&o.password);
	}
	if (redis_new(s->master->loop, &o, &h, &s->asked, &err) == -1)
		note_problem(s, err.msg); /* TLS files went away meanwhile */
	redis_options_fini(&o);
}

static void
on_timer(void *arg)
{
	ask(arg);
}

/* -- life ------------------------------------------------------------------ */
struct redis_sentinel *
redis_sentinel_new(struct redis *master)
{
	struct redis_sentinel *s = mem_new(s);

	s->master = master;
	s->timer = loop_timer_new(master->loop, on_timer, s);
	loop_timer_every(s->timer, REDIS_SENTINEL_ASK_MS);
	return s;
}

void
redis_sentinel_free(struct redis_sentinel **sp)
{
	struct redis_sentinel *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	loop_defer_cancel(s->master->loop, s);
	redis_free(&s->asked); /* its callbacks still find s */
	loop_timer_free(&s->timer);
	loop_free_later(s->master->loop, s);
}

void
redis_sentinel_ask(struct redis_sentinel *s)
{
	if (!s->asked)
		open_connection(s);
	ask(s);
}
