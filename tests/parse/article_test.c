/*
 * Articles out of pages: tests/data/articles holds pages made by hand, with all
 * that stands around an article, and the text that is wanted beside them.
 */
#include "testing.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/file.h"
#include "model/limits.h"
#include "parse/article.h"

static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct span
read_data(const char *name, const char *ending)
{
	char *path = mem_printf(
		"%s/tests/data/articles/%s.%s", NW_SRCDIR, name, ending);
	struct strbuf b = STRBUF_INIT(MIB(1));
	struct err err = {0};
	struct span s;

	if (file_read(path, &b, &err) != 0)
		fail_msg("%s", err.msg);
	s = arena_span(arena, span_trim(strbuf_as_span(&b)));
	strbuf_fini(&b);
	mem_free(&path);
	return s;
}

struct page {
	const char *name;
	const char *title, *authors, *site, *language, *published, *url;
};

static const struct page pages[] = {
	{"news-site", "Northwind buys Contoso for $3 billion",
		"Ada Byron|Bob Lee", "Harbour Wire", "en-GB",
		"2026-03-01T11:00:00Z",
		"https://harbour.example/business/northwind-contoso"},
	{"blog", "What we learned in a year", "Grace H.", "The Lab Notes", "",
		"2026-02-14T00:00:00Z", "https://lab.example/a-year"},
	{"press-release", "Fabrikam names new chief executive", "", "", "en",
		"", "https://page.example/here"},
	{"sections", "Wie die Flut kam", "Von J\u00f6rg M\u00fcller",
		"K\u00fcstenblatt", "de", "", "https://page.example/here"},
	{"divs-and-breaks", "Tailspin cuts 400 jobs", "", "Old Paper", "", "",
		"https://page.example/here"},
	{"json-ld-only", "Ferry stays in port", "Lena Holm", "Sound Daily", "",
		"2026-03-02T00:00:00Z", "https://page.example/here"},
};

static void
check_authors(const struct article *a, const char *expected)
{
	struct strbuf b = STRBUF_INIT(4096);

	for (size_t i = 0; i < a->authors.n; i++)
		strbuf_printf(&b, "%s%.*s", i > 0 ? "|" : "",
			SPAN_ARG(a->authors.p[i]));
	assert_string_equal(strbuf_cstr(&b), expected);
	strbuf_fini(&b);
}

static void
a_page_gives_its_article_without_what_stands_around_it(void **state)
{
	const struct page *p = *state;
	char published[DATE_TEXT_SIZE] = "";
	struct span text;
	struct article a;
	struct err err;

	setup(NULL);
	text = read_data(p->name, "expected");
	assert_int_equal(
		article_extract(read_data(p->name, "html"),
			SPAN_LIT("https://page.example/here"), arena, &a, &err),
		0);
	if (!span_eq(a.text, text))
		fail_msg("%s:\n%.*s", p->name, SPAN_ARG(a.text));
	assert_span_equal(a.title, p->title);
	assert_span_equal(a.site, p->site);
	assert_span_equal(a.language, p->language);
	assert_span_equal(a.url, p->url);
	check_authors(&a, p->authors);
	if (a.published.ms != ITEM_UNDATED)
		date_format(a.published, published);
	assert_string_equal(published, p->published);
	teardown(NULL);
}

