/* The HTTP server: what it answers, what it refuses, what it survives. */
#include "testing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "io/http_server.h"

#define LIMIT_MS 10000

struct client {
	struct world *w;
	int fd;
	struct loop_fd *watch;
	struct strbuf got;
	const char *until; /* stop the loop once this has come */
	bool ended;
	bool reset;
};

struct world {
	struct loop *l;
	struct http_server *s;
	struct client c, d;
	struct http_exchange *kept; /* by on_later, on_stream */
	unsigned gones;
	char *dir, *path;
};

/* -- routes ---------------------------------------------------------------- */

static void
on_hello(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	(void)q;
	(void)arg;
	http_set_header(x, "X-Hello", "yes");
	http_reply(x, 200, "text/plain", SPAN_LIT("hello\n"));
}

static void
on_echo(struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct strbuf b = STRBUF_INIT(4 << 20);
	const char *a = http_request_query(x, "a");

	(void)arg;
	strbuf_printf(&b,
		"%s %.*s rest=%.*s a=%s agent=%.*s local=%d body=", q->method,
		SPAN_ARG(q->path), SPAN_ARG(q->rest), a ? a : "-",
		SPAN_ARG(http_request_header(x, "user-AGENT")), q->local);
	strbuf_span(&b, q->body);
	http_reply(x, 200, "text/plain", strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
on_empty(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	(void)q;
	(void)arg;
	http_reply(x, 204, NULL, SPAN_NULL);
}

static void
on_fails(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	(void)q;
	(void)arg;
	http_reply_error(x, 503, "no \"Redis\" \\ here\n");
}

static void
on_later(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct world *w = arg;

	(void)q;
	w->kept = x;
	loop_stop(w->l);
}

static void
on_gone(void *arg)
{
	struct world *w = arg;

	w->gones++;
	w->kept = NULL;
	loop_stop(w->l);
}

static void
on_stream(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct world *w = arg;

	(void)q;
	w->kept = x;
	http_stream_start(x, 200, "text/event-stream", on_gone, w);
	if (w->kept)
		http_stream_send(x, SPAN_LIT("data: 1\n\n"));
	loop_stop(w->l);
}

static void
on_big(struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	char *p = mem_calloc(1, 8 << 20);

	(void)q;
	(void)arg;
	memset(p, 'x', 8 << 20);
	http_reply(x, 200, "text/plain", span_make(p, 8 << 20));
	mem_free(&p);
}

static const struct http_route routes[] = {
	{"GET", "/hello", on_hello, false},
	{"GET", "/echo/*", on_echo, false},
	{"POST", "/echo/*", on_echo, false},
	{"GET", "/empty", on_empty, false},
	{"GET", "/fails", on_fails, false},
	{"GET", "/later", on_later, false},
	{"GET", "/stream", on_stream, false},
	{"GET", "/big", on_big, false},
	{"POST", "/order", on_empty, true},
	{NULL, NULL, NULL, false},
};

/* -- a client -------------------------------------------------------------- */

static void
on_readable(int fd, unsigned what, void *arg)
{
	struct client *c = arg;
	char chunk[65536];
	ssize_t n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);

	(void)what;
	if (n > 0) {
		strbuf_put(&c->got, chunk, (size_t)n);
		if (c->until && strstr(strbuf_cstr(&c->got), c->until))
			loop_stop(c->w->l);
		return;
	}
	c->ended = true;
	c->reset = n < 0;
	loop_fd_free(&c->watch);
	loop_stop(c->w->l);
}

static void
hang_up(struct client *c)
{
	if (!c->w)
		return;
	loop_fd_free(&c->watch);
	close(c->fd);
	strbuf_fini(&c->got);
	c->w = NULL;
}

static void
connect_to(struct world *w, struct client *c, const struct sockaddr *sa,
	socklen_t n)
{
	hang_up(c);
	*c = (struct client){.w = w};
	strbuf_init(&c->got, 32 << 20);
	c->fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(c->fd, sa, n), 0);
	c->watch = loop_fd_new(w->l, c->fd, LOOP_READ, on_readable, c);
}

static void
connect_tcp(struct world *w, struct client *c)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_server_port(w->s))};

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	connect_to(w, c, (struct sockaddr *)&in, sizeof(in));
}

