/* The HTTP client against servers that behave, and servers that do not. */
#include "testing.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "io/http_client.h"
#include "io/http_message.h"
#include "io/resolve.h"
#include "support/scripted.h"
#include "support/tls.h"

#define LIMIT_MS 20000

struct world {
	struct loop *l;
	struct http_client *c;
	struct scripted *s;
	char url[128];
	struct http_request q;
	unsigned answers, stop_at;
	/* of the last answer */
	enum http_failure failure;
	struct err err;
	unsigned status, version;
	struct strbuf body, headers;
	char address[CIDR_TEXT_SIZE];
	bool reused, free_in_callback, again_in_callback;
	int64_t total_us, bytes_in;
};

static int
setup(void **state)
{
	struct world *w = mem_new(w);
	struct http_client_options o = {.user_agent = "newswatch-test/1"};

	assert_int_equal(loop_new(&w->l, NULL), 0);
	assert_int_equal(http_client_new(w->l, &o, &w->c, NULL), 0);
	strbuf_init(&w->body, 64 << 20);
	strbuf_init(&w->headers, 1 << 20);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	http_client_free(&w->c);
	scripted_free(&w->s);
	loop_free(&w->l);
	strbuf_fini(&w->body);
	strbuf_fini(&w->headers);
	mem_free(&w);
	return 0;
}

static void
serve(struct world *w, const struct script *scripts, size_t n)
{
	w->s = scripted_new(w->l, scripts, n);
	snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%u/feed",
		scripted_port(w->s));
	w->q.url = span_of(w->url);
}

static void begin(struct world *w);

static void
on_done(struct http_response *r, void *arg)
{
	struct world *w = arg;

	assert_int_equal(r->failure != HTTP_DONE, r->err.kind != ERR_NONE);
	if (w->free_in_callback)
		http_client_free(&w->c);
	w->failure = r->failure;
	w->err = r->err;
	w->status = r->status;
	w->version = r->version;
	w->reused = r->reused;
	w->total_us = r->total_us;
	w->bytes_in = r->bytes_in;
	memcpy(w->address, r->address, sizeof(w->address));
	strbuf_clear(&w->body);
	strbuf_span(&w->body, strbuf_as_span(&r->body));
	strbuf_clear(&w->headers);
	for (size_t i = 0; i < r->n_headers; i++)
		strbuf_printf(&w->headers, "%.*s=%.*s\n",
			SPAN_ARG(r->headers[i].name),
			SPAN_ARG(r->headers[i].value));
	if (w->again_in_callback) {
		w->again_in_callback = false;
		begin(w);
	}
	if (++w->answers == w->stop_at)
		loop_stop(w->l);
}

static void
begin(struct world *w)
{
	struct err err;

	if (http_client_start(w->c, &w->q, on_done, w, NULL, &err) < 0)
		fail_msg("%s", err.msg);
}

static void
await(struct world *w, unsigned n)
{
	w->stop_at = n;
	if (w->answers < n && !loop_run_for(w->l, LIMIT_MS))
		fail_msg("%u of %u answers", w->answers, n);
}

static void
run(struct world *w)
{
	begin(w);
	await(w, w->answers + 1);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

/* -- what is asked --------------------------------------------------------- */

static void
a_page_is_fetched_as_it_is(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Type: text/xml\r\n"
				  "ETag:  \"abc\" \r\n"
				  "Content-Encoding: gzip\r\n"
				  "X-Empty:\r\n"
				  "Content-Length: 5\r\n\r\n\x1f\x8b-no"};
	struct world *w = *state;

	serve(w, &script, 1);
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_int_equal(w->status, 200);
	assert_int_equal(w->version, 11);
	assert_string_equal(strbuf_cstr(&w->body), "\x1f\x8b-no");
	assert_string_equal(strbuf_cstr(&w->headers),
		"Content-Type=text/xml\nETag=\"abc\"\nContent-Encoding=gzip\n"
		"X-Empty=\nContent-Length=5\n");
	assert_string_equal(w->address, "127.0.0.1");
	assert_true(w->total_us > 0);
	assert_true(w->bytes_in > 5);
}

