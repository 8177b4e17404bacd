/*
 * What goes over a Redis connection: the greeting, commands and their replies
 * in order, scripts, subscriptions. Knows no socket; see redis.c for that.
 *
 * Invariant: a pending command is called back exactly once, and is off the
 * list when that happens, so that the callback may do anything, also free the
 * connection. One thread.
 */
#include <assert.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/mem.h"
#include "io/redis_private.h"

struct redis_script {
	char *name;
	char *body;
	size_t n_body;
	char sha1[SHA1_HEX_SIZE];
};

/* -- the list of pending commands ----------------------------------------- */

void
redis_append(struct redis *r, struct redis_pending *p)
{
	p->next = NULL;
	p->sent_ms = clock_mono().ms;
	if (r->multi) {
		*r->held_tail = p;
		r->held_tail = &p->next;
		r->n_pending++;
		return;
	}
	if (!r->head)
		r->tail = &r->head;
	*r->tail = p;
	r->tail = &p->next;
	r->n_pending++;
	redis_arm(r);
}

static struct redis_pending *
take_head(struct redis *r)
{
	struct redis_pending *p = r->head;

	if (p) {
		r->head = p->next;
		r->n_pending--;
	}
	return p;
}

static void
pending_free(struct redis_pending **pp)
{
	struct redis_pending *p = *pp;

	*pp = NULL;
	if (p->bytes)
		redis_command_free(p->bytes, p->n_bytes, NULL);
	mem_free(&p);
}

void
redis_fail_pending(struct redis *r, const struct err *why)
{
	struct redis_pending *p;
	struct err err = *why;

	err.kind = ERR_TEMP;
	err_wrap(&err, "no reply to a command, which may have run or not");
	/* One at a time: a callback may free r, which empties the list. */
	while ((p = take_head(r))) {
		redis_reply_cb cb = p->cb;
		void *arg = p->arg;

		pending_free(&p);
		if (cb)
			cb(NULL, &err, arg);
	}
}

size_t
redis_pending(const struct redis *r)
{
	return r->n_pending;
}

/* -- our own commands ----------------------------------------------------- */

static void
send_own(struct redis *r, const struct span *argv, size_t argc,
	void (*own)(struct redis *r, const struct redis_reply *reply))
{
	size_t n;
	char *bytes = redis_command_bytes(argv, argc, &n);

	redis_send(r, bytes, n);
	redis_command_free(bytes, n, NULL);
	if (own) {
		struct redis_pending *p = mem_new(p);

		p->own = own;
		p->timeout_ms = r->o.command_timeout_ms;
		redis_append(r, p);
	}
}

static void
lose_by_reply(struct redis *r, const struct redis_reply *reply, const char *of)
{
	struct err err;

	redis_err(reply, &err);
	err_wrap(&err, "%s was refused", of);
	redis_lose(r, &err);
}

static void
on_auth(struct redis *r, const struct redis_reply *reply)
{
	if (reply->type == REDIS_TYPE_ERROR)
		lose_by_reply(r, reply, "logging in");
}

static void
on_setname(struct redis *r, const struct redis_reply *reply)
{
	/* The name is for people; a server without it will do. */
	(void)r;
	(void)reply;
}

static void
on_select(struct redis *r, const struct redis_reply *reply)
{
	if (reply->type == REDIS_TYPE_ERROR)
		lose_by_reply(r, reply, "selecting the database");
}

/* A Sentinel may name a replica that is about to become the master. */
static void
on_role(struct redis *r, const struct redis_reply *reply)
{
	struct span role = redis_item(reply, 0)->text;
	struct err err;

	if (role.n == 0 || span_eq_str(role, "master"))
		return; /* an ACL may forbid the question */
	err_set(&err, ERR_TEMP, "it is a %.*s, not the master (yet)",
		SPAN_ARG(role));
	redis_lose(r, &err);
}

static void
subscribe_all(struct redis *r)
{
	for (size_t i = 0; i < r->channels.n; i++) {
		struct span argv[] = {
			SPAN_LIT("SUBSCRIBE"), span_of(r->channels.p[i])};

		send_own(r, argv, 2, NULL);
	}
	r->unconfirmed = r->channels.n;
}

/* The last of the greeting: does the server serve? */
static void
on_first_ping(struct redis *r, const struct redis_reply *reply)
{
	if (reply->type == REDIS_TYPE_ERROR) {
		lose_by_reply(r, reply, "the first PING");
		return;
	}
	if (redis_is_pubsub(r))
		subscribe_all(r);
	if (!redis_is_pubsub(r) || !r->unconfirmed)
		redis_become_up(r);
}