static void
connect_local(struct world *w, struct client *c)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	memcpy(sun.sun_path, w->path, strlen(w->path));
	connect_to(w, c, (struct sockaddr *)&sun, sizeof(sun));
}

static void
say(struct client *c, const char *text)
{
	size_t n = strlen(text);

	assert_int_equal(send(c->fd, text, n, MSG_NOSIGNAL), n);
}

static void
await(struct client *c, const char *text)
{
	c->until = text;
	while (!strstr(strbuf_cstr(&c->got), text))
		if (c->ended || !loop_run_for(c->w->l, LIMIT_MS))
			fail_msg("\"%s\" did not come: \"%s\"", text,
				strbuf_cstr(&c->got));
	c->until = NULL;
}

static void
await_end(struct client *c)
{
	while (!c->ended)
		if (!loop_run_for(c->w->l, LIMIT_MS))
			fail_msg("no end: \"%s\"", strbuf_cstr(&c->got));
}

/* One request over a connection of its own; all of the answer. */
static const char *
ask(struct world *w, const char *request)
{
	connect_tcp(w, &w->c);
	say(&w->c, request);
	await_end(&w->c);
	assert_false(w->c.reset);
	return strbuf_cstr(&w->c.got);
}

static void
start(struct world *w, struct http_server_options o)
{
	struct err err;

	o.routes = routes;
	o.arg = w;
	assert_int_equal(http_server_new(w->l, &o, &w->s, &err), 0);
	if (http_server_listen(w->s, "127.0.0.1:0", &err) < 0 ||
		http_server_listen_unix(w->s, w->path, 0660, &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(http_server_port(w->s) > 0);
}

static int
setup_bare(void **state)
{
	struct world *w = mem_new(w);

	assert_int_equal(loop_new(&w->l, NULL), 0);
	w->dir = test_dir();
	w->path = mem_printf("%s/control.sock", w->dir);
	*state = w;
	return 0;
}

static int
setup(void **state)
{
	setup_bare(state);
	start(*state, (struct http_server_options){0});
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	hang_up(&w->c);
	hang_up(&w->d);
	http_server_free(&w->s);
	loop_free(&w->l);
	mem_free(&w->path);
	test_dir_free(&w->dir);
	mem_free(&w);
	return 0;
}

#define HEAD " HTTP/1.1\r\nHost: h\r\n"
#define LAST HEAD "Connection: close\r\n"

/* -- answers --------------------------------------------------------------- */

static void
a_route_answers(void **state)
{
	struct world *w = *state;
	const char *got = ask(w, "GET /hello" LAST "\r\n");

	assert_true(span_starts(span_of(got), "HTTP/1.1 200 OK\r\nDate: "));
	assert_non_null(strstr(got, "Content-Type: text/plain\r\n"));
	assert_non_null(strstr(got, "Content-Length: 6\r\n"));
	assert_non_null(strstr(got, "X-Hello: yes\r\n"));
	assert_true(span_ends(span_of(got), "\r\n\r\nhello\n"));
}

static void
requests_reach_the_handler_decoded(void **state)
{
	struct world *w = *state;
	const char *got = ask(w,
		"POST /echo/a%20b/c?x=1&a=%C3%A9+%26&a=2" LAST
		"User-Agent:  test \r\nContent-Length: 4\r\n\r\nbody");

	assert_true(span_ends(span_of(got),
		"\r\n\r\nPOST /echo/a b/c rest=a b/c a=\xc3\xa9 & agent=test "
		"local=0 body=body"));
	got = ask(w, "GET http://h:80/echo/" LAST "\r\n");
	assert_non_null(strstr(got, "GET /echo/ rest= a=- "));
}

static void
head_is_get_without_a_body(void **state)
{
	struct world *w = *state;
	const char *got = ask(w, "HEAD /hello" LAST "\r\n");

	assert_non_null(strstr(got, "Content-Length: 6\r\n"));
	assert_true(span_ends(span_of(got), "\r\n\r\n"));
}

static void
an_empty_answer_has_no_length(void **state)
{
	struct world *w = *state;
	const char *got = ask(w, "GET /empty" LAST "\r\n");

	assert_true(span_starts(span_of(got), "HTTP/1.1 204 No Content\r\n"));
	assert_null(strstr(got, "Content-Length"));
}

static void
an_error_is_json(void **state)
{
	struct world *w = *state;

	assert_true(span_ends(span_of(ask(w, "GET /fails" LAST "\r\n")),
		"\r\n\r\n{\"error\":\"no \\\"Redis\\\" \\\\ here\\u000a\"}\n"));
}

static void
connections_are_kept_and_pipelines_answered_in_order(void **state)
{
	struct world *w = *state;
	const char *got;
	size_t n = 0;

	connect_tcp(w, &w->c);
	for (int i = 0; i < 50; i++)
		say(&w->c, "GET /hello" HEAD "\r\n");
	say(&w->c, "GET /echo/last" LAST "\r\n");
	await_end(&w->c);
	for (got = strbuf_cstr(&w->c.got); (got = strstr(got, "\nhello\n"));
		got++)
		n++;
	assert_int_equal(n, 50);
	assert_non_null(strstr(strbuf_cstr(&w->c.got), "rest=last"));
}

static void
an_old_client_is_answered_and_closed(void **state)
{
	struct world *w = *state;
	const char *got = ask(w, "GET /hello HTTP/1.0\r\n\r\n");

	assert_non_null(strstr(got, "Connection: close\r\n"));
	connect_tcp(w, &w->c);
	say(&w->c, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	await(&w->c, "hello\n");
	assert_non_null(
		strstr(strbuf_cstr(&w->c.got), "Connection: keep-alive\r\n"));
	assert_false(w->c.ended);
}

static void
a_client_that_has_ended_its_side_gets_its_answer(void **state)
{
	struct world *w = *state;

	connect_tcp(w, &w->c);
	say(&w->c, "GET /later" HEAD "\r\n");
	shutdown(w->c.fd, SHUT_WR);
	while (!w->kept)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	loop_run_for(w->l, 10);
	http_reply(w->kept, 200, "text/plain", SPAN_LIT("at last"));
	await(&w->c, "at last");
	await_end(&w->c);
}

static void
a_handler_may_answer_after_the_client_has_gone(void **state)
{
	struct world *w = *state;
	struct linger linger = {.l_onoff = 1};

	connect_tcp(w, &w->c);
	say(&w->c, "GET /later" HEAD "\r\n");
	while (!w->kept)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	setsockopt(w->c.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	hang_up(&w->c);
	loop_run_for(w->l, 10);
	http_reply(w->kept, 200, "text/plain", SPAN_LIT("to nobody"));
	assert_non_null(strstr(ask(w, "GET /hello" LAST "\r\n"), "hello"));
}

static void
a_handler_may_answer_after_the_server_has_gone(void **state)
{
	struct world *w = *state;

	connect_tcp(w, &w->c);
	say(&w->c, "GET /later" HEAD "\r\n");
	while (!w->kept)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	http_server_free(&w->s);
	http_reply(w->kept, 200, "text/plain", SPAN_LIT("to nobody"));
	await_end(&w->c);
	assert_int_equal(w->c.got.n, 0);
}

static void
a_waiting_client_is_told_to_go_on(void **state)
{
	struct world *w = *state;

	connect_tcp(w, &w->c);
	say(&w->c,
		"POST /echo/" LAST
		"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	await(&w->c, "100 Continue\r\n\r\n");
	say(&w->c, "ok");
	await(&w->c, "body=ok");
}

static void
a_large_answer_arrives_whole(void **state)
{
	struct world *w = *state;
	const char *got = ask(w, "GET /big" LAST "\r\n");
	const char *body = strstr(got, "\r\n\r\n");

	assert_int_equal(strlen(body + 4), 8 << 20);
}

/* -- refusals -------------------------------------------------------------- */

static void
bad_requests_are_refused_with_their_status(void **state)
{
	static const struct {
		const char *request, *status;
	} rows[] = {
		{"GET /nothing" LAST "\r\n", "404"},
		{"GET /hello/" LAST "\r\n", "404"},
		{"POST /hello" LAST "\r\n", "405"},
		{"DELETE /echo/x" LAST "\r\n", "405"},
		{"POST /order" LAST "\r\n", "403"},
		{"GET /hello HTTP/1.1\r\n\r\n", "400"},
		{"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
		{"GET  /hello" LAST "\r\n", "400"},
		{"GET hello" LAST "\r\n", "400"},
		{"GET /%zz" LAST "\r\n", "400"},
		{"GET /%00" LAST "\r\n", "400"},
		{"GET /a\tb" LAST "\r\n", "400"},
		{"GET" LAST "\r\n", "400"},
		{"G@T /hello" LAST "\r\n", "400"},
		{"GET /hello HTTP/2.0\r\n\r\n", "505"},
		{"GET /hello\r\n\r\n", "400"},
		{"\x16\x03\x01\x02\r\n\r\n", "400"},
		{"GET /hello" LAST "A : b\r\n\r\n", "400"},
		{"GET /hello" LAST "no colon\r\n\r\n", "400"},
		{"GET /hello" LAST " folded: x\r\n\r\n", "400"},
		{"GET /hello" LAST "A: b\n\r\n\r\n", "400"},
		{"GET /hello" LAST "A: b\rc\r\n\r\n", "400"},
		{"POST /echo/" LAST "Content-Length: 1\r\n"
		 "Content-Length: 2\r\n\r\nxx",
			"400"},
		{"POST /echo/" LAST "Content-Length: -1\r\n\r\n", "400"},
		{"POST /echo/" LAST "Content-Length: +1\r\n\r\nx", "400"},
		{"POST /echo/" LAST "Content-Length: 1x\r\n\r\nx", "400"},
		{"POST /echo/" LAST "Content-Length: 99999999999\r\n\r\n",
			"413"},
		{"POST /echo/" LAST "Content-Length: "
		 "99999999999999999999\r\n\r\n",
			"400"},
		{"POST /echo/" LAST "Transfer-Encoding: chunked\r\n\r\n"
		 "0\r\n\r\n",
			"501"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const char *got = ask(w, rows[i].request);

		if (strncmp(got, "HTTP/1.1 ", 9) != 0 ||
			strncmp(got + 9, rows[i].status, 3) != 0 ||
			!strstr(got, "{\"error\":\""))
			fail_msg("%s -> %s", rows[i].request, got);
	}
	assert_non_null(
		strstr(ask(w, "POST /hello" LAST "\r\n"), "Allow: GET\r\n"));
}

static void
ask_long(struct world *w, size_t n_target, size_t n_header, unsigned n_fields,
	const char *status)
{
	struct strbuf b = STRBUF_INIT(1 << 20);
	const char *got;

	strbuf_str(&b, "GET /");
	for (size_t i = 0; i < n_target; i++)
		strbuf_char(&b, 'a');
	strbuf_str(&b, LAST "X: ");
	for (size_t i = 0; i < n_header; i++)
		strbuf_char(&b, 'x');
	for (unsigned i = 0; i < n_fields; i++)
		strbuf_str(&b, "\r\nA: b");
	strbuf_str(&b, "\r\n\r\n");
	got = ask(w, strbuf_cstr(&b));
	if (strncmp(got + 9, status, 3) != 0)
		fail_msg("%zu %zu %u: %s", n_target, n_header, n_fields, got);
	strbuf_fini(&b);
}

static void
heads_beyond_the_bound_are_refused_with_the_answer_seen(void **state)
{
	struct world *w = *state;

	ask_long(w, 8000, 0, 0, "404");
	ask_long(w, 9000, 0, 0, "414");
	ask_long(w, 0, 16000, 0, "404");
	ask_long(w, 0, 17000, 0, "431");
	ask_long(w, 0, 500000, 0, "431");
	ask_long(w, 0, 0, 90, "404");
	ask_long(w, 0, 0, 100, "431");
}

static void
a_body_beyond_the_bound_is_refused_with_the_answer_seen(void **state)
{
	struct world *w = *state;
	struct strbuf b = STRBUF_INIT(4 << 20);
	const char *got;

	strbuf_printf(&b, "POST /echo/" LAST "Content-Length: %d\r\n\r\n",
		(1 << 20) + 1);
	while (b.n < (1 << 20))
		strbuf_char(&b, 'x');
	connect_tcp(w, &w->c);
	/* Unread by the server but for some; it must not reset us. */
	fcntl(w->c.fd, F_SETFL, O_NONBLOCK);
	(void)!send(w->c.fd, b.p, b.n, MSG_NOSIGNAL);
	await_end(&w->c);
	got = strbuf_cstr(&w->c.got);
	assert_true(span_starts(span_of(got), "HTTP/1.1 413 "));
	strbuf_fini(&b);
}

static void
a_body_at_the_bound_is_taken(void **state)
{
	struct world *w = *state;
	struct strbuf b = STRBUF_INIT(4 << 20);
	size_t n = 1 << 20;

	strbuf_printf(&b, "POST /echo/" LAST "Content-Length: %zu\r\n\r\n", n);
	for (size_t i = 0; i < n; i++)
		strbuf_char(&b, 'x');
	connect_tcp(w, &w->c);
	fcntl(w->c.fd, F_SETFL, O_NONBLOCK);
	for (size_t sent = 0; sent < b.n;) {
		ssize_t rc =
			send(w->c.fd, b.p + sent, b.n - sent, MSG_NOSIGNAL);

		if (rc > 0)
			sent += (size_t)rc;
		else
			loop_run_for(w->l, 1);
	}
	await_end(&w->c);
	assert_non_null(strstr(strbuf_cstr(&w->c.got), " 200 OK\r\n"));
	strbuf_fini(&b);
}

static void
a_slow_or_silent_client_is_given_up(void **state)
{
	struct world *w = *state;

	start(w, (struct http_server_options){.idle_ms = 60});
	connect_tcp(w, &w->c);
	await_end(&w->c);
	assert_int_equal(w->c.got.n, 0);

	connect_tcp(w, &w->c);
	for (int i = 0; i < 20 && !w->c.ended; i++) {
		(void)!send(w->c.fd, "G", 1, MSG_NOSIGNAL);
		loop_run_for(w->l, 10);
	}
	await_end(&w->c);
	assert_non_null(strstr(strbuf_cstr(&w->c.got), " 408 "));

	connect_tcp(w, &w->c);
	say(&w->c, "POST /echo/" HEAD "Content-Length: 5\r\n\r\nab");
	await(&w->c, " 408 ");
}

static void
a_client_that_does_not_read_is_given_up(void **state)
{
	struct world *w = *state;
	struct http_server_stats stats = {0};
	int64_t begin_ms = clock_mono().ms;
	int small = 4096;

	start(w, (struct http_server_options){.idle_ms = 60});
	connect_tcp(w, &w->c);
	setsockopt(w->c.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	loop_fd_set(w->c.watch, 0);
	say(&w->c, "GET /big" HEAD "\r\n");
	while (stats.requests == 0 || stats.connections > 0) {
		assert_true(clock_mono().ms - begin_ms < LIMIT_MS);
		loop_run_for(w->l, 5);
		http_server_stats_read(w->s, &stats);
	}
	assert_true(clock_mono().ms - begin_ms >= 60);
	assert_int_equal(stats.requests, 1);
}

static void
connections_beyond_the_bound_are_turned_away(void **state)
{
	struct world *w = *state;
	struct http_server_stats stats;

	start(w, (struct http_server_options){.max_connections = 1});
	connect_tcp(w, &w->c);
	say(&w->c, "GET /hello" HEAD "\r\n");
	await(&w->c, "hello\n");
	connect_tcp(w, &w->d);
	await_end(&w->d);
	assert_non_null(strstr(strbuf_cstr(&w->d.got), " 503 "));
	hang_up(&w->c);
	loop_run_for(w->l, 20);
	connect_tcp(w, &w->d);
	say(&w->d, "GET /hello" HEAD "\r\n");
	await(&w->d, "hello\n");
	http_server_stats_read(w->s, &stats);
	assert_int_equal(stats.connections, 1);
	assert_int_equal(stats.refused, 1);
}

static void
random_bytes_do_no_harm(void **state)
{
	static const char *const words[] = {"GET", " ", "/", "/hello",
		"HTTP/1.1", "\r\n", "\r", "\n", "Host: h",
		"Content-Length: ", "1", "0", "\r\n\r\n",
		"Transfer-Encoding: chunked", ":", "%41", "?", "a=b", "\x80",
		"POST"};
	struct world *w = *state;
	struct rng rng = test_rng();

	for (int i = 0; i < 300; i++) {
		connect_tcp(w, &w->c);
		for (uint32_t n = rng_below(&rng, 30); n; n--)
			say(&w->c,
				words[rng_below(
					&rng, (uint32_t)N_ROWS(words))]);
		shutdown(w->c.fd, SHUT_WR);
		await_end(&w->c);
	}
	assert_non_null(strstr(ask(w, "GET /hello" LAST "\r\n"), "hello"));
}

/* -- streams --------------------------------------------------------------- */

static void
begin_stream(struct world *w, const char *request)
{
	connect_tcp(w, &w->c);
	say(&w->c, request);
	while (!w->kept)
		assert_true(loop_run_for(w->l, LIMIT_MS));
}

static void
a_stream_arrives_in_chunks_as_it_is_sent(void **state)
{
	struct world *w = *state;

	begin_stream(w, "GET /stream" HEAD "\r\n");
	await(&w->c, "9\r\ndata: 1\n\n\r\n");
	assert_non_null(strstr(
		strbuf_cstr(&w->c.got), "Transfer-Encoding: chunked\r\n"));
	assert_true(http_stream_send(w->kept, SPAN_LIT("data: 2\n\n")));
	await(&w->c, "data: 2\n\n\r\n");
	http_stream_end(w->kept);
	await(&w->c, "0\r\n\r\n");
	/* The connection lives on. */
	say(&w->c, "GET /hello" LAST "\r\n");
	await(&w->c, "hello\n");
	assert_int_equal(w->gones, 0);
}

static void
an_old_client_gets_a_stream_without_chunks(void **state)
{
	struct world *w = *state;

	begin_stream(w, "GET /stream HTTP/1.0\r\n\r\n");
	http_stream_end(w->kept);
	await_end(&w->c);
	assert_true(
		span_ends(strbuf_as_span(&w->c.got), "\r\n\r\ndata: 1\n\n"));
	assert_null(strstr(strbuf_cstr(&w->c.got), "chunked"));
}

static void
the_end_of_the_client_ends_its_stream(void **state)
{
	struct world *w = *state;

	begin_stream(w, "GET /stream" HEAD "\r\n");
	await(&w->c, "data: 1\n\n");
	hang_up(&w->c);
	while (!w->gones)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->gones, 1);
	assert_null(w->kept);
}

static void
input_during_a_stream_is_thrown_away(void **state)
{
	struct world *w = *state;

	begin_stream(w, "GET /stream" HEAD "\r\n");
	await(&w->c, "data: 1\n\n");
	say(&w->c, "GET /hello" HEAD "\r\n");
	loop_run_for(w->l, 20);
	assert_true(http_stream_send(w->kept, SPAN_LIT("data: 2\n\n")));
	await(&w->c, "data: 2\n\n");
	assert_int_equal(w->gones, 0);
	http_stream_end(w->kept);
}

static void
a_reader_that_is_too_slow_is_cut_off(void **state)
{
	struct world *w = *state;
	struct http_server_stats stats;
	static char data[65536];
	struct http_exchange *x;
	unsigned sent = 0;

	memset(data, 'x', sizeof(data));
	begin_stream(w, "GET /stream" HEAD "\r\n");
	loop_fd_set(w->c.watch, 0);
	x = w->kept;
	while (sent < 1000 &&
		http_stream_send(x, span_make(data, sizeof(data)))) {
		loop_run_for(w->l, 1);
		sent++;
	}
	assert_in_range(sent, 10, 999);
	assert_int_equal(w->gones, 0); /* not from inside our call */
	while (!w->gones)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->gones, 1);
	http_server_stats_read(w->s, &stats);
	assert_int_equal(stats.streams_cut, 1);
	assert_int_equal(stats.connections, 0);
}

static void
the_end_of_the_server_ends_streams(void **state)
{
	struct world *w = *state;

	begin_stream(w, "GET /stream" HEAD "\r\n");
	http_server_free(&w->s);
	assert_int_equal(w->gones, 0);
	while (!w->gones)
		assert_true(loop_run_for(w->l, LIMIT_MS));
	assert_int_equal(w->gones, 1);
}

static void
head_of_a_stream_is_its_head(void **state)
{
	struct world *w = *state;

	connect_tcp(w, &w->c);
	say(&w->c, "HEAD /stream" LAST "\r\n");
	await_end(&w->c);
	assert_true(span_ends(strbuf_as_span(&w->c.got), "\r\n\r\n"));
	while (!w->gones)
		assert_true(loop_run_for(w->l, LIMIT_MS));
}

/* -- sockets --------------------------------------------------------------- */

static void
the_unix_socket_has_its_mode_and_its_routes(void **state)
{
	struct world *w = *state;
	struct stat st;

	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	connect_local(w, &w->c);
	say(&w->c, "GET /echo/" HEAD "\r\n");
	await(&w->c, "local=1");
	say(&w->c, "POST /order" HEAD "\r\n");
	await(&w->c, " 204 ");
	http_server_free(&w->s);
	assert_int_equal(stat(w->path, &st), -1);
}

static void
a_stale_socket_is_replaced_and_a_live_one_is_not(void **state)
{
	struct world *w = *state;
	struct http_server_options o = {.routes = routes, .arg = w};
	struct http_server *second;
	struct err err;
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Somebody died without cleaning up. */
	memcpy(sun.sun_path, w->path, strlen(w->path));
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	close(fd);
	start(w, (struct http_server_options){0});
	assert_int_equal(http_server_new(w->l, &o, &second, &err), 0);
	assert_int_equal(
		http_server_listen_unix(second, w->path, 0600, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	assert_non_null(strstr(err.msg, "is newswatch running already?"));
	http_server_free(&second);
	/* The first is still there. */
	connect_local(w, &w->c);
	say(&w->c, "GET /hello" HEAD "\r\n");
	await(&w->c, "hello\n");
}

static void
what_cannot_be_listened_on_is_explained(void **state)
{
	static const struct {
		const char *where, *says;
	} rows[] = {
		{"127.0.0.1", "write it like 127.0.0.1:8642"},
		{"127.0.0.1:x", "write it like"},
		{"127.0.0.1:65536", "write it like"},
		{"example.com:80", "no IP address"},
		{"192.0.2.1:0", "no such address"},
	};
	struct world *w = *state;
	char where[32];
	struct err err;
	char *file = mem_printf("%s/file", w->dir);
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	for (size_t i = 0; i < N_ROWS(rows); i++) {
		assert_int_equal(
			http_server_listen(w->s, rows[i].where, &err), -1);
		assert_int_equal(err.kind, ERR_CONF);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("%s: %s", rows[i].where, err.msg);
	}
	snprintf(where, sizeof(where), "127.0.0.1:%u", http_server_port(w->s));
	assert_int_equal(http_server_listen(w->s, where, &err), -1);
	assert_non_null(strstr(err.msg, "another program listens there"));
	assert_int_equal(http_server_listen_unix(w->s, file, 0600, &err), -1);
	assert_non_null(strstr(err.msg, "is no socket"));
	assert_int_equal(
		http_server_listen_unix(w->s, "/nonexistent/dir/s", 0600, &err),
		-1);
	assert_int_equal(err.kind, ERR_CONF);
	close(fd);
	mem_free(&file);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define BARE(f) cmocka_unit_test_setup_teardown(f, setup_bare, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_route_answers),
		TEST(requests_reach_the_handler_decoded),
		TEST(head_is_get_without_a_body),
		TEST(an_empty_answer_has_no_length),
		TEST(an_error_is_json),
		TEST(connections_are_kept_and_pipelines_answered_in_order),
		TEST(an_old_client_is_answered_and_closed),
		TEST(a_client_that_has_ended_its_side_gets_its_answer),
		TEST(a_handler_may_answer_after_the_client_has_gone),
		TEST(a_handler_may_answer_after_the_server_has_gone),
		TEST(a_waiting_client_is_told_to_go_on),
		TEST(a_large_answer_arrives_whole),
		TEST(bad_requests_are_refused_with_their_status),
		TEST(heads_beyond_the_bound_are_refused_with_the_answer_seen),
		TEST(a_body_beyond_the_bound_is_refused_with_the_answer_seen),
		TEST(a_body_at_the_bound_is_taken),
		BARE(a_slow_or_silent_client_is_given_up),
		BARE(a_client_that_does_not_read_is_given_up),
		BARE(connections_beyond_the_bound_are_turned_away),
		TEST(random_bytes_do_no_harm),
		TEST(a_stream_arrives_in_chunks_as_it_is_sent),
		TEST(an_old_client_gets_a_stream_without_chunks),
		TEST(the_end_of_the_client_ends_its_stream),
		TEST(input_during_a_stream_is_thrown_away),
		TEST(a_reader_that_is_too_slow_is_cut_off),
		TEST(the_end_of_the_server_ends_streams),
		TEST(head_of_a_stream_is_its_head),
		TEST(the_unix_socket_has_its_mode_and_its_routes),
		BARE(a_stale_socket_is_replaced_and_a_live_one_is_not),
		TEST(what_cannot_be_listened_on_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