static void
only_what_is_asked_is_sent(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n"};
	static const struct http_header headers[] = {
		{{"Accept", 6}, {"application/rss+xml", 19}},
		{{"If-None-Match", 13}, {"\"x\"", 3}},
		{{"X-Empty", 7}, {"", 0}},
	};
	struct world *w = *state;
	char want[400];

	/* A proxy in the environment is none of ours. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	serve(w, &script, 1);
	w->q.headers = headers;
	w->q.n_headers = N_ROWS(headers);
	run(w);
	unsetenv("http_proxy");
	assert_int_equal(w->failure, HTTP_DONE);
	snprintf(want, sizeof(want),
		"GET /feed HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
		"User-Agent: newswatch-test/1\r\n"
		"Accept: application/rss+xml\r\nIf-None-Match: \"x\"\r\n"
		"X-Empty:\r\n\r\n",
		scripted_port(w->s));
	assert_span_equal(scripted_received(w->s), want);
}

static void
a_body_is_posted_with_its_length_and_nothing_added(void **state)
{
	static const struct script script = {
		.await = "{\"a\":1}", .answer = "HTTP/1.1 204 \r\n\r\n"};
	static const struct http_header headers[] = {
		{{"Content-Type", 12}, {"application/json", 16}}};
	struct world *w = *state;
	char want[400];

	serve(w, &script, 1);
	w->q.method = "POST";
	w->q.headers = headers;
	w->q.n_headers = 1;
	w->q.body = SPAN_LIT("{\"a\":1}");
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_int_equal(w->status, 204);
	snprintf(want, sizeof(want),
		"POST /feed HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
		"Accept: */*\r\nUser-Agent: newswatch-test/1\r\n"
		"Content-Type: application/json\r\nContent-Length: 7\r\n\r\n"
		"{\"a\":1}",
		scripted_port(w->s));
	assert_span_equal(scripted_received(w->s), want);
}

static void
other_methods_and_authorization_are_sent(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n",
		.end = SCRIPT_AGAIN};
	struct world *w = *state;

	serve(w, &script, 1);
	w->q.method = "PUT";
	w->q.user = SPAN_LIT("ann");
	w->q.password = SPAN_LIT("secret");
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_true(span_starts(scripted_received(w->s), "PUT /feed "));
	assert_true(span_find_str(scripted_received(w->s),
			    "Authorization: Basic YW5uOnNlY3JldA==\r\n") !=
		SIZE_MAX);

	w->q = (struct http_request){
		.url = w->q.url, .bearer = SPAN_LIT("tok")};
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_true(span_find_str(scripted_received(w->s),
			    "Authorization: Bearer tok\r\n") != SIZE_MAX);

	w->q.method = "HEAD";
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_true(span_find_str(scripted_received(w->s), "HEAD /feed ") !=
		SIZE_MAX);
}

static void
a_handle_keeps_nothing_of_the_request_before(void **state)
{
	static const struct script scripts[] = {
		{.await = "body",
			.answer = OK_HEAD "Content-Length: 2\r\n\r\nok"},
		{.await = "\r\n\r\n",
			.answer = OK_HEAD "Content-Length: 9\r\n\r\n"
					  "123456789"},
	};
	static const struct http_header header = {{"X-A", 3}, {"1", 1}};
	struct world *w = *state;
	char want[200];

	serve(w, scripts, 2);
	w->q.method = "PATCH";
	w->q.headers = &header;
	w->q.n_headers = 1;
	w->q.body = SPAN_LIT("body");
	w->q.user = SPAN_LIT("ann");
	w->q.bearer = SPAN_LIT("tok");
	w->q.max_body_bytes = 5;
	w->q.low_speed_ms = 1000;
	w->q.low_speed_bytes = 1;
	w->q.version = HTTP_1_1;
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);

	w->q = (struct http_request){.url = w->q.url};
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_span_equal(strbuf_as_span(&w->body), "123456789");
	snprintf(want, sizeof(want),
		"GET /feed HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: */*\r\n"
		"User-Agent: newswatch-test/1\r\n\r\n",
		scripted_port(w->s));
	assert_span_equal(scripted_received(w->s), want);
}

