/* What a reload changes. */
#include "fixture.h"

#include "config/config.h"

struct seen {
	struct strbuf text;
};

static void
on_added(const struct config_feed *f, void *arg)
{
	struct seen *s = arg;

	strbuf_printf(&s->text, "+%.*s ", SPAN_ARG(f->url));
}

static void
on_removed(const struct config_feed *f, void *arg)
{
	struct seen *s = arg;

	strbuf_printf(&s->text, "-%.*s ", SPAN_ARG(f->url));
}

static void
on_changed(
	const struct config_feed *old, const struct config_feed *new, void *arg)
{
	struct seen *s = arg;

	assert_true(span_eq(old->url, new->url));
	assert_ptr_not_equal(old, new);
	strbuf_printf(&s->text, "*%.*s ", SPAN_ARG(new->url));
}

static struct fixture
load(const char *text)
{
	struct fixture f;

	fixture_write("n.yaml", text);
	f = fixture_load("n.yaml", CONFIG_ALL);
	if (f.rc != 0)
		fail_msg("%s", strbuf_cstr(&f.report));
	return f;
}

static const struct {
	const char *old, *new, *difference;
} feeds[] = {
	{"", "", ""},
	{"feeds: [http://a/, http://b/]", "feeds: [http://b/, http://a/]", ""},
	{"feeds: [http://a/, http://b/]", "\n\nfeeds: [http://b/, http://c/]",
		"-http://a/ +http://c/ "},
	{"feeds: [http://a/]", "feeds: [{url: http://a/, interval: auto}]", ""},
	{"feeds: [http://a/]", "feeds: [{url: http://a/, interval: 5m}]",
		"*http://a/ "},
	{"feeds: [http://a/]", "feeds: [{url: http://a/, publisher: A}]",
		"*http://a/ "},
	{"feeds: [http://a/]", "feeds: [{url: http://a/, weight: 2}]",
		"*http://a/ "},
	{"feeds: [http://a/]", "feeds: [{url: http://a/, backfill: 1d}]",
		"*http://a/ "},
	{"feeds: [http://a/]", "feeds: [{url: http://a/, bearer_file: x}]",
		"*http://a/ "},
	{"feeds: [{url: http://a/, headers: {A: b, C: d}}]",
		"feeds: [{url: http://a/, headers: {A: b, C: d}}]", ""},
	{"feeds: [{url: http://a/, headers: {A: b}}]",
		"feeds: [{url: http://a/, headers: {A: c}}]", "*http://a/ "},
	{"feeds: [{url: http://a/, headers: {A: b}}]", "feeds: [http://a/]",
		"*http://a/ "},
};

static void
feeds_are_added_removed_and_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(feeds); i++) {
		struct fixture old = load(feeds[i].old);
		struct fixture new = load(feeds[i].new);
		struct seen seen = {.text = STRBUF_INIT(1000)};
		const struct config_diff d = {.feed_added = on_added,
			.feed_removed = on_removed,
			.feed_changed = on_changed,
			.arg = &seen};

		config_diff_feeds(old.config, new.config, &d);
		assert_string_equal(
			strbuf_cstr(&seen.text), feeds[i].difference);
		strbuf_fini(&seen.text);
		fixture_free(&old);
		fixture_free(&new);
	}
}

static const struct {
	const char *old, *new, *keys;
} fixed[] = {
	{"", "", ""},
	{"fetch: {timeout: 3s, allow_private: [::1]}\nstore: {keep: 1d}", "",
		""},
	{"state_dir: /a", "state_dir: /b", "state_dir"},
	{"redis: {url: 'unix:/a'}\nhttp: {listen: ''}", "",
		"redis.url, http.listen"},
	{"analyse: {processes: 3}\nredis: {prefix: x}", "redis: {prefix: x}",
		"analyse.processes"},
};

static void
keys_that_need_a_restart_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(fixed); i++) {
		struct fixture old = load(fixed[i].old);
		struct fixture new = load(fixed[i].new);
		struct strbuf out = STRBUF_INIT(1000);

		config_diff_fixed(old.config, new.config, &out);
		assert_string_equal(strbuf_cstr(&out), fixed[i].keys);
		strbuf_fini(&out);
		fixture_free(&old);
		fixture_free(&new);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_are_added_removed_and_changed),
		cmocka_unit_test(keys_that_need_a_restart_are_named),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
