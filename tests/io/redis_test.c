/* The Redis connection against a real server and against broken ones. */
#include "testing.h"

#include <signal.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "io/loop.h"
#include "io/redis.h"
#include "io/redis_reader.h"
#include "support/redis_server.h"
#include "support/scripted.h"
#include "support/tls.h"

#define LIMIT_MS 20000

/* One connection and what happened to it. */
struct world {
	struct loop *l;
	struct redis_server server;
	struct redis_options o;
	struct redis *r;
	unsigned ups, downs;
	struct err down; /* the last reason */
	bool free_on_up, free_on_down;
	unsigned stop_at_downs; /* 0: at each */
	struct strbuf log; /* replies as text, a line each */
	unsigned stop_at; /* replies; stops the loop */
	unsigned replies, errors;
	struct err error;
};

static void
on_up(void *arg)
{
	struct world *w = arg;

	w->ups++;
	if (w->free_on_up)
		redis_free(&w->r);
	loop_stop(w->l);
}

static void
on_down(const struct err *reason, void *arg)
{
	struct world *w = arg;

	w->downs++;
	w->down = *reason;
	if (w->free_on_down)
		redis_free(&w->r);
	if (w->downs >= w->stop_at_downs)
		loop_stop(w->l);
}

static void
print(const struct redis_reply *r, struct strbuf *out)
{
	switch (r->type) {
	case REDIS_TYPE_NIL:
		strbuf_str(out, "nil");
		break;
	case REDIS_TYPE_STATUS:
		strbuf_printf(out, "+%.*s", SPAN_ARG(r->text));
		break;
	case REDIS_TYPE_ERROR:
		strbuf_printf(out, "-%.*s", SPAN_ARG(r->code));
		break;
	case REDIS_TYPE_STRING:
		strbuf_printf(out, "'%.*s'", SPAN_ARG(r->text));
		break;
	case REDIS_TYPE_INTEGER:
		strbuf_printf(out, "%lld", (long long)r->integer);
		break;
	case REDIS_TYPE_ARRAY:
		strbuf_char(out, '[');
		for (size_t i = 0; i < r->n; i++) {
			if (i)
				strbuf_char(out, ' ');
			print(redis_item(r, i), out);
		}
		strbuf_char(out, ']');
		break;
	}
}

static void
on_reply(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct world *w = arg;

	assert_true((reply == NULL) != (err == NULL));
	if (err) {
		assert_int_equal(err->kind, ERR_TEMP);
		w->errors++;
		w->error = *err;
	} else {
		w->replies++;
		print(reply, &w->log);
		strbuf_char(&w->log, '\n');
	}
	if (w->replies + w->errors == w->stop_at)
		loop_stop(w->l);
}

static int
setup(void **state)
{
	struct world *w = mem_new(w);

	assert_int_equal(loop_new(&w->l, NULL), 0);
	redis_options_init(&w->o);
	w->o.retry_base_ms = 5;
	w->o.retry_max_ms = 50;
	strbuf_init(&w->log, 1 << 20);
	*state = w;
	return 0;
}

/* With a real server; o points to it. */
static int
setup_server(void **state)
{
	struct world *w;

	setup(state);
	w = *state;
	redis_server_start(&w->server, NULL);
	w->o.unix_path = mem_strdup(w->server.socket);
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	redis_free(&w->r);
	loop_free(&w->l);
	redis_options_fini(&w->o);
	if (w->server.dir)
		redis_server_free(&w->server);
	strbuf_fini(&w->log);
	mem_free(&w);
	return 0;
}

static void
start(struct world *w)
{
	struct redis_handlers h = {
		.on_up = on_up, .on_down = on_down, .arg = w};
	struct err err;

	if (redis_new(w->l, &w->o, &h, &w->r, &err) < 0)
		fail_msg("%s", err.msg);
}

static void
await_up(struct world *w)
{
	unsigned before = w->ups;

	while (w->ups == before)
		if (!loop_run_for(w->l, LIMIT_MS))
			fail_msg("not up: %s", w->down.msg);
	assert_true(!w->r || redis_is_up(w->r));
}

/* The words are split at blanks. */
static int
try_send(struct world *w, const char *command, int64_t timeout_ms)
{
	struct span argv[16];
	size_t n = 0;
	struct span rest = span_of(command);
	struct redis_call call = {.argv = argv,
		.timeout_ms = timeout_ms,
		.cb = on_reply,
		.arg = w};

	while (n < N_ROWS(argv) && span_next(&rest, ' ', &argv[n]))
		n++;
	call.argc = n;
	return redis_command(w->r, &call, &w->error);
}

static void
send_command(struct world *w, const char *command)
{
	assert_int_equal(try_send(w, command, 0), 0);
}