static void
hosts_that_may_be_read_in_two_ways_are_not_plain(void **state)
{
	static const struct {
		const char *url, *host;
		unsigned port;
	} rows[] = {
		{"http://example.com/a?b#c", "example.com", 80},
		{"https://Example.COM", "Example.COM", 443},
		{"http://a-b_c.example:8080/", "a-b_c.example", 8080},
		{"https://127.0.0.1:1?x", "127.0.0.1", 1},
		{"http://1e100.net/", "1e100.net", 80},
		{"http://127.1/", NULL, 0},
		{"http://0x7f.0.0.1/", NULL, 0},
		{"http://0x7f000001/", NULL, 0},
		{"http://2130706433/", NULL, 0},
		{"http://127.0.0.01/", NULL, 0},
		{"http://256.0.0.1/", NULL, 0},
		{"http://1.2.3.4.5/", NULL, 0},
		{"http://[::1]/", NULL, 0},
		{"http://u@h/", NULL, 0},
		{"http://a%2eb/", NULL, 0},
		{"http://b\xc3\xbc.example/", NULL, 0},
		{"http://a..b/", NULL, 0},
		{"http://h./", NULL, 0},
		{"http:///", NULL, 0},
		{"http://h:/", NULL, 0},
		{"http://h:0/", NULL, 0},
		{"http://h:65536/", NULL, 0},
		{"http://h:+80/", NULL, 0},
		{"http://h\\@i/", NULL, 0},
		{"HTTP://h/", NULL, 0},
		{"ftp://h/", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct span host;
		unsigned port;
		bool plain =
			http_url_is_plain(span_of(rows[i].url), &host, &port);

		if (plain != (rows[i].host != NULL))
			fail_msg("%s", rows[i].url);
		if (!plain)
			continue;
		assert_span_equal(host, rows[i].host);
		assert_int_equal(port, rows[i].port);
	}
}

static void
what_cannot_be_sent_is_refused_at_once(void **state)
{
	static const struct {
		const char *url;
		const char *method;
		struct http_header header;
		const char *says;
	} rows[] = {
		{"ftp://h/", NULL, {{"A", 1}, {"", 0}}, "only http and https"},
		{"file:///etc/passwd", NULL, {{"A", 1}, {"", 0}},
			"only http and https"},
		{"h/", NULL, {{"A", 1}, {"", 0}}, "only http and https"},
		{"", NULL, {{"A", 1}, {"", 0}}, "blanks"},
		{"http://", NULL, {{"A", 1}, {"", 0}}, "malformed"},
		{"http://h:99999/", NULL, {{"A", 1}, {"", 0}}, "malformed"},
		{"http://h:0/", NULL, {{"A", 1}, {"", 0}}, "malformed"},
		{"http://u:p@h/", NULL, {{"A", 1}, {"", 0}},
			"user and password"},
		{"http://h/a b", NULL, {{"A", 1}, {"", 0}}, "blanks"},
		{"http://h/\r\nX: y", NULL, {{"A", 1}, {"", 0}}, "blanks"},
		{"http://h/", "GE T", {{"A", 1}, {"", 0}}, "no HTTP method"},
		{"http://h/", "GET\r\n", {{"A", 1}, {"", 0}}, "no HTTP method"},
		{"http://h/", NULL, {{"", 0}, {"x", 1}}, "no name"},
		{"http://h/", NULL, {{"A:", 2}, {"x", 1}}, "no name"},
		{"http://h/", NULL, {{"A\r\nB", 4}, {"x", 1}}, "no name"},
		{"http://h/", NULL, {{"A", 1}, {"x\r\ny: z", 7}},
			"control characters"},
		{"http://h/", NULL, {{"A", 1}, {"x\0y", 3}},
			"control characters"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct http_request q = {.url = span_of(rows[i].url),
			.method = rows[i].method,
			.headers = &rows[i].header,
			.n_headers = 1};
		struct http_transfer *t;
		struct err err;

		assert_int_equal(
			http_client_start(w->c, &q, on_done, w, &t, &err), -1);
		assert_null(t);
		assert_int_equal(err.kind, ERR_PERM);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("%zu: %s", i, err.msg);
	}
	assert_false(loop_run_for(w->l, 10));
	assert_int_equal(w->answers, 0);
}

/* -- what comes back ------------------------------------------------------- */

static void
redirects_are_not_followed(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = "HTTP/1.1 301 Moved\r\nLocation: /feed\r\n"
			  "Content-Length: 0\r\n\r\n"};
	struct world *w = *state;

	serve(w, &script, 1);
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_int_equal(w->status, 301);
	assert_int_equal(scripted_count(w->s), 1);
	assert_non_null(strstr(strbuf_cstr(&w->headers), "Location=/feed\n"));
}

static void
only_the_last_head_counts(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer =
			"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" OK_HEAD
			"A: 1\r\nTransfer-Encoding: chunked\r\n"
			"\r\n"
			"3\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"};
	struct world *w = *state;

	serve(w, &script, 1);
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_string_equal(
		strbuf_cstr(&w->headers), "A=1\nTransfer-Encoding=chunked\n");
	assert_string_equal(strbuf_cstr(&w->body), "abc");
}

