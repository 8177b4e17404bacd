/* The webhook against servers that behave, and servers that do not. */
#include "testing.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "deliver/sign.h"
#include "model/limits.h"
#include "support/channel_world.h"
#include "support/scripted.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define BODY "{\"type\":\"newswatch.hits\"}"
#define HEAD(status) "HTTP/1.1 " status "\r\n"

/* A channel to a scripted server. Sends once and keeps what came in. */
struct hook {
	struct channel_world w;
	struct scripted *server;
	char url[64];
	struct strbuf received;
};

static void
hook_post(struct hook *h, const struct script *script,
	const struct setting *more, size_t n_more)
{
	struct setting settings[8] = {SCALAR("timeout", "1s")};
	struct loop *l;

	for (size_t i = 0; i < n_more; i++)
		settings[2 + i] = more[i];
	*h = (struct hook){.received = STRBUF_INIT(1 << 16)};
	/* The server's port is known only in a loop, the URL before it. */
	assert_int_equal(loop_new(&l, NULL), 0);
	h->server = scripted_new(l, script, 1);
	snprintf(h->url, sizeof(h->url), "http://127.0.0.1:%u/hook?k=TOKEN",
		scripted_port(h->server));
	settings[1] = (struct setting){
		.key = span_of("url"), .value = span_of(h->url)};
	channel_world_open(&h->w, "webhook", settings, 2 + n_more, -1);
	channel_world_start(&h->w, BODY);
	while (h->w.results == 0) {
		loop_run_for(l, 2);
		loop_run_for(h->w.loop, 2);
	}
	strbuf_span(&h->received, scripted_received(h->server));
	scripted_free(&h->server);
	loop_free(&l);
}

static void
hook_close(struct hook *h)
{
	channel_world_close(&h->w);
	strbuf_fini(&h->received);
}

/* -- answers --------------------------------------------------------------- */
static void
each_answer_has_its_outcome_and_its_reason(void **state)
{
	static const struct {
		const char *answer;
		enum script_end end;
		enum outcome outcome;
		const char *text;
		int64_t retry_after_ms;
	} rows[] = {
		{HEAD("200 OK") "Content-Length: 2\r\n\r\nok", SCRIPT_CLOSE,
			OUTCOME_SENT, "HTTP 200: ok", -1},
		{HEAD("204 No Content") "\r\n", SCRIPT_CLOSE, OUTCOME_SENT,
			"HTTP 204", -1},
		{HEAD("301 Moved") "Location: http://127.0.0.1:1/\r\n"
				   "Content-Length: 0\r\n\r\n",
			SCRIPT_CLOSE, OUTCOME_NEVER,
			"HTTP 301, a redirect: give the final URL", -1},
		{HEAD("302 Found") "Location: /login\r\n"
				   "Content-Length: 0\r\n\r\n",
			SCRIPT_CLOSE, OUTCOME_LATER,
			"HTTP 302, a redirect: give the final URL", -1},
		{HEAD("400 Bad") "Content-Length: 22\r\n\r\n"
				 "no \033such field\nmore of",
			SCRIPT_CLOSE, OUTCOME_NEVER, "HTTP 400: no such field",
			-1},
		{HEAD("408 Timeout") "Content-Length: 0\r\n\r\n", SCRIPT_CLOSE,
			OUTCOME_LATER, "HTTP 408", -1},
		{HEAD("410 Gone") "Content-Length: 0\r\n\r\n", SCRIPT_CLOSE,
			OUTCOME_NEVER, "HTTP 410", -1},
		{HEAD("429 Slow") "Retry-After: 7\r\n"
				  "Content-Length: 0\r\n\r\n",
			SCRIPT_CLOSE, OUTCOME_LATER, "HTTP 429", 7000},
		{HEAD("429 Slow") "Date: Sun, 01 Mar 2026 12:00:00 GMT\r\n"
				  "Retry-After: Sun, 01 Mar 2026 12:00:09 GMT"
				  "\r\nContent-Length: 0\r\n\r\n",
			SCRIPT_CLOSE, OUTCOME_LATER, "HTTP 429", 9000},
		{HEAD("500 Oops") "Content-Length: 3\r\n\r\n\377\376!",
			SCRIPT_CLOSE, OUTCOME_LATER, "HTTP 500", -1},
		{HEAD("503 Busy") "Content-Length: 99\r\n\r\nhalf",
			SCRIPT_CLOSE, OUTCOME_LATER, "broken after HTTP 503",
			-1},
		{"", SCRIPT_RESET, OUTCOME_LATER, "broken", -1},
		{"SSH-2.0-x\r\n", SCRIPT_CLOSE, OUTCOME_LATER, "broken", -1},
		{"", SCRIPT_HOLD, OUTCOME_LATER, "timeout", -1},
		{HEAD("200 OK") "Content-Length: 5\r\n\r\nha", SCRIPT_HOLD,
			OUTCOME_LATER, "timeout after HTTP 200", -1},
	};
	struct hook h;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const struct script script = {.await = "}",
			.answer = rows[i].answer,
			.end = rows[i].end};

		hook_post(&h, &script, NULL, 0);
		if (h.w.outcome != rows[i].outcome ||
			strcmp(h.w.text, rows[i].text) != 0 ||
			h.w.retry_after_ms != rows[i].retry_after_ms)
			fail_msg("row %zu: %s '%s' %" PRId64, i,
				outcome_name(h.w.outcome), h.w.text,
				h.w.retry_after_ms);
		assert_null(strstr(h.w.text, "TOKEN"));
		hook_close(&h);
	}
}

