/* What is a clock, and what only looks like one. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>

#include "poll/clocks.h"

#define HOUR 3600u
#define DAY (24 * HOUR)
/* Monday, 2026-01-05T00:00:00Z */
#define MONDAY 1767571200u

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Sixteen times at the phases given, each up to late_s after it. */
static struct schedule_clock
find(uint32_t period, const uint32_t *phases, size_t n_phases, uint32_t late_s)
{
	struct rng r = test_rng();
	uint32_t times[CLOCK_TIMES];

	for (uint32_t i = 0; i < CLOCK_TIMES; i++)
		times[i] = MONDAY + (i / (uint32_t)n_phases) * period +
			phases[i % n_phases] + rng_below(&r, late_s + 1);
	qsort(times, CLOCK_TIMES, sizeof(*times), compare);
	return clock_find(times, CLOCK_TIMES);
}

static void
times_of_the_day_and_minutes_of_the_hour_are_found(void **state)
{
	static const struct {
		uint32_t period, late_s;
		size_t n;
		uint32_t phases[3];
	} rows[] = {
		{HOUR, 30, 1, {17 * 60}},
		{HOUR, 30, 2, {0, 30 * 60}},
		{HOUR, 120, 1, {59 * 60}}, /* over the hour */
		{DAY, 300, 1, {6 * HOUR}},
		{DAY, 300, 2, {8 * HOUR, 16 * HOUR}},
		{DAY, 600, 2, {3 * HOUR + 1200, 23 * HOUR + 3300}},
		{DAY, 60, 3, {7 * HOUR, 12 * HOUR + 600, 18 * HOUR}},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct schedule_clock c = find(rows[i].period, rows[i].phases,
			rows[i].n, rows[i].late_s);

		if (c.period_ms != (int64_t)rows[i].period * 1000 ||
			c.n != rows[i].n)
			fail_msg("row %zu: period %lld, %zu slots", i,
				(long long)c.period_ms, c.n);
		for (size_t k = 0; k < c.n; k++) {
			double best = 1e9;

			for (size_t j = 0; j < c.n; j++) {
				double d = (double)c.phase_ms[k] / 1000 -
					rows[i].phases[j];

				if (d < 0)
					d += rows[i].period;
				best = fmin(best, d);
			}
			assert_true(best <= rows[i].late_s);
		}
		assert_true(
			(double)c.late_ms <= 1000.0 * rows[i].late_s + 2000);
	}
}

static void
few_times_of_one_afternoon_or_all_over_the_day_are_no_clock(void **state)
{
	struct rng r = test_rng();
	unsigned found = 0;
	uint32_t times[CLOCK_TIMES];

	(void)state;
	for (uint32_t i = 0; i < CLOCK_TIMES; i++)
		times[i] = MONDAY + 14 * HOUR + i * 420;
	assert_int_equal(clock_find(times, CLOCK_TIMES).period_ms, 0);
	for (uint32_t i = 0; i < CLOCK_TIMES; i++)
		times[i] = MONDAY + i * DAY;
	assert_int_equal(clock_find(times, CLOCK_LEAST - 1).period_ms, 0);
	assert_int_equal(clock_find(times, 0).period_ms, 0);
	/* By chance alone: once in a hundred at most. */
	for (int round = 0; round < 2000; round++) {
		uint32_t span = HOUR << rng_below(&r, 10);

		for (size_t i = 0; i < CLOCK_TIMES; i++)
			times[i] = MONDAY + rng_below(&r, span);
		qsort(times, CLOCK_TIMES, sizeof(*times), compare);
		found += clock_find(times, CLOCK_TIMES).period_ms != 0;
	}
	assert_true(found <= 20);
}

static void
one_item_out_of_order_does_not_hide_a_clock(void **state)
{
	uint32_t times[CLOCK_TIMES];
	struct schedule_clock c;

	(void)state;
	for (uint32_t i = 0; i < CLOCK_TIMES; i++)
		times[i] = MONDAY + i * DAY + 9 * HOUR + 60 * (i % 3);
	times[7] += 5 * HOUR;
	c = clock_find(times, CLOCK_TIMES);
	assert_int_equal(c.period_ms, (int64_t)DAY * 1000);
	assert_int_equal(c.n, 1);
	assert_true(c.free > 0.02f && c.free < 0.2f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			times_of_the_day_and_minutes_of_the_hour_are_found),
		cmocka_unit_test(
			few_times_of_one_afternoon_or_all_over_the_day_are_no_clock),
		cmocka_unit_test(one_item_out_of_order_does_not_hide_a_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