static void
await_replies(struct world *w, unsigned n)
{
	w->stop_at = n;
	while (w->replies + w->errors < n)
		if (!loop_run_for(w->l, LIMIT_MS))
			fail_msg("%u replies, %u errors of %u", w->replies,
				w->errors, n);
}

/* -- a good server -------------------------------------------------------- */

static void
every_type_of_reply_arrives_in_order(void **state)
{
	static const struct {
		const char *command, *reply;
	} rows[] = {
		{"SET a 1", "+OK"},
		{"GET a", "'1'"},
		{"GET nothing", "nil"},
		{"INCRBY a 9223372036854775800", "9223372036854775801"},
		{"INCRBY a -9223372036854775802", "-1"},
		{"RPUSH l x y", "2"},
		{"LRANGE l 0 -1", "['x' 'y']"},
		{"LRANGE none 0 -1", "[]"},
		{"GET l", "-WRONGTYPE"},
		{"NOSUCH", "-ERR"},
		{"XADD s 1-1 f v", "'1-1'"},
		{"XREAD STREAMS s 0", "[['s' [['1-1' ['f' 'v']]]]]"},
		{"XREAD STREAMS s 1-1", "nil"},
		{"EVAL return'' 0", "''"},
		{"MGET a x", "['-1' nil]"},
	};
	struct world *w = *state;
	struct strbuf want = STRBUF_INIT(4096);

	start(w);
	await_up(w);
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		send_command(w, rows[i].command);
		strbuf_printf(&want, "%s\n", rows[i].reply);
	}
	assert_int_equal(redis_pending(w->r), N_ROWS(rows));
	await_replies(w, N_ROWS(rows));
	assert_string_equal(strbuf_cstr(&w->log), strbuf_cstr(&want));
	assert_int_equal(redis_pending(w->r), 0);
	strbuf_fini(&want);
}

static void
ten_thousand_commands_go_in_one_pipeline(void **state)
{
	struct world *w = *state;
	struct redis_stats stats;

	start(w);
	await_up(w);
	for (unsigned i = 0; i < 10000; i++)
		send_command(w, "INCR n");
	await_replies(w, 10000);
	assert_int_equal(w->replies, 10000);
	strbuf_clear(&w->log);
	send_command(w, "GET n");
	await_replies(w, 10001);
	assert_string_equal(strbuf_cstr(&w->log), "'10000'\n");
	redis_stats_read(w->r, &stats);
	assert_int_equal(stats.commands, 10001);
	assert_int_equal(stats.connects, 1);
	assert_int_equal(stats.failures, 0);
}

struct big {
	struct world *w;
	struct span value;
};

static void
on_big(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct big *b = arg;

	assert_null(err);
	assert_true(span_eq(reply->text, b->value));
	b->w->replies++;
	loop_stop(b->w->l);
}

static void
a_large_binary_value_comes_back_unchanged(void **state)
{
	struct world *w = *state;
	size_t n = 8 << 20;
	char *bytes = mem_alloc(n);
	struct rng rng = test_rng();
	struct big b = {w, {bytes, n}};
	struct span set[] = {SPAN_LIT("SET"), SPAN_LIT("big"), b.value};
	struct span get[] = {SPAN_LIT("GET"), SPAN_LIT("big")};

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)rng_next(&rng);
	start(w);
	await_up(w);
	assert_int_equal(
		redis_command(w->r,
			&(struct redis_call){.argv = set, .argc = 3}, NULL),
		0);
	assert_int_equal(redis_command(w->r,
				 &(struct redis_call){.argv = get,
					 .argc = 2,
					 .cb = on_big,
					 .arg = &b},
				 NULL),
		0);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->replies, 1);
	mem_free(&bytes);
}

static void
database_and_name_are_set_on_connect(void **state)
{
	struct world *w = *state;

	w->o.db = 3;
	w->o.name = mem_strdup("newswatch-test");
	start(w);
	await_up(w);
	send_command(w, "SET only here");
	send_command(w, "CLIENT GETNAME");
	send_command(w, "SELECT 0");
	send_command(w, "GET only");
	await_replies(w, 4);
	assert_string_equal(
		strbuf_cstr(&w->log), "+OK\n'newswatch-test'\n+OK\nnil\n");
}

static void
a_host_name_is_looked_up(void **state)
{
	struct world *w = *state;

	mem_free(&w->o.unix_path);
	w->o.host = mem_strdup("localhost");
	w->o.port = w->server.port;
	start(w);
	await_up(w);
	send_command(w, "PING");
	await_replies(w, 1);
	assert_string_equal(strbuf_cstr(&w->log), "+PONG\n");
}

