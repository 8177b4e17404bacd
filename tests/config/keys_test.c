/* The table of keys is sound, and no mutilated file gets past it unnoticed. */
#include "fixture.h"

#include "config/keys.h"
#include "model/limits.h"

static void
every_key_stands_once_and_is_explained(void **state)
{
	(void)state;
	for (size_t i = 0; key_at(i); i++) {
		const struct key *k = key_at(i);
		struct span doc = span_of(k->doc);

		if (!span_ends(doc, ".") || doc.n > 200)
			fail_msg("%s: '%s'", k->path, k->doc);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(k->path, key_at(j)->path);
	}
}

/* A group's rows follow it: that is how they are found. */
static void
rows_of_a_prefix_stand_together(void **state)
{
	(void)state;
	for (size_t i = 0; key_at(i); i++) {
		char *prefix;
		struct key_rows rows;

		if (key_at(i)->type != KEY_GROUP)
			continue;
		prefix = mem_printf("%s.", key_at(i)->path);
		rows = key_rows(prefix);
		assert_ptr_equal(rows.first, key_at(i + 1));
		for (size_t j = 0; j < rows.n; j++)
			assert_true(span_starts(
				span_of(rows.first[j].path), prefix));
		mem_free(&prefix);
	}
}

static void
words_of_enums_are_those_of_the_model(void **state)
{
	size_t found = 0;

	(void)state;
	for (size_t i = 0; key_at(i); i++) {
		const struct key *k = key_at(i);
		enum entity_kind kind;

		if (!span_eq_str(span_of(k->path), "entities[].kind"))
			continue;
		for (size_t w = 0; k->words[w]; w++, found++) {
			assert_true(
				entity_kind_parse(span_of(k->words[w]), &kind));
			assert_int_equal(kind, w);
		}
	}
	assert_int_equal(found, ENTITY_TOPIC + 1);
}

static const char *const pieces[] = {"\t", "\n", "  ", "- ", ": ", "[", "]",
	"{", "}", "\"", "'", "#", "&a ", "*a", "%", ",", "\\", "0", "-1",
	"99999999999999999999", "\xff", "\xe2\x82\xac", "x", ".", "..",
	">=", "a: b\n", "include: n.yaml\n", "feeds:\n", "entities:\n", ""};

static void
mutate(struct rng *r, struct span s, struct strbuf *out)
{
	uint32_t every = 1 + rng_below(r, 2000);
	size_t at = 0;

	while (at < s.n) {
		size_t step = 1 + rng_below(r, every);

		strbuf_span(out, span_sub(s, at, step));
		strbuf_str(out, pieces[rng_below(r, N_ROWS(pieces))]);
		at += step + rng_below(r, 4);
	}
}

static void
the_mutilated_example_loads_or_says_where_it_is_broken(void **state)
{
	struct strbuf example = STRBUF_INIT(MIB(1));
	struct err err = {0};
	struct rng r = test_rng();

	(void)state;
	if (file_read(NW_SRCDIR "/etc/newswatch.yaml", &example, &err) < 0)
		fail_msg("%s", err.msg);
	for (int i = 0; i < 1500; i++) {
		struct strbuf text = STRBUF_INIT(MIB(1));
		struct fixture f;

		mutate(&r, strbuf_as_span(&example), &text);
		fixture_write_span("n.yaml", strbuf_as_span(&text));
		f = fixture_load("n.yaml", CONFIG_ALL);
		if (f.rc < 0) {
			assert_int_equal(f.err.kind, ERR_CONF);
			assert_non_null(
				strstr(strbuf_cstr(&f.report), "n.yaml:"));
			assert_non_null(
				strstr(strbuf_cstr(&f.report), ": error: "));
		} else {
			assert_non_null(f.config);
		}
		fixture_free(&f);
		strbuf_fini(&text);
	}
	strbuf_fini(&example);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_stands_once_and_is_explained),
		cmocka_unit_test(rows_of_a_prefix_stand_together),
		cmocka_unit_test(words_of_enums_are_those_of_the_model),
		cmocka_unit_test(
			the_mutilated_example_loads_or_says_where_it_is_broken),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
