/* Times to ask against what a clock is expected to do. */
#include "testing.h"

#include <math.h>

#include "poll/schedule.h"
#include "poll/timing.h"

#define MINUTE_MS ((int64_t)60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
/* Monday, 2026-01-05T00:00:00Z */
#define MONDAY_MS ((int64_t)1767571200000)
#define START_MS (MONDAY_MS + 21 * DAY_MS)

/* 0..1, as even as chance would have it in the long run. */
static double
evenly(unsigned i, double step)
{
	return fmod(i * step, 1);
}

/* A feed that publishes with a chance at each phase of the period, each item up
 * to late_s after it, watched every five minutes for three weeks. */
static void
learn(struct schedule *s, int64_t period_ms, const int64_t *phases, size_t n,
	double chance, uint32_t late_s)
{
	struct wall items[8];
	unsigned k = 0;

	schedule_init(s);
	for (int64_t t = MONDAY_MS; t < START_MS; t += period_ms) {
		for (size_t i = 0; i < n; i++) {
			if (evenly(++k, 0.4142) >= chance)
				continue;
			items[0].ms = t + phases[i] +
				(int64_t)(evenly(k, 0.618) * 1000 * late_s);
			schedule_observe(s,
				&(struct schedule_poll){
					.at = {items[0].ms + MINUTE_MS},
					.new_items = items,
					.n_new = 1,
					.n_items = 5,
					.oldest = {SCHEDULE_NEVER},
				});
		}
		schedule_observe(s,
			&(struct schedule_poll){
				.at = {t + period_ms - 1},
				.n_items = 5,
				.oldest = {SCHEDULE_NEVER},
			});
	}
}

static int64_t
next(const struct schedule *s, int64_t now_ms, double mu, bool *by_clock)
{
	static const struct schedule_limits limits = {MINUTE_MS, DAY_MS};

	return schedule_next(s, (struct wall){now_ms}, mu, 1, &limits, by_clock)
		.ms;
}

static void
a_feed_with_two_times_a_day_is_asked_at_both_and_seldom_between(void **state)
{
	static const int64_t phases[] = {8 * HOUR_MS, 16 * HOUR_MS};
	int64_t t = START_MS, into;
	unsigned polls = 0, at_slot = 0;
	struct schedule s;
	bool by_clock;

	(void)state;
	learn(&s, DAY_MS, phases, 2, 1, 60);
	for (; t < START_MS + DAY_MS; polls++) {
		struct wall item = {0};
		int64_t last = t;

		t = next(&s, t, 3600, &by_clock);
		for (size_t i = 0; i < 2; i++) {
			into = t - START_MS - phases[i];
			at_slot += into >= 0 && into < 10 * MINUTE_MS;
			if (START_MS + phases[i] + 30000 > last &&
				START_MS + phases[i] + 30000 <= t)
				item.ms = START_MS + phases[i] + 30000;
		}
		schedule_observe(&s,
			&(struct schedule_poll){
				.at = {t},
				.new_items = &item,
				.n_new = item.ms != 0,
				.n_items = 5,
				.oldest = {SCHEDULE_NEVER},
			});
	}
	assert_true(at_slot >= 2);
	assert_true(polls <= 8);
}

/* A poll too early misses an hour: the later items may come, the longer it
 * waits. */
static void
the_time_follows_how_late_items_come(void **state)
{
	static const int64_t phase = 20 * MINUTE_MS;
	static const uint32_t late_s[] = {2, 30, 120};
	int64_t last = 0, t;
	struct schedule s;
	bool by_clock;

	(void)state;
	for (size_t i = 0; i < N_ROWS(late_s); i++) {
		learn(&s, HOUR_MS, &phase, 1, 1, late_s[i]);
		t = next(&s, START_MS, 600, &by_clock) - START_MS - phase;
		assert_true(by_clock);
		assert_true(t > last);
		assert_true(t < 10 * MINUTE_MS);
		last = t;
	}
}