static void
a_password_is_given_and_a_wrong_one_is_reported(void **state)
{
	static const char *const conf[] = {
		"--user", "ann", "on", ">secret", "~*", "&*", "+@all", NULL};
	struct world *w = *state;

	redis_server_kill(&w->server, SIGKILL);
	redis_server_restart(&w->server, conf);
	w->o.user = mem_strdup("ann");
	w->o.password = mem_strdup("nosecret");
	start(w);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->downs, 1);
	assert_int_equal(w->down.kind, ERR_CONF);
	assert_non_null(strstr(w->down.msg, "WRONGPASS"));
	assert_non_null(strstr(w->down.msg, "redis.password_file"));
	assert_null(strstr(w->down.msg, "nosecret"));
	redis_free(&w->r);

	mem_free(&w->o.password);
	w->o.password = mem_strdup("secret");
	start(w);
	await_up(w);
	send_command(w, "ACL WHOAMI");
	await_replies(w, 1);
	assert_string_equal(strbuf_cstr(&w->log), "'ann'\n");
}

/* -- scripts -------------------------------------------------------------- */

static void
call_script(struct world *w, const struct redis_script *s, const char *value)
{
	struct span argv[] = {SPAN_LIT("key"), span_of(value)};
	struct redis_call call = {
		.argv = argv, .argc = 2, .cb = on_reply, .arg = w};

	assert_int_equal(redis_eval(w->r, s, 1, &call, NULL), 0);
}

static void
a_script_is_sent_in_full_only_where_the_server_lacks_it(void **state)
{
	struct world *w = *state;
	struct redis_script *s = redis_script_new(
		"test", SPAN_LIT("return {KEYS[1], ARGV[1], #KEYS, #ARGV}"));

	start(w);
	await_up(w);
	call_script(w, s, "one");
	await_replies(w, 1);
	call_script(w, s, "two");
	await_replies(w, 2);
	send_command(w, "SCRIPT FLUSH");
	call_script(w, s, "three");
	call_script(w, s, "four");
	await_replies(w, 5);
	assert_string_equal(strbuf_cstr(&w->log),
		"['key' 'one' 1 1]\n['key' 'two' 1 1]\n+OK\n"
		"['key' 'three' 1 1]\n['key' 'four' 1 1]\n");
	strbuf_clear(&w->log);
	send_command(w, "INFO commandstats");
	await_replies(w, 6);
	assert_non_null(strstr(strbuf_cstr(&w->log), "cmdstat_eval:calls=3,"));
	assert_non_null(
		strstr(strbuf_cstr(&w->log), "cmdstat_evalsha:calls=4,"));
	redis_free(&w->r);
	redis_script_free(&s);
}

static void
a_script_that_fails_gives_its_error(void **state)
{
	struct world *w = *state;
	struct redis_script *s = redis_script_new(
		"bad", SPAN_LIT("return redis.error_reply('MINE went wrong')"));
	struct redis_script *noscript = redis_script_new("noscript",
		SPAN_LIT("return redis.error_reply('NOSCRIPT mine')"));

	start(w);
	await_up(w);
	call_script(w, s, "x");
	call_script(w, noscript, "x");
	await_replies(w, 2);
	assert_string_equal(strbuf_cstr(&w->log), "-MINE\n-NOSCRIPT\n");
	redis_free(&w->r);
	redis_script_free(&s);
	redis_script_free(&noscript);
}

/* -- losing and finding --------------------------------------------------- */

static void
a_server_that_is_not_there_is_reported_and_found_later(void **state)
{
	struct world *w = *state;

	redis_server_kill(&w->server, SIGKILL);
	unlink(w->server.socket);
	w->stop_at_downs = 3;
	start(w);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->downs, 3);
	assert_int_equal(w->down.kind, ERR_TEMP);
	assert_non_null(strstr(w->down.msg, w->server.socket));
	assert_non_null(strstr(w->down.msg, "No such file"));
	assert_int_equal(try_send(w, "PING", 0), -1);
	assert_int_equal(w->error.kind, ERR_TEMP);
	assert_non_null(strstr(w->error.msg, "not connected"));
	redis_server_restart(&w->server, NULL);
	await_up(w);
	send_command(w, "PING");
	await_replies(w, 1);
}

static void
a_killed_server_fails_each_pending_command_once_and_is_found_again(void **state)
{
	struct world *w = *state;

	start(w);
	await_up(w);
	for (int i = 0; i < 5; i++)
		assert_int_equal(try_send(w, "BLPOP nothing 0", 60000), 0);
	loop_run_for(w->l, 20); /* on their way */
	redis_server_kill(&w->server, SIGKILL);
	w->stop_at_downs = 1;
	await_replies(w, 5);
	assert_int_equal(w->errors, 5);
	assert_non_null(strstr(w->error.msg, "may have run or not"));
	redis_server_restart(&w->server, NULL);
	await_up(w);
	send_command(w, "PING");
	await_replies(w, 6);
	assert_int_equal(w->errors, 5);
	assert_string_equal(strbuf_cstr(&w->log), "+PONG\n");
}

