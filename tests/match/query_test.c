/* Queries: how they are read, and where they are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "base/strbuf.h"
#include "match/query.h"

#define SEED 20260320

static void
put_node(const struct query *q, uint32_t at, struct strbuf *out)
{
	static const char *const ops[] = {"", "AND", "OR", "NOT", "NEAR"};
	const struct query_node *n = &q->nodes.p[at];

	if (n->op == QUERY_TERM) {
		const struct query_term *t = &q->terms.p[n->left];

		const char *field =
			query_field_name((enum query_field)n->field);

		assert_int_equal(t->field, n->field);
		strbuf_printf(out, "%s%s[%.*s%s]", field ? field : "",
			field ? ":" : "", SPAN_ARG(t->text),
			t->is_prefix ? "*" : "");
		return;
	}
	strbuf_printf(out, "(%s", ops[n->op]);
	if (n->op == QUERY_NEAR)
		strbuf_printf(out, "/%u", n->distance);
	strbuf_char(out, ' ');
	put_node(q, n->left, out);
	if (n->op != QUERY_NOT) {
		strbuf_char(out, ' ');
		put_node(q, n->right, out);
	}
	strbuf_char(out, ')');
}

static void
queries_are_read_by_precedence(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"model", "[model]"},
		{"a b", "(AND [a] [b])"},
		{"a OR b AND c", "(OR [a] (AND [b] [c]))"},
		{"(a OR b) c", "(AND (OR [a] [b]) [c])"},
		{"a NEAR/3 b c", "(AND (NEAR/3 [a] [b]) [c])"},
		{"a NOT b", "(AND [a] (NOT [b]))"},
		{"a AND NOT (b OR c)", "(AND [a] (NOT (OR [b] [c])))"},
		{"\"open source\" OR lay*", "(OR [open source] [lay*])"},
		{"title:a text:(b OR c)",
			"(AND title:[a] (OR text:[b] text:[c]))"},
		{"NYSE:TGT", "[NYSE:TGT]"},
		{"a author:\"Jane Doe\"", "(AND [a] author:[Jane Doe])"},
		{"a category:b tag:c",
			"(AND (AND [a] category:[b]) category:[c])"},
		{"a NOT source:bc* NOT feed:c",
			"(AND (AND [a] (NOT source:[bc*])) (NOT source:[c]))"},
		{"a url:\"https://x.example/b\"",
			"(AND [a] url:[https://x.example/b])"},
		{"a lang:(en OR pt-BR)",
			"(AND [a] (OR lang:[en] lang:[pt-BR]))"},
		{"a NOT NOT b", "(AND [a] [b])"},
	};
	struct query q = {0};
	struct strbuf out = STRBUF_INIT(4096);
	struct err err = {0};
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		strbuf_clear(&out);
		if (query_parse(span_of(rows[i].text), &q, &at, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.msg);
		put_node(&q, (uint32_t)q.nodes.n - 1, &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].want);
	}
	query_fini(&q);
	strbuf_fini(&out);
}

static void
mistakes_are_told_where_they_are(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *message;
	} rows[] = {
		{"", 0, "the query is empty"},
		{"a \"open", 2, "quote is not closed"},
		{"a (b OR c", 2, "bracket is not closed"},
		{"a) b", 1, "without its ("},
		{"a OR OR b", 5, "before OR"},
		{"AND a", 0, "before AND"},
		{"a AND", 5, "missing at the end"},
		{"a NEAR b", 2, "NEAR/n needs a number"},
		{"a NEAR/x b", 2, "NEAR/n needs a number"},
		{"a NEAR/99999 b", 2, "NEAR/n needs a number"},
		{"body:a", 0, "'body:' is no field"},
		{"title:text:a", 6, "one field"},
		{"*", 0, "a * stands"},
		{"a*", 0, "a * stands"},
		{"mo*el", 0, "a * stands"},
		{"\"mod*\"", 0, "a * stands"},
		{"a url:https://x.example/b", 6, "'https:' is no field"},
		{"a lang:*", 7, "a * stands"},
		{"a lang:en*", 7, "one language"},
		{"a lang:\"en gb\"", 7, "one language"},
		{"author:a", 0, "its title or text must have"},
		{"a OR tag:b", 0, "its title or text must have"},
		{"NOT (NOT a)", 0, "its title or text must have"},
		{"a author:b NEAR/3 c", 2, "near to each other"},
		{"a NEAR/3 (b OR tag:c)", 9, "near to each other"},
		{"NOT a", 0, "must not have"},
		{"a OR NOT b", 0, "must not have"},
		{"a NEAR/3 NOT b", 9, "NOT cannot stand here"},
	};
	struct query q = {0};
	struct err err = {0};
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		print_message("# %s\n", rows[i].text);
		assert_int_equal(
			query_parse(span_of(rows[i].text), &q, &at, &err), -1);
		assert_non_null(strstr(err.msg, rows[i].message));
		assert_int_equal(at, rows[i].at);
	}
	query_fini(&q);
}

static void
anchors_are_the_rarest_terms_that_must_occur(void **state)
{
	/* a word's letters are its rarity */
	static const struct {
		const char *text, *anchors;
	} rows[] = {
		{"aaa", "aaa"},
		{"aa bbbb", "bbbb"},
		{"aa OR bbbb", "aa bbbb"},
		{"aaaa (bb OR ccccc)", "aaaa"},
		{"aa (bbb OR cccc)", "bbb cccc"},
		{"aa AND NOT bbbb", "aa"},
		{"aa NEAR/3 bbb", "bbb"},
		{"(aa bbb) OR (cccc d)", "bbb cccc"},
		{"aa OR (b NOT cccc)", "aa b"},
		{"aa author:bbbb", "aa"},
		{"aa (bbbb OR tag:cccc)", "aa"},
	};
	struct query q = {0};
	struct strbuf out = STRBUF_INIT(4096);
	struct err err = {0};
	unsigned rarity[8];
	bool anchor[8];
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		strbuf_clear(&out);
		assert_int_equal(
			query_parse(span_of(rows[i].text), &q, &at, &err), 0);
		for (size_t k = 0; k < q.terms.n; k++)
			rarity[k] = (unsigned)q.terms.p[k].text.n;
		query_anchors(&q, rarity, anchor);
		for (size_t k = 0; k < q.terms.n; k++)
			if (anchor[k])
				strbuf_printf(&out, "%s%.*s", out.n ? " " : "",
					SPAN_ARG(q.terms.p[k].text));
		assert_string_equal(strbuf_cstr(&out), rows[i].anchors);
	}
	query_fini(&q);
	strbuf_fini(&out);
}