/* RFC 9112 5.2 */
static void
a_folded_line_belongs_to_the_field_before(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "A: 1\r\n  2\r\n\t3 \r\n"
				  "B:\r\n b\r\n"
				  "bad name: x\r\n of it\r\n"
				  "C: c\r\n  \r\n"
				  "Content-Length: 2\r\n\r\nok"};
	struct world *w = *state;

	serve(w, &script, 1);
	run(w);
	if (w->failure != HTTP_DONE)
		fail_msg("%s", w->err.msg);
	assert_string_equal(strbuf_cstr(&w->headers),
		"A=1    2   3\nB=b\nC=c\nContent-Length=2\n");
}

static void
lines_of_one_list_are_joined(void **state)
{
	const struct http_header headers[] = {
		{SPAN_LIT("A"), SPAN_LIT("x")},
		{SPAN_LIT("list"), SPAN_LIT("1, 2")},
		{SPAN_LIT("B"), SPAN_LIT("")},
		{SPAN_LIT("LIST"), SPAN_LIT("")},
		{SPAN_LIT("List"), SPAN_LIT("3")},
	};
	const struct http_response r = {
		.headers = headers, .n_headers = N_ROWS(headers)};
	struct strbuf b = STRBUF_INIT(100);

	(void)state;
	assert_span_equal(http_response_list(&r, "List", &b), "1, 2, , 3");
	assert_span_equal(http_response_list(&r, "A", &b), "x");
	assert_int_equal(http_response_list(&r, "C", &b).n, 0);
	strbuf_fini(&b);
}

static void
connections_are_used_again(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 2\r\n\r\nok",
		.end = SCRIPT_AGAIN};
	struct world *w = *state;
	struct http_client_stats stats;

	serve(w, &script, 1);
	run(w);
	assert_false(w->reused);
	run(w);
	run(w);
	assert_true(w->reused);
	assert_int_equal(scripted_count(w->s), 1);
	http_client_stats_read(w->c, &stats);
	assert_int_equal(stats.done, 3);
	assert_int_equal(stats.connections_opened, 1);
	assert_int_equal(stats.connections_reused, 2);
	assert_int_equal(stats.under_way, 0);
}

static void
misbehaviour_has_a_name_and_a_message(void **state)
{
	static const struct {
		struct script script;
		enum http_failure failure;
		const char *says;
	} rows[] = {
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD "Content-Length: 10\r\n\r\nshort"},
			HTTP_BROKEN, "cut short"},
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD
			 "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"},
			HTTP_BROKEN, "cut short"},
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD
			 "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"},
			HTTP_BROKEN, "broke"},
		/* libcurl takes it for a whole answer. */
		{{.await = "\r\n\r\n",
			 .answer = "HTTP/1.1 200 OK\r\nContent-Le"},
			HTTP_BROKEN, "cut short"},
		{{.await = "\r\n\r\n"}, HTTP_BROKEN, "without an answer"},
		{{.await = "\r\n\r\n", .end = SCRIPT_RESET}, HTTP_BROKEN,
			"broke while receiving"},
		{{.await = "\r\n\r\n", .answer = "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
			HTTP_BROKEN, "no HTTP"},
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD "A: 1\r\n",
			 .end = SCRIPT_HOLD},
			HTTP_TIMEOUT, "no complete answer within 300 ms"},
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD "Content-Length: 9\r\n\r\nabc",
			 .end = SCRIPT_HOLD},
			HTTP_TIMEOUT, "(3 bytes came)"},
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD "A: 1\r\n\r\n",
			 .slice = 1,
			 .slice_ms = 40},
			HTTP_TIMEOUT, "no complete answer"},
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD "Content-Length: 99999\r\n\r\nx",
			 .end = SCRIPT_HOLD},
			HTTP_TOO_LARGE, "larger than"},
		{{.await = "\r\n\r\n",
			 .answer = OK_HEAD "\r\nbody body body ",
			 .endless = true},
			HTTP_TOO_LARGE, "larger than the 1000 bytes"},
		{{.await = "\r\n\r\n",
			 .answer = "HTTP/1.1 100 Continue\r\n\r\n",
			 .endless = true},
			HTTP_TOO_LARGE, "headers are larger than 2000 bytes"},
	};

	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct world *w;

		setup((void **)&w);
		serve(w, &rows[i].script, 1);
		w->q.timeout_ms = 300;
		w->q.max_body_bytes = 1000;
		w->q.max_header_bytes = 2000;
		run(w);
		if (w->failure != rows[i].failure ||
			!strstr(w->err.msg, rows[i].says))
			fail_msg("%zu: %s: %s", i,
				http_failure_name(w->failure), w->err.msg);
		assert_true(w->body.n <= 1000);
		teardown((void **)&w);
	}
	(void)state;
}

