/* Mistakes inside a text are told at the line and column where they stand. */
#include "fixture.h"

#include "config/scalar.h"

struct row {
	const char *file; /* what it holds */
	unsigned line, column; /* where the text begins */
	const char *text; /* as it was read */
	size_t at;
	unsigned want_line, want_column;
};

static const struct row rows[] = {
	{"q: foo AND bar\n", 1, 4, "foo AND bar", 8, 1, 12},
	{"q: 'it''s \"x'\n", 1, 4, "it's \"x", 5, 1, 11},
	{"q: \"a \\\"x y\"\n", 1, 4, "a \"x y", 2, 1, 7},
	{"q: \"\\u00fcb \\x41 c\"\n", 1, 4, "\u00fcb A c", 6, 1, 18},
	{"q: \"a\\nb\"\n", 1, 4, "a\nb", 2, 1, 8},
	{"q: \"a \\\n   b\"\n", 1, 4, "a b", 2, 2, 4},
	{"q: \"fo\\\n   o b\"\n", 1, 4, "foo b", 4, 2, 6},
	{"q: >-\n  one\n  two\n\n  three\n", 2, 1, "one two\nthree", 8, 5, 3},
	{"q: |\n    one\n    two\n", 2, 1, "one\ntwo\n", 4, 3, 5},
	{"q: one\n  two three\n", 1, 4, "one two three", 8, 2, 7},
	{"q: Z\u00fcrich Bank\n", 1, 4, "Z\u00fcrich Bank", 8, 1, 11},
	/* the end, and what cannot be followed */
	{"q: foo AND\n", 1, 4, "foo AND", 7, 1, 11},
	{"q: changed since\n", 1, 4, "foo bar", 4, 1, 4},
	{"q: short\n", 9, 4, "short", 2, 9, 4},
};

static struct place
place_of(const char *name, const struct row *r)
{
	struct source source = {0};
	struct err err = {0};
	struct place at;

	if (file_replace(name, span_of(r->file), 0644, &err) < 0)
		fail_msg("%s", err.msg);
	at = scalar_place(&source,
		(struct place){
			.file = name, .line = r->line, .column = r->column},
		span_of(r->text), r->at);
	source_fini(&source);
	return at;
}

static void
yaml_texts_of_every_style_are_followed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct place at = place_of("n.yaml", &rows[i]);

		print_message("# %zu\n", i);
		assert_int_equal(at.line, rows[i].want_line);
		assert_int_equal(at.column, rows[i].want_column);
	}
}

static void
a_quoted_field_of_csv_has_no_backslashes(void **state)
{
	static const struct row row = {"name,query\nx,\"a\\b \"\"c\n d\"\n", 2,
		3, "a\\b \"c\n d", 8, 3, 2};
	struct place at = place_of("n.csv", &row);

	(void)state;
	assert_int_equal(at.line, row.want_line);
	assert_int_equal(at.column, row.want_column);
}

static void
a_file_that_is_gone_gives_the_start(void **state)
{
	struct source source = {0};
	struct place at = {.file = "gone.yaml", .line = 7, .column = 3};

	(void)state;
	at = scalar_place(&source, at, SPAN_LIT("foo bar"), 4);
	assert_int_equal(at.line, 7);
	assert_int_equal(at.column, 3);
	source_fini(&source);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(yaml_texts_of_every_style_are_followed),
		cmocka_unit_test(a_quoted_field_of_csv_has_no_backslashes),
		cmocka_unit_test(a_file_that_is_gone_gives_the_start),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