static void
a_reset_connects_anew(void **state)
{
	struct world *w = *state;

	start(w);
	await_up(w);
	redis_reset(w->r, "it is a replica");
	while (w->ups < 2)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->downs, 1);
	assert_non_null(strstr(w->down.msg, "given up: it is a replica"));
}

static void
beyond_the_bound_commands_are_refused_unsent(void **state)
{
	struct world *w = *state;

	w->o.max_pending = 3;
	start(w);
	await_up(w);
	for (int i = 0; i < 3; i++)
		send_command(w, "INCR n");
	assert_int_equal(try_send(w, "INCR n", 0), -1);
	assert_int_equal(w->error.kind, ERR_TEMP);
	await_replies(w, 3);
	send_command(w, "GET n");
	await_replies(w, 4);
	assert_string_equal(strbuf_cstr(&w->log), "1\n2\n3\n'3'\n");
}

static void
bytes_beyond_the_bound_are_refused_unsent(void **state)
{
	struct world *w = *state;

	w->o.max_pending_bytes = 100;
	start(w);
	await_up(w);
	send_command(w, "SET a 0123456789012345678901234567890123456789");
	assert_int_equal(
		try_send(
			w, "SET a 0123456789012345678901234567890123456789", 0),
		-1);
	assert_non_null(strstr(w->error.msg, "bytes wait"));
	await_replies(w, 1);
}

static void
on_reply_free(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct world *w = arg;

	assert_non_null(reply);
	assert_null(err);
	redis_free(&w->r);
	/* Still alive for this callback: */
	print(reply, &w->log);
	loop_stop(w->l);
}

static void
a_connection_may_be_freed_in_a_reply(void **state)
{
	struct world *w = *state;
	struct span argv[] = {SPAN_LIT("ECHO"), SPAN_LIT("last")};
	struct redis_call call = {
		.argv = argv, .argc = 2, .cb = on_reply_free, .arg = w};

	start(w);
	await_up(w);
	assert_int_equal(redis_command(w->r, &call, NULL), 0);
	for (int i = 0; i < 3; i++)
		send_command(w, "PING");
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_null(w->r);
	assert_string_equal(strbuf_cstr(&w->log), "'last'");
	assert_int_equal(w->errors, 3);
	assert_int_equal(w->downs, 0);
}

static void
a_connection_may_be_freed_when_it_comes_up(void **state)
{
	struct world *w = *state;

	w->free_on_up = true;
	start(w);
	await_up(w);
	assert_null(w->r);
}

static void
a_connection_may_be_freed_when_it_goes_down(void **state)
{
	struct world *w = *state;

	w->free_on_down = true;
	start(w);
	await_up(w);
	assert_int_equal(try_send(w, "BLPOP nothing 0", 60000), 0);
	redis_server_kill(&w->server, SIGKILL);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->errors, 1);
	assert_null(w->r);
}

static void
a_command_without_reply_in_time_drops_the_connection(void **state)
{
	struct world *w = *state;

	start(w);
	await_up(w);
	assert_int_equal(try_send(w, "BLPOP nothing 0", 30), 0);
	send_command(w, "PING");
	await_replies(w, 2);
	assert_int_equal(w->errors, 2);
	assert_non_null(strstr(w->error.msg, "no answer within 30 ms"));
	await_up(w);
}

static void
an_early_reply_restarts_the_time_of_the_next_command(void **state)
{
	struct world *w = *state;

	/* The second waits longer than its time for the first alone. */
	start(w);
	await_up(w);
	assert_int_equal(try_send(w, "BLPOP nothing 0.1", 5000), 0);
	assert_int_equal(try_send(w, "PING", 60), 0);
	await_replies(w, 2);
	assert_int_equal(w->errors, 0);
	assert_string_equal(strbuf_cstr(&w->log), "nil\n+PONG\n");
}

/* -- TLS ------------------------------------------------------------------ */

