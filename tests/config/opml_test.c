/* Subscription lists out and in again. */
#include "fixture.h"

#include "base/arena.h"
#include "config/opml.h"

static void
read_back(const char *opml, struct config **out)
{
	struct strbuf report = STRBUF_INIT(1 << 20);
	struct err err = {0};

	fixture_write("back.opml", opml);
	if (config_load_feed_list("back.opml", out, &report, &err) != 0)
		fail_msg("%s", strbuf_cstr(&report));
	strbuf_fini(&report);
}

static const struct config_feed *
find(const struct config *c, struct span url)
{
	for (size_t i = 0; i < c->feeds.n; i++)
		if (span_eq(c->feeds.p[i].url, url))
			return &c->feeds.p[i];
	return NULL;
}

static void
assert_same_feeds(
	const struct config_feed *feeds, size_t n, const struct config *c)
{
	assert_int_equal(c->feeds.n, n);
	for (size_t i = 0; i < n; i++) {
		const struct config_feed *f = find(c, feeds[i].url);

		assert_non_null(f);
		if (!span_eq(f->title, feeds[i].title) ||
			!span_eq(f->set->category, feeds[i].set->category) ||
			!span_eq(f->set->publisher, feeds[i].set->publisher))
			fail_msg("%.*s: '%.*s' in '%.*s' by '%.*s'",
				SPAN_ARG(f->url), SPAN_ARG(f->title),
				SPAN_ARG(f->set->category),
				SPAN_ARG(f->set->publisher));
	}
}

static struct span
any(struct rng *r, const char *const *words, size_t n)
{
	return span_of(words[rng_below(r, (uint32_t)n)]);
}

static void
whatever_is_exported_is_imported_as_it_was(void **state)
{
	static const char *const titles[] = {"", "A title", "R&D <b>\"x\"</b>",
		"It's 5 > 4", "\xc3\x89t\xc3\xa9", "&amp;", "]]>"};
	static const char *const folders[] = {
		"", "News", "News/Tech", "News-x", "A & B/C", "A & B/C/D", "Z"};
	struct rng r = test_rng();

	(void)state;
	for (int round = 0; round < 30; round++) {
		struct arena *a = arena_new();
		size_t n = rng_below(&r, 40);
		struct config_feed *feeds =
			arena_array(a, n + 1, sizeof(*feeds));
		struct strbuf out = STRBUF_INIT(1 << 20);
		struct config *c;

		for (size_t i = 0; i < n; i++) {
			struct config_feed_set *set =
				arena_new_obj(a, struct config_feed_set);

			set->category = any(&r, folders, N_ROWS(folders));
			set->publisher = any(&r, titles, 3);
			feeds[i] = (struct config_feed){
				.url = span_of(arena_printf(a,
					"https://h%zu.example/?a=1&b=\"<%zu>'",
					i, i)),
				.title = any(&r, titles, N_ROWS(titles)),
				.set = set,
			};
		}
		assert_int_equal(
			opml_format(feeds, n, (struct wall){0}, &out), 0);
		/* A list without feeds is taken for a mistake. */
		if (n > 0) {
			read_back(strbuf_cstr(&out), &c);
			assert_same_feeds(feeds, n, c);
			config_unref(&c);
		}
		strbuf_fini(&out);
		arena_free(&a);
	}
}

static void
local_files_are_left_out(void **state)
{
	static const struct config_feed_set set = {0};
	const struct config_feed feeds[] = {
		{.url = SPAN_LIT("file:///x"), .set = &set},
		{.url = SPAN_LIT("http://a/"), .set = &set}};
	struct strbuf out = STRBUF_INIT(4096);

	(void)state;
	assert_int_equal(opml_format(feeds, 2, (struct wall){0}, &out), 1);
	assert_null(strstr(strbuf_cstr(&out), "file:"));
	assert_non_null(strstr(strbuf_cstr(&out), "<opml version=\"2.0\""));
	strbuf_fini(&out);
}

struct outline {
	const char *opml, *title, *category;
};

static const struct outline outlines[] = {
	{"<outline xmlUrl='http://a/' title='T' text='X'/>", "T", ""},
	{"<outline xmlUrl='http://a/' text=' two\n  words '/>", "two words",
		""},
	{"<outline xmlUrl='http://a/' text='http://a/'/>", "", ""},
	{"<outline text='F'><outline text='G'><outline xmlUrl='http://a/'/>"
	 "</outline></outline>",
		"", "F/G"},
	{"<outline text='F'/><outline xmlUrl='http://a/'/>", "", ""},
	{"<outline title='F'><outline xmlUrl='http://a/'/></outline>", "", "F"},
	{"<outline xmlUrl='http://a/' category='/x/y,/z'/>", "", "x/y"},
	{"<outline text='F'><outline xmlUrl='http://a/' category='/x'/>"
	 "</outline>",
		"", "F"},
};

static void
titles_and_folders_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(outlines); i++) {
		char *text =
			mem_printf("<opml version='1.0'><body>%s</body></opml>",
				outlines[i].opml);
		struct config *c;

		read_back(text, &c);
		assert_int_equal(c->feeds.n, 1);
		assert_span_equal(c->feeds.p[0].title, outlines[i].title);
		assert_span_equal(
			c->feeds.p[0].set->category, outlines[i].category);
		config_unref(&c);
		mem_free(&text);
	}
}

static void
a_list_of_urls_is_read_as_well(void **state)
{
	struct config *c;

	(void)state;
	read_back("\xef\xbb\xbf# mine\nhttp://a/\n  http://b/ # b\n\n", &c);
	assert_int_equal(c->feeds.n, 2);
	assert_int_equal(c->feeds.p[1].line, 3);
	assert_int_equal(c->feeds.p[1].column, 3);
	config_unref(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_exported_is_imported_as_it_was),
		cmocka_unit_test(local_files_are_left_out),
		cmocka_unit_test(titles_and_folders_are_read),
		cmocka_unit_test(a_list_of_urls_is_read_as_well),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