/* The last byte never comes: nobody waits for it who wants no more. */
static void
an_answer_is_read_so_far_and_no_further(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf text = STRBUF_INIT(2 * LIMIT_RESPONSE_BYTES);
		struct script script = {.await = "}", .end = SCRIPT_HOLD};
		size_t n = LIMIT_RESPONSE_BYTES + more;
		struct hook h;

		strbuf_printf(&text,
			HEAD("200 OK") "Content-Length: %zu\r\n\r\n", n + 1);
		while (n-- > 0)
			strbuf_char(&text, 'x');
		script.answer = strbuf_cstr(&text);
		hook_post(&h, &script, NULL, 0);
		assert_int_equal(
			h.w.outcome, more ? OUTCOME_SENT : OUTCOME_LATER);
		hook_close(&h);
		strbuf_fini(&text);
	}
}

static void
an_endless_answer_is_read_no_further_than_its_limit(void **state)
{
	const struct script script = {.await = "}",
		.answer = HEAD("200 OK") "\r\nha",
		.endless = true};
	struct hook h;

	(void)state;
	hook_post(&h, &script, NULL, 0);
	assert_int_equal(h.w.outcome, OUTCOME_SENT);
	hook_close(&h);
}

static void
a_receiver_that_is_not_there_is_asked_later(void **state)
{
	/* Port 1 of loopback: nobody listens. */
	const struct setting settings[] = {
		SCALAR("url", "http://127.0.0.1:1/?k=TOKEN")};
	struct channel_world w;

	(void)state;
	channel_world_open(&w, "webhook", settings, 1, -1);
	channel_world_send(&w, BODY);
	assert_int_equal(w.outcome, OUTCOME_LATER);
	assert_string_equal(w.text, "connect");
	channel_world_close(&w);
}

/* -- requests -------------------------------------------------------------- */
static const struct script answers_204 = {
	.await = "}", .answer = HEAD("204 No Content") "\r\n"};

/* The value of a header in what was received; static. */
static const char *
header(const struct hook *h, const char *name)
{
	static char value[256];
	struct span rest = strbuf_as_span(&h->received), line;
	size_t n = strlen(name);

	while (span_next(&rest, '\n', &line)) {
		if (!span_caseeq(span_sub(line, 0, n), span_of(name)) ||
			line.n <= n || line.p[n] != ':')
			continue;
		snprintf(value, sizeof(value), "%.*s",
			SPAN_ARG(span_trim(span_sub(line, n + 1, SIZE_MAX))));
		return value;
	}
	return NULL;
}

