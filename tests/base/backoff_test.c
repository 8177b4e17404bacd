#include "testing.h"

#include "base/backoff.h"

static const struct {
	unsigned attempt;
	int64_t base_ms, max_ms, delay_ms; /* the upper end */
} rows[] = {
	{1, 1000, 60000, 1000},
	{2, 1000, 60000, 2000},
	{3, 1000, 60000, 4000},
	{6, 1000, 60000, 32000},
	{7, 1000, 60000, 60000},
	{8, 1000, 60000, 60000},
	{4000000000, 1000, 60000, 60000},
	{1, 5000, 3000, 3000},
	{1, 1, 1, 1},
	{70, 1, INT64_MAX, INT64_MAX},
	{63, 1, INT64_MAX, INT64_C(1) << 62},
};

static void
lies_between_half_and_the_doubled_base(void **state)
{
	static const uint32_t randoms[] = {0, 1, 12345, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		for (size_t j = 0; j < N_ROWS(randoms); j++) {
			int64_t ms = backoff_ms(rows[i].attempt,
				rows[i].base_ms, rows[i].max_ms, randoms[j]);

			assert_true(ms >= rows[i].delay_ms / 2);
			assert_true(ms <= rows[i].delay_ms);
		}
}

static void
reaches_both_ends_and_spreads_evenly(void **state)
{
	struct rng r = test_rng();
	unsigned low = 0, high = 0;
	int64_t sum = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t ms = backoff_ms(3, 25, 1000, (uint32_t)rng_next(&r));

		low += ms == 50;
		high += ms == 100;
		sum += ms;
	}
	assert_true(low > 0 && high > 0);
	assert_true(sum / 20000 >= 73 && sum / 20000 <= 77);
}

static void
the_same_numbers_give_the_same_delay(void **state)
{
	(void)state;
	assert_int_equal(
		backoff_ms(4, 100, 5000, 77), backoff_ms(4, 100, 5000, 77));
	assert_int_equal(backoff_ms(1, 100, 5000, 0), 50);
	assert_int_equal(backoff_ms(1, 100, 5000, 50), 100);
	assert_int_equal(backoff_ms(1, 100, 5000, 51), 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lies_between_half_and_the_doubled_base),
		cmocka_unit_test(reaches_both_ends_and_spreads_evenly),
		cmocka_unit_test(the_same_numbers_give_the_same_delay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
