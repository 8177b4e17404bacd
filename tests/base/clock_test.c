#include "testing.h"

#include <time.h>

#include "base/clock.h"

static void
monotonic_time_never_goes_back(void **state)
{
	int64_t last_us = clock_mono_us();
	int64_t last_ms = clock_mono().ms;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t us = clock_mono_us();
		int64_t ms = clock_mono().ms;

		assert_true(us >= last_us && ms >= last_ms);
		last_us = us;
		last_ms = ms;
	}
}

static void
both_monotonic_clocks_are_the_same_one(void **state)
{
	int64_t before_us = clock_mono_us();
	int64_t ms = clock_mono().ms;
	int64_t after_us = clock_mono_us();

	(void)state;
	assert_in_range(ms, before_us / 1000, after_us / 1000);
}

static void
wall_time_is_that_of_the_system(void **state)
{
	int64_t before_s = (int64_t)time(NULL);
	int64_t ms = clock_wall().ms;
	int64_t after_s = (int64_t)time(NULL);

	(void)state;
	/* time(2) may lag a tick behind. */
	assert_in_range(ms, before_s * 1000, after_s * 1000 + 1100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(monotonic_time_never_goes_back),
		cmocka_unit_test(both_monotonic_clocks_are_the_same_one),
		cmocka_unit_test(wall_time_is_that_of_the_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
