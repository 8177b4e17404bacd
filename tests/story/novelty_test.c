#include "testing.h"

#include "story/novelty.h"

#define HOUR_MS ((int64_t)3600 * 1000)
#define META SPAN_LIT("meta")
#define MNA SPAN_LIT("mna")

static void
reports_within_a_day_follow_the_curve(void **state)
{
	static const unsigned expected[] = {100, 75, 56, 42, 32, 24, 18, 13, 10,
		8, 6, 4, 3, 2, 2, 1, 1, 1, 1, 0, 0, 0};
	struct novelty *n = novelty_new(0);

	(void)state;
	for (size_t i = 0; i < N_ROWS(expected); i++)
		assert_int_equal(
			novelty_count(n, META, MNA, (int64_t)i * HOUR_MS, 1),
			expected[i]);
	novelty_free(&n);
}

static void
a_day_of_silence_makes_it_new_again(void **state)
{
	struct novelty *n = novelty_new(0);

	(void)state;
	assert_int_equal(novelty_count(n, META, MNA, 0, 1), 100);
	assert_int_equal(
		novelty_count(n, META, MNA, NOVELTY_SILENCE_MS - 1, 1), 75);
	assert_int_equal(
		novelty_count(n, META, MNA, 2 * NOVELTY_SILENCE_MS - 1, 1),
		100);
	novelty_free(&n);
}

static void
each_entity_and_type_has_a_curve_of_its_own(void **state)
{
	struct novelty *n = novelty_new(0);

	(void)state;
	assert_int_equal(novelty_count(n, META, MNA, 0, 1), 100);
	assert_int_equal(novelty_count(n, META, SPAN_LIT("ipo"), 0, 1), 100);
	assert_int_equal(novelty_count(n, SPAN_LIT("apple"), MNA, 0, 1), 100);
	assert_int_equal(novelty_count(n, META, MNA, 0, 1), 75);
	assert_int_equal(novelty_pairs(n), 3);
	novelty_free(&n);
}

static void
old_wording_lowers_novelty_to_a_quarter(void **state)
{
	struct novelty *n = novelty_new(0);

	(void)state;
	assert_int_equal(novelty_count(n, META, MNA, 0, 0.8F), 80);
	assert_int_equal(novelty_count(n, META, MNA, 0, 0.5F), 38);
	assert_int_equal(novelty_count(n, META, MNA, 0, 0), 14);
	novelty_free(&n);
}

static void
no_more_pairs_are_kept_than_allowed(void **state)
{
	struct novelty *n = novelty_new(10);
	char entity[16];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(entity, sizeof(entity), "e%d", i);
		novelty_count(n, span_of(entity), MNA, i, 1);
		assert_true(novelty_pairs(n) <= 10);
	}
	/* the latest are those that are kept */
	assert_int_equal(novelty_count(n, SPAN_LIT("e99"), MNA, 100, 1), 75);
	assert_int_equal(novelty_count(n, SPAN_LIT("e1"), MNA, 100, 1), 100);
	novelty_free(&n);
}

static void
what_was_counted_survives_a_restart(void **state)
{
	struct novelty *n = novelty_new(0), *again = novelty_new(0);
	struct strbuf b = STRBUF_INIT(1 << 20);
	struct err err = {0};

	(void)state;
	novelty_count(n, META, MNA, 0, 1);
	novelty_count(n, META, MNA, HOUR_MS, 1);
	novelty_format(n, &b);
	assert_int_equal(novelty_parse(again, strbuf_as_span(&b), &err), 0);
	assert_int_equal(novelty_count(again, META, MNA, HOUR_MS, 1), 56);
	for (size_t i = 0; i < b.n; i++)
		assert_int_equal(
			novelty_parse(again, span_make(b.p, i), &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	strbuf_fini(&b);
	novelty_free(&n);
	novelty_free(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_within_a_day_follow_the_curve),
		cmocka_unit_test(a_day_of_silence_makes_it_new_again),
		cmocka_unit_test(each_entity_and_type_has_a_curve_of_its_own),
		cmocka_unit_test(old_wording_lowers_novelty_to_a_quarter),
		cmocka_unit_test(no_more_pairs_are_kept_than_allowed),
		cmocka_unit_test(what_was_counted_survives_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