static void
a_page_without_an_article_is_refused_but_says_what_it_is(void **state)
{
	struct article a;
	struct err err;

	(void)state;
	assert_int_equal(article_extract(read_data("list-of-links", "html"),
				 SPAN_NULL, arena, &a, &err),
		-1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_span_equal(a.title, "Front page");
	assert_int_equal(
		article_extract(SPAN_LIT(""), SPAN_NULL, arena, &a, &err), -1);
	assert_int_equal(article_extract(SPAN_LIT("{\"no\":\"page\"}"),
				 SPAN_NULL, arena, &a, &err),
		-1);
}

/* What stands in a page's head, and what its article is then. */
static const struct {
	const char *head, *title, *author;
} heads[] = {
	{"<title>T</title>", "T", ""},
	{"<title>T | S</title><meta property='og:site_name' content='S'>", "T",
		""},
	{"<title>T</title><meta property='og:title' content='O'>", "O", ""},
	{"<meta property='og:title' content='O'><script type="
	 "'application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"J\"}"
	 "</script>",
		"J", ""},
	{"<script type='application/ld+json'>{broken</script><title>T</title>",
		"T", ""},
	{"<script type='application/ld+json'>{\"@type\":\"Person\",\"name\":"
	 "\"X\"}</script><title>T</title>",
		"T", ""},
	{"<title>T</title><meta name='author' content='By Ada Byron'>", "T",
		"Ada Byron"},
	{"<title>T</title><meta property='article:author' "
	 "content='https://social.example/ada'>",
		"T", ""},
	{"<title>R&amp;D &lt;b&gt;</title>", "R&D", ""},
};

static void
what_a_page_says_of_itself_is_believed_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(heads); i++) {
		char *page = mem_printf(
			"<html><head>%s</head><body><p>A paragraph that is "
			"long enough to be one of an article, with a comma or "
			"two, so that it counts as one of them.</p><p>And "
			"another one of the same kind, as one alone would be a "
			"bit too short for an article of its own.</p></body>"
			"</html>",
			heads[i].head);
		struct article a;
		struct err err;

		assert_int_equal(article_extract(span_of(page), SPAN_NULL,
					 arena, &a, &err),
			0);
		assert_span_equal(a.title, heads[i].title);
		check_authors(&a, heads[i].author);
		mem_free(&page);
	}
}

static void
a_body_in_json_ld_becomes_plain_text(void **state)
{
	struct article a;
	struct err err;

	(void)state;
	assert_int_equal(
		article_extract(
			SPAN_LIT("<script type='application/ld+json'>"
				 "{\"@type\":\"Article\",\"articleBody\":"
				 "\"<p>One &amp; two.<\\/p>\\n<p>Three.</p>\"}"
				 "</script>"),
			SPAN_NULL, arena, &a, &err),
		0);
	assert_span_equal(a.text, "One & two.\nThree.");
}

static void
hostile_pages_end(void **state)
{
	static const char *const parts[] = {"<div>", "<p>", "<a href=x>",
		"</div>", "text, text. ", "<table><tr>", "<!--", "<article>",
		"<script>", "\xff", "<b class='share'>", "</p>", "&lt;"};
	struct rng r = test_rng();
	struct strbuf b = STRBUF_INIT(MIB(4));
	struct article a;
	struct err err;

	(void)state;
	for (int i = 0; i < 20000; i++)
		strbuf_str(&b, "<div><span>x");
	(void)!article_extract(strbuf_as_span(&b), SPAN_NULL, arena, &a, &err);
	for (int round = 0; round < 200; round++) {
		strbuf_clear(&b);
		for (int i = 0; i < 200; i++)
			strbuf_str(&b, parts[rng_below(&r, N_ROWS(parts))]);
		(void)!article_extract(
			strbuf_as_span(&b), SPAN_NULL, arena, &a, &err);
		arena_reset(arena);
	}
	strbuf_fini(&b);
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	struct CMUnitTest tests[N_ROWS(pages) + 4] = {
		ROW(a_page_without_an_article_is_refused_but_says_what_it_is),
		ROW(what_a_page_says_of_itself_is_believed_in_order),
		ROW(a_body_in_json_ld_becomes_plain_text),
		ROW(hostile_pages_end),
	};

	for (size_t i = 0; i < N_ROWS(pages); i++)
		tests[4 + i] = (struct CMUnitTest){
			.name = pages[i].name,
			.test_func =
				a_page_gives_its_article_without_what_stands_around_it,
			.initial_state = (void *)(uintptr_t)&pages[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
