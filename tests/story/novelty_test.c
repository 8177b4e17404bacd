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
		assert_int_equal(novelty_count(n, META, MNA,
					 (int64_t)i * HOUR_MS, 1, NULL),
			expected[i]);
	novelty_free(&n);
}

static void
a_day_of_silence_makes_it_new_again(void **state)
{
	struct novelty *n = novelty_new(0);

	(void)state;
	assert_int_equal(novelty_count(n, META, MNA, 0, 1, NULL), 100);
	assert_int_equal(
		novelty_count(n, META, MNA, NOVELTY_SILENCE_MS - 1, 1, NULL),
		75);
	assert_int_equal(novelty_count(n, META, MNA, 2 * NOVELTY_SILENCE_MS - 1,
				 1, NULL),
		100);
	novelty_free(&n);
}

static void
each_entity_and_type_has_a_curve_of_its_own(void **state)
{
	struct novelty *n = novelty_new(0);

	(void)state;
	assert_int_equal(novelty_count(n, META, MNA, 0, 1, NULL), 100);
	assert_int_equal(
		novelty_count(n, META, SPAN_LIT("ipo"), 0, 1, NULL), 100);
	assert_int_equal(
		novelty_count(n, SPAN_LIT("apple"), MNA, 0, 1, NULL), 100);
	assert_int_equal(novelty_count(n, META, MNA, 0, 1, NULL), 75);
	assert_int_equal(novelty_pairs(n), 3);
	novelty_free(&n);
}

static void
old_wording_lowers_novelty_to_a_quarter(void **state)
{
	struct novelty *n = novelty_new(0);

	(void)state;
	assert_int_equal(novelty_count(n, META, MNA, 0, 0.8F, NULL), 80);
	assert_int_equal(novelty_count(n, META, MNA, 0, 0.5F, NULL), 38);
	assert_int_equal(novelty_count(n, META, MNA, 0, 0, NULL), 14);
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
		novelty_count(n, span_of(entity), MNA, i, 1, NULL);
		assert_true(novelty_pairs(n) <= 10);
	}
	/* the latest are those that are kept */
	assert_int_equal(
		novelty_count(n, SPAN_LIT("e99"), MNA, 100, 1, NULL), 75);
	assert_int_equal(
		novelty_count(n, SPAN_LIT("e1"), MNA, 100, 1, NULL), 100);
	novelty_free(&n);
}

static void
what_was_counted_survives_a_restart(void **state)
{
	struct novelty *n = novelty_new(0), *again = novelty_new(0);
	struct novelty_pair p;

	(void)state;
	novelty_count(n, META, MNA, 0, 1, NULL);
	novelty_count(n, META, MNA, HOUR_MS, 1, &p);
	assert_int_equal(p.reports, 2);
	assert_int_equal(p.last_ms, HOUR_MS);
	novelty_put(again, &p);
	assert_int_equal(novelty_count(again, META, MNA, HOUR_MS, 1, NULL), 56);
	novelty_free(&n);
	novelty_free(&again);
}

static void
a_count_can_be_undone(void **state)
{
	struct novelty *n = novelty_new(0);
	struct novelty_pair first, p;

	(void)state;
	novelty_count(n, META, MNA, 0, 1, &first);
	novelty_count(n, META, MNA, HOUR_MS, 1, &p);
	novelty_put(n, &first);
	assert_int_equal(novelty_count(n, META, MNA, HOUR_MS, 1, &p), 75);
	p.reports = 0;
	novelty_put(n, &p);
	assert_int_equal(novelty_pairs(n), 0);
	assert_int_equal(novelty_count(n, META, MNA, HOUR_MS, 1, NULL), 100);
	novelty_free(&n);
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
		cmocka_unit_test(a_count_can_be_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
