/* What all targets have in common: frozen contents, closing, references. */
#include "testing.h"

#include "base/file.h"
#include "deliver/content.h"
#include "deliver/sample.h"
#include "model/limits.h"
#include "support/channel_world.h"
#include "support/scripted.h"

static const struct template_part parts[] = {
	{"title", MARKUP_TEXT, UNIT_CHARACTERS, 100, true},
	{"text", MARKUP_HTML, UNIT_CHARACTERS, 1000, false}, {.name = NULL}};

static void
put_sample(struct strbuf *body, size_t n_broken)
{
	struct strbuf hit = STRBUF_INIT(LIMIT_HIT_BYTES);
	struct report report = {.put = NULL};
	struct template *t = template_parse(
		SPAN_LIT("{{first}}\n{{@text}}\n{{#stories}}<b>{{title}}</b>"
			 "{{/stories}}{{#more}} +{{more}}{{/more}}"),
		"t", parts, &report);
	struct span json[3];
	struct message_hits hits = {
		.json = json, .n = 1 + n_broken, .now = {1772366403000}};

	assert_non_null(t);
	sample_hit((struct wall){1772366403000}, &hit);
	json[0] = strbuf_as_span(&hit);
	json[1] = json[2] = SPAN_LIT("{\"v\":2}");
	content_format(t, parts, &hits, body);
	template_free(&t);
	strbuf_fini(&hit);
}

static void
a_frozen_content_is_read_back(void **state)
{
	struct strbuf body = STRBUF_INIT(1 << 20);
	struct content c;

	(void)state;
	put_sample(&body, 0);
	assert_int_equal(
		content_parse(strbuf_as_span(&body), parts, &c, NULL), 0);
	assert_span_equal(c.parts[0], "Example Corp: M&A, agreed");
	assert_span_equal(c.parts[1],
		"<b>Test: Example Corp to buy Sample Inc for $2 billion</b>");
	assert_span_equal(c.headline, "Example Corp: M&A, agreed");
	assert_span_equal(c.url, "https://news.example/deal?id=1&from=rss");
	assert_span_equal(c.story, "000000000000000000000000000000aa");
	assert_span_equal(c.entity, "Example Corp");
	assert_span_equal(c.event, "mna");
	assert_span_equal(c.status, "reported");
	assert_int_equal(c.stories, 1);
	assert_int_equal(c.made.ms, 1772366403000);
	assert_false(c.update);
	content_fini(&c);
	strbuf_fini(&body);
}

static void
hits_of_another_version_are_counted_and_the_rest_is_told(void **state)
{
	struct strbuf body = STRBUF_INIT(1 << 20);
	struct content c;

	(void)state;
	put_sample(&body, 2);
	assert_int_equal(
		content_parse(strbuf_as_span(&body), parts, &c, NULL), 0);
	assert_true(span_ends(c.parts[1], "</b> +2"));
	content_fini(&c);
	strbuf_fini(&body);
}