#define LONG_HEAD_END "\r\nContent-Length: 0\r\n\r\n"

/* A head of n bytes, if what is one byte: more otherwise, and its script. */
static void
long_head(size_t n, const char *what, size_t max, const char *says)
{
	struct strbuf b = STRBUF_INIT(1 << 20);
	struct script script = {.await = "\r\n\r\n"};
	struct world *w;

	strbuf_str(&b, OK_HEAD "L: ");
	while (b.n < n - strlen(LONG_HEAD_END))
		strbuf_str(&b, what);
	strbuf_str(&b, LONG_HEAD_END);
	script.answer = strbuf_cstr(&b);
	setup((void **)&w);
	serve(w, &script, 1);
	w->q.max_header_bytes = max;
	run(w);
	assert_int_equal(w->failure, says ? HTTP_TOO_LARGE : HTTP_DONE);
	if (says && !strstr(w->err.msg, says))
		fail_msg("%s", w->err.msg);
	teardown((void **)&w);
	strbuf_fini(&b);
}

static void
huge_heads_are_refused(void **state)
{
	(void)state;
	long_head(60000, "A: b\r\n", 0, NULL);
	long_head(65536, "X", 0, NULL);
	long_head(65537, "X", 0, "headers are larger than 65536 bytes");
	long_head(70000, "A: b\r\n", 0, "headers are larger than 65536 bytes");
	long_head(70000, "X", 0, "headers are larger than 65536 bytes");
	long_head(200000, "X", 300000, "header line of the answer is too long");
}

static void
a_body_may_be_cut_at_its_bound(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "\r\n0123456789",
		.endless = true};
	struct world *w = *state;

	serve(w, &script, 1);
	w->q.max_body_bytes = 7;
	w->q.cut_body = true;
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_int_equal(w->status, 200);
	assert_string_equal(strbuf_cstr(&w->body), "0123456");
}

static void
a_server_that_dribbles_for_ever_is_slow(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "\r\n0123456789",
		.endless = true,
		.slice = 1,
		.slice_ms = 20};
	struct world *w = *state;

	serve(w, &script, 1);
	w->q.low_speed_bytes = 10000;
	w->q.low_speed_ms = 1000;
	run(w);
	assert_int_equal(w->failure, HTTP_SLOW);
	assert_int_equal(w->err.kind, ERR_TEMP);
	assert_non_null(strstr(w->err.msg, "too slowly"));
}

static void
a_closed_port_is_a_connect_failure(void **state)
{
	static const struct script script = {.end = SCRIPT_HOLD};
	struct world *w = *state;

	serve(w, &script, 1);
	scripted_free(&w->s);
	run(w);
	assert_int_equal(w->failure, HTTP_CONNECT);
	assert_int_equal(w->err.kind, ERR_TEMP);
	assert_int_equal(w->status, 0);
}

static void
tls_to_a_plain_server_is_a_tls_failure(void **state)
{
	static const struct script script = {
		.answer = OK_HEAD "\r\n", .end = SCRIPT_HOLD};
	struct world *w = *state;

	serve(w, &script, 1);
	snprintf(w->url, sizeof(w->url), "https://127.0.0.1:%u/",
		scripted_port(w->s));
	w->q.url = span_of(w->url);
	run(w);
	assert_int_equal(w->failure, HTTP_TLS);
}

