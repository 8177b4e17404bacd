/* The limits of queries, names and of what one item can name, at their edges.
 */
#include "testing.h"

#include "match/match.h"
#include "match/names.h"
#include "match/query.h"
#include "model/limits.h"
#include "watch.h"

/* Is the query read? If not, the reason has to be `says`. */
static void
query_is(struct strbuf *text, const char *says)
{
	struct query q = {0};
	struct err err = {0};
	size_t at;
	int rc = query_parse(strbuf_as_span(text), &q, &at, &err);

	if (rc != (says ? -1 : 0) || (says && !strstr(err.msg, says)))
		fail_msg("%d: %s", rc, err.msg);
	query_fini(&q);
	strbuf_fini(text);
}

static void
a_query_has_a_thousand_terms_and_no_more(void **state)
{
	(void)state;
	for (size_t n = QUERY_TERMS_MAX; n <= QUERY_TERMS_MAX + 1; n++) {
		struct strbuf text = STRBUF_INIT(KIB(64));

		for (size_t i = 0; i < n; i++)
			strbuf_str(&text, "word ");
		query_is(&text,
			n > QUERY_TERMS_MAX ? "more than 1000 terms" : NULL);
	}
}

/* The query without any brackets is the first level. */
static void
brackets_are_nested_so_deep_and_no_deeper(void **state)
{
	(void)state;
	for (size_t n = QUERY_DEPTH_MAX; n <= QUERY_DEPTH_MAX + 1; n++) {
		struct strbuf text = STRBUF_INIT(KIB(4));

		for (size_t i = 1; i < n; i++)
			strbuf_char(&text, '(');
		strbuf_str(&text, "word");
		for (size_t i = 1; i < n; i++)
			strbuf_char(&text, ')');
		query_is(&text,
			n > QUERY_DEPTH_MAX ? "brackets are nested too deep"
					    : NULL);
	}
}

static void
near_reaches_so_far_and_no_further(void **state)
{
	(void)state;
	for (int n = QUERY_DISTANCE_MAX; n <= QUERY_DISTANCE_MAX + 1; n++) {
		struct strbuf text = STRBUF_INIT(KIB(1));

		strbuf_printf(&text, "one NEAR/%d two", n);
		query_is(&text, n > QUERY_DISTANCE_MAX ? "1000" : NULL);
	}
}

static void
a_name_has_so_many_words_and_no_more(void **state)
{
	(void)state;
	for (size_t n = NAME_TOKENS_MAX; n <= NAME_TOKENS_MAX + 1; n++) {
		struct strbuf name = STRBUF_INIT(KIB(4));
		struct watch w;

		for (size_t i = 0; i < n; i++)
			strbuf_printf(&name, "word%zu ", i);
		watch_init(&w);
		watch_add(&w, strbuf_cstr(&name), NULL, NULL);
		watch_compile(&w);
		if (n == NAME_TOKENS_MAX)
			assert_int_equal(w.problems.n, 0);
		else if (!strstr(strbuf_cstr(&w.problems),
				 "has 49 words, at most 48 are allowed"))
			fail_msg("%s", strbuf_cstr(&w.problems));
		watch_fini(&w);
		strbuf_fini(&name);
	}
}

static void
an_item_names_a_hundred_entities_and_no_more(void **state)
{
	(void)state;
	for (size_t n = LIMIT_HIT_ENTITIES - 1; n <= LIMIT_HIT_ENTITIES + 1;
		n++) {
		struct match_options options = {.all = true};
		struct strbuf text = STRBUF_INIT(KIB(64));
		struct arena *arena = arena_new();
		struct match_result r;
		struct matcher *m;
		struct item item = {0};
		struct watch w;

		watch_init(&w);
		for (size_t i = 0; i < n; i++) {
			char *name = mem_printf("Xerqua%zu", i);

			watch_add(&w, name, NULL, NULL);
			strbuf_printf(&text, "%s rose. ", name);
			mem_free(&name);
		}
		watch_compile(&w);
		m = matcher_new(w.lex);
		item.text = strbuf_as_span(&text);
		match_item(m, &item, &options, arena, &r);
		assert_int_equal(
			r.n, n < LIMIT_HIT_ENTITIES ? n : LIMIT_HIT_ENTITIES);
		matcher_free(&m);
		watch_fini(&w);
		arena_free(&arena);
		strbuf_fini(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_has_a_thousand_terms_and_no_more),
		cmocka_unit_test(brackets_are_nested_so_deep_and_no_deeper),
		cmocka_unit_test(near_reaches_so_far_and_no_further),
		cmocka_unit_test(a_name_has_so_many_words_and_no_more),
		cmocka_unit_test(an_item_names_a_hundred_entities_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