/* A server that speaks TLS on its port, and options for it. */
static void
start_tls_server(struct world *w, const char *name)
{
	char *key = mem_printf("%s/key.pem", w->server.dir);
	char *cert = mem_printf("%s/cert.pem", w->server.dir);
	char *port = mem_printf("%u", w->server.port);
	const char *conf[] = {"--port", "0", "--tls-port", port,
		"--tls-cert-file", cert, "--tls-key-file", key,
		"--tls-auth-clients", "no", NULL};

	tls_certificate(w->server.dir, name);
	redis_server_kill(&w->server, SIGKILL);
	redis_server_restart(&w->server, conf);
	mem_free(&w->o.unix_path);
	w->o.host = mem_strdup("127.0.0.1");
	w->o.port = w->server.port;
	w->o.tls = true;
	w->o.ca_file = mem_strdup(cert);
	mem_free(&key);
	mem_free(&cert);
	mem_free(&port);
}

static void
tls_works_with_a_trusted_certificate(void **state)
{
	struct world *w = *state;

	start_tls_server(w, "IP:127.0.0.1");
	start(w);
	await_up(w);
	for (int i = 0; i < 1000; i++)
		send_command(w, "INCR n");
	await_replies(w, 1000);
	redis_server_kill(&w->server, SIGKILL);
	w->stop_at_downs = 1;
	while (!w->downs)
		assert_true(loop_run_for(w->l, LIMIT_MS));
}

static void
tls_refuses_a_certificate_of_another_name(void **state)
{
	struct world *w = *state;

	start_tls_server(w, "DNS:other.example");
	start(w);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->ups, 0);
	if (!strstr(w->down.msg, "certificate is refused: IP address mismatch"))
		fail_msg("%s", w->down.msg);
}

static void
tls_refuses_a_certificate_that_nobody_vouches_for(void **state)
{
	struct world *w = *state;

	start_tls_server(w, "IP:127.0.0.1");
	mem_free(&w->o.ca_file);
	start(w);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	if (!strstr(w->down.msg, "certificate is refused: self-signed"))
		fail_msg("%s", w->down.msg);
}

static void
a_missing_ca_file_is_a_configuration_error(void **state)
{
	struct world *w = *state;
	struct err err;

	w->o.host = mem_strdup("127.0.0.1");
	w->o.tls = true;
	w->o.ca_file = mem_strdup("/nonexistent/ca.pem");
	assert_int_equal(redis_new(w->l, &w->o, NULL, &w->r, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	assert_non_null(strstr(err.msg, "/nonexistent/ca.pem"));
}

/* -- pub/sub -------------------------------------------------------------- */

static void
on_message(struct span channel, struct span payload, void *arg)
{
	struct world *w = arg;

	strbuf_printf(
		&w->log, "%.*s: %.*s\n", SPAN_ARG(channel), SPAN_ARG(payload));
	if (++w->replies == w->stop_at)
		loop_stop(w->l);
}

static void
start_pubsub(struct world *w)
{
	struct redis_handlers h = {.on_up = on_up,
		.on_down = on_down,
		.on_message = on_message,
		.arg = w};

	assert_int_equal(redis_new(w->l, &w->o, &h, &w->r, NULL), 0);
}

/* Over a connection of its own, and waits until it is through. */
static void
publish(struct world *w, const char *channel, const char *payload)
{
	char *command = mem_printf("redis-cli -s %s PUBLISH %s %s >%s/out",
		w->server.socket, channel, payload, w->server.dir);

	assert_int_equal(system(command), 0);
	mem_free(&command);
}

static void
messages_arrive_and_subscriptions_outlive_the_server(void **state)
{
	struct world *w = *state;

	start_pubsub(w);
	redis_subscribe(w->r, SPAN_LIT("a"));
	redis_subscribe(w->r, SPAN_LIT("b"));
	await_up(w);
	publish(w, "a", "1");
	publish(w, "c", "lost");
	publish(w, "b", "2");
	await_replies(w, 2);
	redis_server_kill(&w->server, SIGKILL);
	redis_server_restart(&w->server, NULL);
	await_up(w);
	publish(w, "b", "3");
	await_replies(w, 3);
	assert_string_equal(strbuf_cstr(&w->log), "a: 1\nb: 2\nb: 3\n");
}

static void
a_channel_may_be_added_while_up(void **state)
{
	struct world *w = *state;

	w->o.idle_ms = 10; /* PINGs in between do no harm */
	start_pubsub(w);
	await_up(w);
	assert_false(loop_run_for(w->l, 50));
	redis_subscribe(w->r, SPAN_LIT("late"));
	assert_false(loop_run_for(w->l, 50));
	publish(w, "late", "x");
	await_replies(w, 1);
	assert_string_equal(strbuf_cstr(&w->log), "late: x\n");
	assert_int_equal(w->downs, 0);
}

/* -- clusters ------------------------------------------------------------- */

/* The server says so in a script; the node it names is itself, by its port. */
static void
say_that_it_is_elsewhere(struct world *w, const char *code)
{
	char *body = mem_printf(
		"return {err = '%s 1 127.0.0.1:%u'}", code, w->server.port);
	struct redis_script *s = redis_script_new("moved", span_of(body));

	mem_free(&w->o.unix_path);
	w->o.host = mem_strdup("localhost");
	w->o.port = w->server.port;
	start(w);
	await_up(w);
	call_script(w, s, "value");
	await_replies(w, 1);
	while (w->ups < 2)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->downs, 1);
	assert_non_null(strstr(w->down.msg, "another node of the cluster"));
	send_command(w, "PING");
	await_replies(w, 2);
	redis_script_free(&s);
	mem_free(&body);
}

static void
moved_leads_to_the_node_it_names(void **state)
{
	struct world *w = *state;

	say_that_it_is_elsewhere(w, "MOVED");
	assert_string_equal(strbuf_cstr(&w->log), "-MOVED\n+PONG\n");
	redis_reset(w->r, "test");
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_non_null(strstr(w->down.msg, "redis://127.0.0.1:"));
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->ups, 3);
}