static void
a_server_that_never_speaks_tls_times_out_connecting(void **state)
{
	static const struct script script = {
		.await = "never", .end = SCRIPT_HOLD};
	struct world *w = *state;

	serve(w, &script, 1);
	snprintf(w->url, sizeof(w->url), "https://127.0.0.1:%u/",
		scripted_port(w->s));
	w->q.url = span_of(w->url);
	w->q.connect_timeout_ms = 100;
	run(w);
	assert_int_equal(w->failure, HTTP_TIMEOUT);
	assert_non_null(strstr(w->err.msg, "no connection to 127.0.0.1"));
}

/* -- what is our fault ----------------------------------------------------- */
static void
without_a_descriptor_no_server_is_to_blame(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n"};
	struct world *w = *state;
	struct rlimit was, none;

	serve(w, &script, 1);
	w->q.url = span_of(w->url);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = (rlim_t)dup(0); /* the next one */
	close((int)none.rlim_cur);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	run(w);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(w->failure, HTTP_OURS);
	assert_int_equal(w->err.kind, ERR_TEMP);
	assert_string_equal(w->err.msg,
		"no socket for the request, the server is not to blame: Too "
		"many open files");
	/* A transfer later all is well again. */
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
}

/* -- names and addresses --------------------------------------------------- */

static void
a_name_is_looked_up(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n",
		.end = SCRIPT_AGAIN};
	struct world *w = *state;

	serve(w, &script, 1);
	snprintf(w->url, sizeof(w->url), "http://localhost:%u/",
		scripted_port(w->s));
	w->q.url = span_of(w->url);
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_string_equal(w->address, "127.0.0.1");
}

static void
a_name_that_cannot_be_looked_up_is_reported(void **state)
{
	struct world *w = *state;
	struct resolve_options ro = {.servers = "127.0.0.1:1"};
	struct http_client_options o = {0};
	struct resolve *r;

	http_client_free(&w->c);
	assert_int_equal(resolve_new(w->l, &ro, &r, NULL), 0);
	o.resolve = r;
	assert_int_equal(http_client_new(w->l, &o, &w->c, NULL), 0);
	w->q.url = SPAN_LIT("http://nonexistent.invalid/");
	run(w);
	assert_int_equal(w->failure, HTTP_RESOLVE);
	assert_int_equal(w->err.kind, ERR_TEMP);
	assert_non_null(strstr(w->err.msg, "nonexistent.invalid"));
	http_client_free(&w->c);
	resolve_free(&r);
}

static void
the_guard_refuses_private_addresses_however_they_are_named(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n",
		.end = SCRIPT_AGAIN};
	static const char *const urls[] = {"http://127.0.0.1:%u/",
		"http://localhost:%u/", "http://[::ffff:127.0.0.1]:%u/",
		"http://0x7f000001:%u/", "http://2130706433:%u/",
		"http://127.1:%u/", "http://0:%u/"};
	static const struct cidr_guard guard = {0};
	struct world *w = *state;

	serve(w, &script, 1);
	w->q.guard = &guard;
	for (size_t i = 0; i < N_ROWS(urls); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(w->url, sizeof(w->url), urls[i], scripted_port(w->s));
#pragma GCC diagnostic pop
		w->q.url = span_of(w->url);
		run(w);
		if (w->failure != HTTP_FORBIDDEN)
			fail_msg("%s: %s: %s", w->url,
				http_failure_name(w->failure), w->err.msg);
		assert_int_equal(w->err.kind, ERR_PERM);
		assert_non_null(strstr(w->err.msg, "fetch.allow_private"));
	}
	assert_int_equal(scripted_count(w->s), 0);
}

static void
the_guard_lets_pass_what_is_allowed_and_watches_open_connections(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n",
		.end = SCRIPT_AGAIN};
	struct world *w = *state;
	struct cidr allow;
	struct cidr_guard guard = {.allow = &allow, .n_allow = 1};
	struct cidr_guard strict = {0};

	assert_int_equal(cidr_parse(SPAN_LIT("127.0.0.0/8"), &allow, NULL), 0);
	serve(w, &script, 1);
	w->q.guard = &guard;
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	/* By name, so that only the open connection could serve it. */
	snprintf(w->url, sizeof(w->url), "http://localhost:%u/",
		scripted_port(w->s));
	w->q.url = span_of(w->url);
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	w->q.guard = &strict;
	run(w);
	assert_int_equal(w->failure, HTTP_FORBIDDEN);
}