void
redis_greet(struct redis *r)
{
	struct span argv[3];
	char db[16];

	if (r->o.password) {
		size_t n = 0;

		argv[n++] = SPAN_LIT("AUTH");
		if (r->o.user)
			argv[n++] = span_of(r->o.user);
		argv[n++] = span_of(r->o.password);
		send_own(r, argv, n, on_auth);
	}
	if (r->o.name) {
		argv[0] = SPAN_LIT("CLIENT");
		argv[1] = SPAN_LIT("SETNAME");
		argv[2] = span_of(r->o.name);
		send_own(r, argv, 3, on_setname);
	}
	if (r->o.db && !redis_is_pubsub(r)) {
		snprintf(db, sizeof(db), "%u", r->o.db);
		argv[0] = SPAN_LIT("SELECT");
		argv[1] = span_of(db);
		send_own(r, argv, 2, on_select);
	}
	if (r->where.sentinel) {
		argv[0] = SPAN_LIT("ROLE");
		send_own(r, argv, 1, on_role);
	}
	argv[0] = SPAN_LIT("PING");
	send_own(r, argv, 1, on_first_ping);
}

static void
on_ping(struct redis *r, const struct redis_reply *reply)
{
	/* That it answered is enough: a LOADING server is alive. */
	(void)r;
	(void)reply;
}

void
redis_ping(struct redis *r)
{
	struct span argv[] = {SPAN_LIT("PING")};

	if (redis_is_pubsub(r))
		r->ping_ms = clock_mono().ms;
	send_own(r, argv, 1, redis_is_pubsub(r) ? NULL : on_ping);
}

/* -- the caller's commands ------------------------------------------------ */

int
redis_check_room(const struct redis *r, size_t n, struct err *err)
{
	size_t unsent = redis_unsent(r);

	assert(!redis_is_pubsub(r));
	if (r->state != REDIS_UP)
		return err_set(
			err, ERR_TEMP, "Redis at %s is not connected", r->text);
	if (r->n_pending >= r->o.max_pending)
		return err_set(err, ERR_TEMP,
			"%zu commands wait for Redis at %s already",
			r->n_pending, r->text);
	if (n > r->o.max_pending_bytes || unsent > r->o.max_pending_bytes - n)
		return err_set(err, ERR_TEMP,
			"%zu bytes wait to be sent to Redis at %s already",
			unsent, r->text);
	return 0;
}

static void
on_asking(struct redis *r, const struct redis_reply *reply)
{
	/* If it refuses, so it does with the command itself. */
	(void)r;
	(void)reply;
}

struct redis_pending *
redis_pending_new(const struct redis *r, const struct redis_call *call)
{
	struct redis_pending *p = mem_new(p);

	p->cb = call->cb;
	p->arg = call->arg;
	p->timeout_ms =
		call->timeout_ms ? call->timeout_ms : r->o.command_timeout_ms;
	return p;
}

/* Sends argv and waits for the reply. */
static int
submit(struct redis *r, const struct span *argv, size_t argc,
	const struct redis_call *call, const struct redis_script *script,
	struct err *err)
{
	struct redis_pending *p;
	size_t n;
	char *bytes = redis_command_bytes(argv, argc, &n);

	if (redis_check_room(r, n, err) < 0) {
		redis_command_free(bytes, n, NULL);
		return -1;
	}
	if (r->where.asking)
		send_own(r, &SPAN_LIT("ASKING"), 1, on_asking);
	redis_send(r, bytes, n);
	r->stats.commands++;
	p = redis_pending_new(r, call);
	if (script) {
		p->script = script;
		p->bytes = bytes;
		p->n_bytes = n;
		p->argc = argc;
	} else {
		redis_command_free(bytes, n, NULL);
	}
	redis_append(r, p);
	return 0;
}

int
redis_command(struct redis *r, const struct redis_call *call, struct err *err)
{
	return submit(r, call->argv, call->argc, call, NULL, err);
}

/* -- scripts -------------------------------------------------------------- */

struct redis_script *
redis_script_new(const char *name, struct span body)
{
	struct redis_script *s = mem_new(s);

	s->name = mem_strdup(name);
	s->body = span_dup(body);
	s->n_body = body.n;
	hash_sha1_hex(body, s->sha1);
	return s;
}

void
redis_script_free(struct redis_script **sp)
{
	struct redis_script *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	mem_free(&s->name);
	mem_free(&s->body);
	mem_free(&s);
}

const char *
redis_script_sha1(const struct redis_script *s)
{
	return s->sha1;
}