static void
after_ask_each_command_comes_with_asking(void **state)
{
	struct world *w = *state;

	say_that_it_is_elsewhere(w, "ASK");
	assert_string_equal(strbuf_cstr(&w->log), "-ASK\n+PONG\n");
	strbuf_clear(&w->log);
	send_command(w, "INFO commandstats");
	await_replies(w, 3);
	assert_non_null(
		strstr(strbuf_cstr(&w->log), "cmdstat_asking:calls=2,"));
}

static void
of_several_hosts_the_next_is_tried(void **state)
{
	struct world *w = *state;

	mem_free(&w->o.unix_path);
	w->o.host = mem_strdup("127.0.0.1");
	w->o.port = 1; /* nobody is there */
	w->o.more_hosts = mem_printf("[::1]:1,localhost:%u", w->server.port);
	start(w);
	await_up(w);
	assert_int_equal(w->downs, 2);
}

/* -- broken servers ------------------------------------------------------- */

static struct scripted *
start_scripted(struct world *w, const struct script *scripts, size_t n)
{
	struct scripted *s = scripted_new(w->l, scripts, n);

	w->o.host = mem_strdup("127.0.0.1");
	w->o.port = scripted_port(s);
	start(w);
	return s;
}

static void
tls_to_a_plain_server_fails_with_a_reason(void **state)
{
	static const struct script scripts[] = {
		{.answer = "-ERR Protocol error\r\n", .end = SCRIPT_HOLD},
		{.await = "never", .end = SCRIPT_HOLD}};
	struct world *w = *state;
	struct scripted *s;

	w->o.tls = true;
	w->o.connect_timeout_ms = 100;
	s = start_scripted(w, scripts, 2);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_non_null(strstr(w->down.msg, "TLS: "));
	assert_non_null(strstr(w->down.msg, "wrong version number"));
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->downs, 2);
	assert_non_null(strstr(w->down.msg, "does the server speak TLS?"));
	scripted_free(&s);
}

static void
broken_answers_end_the_connection_with_a_reason(void **state)
{
	static const struct {
		struct script script;
		const char *says;
	} rows[] = {
		{{.answer = "HTTP/1.1 400 Bad Request\r\n\r\n"}, "no RESP2"},
		{{.await = "PING", .answer = "*1000000000\r\n"}, "too large"},
		{{.await = "PING",
			 .answer = "$99999999\r\nx",
			 .end = SCRIPT_RESET},
			"reset"},
		{{.await = "PING",
			 .answer = "+OK\r\n+OK\r\n",
			 .end = SCRIPT_HOLD},
			"reply to nothing"},
		{{.await = "PING", .answer = "+PO"}, "closed"},
		{{.await = "PING",
			 .answer = "-LOADING Redis is loading\r\n",
			 .end = SCRIPT_HOLD},
			"ready soon"},
		{{.await = "PING",
			 .answer = "-NOAUTH Authentication "
				   "required.\r\n",
			 .end = SCRIPT_HOLD},
			"redis.password_file"},
		{{.await = "never", .end = SCRIPT_HOLD},
			"no connection within 200 ms"},
		{{.await = "PING",
			 .answer = "$8\r\nxxxxxxxx\r\n",
			 .endless = true},
			"reply to nothing"},
	};

	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct world *w;
		struct scripted *s;

		setup(state);
		w = *state;
		w->o.connect_timeout_ms = 200;
		w->o.max_reply_bytes = 1 << 20;
		s = start_scripted(w, &rows[i].script, 1);
		while (!w->downs)
			assert_true(loop_run_for(w->l, LIMIT_MS));
		if (!strstr(w->down.msg, rows[i].says))
			fail_msg("%zu: %s", i, w->down.msg);
		scripted_free(&s);
		teardown(state);
	}
	*state = NULL;
}