static void
behind_a_proxy_the_guard_judges_addresses_in_urls(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n",
		.end = SCRIPT_AGAIN};
	static const struct cidr_guard guard = {0};
	struct world *w = *state;

	serve(w, &script, 1);
	w->q.guard = &guard;
	w->q.proxy = w->q.url;
	w->q.url = SPAN_LIT("http://169.254.169.254/latest/");
	run(w);
	assert_int_equal(w->failure, HTTP_FORBIDDEN);
	w->q.url = SPAN_LIT("http://example.com/feed");
	run(w);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_true(span_starts(scripted_received(w->s),
		"GET http://example.com/feed HTTP/1.1\r\n"));
}

/* -- TLS ------------------------------------------------------------------- */

static void
ask_tls(struct world *w, const char *ca_file, unsigned port)
{
	struct http_client_options o = {.ca_file = ca_file};

	http_client_free(&w->c);
	assert_int_equal(http_client_new(w->l, &o, &w->c, NULL), 0);
	snprintf(w->url, sizeof(w->url), "https://127.0.0.1:%u/", port);
	w->q.url = span_of(w->url);
	run(w);
}

static void
certificates_are_verified_unless_the_operator_says_otherwise(void **state)
{
	struct world *w = *state;
	char *dir = test_dir();
	char *ca = mem_printf("%s/cert.pem", dir);
	struct tls_server server;

	tls_certificate(dir, "IP:127.0.0.1");
	tls_server_start(&server, dir);
	ask_tls(w, ca, server.port);
	if (w->failure != HTTP_DONE)
		fail_msg("%s", w->err.msg);
	assert_int_equal(w->status, 200);
	ask_tls(w, NULL, server.port);
	assert_int_equal(w->failure, HTTP_TLS);
	assert_int_equal(w->err.kind, ERR_PERM);
	assert_non_null(strstr(w->err.msg, "certificate is refused"));
	/* No fault of the server's. */
	ask_tls(w, "/nonexistent/ca.pem", server.port);
	assert_int_equal(w->failure, HTTP_OURS);
	assert_non_null(strstr(w->err.msg, "ca-certificates"));
	w->q.insecure = true;
	ask_tls(w, NULL, server.port);
	assert_int_equal(w->failure, HTTP_DONE);
	tls_server_stop(&server);
	mem_free(&ca);
	test_dir_free(&dir);
}

static void
a_certificate_of_another_name_is_refused(void **state)
{
	struct world *w = *state;
	char *dir = test_dir();
	char *ca = mem_printf("%s/cert.pem", dir);
	struct tls_server server;

	tls_certificate(dir, "DNS:other.example");
	tls_server_start(&server, dir);
	ask_tls(w, ca, server.port);
	assert_int_equal(w->failure, HTTP_TLS);
	assert_non_null(strstr(w->err.msg, "certificate is refused"));
	tls_server_stop(&server);
	mem_free(&ca);
	test_dir_free(&dir);
}

/* -- life ------------------------------------------------------------------ */

static void
a_cancelled_transfer_is_not_called_back(void **state)
{
	static const struct script script = {
		.await = "never", .end = SCRIPT_HOLD};
	struct world *w = *state;
	struct http_transfer *a, *b;

	serve(w, &script, 1);
	assert_int_equal(
		http_client_start(w->c, &w->q, on_done, w, &a, NULL), 0);
	assert_int_equal(
		http_client_start(w->c, &w->q, on_done, w, &b, NULL), 0);
	http_client_cancel(&a);
	assert_null(a);
	loop_run_for(w->l, 20);
	http_client_cancel(&b);
	assert_false(loop_run_for(w->l, 20));
	assert_int_equal(w->answers, 0);
}

static void
a_client_may_be_freed_in_a_callback_and_under_way(void **state)
{
	static const struct script scripts[] = {
		{.await = "\r\n\r\n",
			.answer = OK_HEAD "Content-Length: 2\r\n\r\nok"},
		{.await = "never", .end = SCRIPT_HOLD}};
	struct world *w = *state;

	serve(w, scripts, 2);
	w->free_in_callback = true;
	begin(w);
	begin(w);
	begin(w);
	await(w, 1);
	assert_null(w->c);
	assert_string_equal(strbuf_cstr(&w->body), "ok");
	assert_false(loop_run_for(w->l, 20));
	assert_int_equal(w->answers, 1);
}