const char *
redis_script_name(const struct redis_script *s)
{
	return s->name;
}

void
redis_script_load(struct redis *r, const struct redis_script *s)
{
	struct span argv[] = {SPAN_LIT("SCRIPT"), SPAN_LIT("LOAD"),
		span_make(s->body, s->n_body)};
	struct redis_call call = {.argv = argv, .argc = 3};
	struct err err;

	/* What it answers shows when the script is called. */
	(void)!redis_command(r, &call, &err);
}

int
redis_eval(struct redis *r, const struct redis_script *s, size_t n_keys,
	const struct redis_call *call, struct err *err)
{
	size_t argc = call->argc + 3;
	struct span *argv = mem_calloc(argc, sizeof(*argv));
	char keys[24];
	int result;

	assert(n_keys <= call->argc);
	snprintf(keys, sizeof(keys), "%zu", n_keys);
	argv[0] = SPAN_LIT("EVALSHA");
	argv[1] = span_of(s->sha1);
	argv[2] = span_of(keys);
	for (size_t i = 0; i < call->argc; i++)
		argv[3 + i] = call->argv[i];
	result = submit(r, argv, argc, call, s, err);
	mem_free(&argv);
	return result;
}

/*
 * EVALSHA found no script, so it did not run: send EVAL, which also loads it.
 * Of the bytes sent only the two first words change.
 */
static void
send_in_full(struct redis *r, struct redis_pending *p)
{
	const struct redis_script *s = p->script;
	struct strbuf head = STRBUF_INIT(128);
	size_t skip;

	strbuf_printf(&head, "*%zu\r\n$7\r\nEVALSHA\r\n$40\r\n", p->argc);
	skip = head.n + 40;
	assert(skip < p->n_bytes);
	strbuf_clear(&head);
	strbuf_printf(
		&head, "*%zu\r\n$4\r\nEVAL\r\n$%zu\r\n", p->argc, s->n_body);
	redis_send(r, head.p, head.n);
	redis_send(r, s->body, s->n_body);
	redis_send(r, p->bytes + skip, p->n_bytes - skip);
	strbuf_fini(&head);
	redis_command_free(p->bytes, p->n_bytes, NULL);
	p->bytes = NULL;
	p->script = NULL;
	redis_append(r, p);
}

/* -- subscriptions -------------------------------------------------------- */

void
redis_subscribe(struct redis *r, struct span channel)
{
	assert(redis_is_pubsub(r));
	vec_push(&r->channels, span_dup(channel));
	if (r->state == REDIS_UP ||
		(r->state == REDIS_GREETING && r->unconfirmed)) {
		struct span argv[] = {SPAN_LIT("SUBSCRIBE"), channel};

		send_own(r, argv, 2, NULL);
		r->unconfirmed++;
	}
}

static void
on_push(struct redis *r, const struct redis_reply *reply)
{
	struct span what = redis_item(reply, 0)->text;

	if (reply->type == REDIS_TYPE_ERROR) {
		lose_by_reply(r, reply, "subscribing");
	} else if (span_eq_str(what, "message")) {
		r->h.on_message(redis_item(reply, 1)->text,
			redis_item(reply, 2)->text, r->h.arg);
	} else if (span_eq_str(what, "subscribe") && r->unconfirmed) {
		if (--r->unconfirmed == 0 && r->state == REDIS_GREETING)
			redis_become_up(r);
	}
}

/* -- replies -------------------------------------------------------------- */

void
redis_dispatch(struct redis *r, const struct redis_reply *reply)
{
	struct redis_pending *p;
	struct err err;

	if (r->head && r->head->skip > 0) {
		r->head->skip--;
		r->reply_ms = clock_mono().ms;
		return;
	}
	p = take_head(r);
	if (!p && redis_is_pubsub(r)) {
		on_push(r, reply);
		return;
	}
	if (!p) {
		err_set(&err, ERR_TEMP, "it sent a reply to nothing");
		redis_lose(r, &err);
		return;
	}
	r->reply_ms = clock_mono().ms;
	if (p->script && redis_is_error(reply, "NOSCRIPT")) {
		if (r->where.asking)
			send_own(r, &SPAN_LIT("ASKING"), 1, on_asking);
		send_in_full(r, p);
		return;
	}
	if (!p->own && reply->type == REDIS_TYPE_ERROR)
		redis_where_follow(r, reply);
	if (p->own)
		p->own(r, reply);
	else if (p->cb)
		p->cb(reply, NULL, p->arg);
	pending_free(&p);
}
