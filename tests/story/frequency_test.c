/* How rare terms are before the first item, and across a restart. */
#include "testing.h"

#include "story/frequency.h"
#include "term.h"

static float
weight_of(const struct frequency *f, const char *word)
{
	return frequency_weight(f, term_of(word));
}

static void
ordinary_words_weigh_little_before_the_first_item(void **state)
{
	struct frequency *f = frequency_new();

	(void)state;
	assert_true(weight_of(f, "results") < weight_of(f, "regain"));
	assert_true(2 * weight_of(f, "results") < weight_of(f, "zyxtron"));
	frequency_free(&f);
}

static void
see(struct frequency *f, const char *title, unsigned times)
{
	struct item item = {.title = span_of(title)};
	struct features features;

	features_make(&item, &features);
	while (times--)
		frequency_add(f, &features);
}

static void
what_was_counted_is_there_after_a_restart(void **state)
{
	struct frequency *f = frequency_new(), *g = frequency_new();
	struct strbuf b = STRBUF_INIT(FREQUENCY_BYTES_MAX);

	(void)state;
	see(f, "Zyxtron results", 50);
	frequency_format(f, &b);
	assert_int_equal(frequency_parse(g, strbuf_as_span(&b), NULL), 0);
	assert_true(weight_of(f, "zyxtron") == weight_of(g, "zyxtron"));
	assert_true(weight_of(f, "results") == weight_of(g, "results"));
	strbuf_fini(&b);
	frequency_free(&f);
	frequency_free(&g);
}

static void
counts_without_a_background_get_one(void **state)
{
	struct frequency *f = frequency_new();
	/* version 1: no items, two empty rows */
	static const char bare[13] = {1};

	(void)state;
	assert_int_equal(
		frequency_parse(f, span_make(bare, sizeof(bare)), NULL), 0);
	assert_true(2 * weight_of(f, "results") < weight_of(f, "zyxtron"));
	frequency_free(&f);
}

static void
damaged_counts_leave_the_background(void **state)
{
	struct frequency *f = frequency_new();
	struct err err = {0};

	(void)state;
	see(f, "Zyxtron results", 50);
	assert_int_not_equal(frequency_parse(f, SPAN_LIT("\x02\xff"), &err), 0);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_true(2 * weight_of(f, "results") < weight_of(f, "zyxtron"));
	frequency_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			ordinary_words_weigh_little_before_the_first_item),
		cmocka_unit_test(what_was_counted_is_there_after_a_restart),
		cmocka_unit_test(counts_without_a_background_get_one),
		cmocka_unit_test(damaged_counts_leave_the_background),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