static void
deep_and_long_queries_are_bounded(void **state)
{
	struct strbuf text = STRBUF_INIT(1 << 20);
	struct query q = {0};
	struct err err = {0};
	size_t at;

	(void)state;
	for (int i = 0; i < 100000; i++)
		strbuf_char(&text, '(');
	assert_int_equal(query_parse(strbuf_as_span(&text), &q, &at, &err), -1);
	strbuf_clear(&text);
	for (int i = 0; i < QUERY_TERMS_MAX + 1; i++)
		strbuf_str(&text, "word ");
	assert_int_equal(query_parse(strbuf_as_span(&text), &q, &at, &err), -1);
	assert_non_null(strstr(err.msg, "more than"));
	query_fini(&q);
	strbuf_fini(&text);
}

static void
random_queries_parse_or_fail_within_bounds(void **state)
{
	static const char *const pieces[] = {"a", "(", ")", " AND ", " OR ",
		" NOT ", " NEAR/2 ", "\"", "title:", "lay*", " ", "x:y", "é"};
	struct strbuf text = STRBUF_INIT(4096);
	struct query q = {0};
	struct err err = {0};
	struct rng rng;
	size_t at;

	(void)state;
	print_message("# seed %d\n", SEED);
	rng_init(&rng, SEED);
	for (int i = 0; i < 20000; i++) {
		strbuf_clear(&text);
		for (unsigned n = rng_below(&rng, 12); n > 0; n--)
			strbuf_str(&text, pieces[rng_below(&rng, 13)]);
		err_clear(&err);
		if (query_parse(strbuf_as_span(&text), &q, &at, &err) == 0) {
			assert_true(q.nodes.n > 0 && q.terms.n > 0);
			continue;
		}
		assert_true(at <= text.n);
		assert_true(err.msg[0] != '\0');
	}
	query_fini(&q);
	strbuf_fini(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_are_read_by_precedence),
		cmocka_unit_test(mistakes_are_told_where_they_are),
		cmocka_unit_test(anchors_are_the_rarest_terms_that_must_occur),
		cmocka_unit_test(deep_and_long_queries_are_bounded),
		cmocka_unit_test(random_queries_parse_or_fail_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