static void
a_message_is_a_post_with_its_id_and_no_signature_without_a_secret(void **state)
{
	struct hook h;
	int64_t t, now = clock_wall().ms / 1000;

	(void)state;
	hook_post(&h, &answers_204, NULL, 0);
	assert_true(span_starts(strbuf_as_span(&h.received),
		"POST /hook?k=TOKEN HTTP/1.1\r\n"));
	assert_string_equal(header(&h, "Content-Type"), "application/json");
	assert_string_equal(header(&h, "webhook-id"), "msg_1");
	assert_string_equal(header(&h, "Idempotency-Key"), "msg_1");
	assert_string_equal(header(&h, "Content-Length"), "25");
	assert_string_equal(header(&h, "User-Agent"), "newswatch-test");
	assert_true(span_i64(
		span_of(header(&h, "webhook-timestamp")), now, now + 20, &t));
	assert_null(header(&h, "webhook-signature"));
	assert_null(header(&h, "Expect"));
	assert_true(span_ends(strbuf_as_span(&h.received), "\r\n\r\n" BODY));
	hook_close(&h);
}

static void
write_secret(const char *dir, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);

	assert_int_equal(file_replace(path, span_of(text), 0600, NULL), 0);
	mem_free(&path);
}

static void
a_message_is_signed_and_carries_what_the_channel_says(void **state)
{
	static const struct setting team = {
		.key = S("X-Team"), .value = S("desk")};
	char *dir = test_dir();
	char *conf = mem_printf("%s/c.yaml", dir);
	const struct setting more[] = {
		{.key = S("secret_file"),
			.value = S("secret"),
			.place = {conf, 1, 1}},
		{.key = S("bearer_file"),
			.value = S("bearer"),
			.place = {conf, 1, 1}},
		{.key = S("headers"), .map = &team, .n_map = 1},
	};
	struct strbuf signature = STRBUF_INIT(256);
	struct sign_key key;
	struct hook h;
	int64_t t = 0;

	(void)state;
	write_secret(dir, "secret", SECRET "\n");
	write_secret(dir, "bearer", "b3arer\n");
	hook_post(&h, &answers_204, more, N_ROWS(more));
	assert_string_equal(header(&h, "X-Team"), "desk");
	assert_string_equal(header(&h, "Authorization"), "Bearer b3arer");
	assert_true(span_i64(
		span_of(header(&h, "webhook-timestamp")), 0, INT64_MAX, &t));
	assert_int_equal(sign_key_parse(SPAN_LIT(SECRET), &key, NULL), 0);
	sign(&key, SPAN_LIT("msg_1"), t, SPAN_LIT(BODY), &signature);
	assert_string_equal(
		header(&h, "webhook-signature"), strbuf_cstr(&signature));
	hook_close(&h);
	strbuf_fini(&signature);
	mem_free(&conf);
	test_dir_free(&dir);
}

static void
a_closed_channel_calls_nobody_back(void **state)
{
	const struct script silent = {.end = SCRIPT_HOLD};
	char url[64];
	struct setting settings[] = {{.key = S("url")}};
	struct channel_world w;
	struct scripted *server;
	struct loop *l;

	(void)state;
	assert_int_equal(loop_new(&l, NULL), 0);
	server = scripted_new(l, &silent, 1);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/",
		scripted_port(server));
	settings[0].value = span_of(url);
	channel_world_open(&w, "webhook", settings, 1, -1);
	channel_world_start(&w, BODY);
	channel_world_start(&w, BODY);
	assert_int_equal(channel_in_flight(w.channel), 2);
	loop_run_for(w.loop, 20);
	channel_close(&w.channel);
	loop_run_for(w.loop, 20);
	assert_int_equal(w.results, 0);
	channel_world_close(&w);
	scripted_free(&server);
	loop_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_has_its_outcome_and_its_reason),
		cmocka_unit_test(an_answer_is_read_so_far_and_no_further),
		cmocka_unit_test(
			an_endless_answer_is_read_no_further_than_its_limit),
		cmocka_unit_test(a_receiver_that_is_not_there_is_asked_later),
		cmocka_unit_test(
			a_message_is_a_post_with_its_id_and_no_signature_without_a_secret),
		cmocka_unit_test(
			a_message_is_signed_and_carries_what_the_channel_says),
		cmocka_unit_test(a_closed_channel_calls_nobody_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