/* Two of them at once, so that the second stands behind the first. */
static void
a_reply_is_as_long_as_its_bound_and_no_longer(void **state)
{
	char text[] = "$10\r\n0123456789\r\n$10\r\n0123456789\r\n";
	size_t n = strlen(text) / 2;
	struct redis_options o;

	(void)state;
	redis_options_init(&o);
	assert_int_equal(o.max_reply_bytes, REDIS_REPLY_MAX_BYTES);
	redis_options_fini(&o);
	for (unsigned more = 0; more < 2; more++) {
		struct redis_reader *r = redis_reader_new(n - more);
		const struct redis_reply *reply;
		struct err err;

		redis_reader_feed(r, text, 2 * n);
		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(redis_reader_next(r, &reply, &err),
				more ? -1 : 1);
		if (more)
			assert_string_equal(
				err.msg, "an answer is larger than 16 bytes");
		redis_reader_free(&r);
	}
}

static void
an_endless_reply_is_cut_off_at_its_bound(void **state)
{
	/* Up, then a string that claims more than it may have. */
	static const struct script script = {.await = "PING\r\n",
		.answer = "+PONG\r\n$900000000\r\n"
			  "0123456789012345678901234567890123456789",
		.endless = true};
	struct world *w = *state;
	struct scripted *s;

	w->o.max_reply_bytes = 100000;
	s = start_scripted(w, &script, 1);
	await_up(w);
	if (!w->downs)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->downs, 1);
	if (!strstr(w->down.msg, "larger than 100000 bytes"))
		fail_msg("%s", w->down.msg);
	scripted_free(&s);
}

static void
silence_is_noticed_by_an_unanswered_ping(void **state)
{
	static const struct script script = {
		.await = "PING", .answer = "+PONG\r\n", .end = SCRIPT_HOLD};
	struct world *w = *state;
	struct scripted *s;

	w->o.idle_ms = 20;
	w->o.command_timeout_ms = 30;
	s = start_scripted(w, &script, 1);
	await_up(w);
	assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->downs, 1);
	assert_non_null(strstr(w->down.msg, "no answer within 30 ms"));
	scripted_free(&s);
}

static void
a_reply_cut_in_the_middle_leaves_the_outcome_unknown(void **state)
{
	static const struct script script = {.await = "PING\r\n",
		.answer = "+PONG\r\n$10\r\n01234",
		.end = SCRIPT_HOLD};
	struct world *w = *state;
	struct scripted *s = start_scripted(w, &script, 1);

	await_up(w);
	send_command(w, "GET x");
	loop_run_for(w->l, 20);
	assert_int_equal(w->replies + w->errors, 0);
	scripted_free(&s);
	await_replies(w, 1);
	assert_int_equal(w->errors, 1);
}

static void
a_server_that_drops_everybody_is_left_alone_for_longer(void **state)
{
	static const struct script script = {
		.await = "PING", .answer = "+PONG\r\n"};
	struct world *w = *state;
	struct scripted *s;

	w->o.retry_base_ms = 10;
	w->o.retry_max_ms = 100000;
	s = start_scripted(w, &script, 1);
	while (w->downs < 5)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	/* 10, 20, 40, 80 ms, halved at most: it has been tried 5 times in
	 * not less than 75 ms, though each try succeeded at first. */
	assert_int_equal(scripted_count(s), 5);
	assert_int_equal(w->ups, 5);
	scripted_free(&s);
}

/* -- transactions ---------------------------------------------------------- */

static void
format(struct strbuf *out, const char *command)
{
	struct span argv[16], rest = span_of(command);
	size_t n = 0;

	while (n < N_ROWS(argv) && span_next(&rest, ' ', &argv[n]))
		n++;
	redis_format(out, argv, n);
}

static void
open_multi(struct world *w)
{
	struct strbuf b = STRBUF_INIT(4096);

	format(&b, "SET a 1");
	format(&b, "INCR a");
	assert_int_equal(
		redis_multi_open(w->r, strbuf_as_span(&b), 2, &w->error), 0);
	strbuf_fini(&b);
}

static int
close_multi(struct world *w)
{
	struct redis_call call = {.cb = on_reply, .arg = w};
	struct strbuf b = STRBUF_INIT(4096);
	int rc;

	format(&b, "GET a");
	rc = redis_multi_close(w->r, strbuf_as_span(&b), 1, &call, &w->error);
	strbuf_fini(&b);
	return rc;
}