static void
a_kept_connection_that_died_is_replaced_however_often(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 2\r\n\r\nok",
		.end = SCRIPT_ONCE};
	struct world *w = *state;

	serve(w, &script, 1);
	for (unsigned i = 1; i <= 20; i++) {
		run(w);
		if (w->failure != HTTP_DONE)
			fail_msg("request %u: %s", i, w->err.msg);
		assert_int_equal(scripted_count(w->s), i);
	}
}

static void
a_callback_may_start_the_next_request(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 0\r\n\r\n",
		.end = SCRIPT_AGAIN};
	struct world *w = *state;

	serve(w, &script, 1);
	w->again_in_callback = true;
	begin(w);
	await(w, 2);
	assert_int_equal(w->failure, HTTP_DONE);
}

static void
requests_beyond_the_bound_are_refused(void **state)
{
	static const struct script script = {
		.await = "never", .end = SCRIPT_HOLD};
	struct world *w = *state;
	struct http_client_options o = {.max_transfers = 2};
	struct err err;

	http_client_free(&w->c);
	assert_int_equal(http_client_new(w->l, &o, &w->c, NULL), 0);
	serve(w, &script, 1);
	begin(w);
	begin(w);
	assert_int_equal(
		http_client_start(w->c, &w->q, on_done, w, NULL, &err), -1);
	assert_int_equal(err.kind, ERR_TEMP);
}

static void
many_requests_at_once_are_all_answered(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = OK_HEAD "Content-Length: 4\r\n\r\nbody",
		.end = SCRIPT_HOLD};
	struct world *w = *state;

	serve(w, &script, 1);
	/* scripted servers know one conversation at a time by its text, which
	 * each of these has. */
	for (int i = 0; i < 200; i++)
		begin(w);
	await(w, 200);
	assert_int_equal(w->failure, HTTP_DONE);
	assert_string_equal(strbuf_cstr(&w->body), "body");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_is_fetched_as_it_is),
		TEST(only_what_is_asked_is_sent),
		TEST(a_body_is_posted_with_its_length_and_nothing_added),
		TEST(other_methods_and_authorization_are_sent),
		TEST(a_handle_keeps_nothing_of_the_request_before),
		cmocka_unit_test(
			hosts_that_may_be_read_in_two_ways_are_not_plain),
		TEST(what_cannot_be_sent_is_refused_at_once),
		TEST(redirects_are_not_followed),
		TEST(only_the_last_head_counts),
		TEST(a_folded_line_belongs_to_the_field_before),
		cmocka_unit_test(lines_of_one_list_are_joined),
		TEST(connections_are_used_again),
		cmocka_unit_test(misbehaviour_has_a_name_and_a_message),
		cmocka_unit_test(huge_heads_are_refused),
		TEST(a_body_may_be_cut_at_its_bound),
		TEST(a_server_that_dribbles_for_ever_is_slow),
		TEST(a_closed_port_is_a_connect_failure),
		TEST(tls_to_a_plain_server_is_a_tls_failure),
		TEST(a_server_that_never_speaks_tls_times_out_connecting),
		TEST(without_a_descriptor_no_server_is_to_blame),
		TEST(a_name_is_looked_up),
		TEST(a_name_that_cannot_be_looked_up_is_reported),
		TEST(the_guard_refuses_private_addresses_however_they_are_named),
		TEST(the_guard_lets_pass_what_is_allowed_and_watches_open_connections),
		TEST(behind_a_proxy_the_guard_judges_addresses_in_urls),
		TEST(certificates_are_verified_unless_the_operator_says_otherwise),
		TEST(a_certificate_of_another_name_is_refused),
		TEST(a_cancelled_transfer_is_not_called_back),
		TEST(a_client_may_be_freed_in_a_callback_and_under_way),
		TEST(a_kept_connection_that_died_is_replaced_however_often),
		TEST(a_callback_may_start_the_next_request),
		TEST(requests_beyond_the_bound_are_refused),
		TEST(many_requests_at_once_are_all_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