static void
what_another_type_froze_is_refused(void **state)
{
	static const char *const bodies[] = {"", "x", "[]",
		"{\"type\":\"newswatch.hits\",\"data\":{}}",
		"{\"v\":1}\n{\"v\":1}\n"};
	struct content c;
	struct err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(bodies); i++) {
		assert_int_equal(
			content_parse(span_of(bodies[i]), parts, &c, &err), -1);
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

/* -- a channel ------------------------------------------------------------- */
struct hook {
	struct channel_world w;
	struct scripted *server;
	struct loop *loop;
	char url[64];
	struct setting settings[1];
};

static void
hook_open(struct hook *h, const char *type, const struct script *script)
{
	*h = (struct hook){0};
	assert_int_equal(loop_new(&h->loop, NULL), 0);
	h->server = scripted_new(h->loop, script, 1);
	snprintf(h->url, sizeof(h->url), "http://127.0.0.1:%u/h",
		scripted_port(h->server));
	h->settings[0] = (struct setting){
		.key = span_of("url"), .value = span_of(h->url)};
	channel_world_open(&h->w, type, h->settings, 1, -1);
}

static void
hook_send(struct hook *h, const char *body)
{
	channel_world_start(&h->w, body);
	while (h->w.results == 0) {
		loop_run_for(h->loop, 2);
		loop_run_for(h->w.loop, 2);
	}
}

static void
hook_close(struct hook *h)
{
	channel_world_close(&h->w);
	scripted_free(&h->server);
	loop_free(&h->loop);
}

#define FROZEN "{\"parts\":{\"text\":\"hello\"},\"story\":\"s\",\"stories\":1}"
#define HEAD(status) "HTTP/1.1 " status "\r\n"

static void
a_closed_target_calls_nobody_back(void **state)
{
	const struct script silent = {.end = SCRIPT_HOLD};
	struct hook h;

	(void)state;
	hook_open(&h, "slack", &silent);
	channel_world_start(&h.w, FROZEN);
	channel_world_start(&h.w, FROZEN);
	loop_run_for(h.w.loop, 20);
	channel_close(&h.w.channel);
	loop_run_for(h.w.loop, 20);
	assert_int_equal(h.w.results, 0);
	hook_close(&h);
}

static void
a_body_of_another_type_is_a_dead_letter(void **state)
{
	const struct script silent = {.end = SCRIPT_HOLD};
	struct hook h;

	(void)state;
	hook_open(&h, "slack", &silent);
	hook_send(&h, "{\"type\":\"newswatch.hits\"}");
	assert_int_equal(h.w.outcome, OUTCOME_NEVER);
	assert_non_null(strstr(h.w.text, "was the type changed?"));
	assert_int_equal(scripted_count(h.server), 0);
	hook_close(&h);
}

/* What a target calls a message is kept up to CHANNEL_REFERENCE_MAX bytes. */
static void
a_reference_is_kept_whole_or_not_at_all(void **state)
{
	char *answer;
	struct hook h;

	(void)state;
	for (size_t n = CHANNEL_REFERENCE_MAX; n <= CHANNEL_REFERENCE_MAX + 1;
		n++) {
		char id[CHANNEL_REFERENCE_MAX + 2];

		memset(id, '7', n);
		id[n] = '\0';
		answer = mem_printf(HEAD("200 OK") "Content-Length: %zu\r\n\r\n"
						   "{\"id\":\"%s\"}",
			n + 9, id);
		hook_open(&h, "discord",
			&(const struct script){.await = "}",
				.answer = answer,
				.end = SCRIPT_CLOSE});
		hook_send(&h, FROZEN);
		assert_int_equal(h.w.outcome, OUTCOME_SENT);
		assert_int_equal(h.w.reference_bytes,
			n <= CHANNEL_REFERENCE_MAX ? n : 0);
		hook_close(&h);
		mem_free(&answer);
	}
}

static void
a_template_may_be_as_long_as_its_limit(void **state)
{
	char *dir = test_dir(), *conf = mem_printf("%s/c.yaml", dir);
	char *path = mem_printf("%s/t.tmpl", dir), *text, *told;
	const struct setting settings[] = {
		{.key = S("url"), .value = S("http://h/")},
		{.key = S("template"),
			.value = S("t.tmpl"),
			.place = {conf, 1, 1},
			.value_place = {conf, 1, 9}},
	};

	(void)state;
	for (size_t n = TEMPLATE_BYTES_MAX; n <= TEMPLATE_BYTES_MAX + 1; n++) {
		text = mem_alloc(n);
		memset(text, 'a', n);
		assert_int_equal(
			file_replace(path, span_make(text, n), 0600, NULL), 0);
		told = channel_world_mistakes("slack", settings, 2);
		assert_int_equal(*told == '\0', n == TEMPLATE_BYTES_MAX);
		mem_free(&told);
		mem_free(&text);
	}
	mem_free(&path);
	mem_free(&conf);
	test_dir_free(&dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frozen_content_is_read_back),
		cmocka_unit_test(
			hits_of_another_version_are_counted_and_the_rest_is_told),
		cmocka_unit_test(what_another_type_froze_is_refused),
		cmocka_unit_test(a_closed_target_calls_nobody_back),
		cmocka_unit_test(a_body_of_another_type_is_a_dead_letter),
		cmocka_unit_test(a_reference_is_kept_whole_or_not_at_all),
		cmocka_unit_test(a_template_may_be_as_long_as_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