static void
a_transaction_is_one_reply_and_others_come_after_it(void **state)
{
	struct world *w = *state;

	start(w);
	await_up(w);
	send_command(w, "GET a");
	open_multi(w);
	send_command(w, "INCR a");
	loop_run_for(w->l, 20);
	assert_string_equal(strbuf_cstr(&w->log), "nil\n");
	assert_int_equal(close_multi(w), 0);
	send_command(w, "INCR a");
	await_replies(w, 4);
	assert_string_equal(strbuf_cstr(&w->log), "nil\n[+OK 2 '2']\n3\n4\n");
}

static void
a_dropped_transaction_changes_nothing(void **state)
{
	struct world *w = *state;

	start(w);
	await_up(w);
	open_multi(w);
	send_command(w, "GET a");
	redis_multi_drop(w->r);
	await_replies(w, 1);
	assert_string_equal(strbuf_cstr(&w->log), "nil\n");
	assert_int_equal(redis_pending(w->r), 0);
}

static void
a_transaction_with_a_refused_command_is_an_error(void **state)
{
	struct world *w = *state;
	struct redis_call call = {.cb = on_reply, .arg = w};
	struct strbuf b = STRBUF_INIT(4096);

	start(w);
	await_up(w);
	open_multi(w);
	format(&b, "NOSUCH");
	assert_int_equal(redis_multi_close(
				 w->r, strbuf_as_span(&b), 1, &call, &w->error),
		0);
	send_command(w, "GET a");
	await_replies(w, 2);
	assert_string_equal(strbuf_cstr(&w->log), "-EXECABORT\nnil\n");
	strbuf_fini(&b);
}

static void
a_transaction_ends_with_its_connection(void **state)
{
	struct world *w = *state;

	start(w);
	await_up(w);
	open_multi(w);
	send_command(w, "GET a");
	redis_reset(w->r, "for a test");
	await_replies(w, 1);
	assert_int_equal(w->errors, 1);
	assert_int_equal(close_multi(w), -1);
	await_up(w);
	assert_int_equal(close_multi(w), -1);
	send_command(w, "GET a");
	await_replies(w, 2);
	assert_string_equal(strbuf_cstr(&w->log), "nil\n");
}

#define PLAIN(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define SERVER(f) cmocka_unit_test_setup_teardown(f, setup_server, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER(every_type_of_reply_arrives_in_order),
		SERVER(ten_thousand_commands_go_in_one_pipeline),
		SERVER(a_large_binary_value_comes_back_unchanged),
		SERVER(a_transaction_is_one_reply_and_others_come_after_it),
		SERVER(a_dropped_transaction_changes_nothing),
		SERVER(a_transaction_with_a_refused_command_is_an_error),
		SERVER(a_transaction_ends_with_its_connection),
		SERVER(database_and_name_are_set_on_connect),
		SERVER(a_host_name_is_looked_up),
		SERVER(a_password_is_given_and_a_wrong_one_is_reported),
		SERVER(a_script_is_sent_in_full_only_where_the_server_lacks_it),
		SERVER(a_script_that_fails_gives_its_error),
		SERVER(a_server_that_is_not_there_is_reported_and_found_later),
		SERVER(a_killed_server_fails_each_pending_command_once_and_is_found_again),
		SERVER(a_reset_connects_anew),
		SERVER(beyond_the_bound_commands_are_refused_unsent),
		SERVER(bytes_beyond_the_bound_are_refused_unsent),
		SERVER(a_connection_may_be_freed_in_a_reply),
		SERVER(a_connection_may_be_freed_when_it_comes_up),
		SERVER(a_connection_may_be_freed_when_it_goes_down),
		SERVER(a_command_without_reply_in_time_drops_the_connection),
		SERVER(an_early_reply_restarts_the_time_of_the_next_command),
		SERVER(tls_works_with_a_trusted_certificate),
		SERVER(tls_refuses_a_certificate_of_another_name),
		SERVER(tls_refuses_a_certificate_that_nobody_vouches_for),
		PLAIN(tls_to_a_plain_server_fails_with_a_reason),
		PLAIN(a_missing_ca_file_is_a_configuration_error),
		SERVER(messages_arrive_and_subscriptions_outlive_the_server),
		SERVER(a_channel_may_be_added_while_up),
		SERVER(moved_leads_to_the_node_it_names),
		SERVER(after_ask_each_command_comes_with_asking),
		SERVER(of_several_hosts_the_next_is_tried),
		cmocka_unit_test(
			broken_answers_end_the_connection_with_a_reason),
		PLAIN(a_reply_is_as_long_as_its_bound_and_no_longer),
		PLAIN(an_endless_reply_is_cut_off_at_its_bound),
		PLAIN(silence_is_noticed_by_an_unanswered_ping),
		PLAIN(a_reply_cut_in_the_middle_leaves_the_outcome_unknown),
		PLAIN(a_server_that_drops_everybody_is_left_alone_for_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