static void
what_has_come_is_not_waited_for_again(void **state)
{
	static const int64_t phase = 20 * MINUTE_MS;
	struct schedule s;
	struct wall item = {START_MS + phase + 5000};
	int64_t t;
	bool by_clock;

	(void)state;
	learn(&s, HOUR_MS, &phase, 1, 1, 30);
	schedule_observe(&s,
		&(struct schedule_poll){
			.at = {item.ms + 10000},
			.new_items = &item,
			.n_new = 1,
			.n_items = 5,
			.oldest = {SCHEDULE_NEVER},
		});
	t = next(&s, item.ms + 10000, 100, &by_clock);
	assert_true(t >= START_MS + HOUR_MS + phase);
	assert_true(t < START_MS + HOUR_MS + phase + 5 * MINUTE_MS);
}

/* An item that is due and not there is looked for again soon, if that is
 * cheap; of a feed that leaves out half its slots, less soon. */
static void
what_is_late_is_looked_for_as_long_as_it_is_likely(void **state)
{
	static const int64_t phase = 20 * MINUTE_MS;
	int64_t at = START_MS + phase + MINUTE_MS, sure, unsure;
	struct schedule s;
	bool by_clock;

	(void)state;
	learn(&s, HOUR_MS, &phase, 1, 1, 120);
	sure = next(&s, at, 800, &by_clock) - at;
	learn(&s, HOUR_MS, &phase, 1, 0.4, 120);
	unsure = next(&s, at, 800, &by_clock) - at;
	assert_true(sure < 20 * MINUTE_MS);
	assert_true(unsure > sure);
}

static struct forecast
constant(double rate)
{
	struct forecast f = {
		.per_act = 1,
		.from_ms = START_MS,
		.rate = rate,
		.rate_seen = rate,
	};

	for (size_t i = 0; i < 24; i++)
		f.hour[i] = 1;
	for (size_t i = 0; i < 7; i++)
		f.day[i] = 1;
	return f;
}

static void
a_constant_rate_is_asked_at_the_square_root(void **state)
{
	static const double rates[] = {1e-5, 1e-4, 1e-3};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rates); i++) {
		struct forecast f = constant(rates[i]);
		double want = sqrt(2 * 500 / rates[i]), got;

		got = (double)(timing_by_rate(&f, 500, START_MS + DAY_MS) -
			      START_MS) /
			1000;
		assert_true(fabs(got - want) < 0.01 * want + 1);
	}
}

/* Seconds to the next poll of a feed with 10 items an hour, at a price. */
static double
wait_at(const struct forecast *f, double mu)
{
	return (double)(timing_by_rate(f, mu, START_MS + DAY_MS) - START_MS) /
		1000;
}

static void
a_document_is_asked_before_it_holds_more_than_it_shows(void **state)
{
	struct forecast f = constant(10.0 / 3600);
	/* The price at which it would be asked every hour. */
	double hour = f.rate * 3600 * 3600 / 2;

	(void)state;
	assert_true(fabs(wait_at(&f, hour) - 3600) < 40);
	assert_true(wait_at(&f, 4 * hour) < 1.6 * 3600);
	assert_true(wait_at(&f, 4 * hour) > 1.2 * 3600);
	/* Items that come four at once are the less sure. */
	f.per_act = 4;
	assert_true(wait_at(&f, 4 * hour) < 1.1 * 3600);
	/* What was seen, where the rate is still held down by its prior. */
	f.per_act = 1;
	f.rate_seen = 3 * f.rate;
	assert_true(wait_at(&f, hour) < 0.6 * 3600);
}

static void
a_full_document_does_not_break_the_price(void **state)
{
	struct forecast f = constant(10.0 / 3600);
	double hour = f.rate * 3600 * 3600 / 2;

	(void)state;
	for (double h = 2; h <= 16; h *= 2)
		assert_true(wait_at(&f, h * h * hour) > 0.49 * h * 3600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_feed_with_two_times_a_day_is_asked_at_both_and_seldom_between),
		cmocka_unit_test(the_time_follows_how_late_items_come),
		cmocka_unit_test(what_has_come_is_not_waited_for_again),
		cmocka_unit_test(
			what_is_late_is_looked_for_as_long_as_it_is_likely),
		cmocka_unit_test(a_constant_rate_is_asked_at_the_square_root),
		cmocka_unit_test(
			a_document_is_asked_before_it_holds_more_than_it_shows),
		cmocka_unit_test(a_full_document_does_not_break_the_price),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
