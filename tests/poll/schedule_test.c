/* The policy under time of the test's own: days pass in microseconds. */
#include "testing.h"

#include <math.h>

#include "base/vec.h"
#include "poll/price.h"
#include "poll/schedule.h"
#include "poll/simulate.h"

#define MINUTE_MS ((int64_t)60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
/* Monday, 2026-01-05T00:00:00Z */
#define MONDAY_MS ((int64_t)1767571200000)

static const struct schedule_limits limits = {MINUTE_MS, DAY_MS};

static struct wall
at(int64_t ms)
{
	return (struct wall){ms};
}

/* Polls every `step` for `days`, with items at the times given. */
static void
watch(struct schedule *s, const struct wall *items, size_t n, int64_t days,
	int64_t step)
{
	size_t seen = 0, end = 0;

	for (int64_t t = MONDAY_MS; t <= MONDAY_MS + days * DAY_MS; t += step) {
		while (end < n && items[end].ms <= t)
			end++;
		struct schedule_poll p = {
			.at = at(t),
			.new_items = items + seen,
			.n_new = end - seen,
			.n_items = end < 20 ? end : 20,
			.oldest = {SCHEDULE_NEVER},
		};

		schedule_observe(s, &p);
		seen = end;
	}
}

static void
a_busier_feed_is_asked_more_often(void **state)
{
	int64_t last = INT64_MAX;
	bool by_clock;

	(void)state;
	for (int64_t every = 8 * HOUR_MS; every >= 7 * MINUTE_MS; every /= 8) {
		struct schedule s;
		VEC(struct wall) items = {0};
		struct rng r = test_rng();
		int64_t t = MONDAY_MS, next;

		while (t < MONDAY_MS + 20 * DAY_MS) {
			t += (int64_t)((.7 + .6 * rng_unit(&r)) *
				(double)every);
			vec_push(&items, at(t));
		}
		schedule_init(&s);
		watch(&s, items.p, items.n, 20, HOUR_MS);
		next = schedule_next(&s, at(MONDAY_MS + 20 * DAY_MS), 100, 1,
			       &limits, &by_clock)
				.ms -
			(MONDAY_MS + 20 * DAY_MS);
		assert_true(next < last);
		last = next;
		vec_fini(&items);
	}
}

static void
the_estimated_rate_is_near_the_true_one(void **state)
{
	struct schedule s;
	VEC(struct wall) items = {0};

	(void)state;
	for (int64_t i = 1; i < 24 * 30; i++)
		vec_push(&items, at(MONDAY_MS + i * HOUR_MS));
	schedule_init(&s);
	watch(&s, items.p, items.n, 29, HOUR_MS);
	assert_true(fabs(schedule_rate(&s) * 3600 - 1) < 0.25);
	vec_fini(&items);
}

static void
a_higher_price_and_a_lower_weight_mean_later(void **state)
{
	struct schedule s;
	struct wall now = at(MONDAY_MS);
	bool by_clock;
	int64_t cheap, dear, heavy;

	(void)state;
	schedule_init(&s);
	cheap = schedule_next(&s, now, 50, 1, &limits, &by_clock).ms;
	dear = schedule_next(&s, now, 200, 1, &limits, &by_clock).ms;
	heavy = schedule_next(&s, now, 200, 4, &limits, &by_clock).ms;
	assert_true(cheap < dear);
	assert_true(llabs(heavy - cheap) <= 1000);
	/* A constant rate r is asked every sqrt(2 mu / r) seconds. */
	assert_true(fabs((double)(cheap - now.ms) / 1000 -
			    sqrt(100 / schedule_rate(&s))) < 300);
}

static void
limits_hold_at_any_price(void **state)
{
	static const double prices[] = {0, 1e-300, 1, 1e300, INFINITY};
	struct schedule s;
	struct wall now = at(MONDAY_MS), next;
	bool by_clock;

	(void)state;
	schedule_init(&s);
	for (size_t i = 0; i < N_ROWS(prices); i++) {
		next = schedule_next(&s, now, prices[i], 1, &limits, &by_clock);
		assert_in_range(next.ms - now.ms, limits.min_ms, limits.max_ms);
	}
	assert_int_equal(schedule_next(&s, now, 0, 1, &limits, &by_clock).ms,
		now.ms + limits.min_ms);
}

static void
office_hours_are_learned(void **state)
{
	struct schedule s;
	VEC(struct wall) items = {0};
	double night, day = 0, sunday;
	struct rng r = test_rng();

	(void)state;
	/* Four items a working day, from 9 to 17 o'clock. */
	for (int64_t d = 0; d < 28; d++)
		for (int64_t i = 0; i < 4 && d % 7 < 5; i++)
			vec_push(&items,
				at(MONDAY_MS + d * DAY_MS +
					(9 + 2 * i) * HOUR_MS +
					rng_below(&r, 2 * HOUR_MS)));
	schedule_init(&s);
	watch(&s, items.p, items.n, 28, HOUR_MS);
	night = schedule_intensity(
		&s, at(MONDAY_MS + 29 * DAY_MS + 2 * HOUR_MS));
	for (int64_t h = 9; h < 17; h++)
		day += schedule_intensity(
			       &s, at(MONDAY_MS + 29 * DAY_MS + h * HOUR_MS)) /
			8;
	sunday = schedule_intensity(
		&s, at(MONDAY_MS + 34 * DAY_MS + 12 * HOUR_MS));
	assert_true(day > 3 * night);
	assert_true(day > 2 * sunday);
	vec_fini(&items);
}

/* Eight items, all in the afternoon, say a lot about the night, two say little,
 * and four at once no more than one. */
static void
a_few_items_show_the_time_of_day(void **state)
{
	static const struct {
		int64_t items, each;
		double least, most; /* of afternoon against night */
	} rows[] = {{2, 1, 1.2, 4}, {8, 1, 5, 1000}, {2, 4, 1.2, 4}};
	double hours[24], days[7], mean = 0;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct schedule s;
		VEC(struct wall) items = {0};

		for (int64_t k = 0; k < rows[i].items * rows[i].each; k++)
			vec_push(&items,
				at(MONDAY_MS +
					k / rows[i].each * 28 / rows[i].items *
						DAY_MS +
					(13 + k / rows[i].each % 4) * HOUR_MS));
		schedule_init(&s);
		watch(&s, items.p, items.n, 28, HOUR_MS);
		schedule_profile(&s, hours, days);
		if (hours[15] / hours[3] < rows[i].least ||
			hours[15] / hours[3] > rows[i].most)
			fail_msg("row %zu: %g", i, hours[15] / hours[3]);
		vec_fini(&items);
	}
	for (size_t h = 0; h < 24; h++)
		mean += hours[h] / 24;
	assert_true(fabs(mean - 1) < 1e-6);
}

static void
an_hourly_feed_is_asked_just_after_its_minute(void **state)
{
	struct schedule s;
	struct schedule_clock c;
	VEC(struct wall) items = {0};
	struct rng r = test_rng();
	struct wall next;
	bool by_clock;
	int64_t minute;

	(void)state;
	for (int64_t h = 0; h < 48; h += 2)
		vec_push(&items,
			at(MONDAY_MS + h * HOUR_MS + 17 * MINUTE_MS +
				rng_below(&r, 40000)));
	schedule_init(&s);
	watch(&s, items.p, items.n, 2, 10 * MINUTE_MS);
	c = schedule_clock_of(&s);
	assert_int_equal(c.period_ms, HOUR_MS);
	next = schedule_next(
		&s, at(MONDAY_MS + 2 * DAY_MS), 100, 1, &limits, &by_clock);
	assert_true(by_clock);
	minute = next.ms % HOUR_MS;
	assert_in_range(minute, 17 * MINUTE_MS + 20000, 19 * MINUTE_MS);
	vec_fini(&items);
}

static void
a_daily_feed_is_asked_just_after_its_time_of_day(void **state)
{
	struct schedule s;
	VEC(struct wall) items = {0};
	struct wall next;
	bool by_clock;

	(void)state;
	for (int64_t d = 0; d < 10; d++)
		vec_push(&items,
			at(MONDAY_MS + d * DAY_MS + 6 * HOUR_MS +
				(d % 3) * MINUTE_MS));
	schedule_init(&s);
	watch(&s, items.p, items.n, 10, HOUR_MS);
	next = schedule_next(
		&s, at(MONDAY_MS + 10 * DAY_MS), 1e3, 1, &limits, &by_clock);
	assert_true(by_clock);
	assert_in_range(next.ms - MONDAY_MS - 10 * DAY_MS, 6 * HOUR_MS,
		6 * HOUR_MS + 10 * MINUTE_MS);
	vec_fini(&items);
}

static void
sixteen_items_in_one_afternoon_are_no_clock(void **state)
{
	struct schedule s;
	VEC(struct wall) items = {0};

	(void)state;
	for (int64_t i = 0; i < 16; i++)
		vec_push(&items,
			at(MONDAY_MS + 14 * HOUR_MS + i * 7 * MINUTE_MS));
	schedule_init(&s);
	watch(&s, items.p, items.n, 1, HOUR_MS);
	assert_int_equal(schedule_clock_of(&s).period_ms, 0);
	vec_fini(&items);
}

/* A first document that reaches back one afternoon is no reason to believe that
 * nothing is published at night. */
static void
hours_never_watched_are_taken_for_average(void **state)
{
	struct schedule s;
	VEC(struct wall) items = {0};
	double hours[24], days[7];

	(void)state;
	for (int64_t i = 0; i < 20; i++)
		vec_push(&items,
			at(MONDAY_MS + 14 * HOUR_MS + i * 9 * MINUTE_MS));
	schedule_init(&s);
	schedule_observe(&s,
		&(struct schedule_poll){
			.at = at(MONDAY_MS + 17 * HOUR_MS),
			.new_items = items.p,
			.n_new = items.n,
			.n_items = items.n,
			.oldest = items.p[0],
		});
	schedule_profile(&s, hours, days);
	for (size_t i = 0; i < 24; i++)
		assert_true(hours[i] > 0.8 && hours[i] < 1.25);
	for (size_t i = 0; i < 7; i++)
		assert_true(days[i] > 0.99 && days[i] < 1.01);
	vec_fini(&items);
}

/* Four items at once, at any time: the next are no likelier for it. */
static void
items_that_come_at_once_are_no_burst(void **state)
{
	struct schedule s, alone;
	VEC(struct wall) items = {0};
	double just_after, later;
	int64_t t = MONDAY_MS;

	(void)state;
	for (unsigned k = 1; t < MONDAY_MS + 20 * DAY_MS; k++) {
		t += (int64_t)(-log(1 - fmod(k * 0.618, 1)) *
			(double)(3 * HOUR_MS));
		for (int i = 0; i < 4; i++)
			vec_push(&items, at(t));
	}
	schedule_init(&s);
	watch(&s, items.p, items.n, 20, HOUR_MS);
	alone = s;
	alone.burst = 0;
	just_after = schedule_intensity(&s, at(s.last_item_ms + MINUTE_MS));
	later = schedule_intensity(&alone, at(s.last_item_ms + MINUTE_MS));
	assert_true(just_after < 2 * later);
	vec_fini(&items);
}

static void
an_item_that_draws_others_is_followed_up_sooner(void **state)
{
	struct schedule s;
	VEC(struct wall) items = {0};
	int64_t t = MONDAY_MS;
	bool by_clock;
	struct wall now;
	int64_t hot, cold;

	(void)state;
	for (unsigned k = 1; t < MONDAY_MS + 20 * DAY_MS; k++) {
		t += (int64_t)((.5 + fmod(k * 0.618, 1)) *
			(double)(20 * HOUR_MS));
		for (unsigned i = 0; i < 4; i++)
			vec_push(&items,
				at(t += (3 + 5 * ((k + i) % 4)) * MINUTE_MS));
	}
	schedule_init(&s);
	watch(&s, items.p, items.n, 20, 10 * MINUTE_MS);
	now = at(s.last_item_ms + MINUTE_MS);
	hot = schedule_next(&s, now, 20000, 1, &limits, &by_clock).ms - now.ms;
	s.last_item_ms -= 10 * HOUR_MS;
	cold = schedule_next(&s, now, 20000, 1, &limits, &by_clock).ms - now.ms;
	assert_true((double)hot < 0.7 * (double)cold);
	vec_fini(&items);
}

static void
what_was_learned_survives_as_bytes(void **state)
{
	struct schedule s, back;
	VEC(struct wall) items = {0};
	struct strbuf b = STRBUF_INIT(4096), again = STRBUF_INIT(4096);

	(void)state;
	for (int64_t i = 0; i < 50; i++)
		vec_push(&items, at(MONDAY_MS + i * 5 * HOUR_MS));
	schedule_init(&s);
	watch(&s, items.p, items.n, 9, HOUR_MS);
	schedule_pack(&s, &b);
	assert_true(b.n <= 256);
	assert_true(schedule_unpack(strbuf_as_span(&b), &back));
	schedule_pack(&back, &again);
	assert_int_equal(b.n, again.n);
	assert_memory_equal(b.p, again.p, b.n);
	assert_false(schedule_unpack(span_make(b.p, b.n - 1), &back));
	assert_int_equal(back.last_poll_ms, SCHEDULE_NEVER);
	strbuf_fini(&b);
	strbuf_fini(&again);
	vec_fini(&items);
}

/* All that is asked of a state, a poll of a feed's life later, too. */
static void
live_on(struct schedule *s, struct wall now)
{
	static const double prices[] = {1e-6, 1, 1e3, 1e6, 1e12};
	struct schedule_poll p = {
		.at = now,
		.new_items = &now,
		.n_new = 1,
		.n_items = 20,
		.oldest = {SCHEDULE_NEVER},
	};
	double hours[24], days[7], interest;
	struct wall next;
	bool by_clock;

	for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]); i++) {
		next = schedule_next(s, now, prices[i], 1, &limits, &by_clock);
		assert_in_range(next.ms - now.ms, limits.min_ms, limits.max_ms);
	}
	schedule_profile(s, hours, days);
	for (size_t i = 0; i < 24; i++)
		assert_true(isfinite(hours[i]) && hours[i] >= 0);
	for (size_t i = 0; i < 7; i++)
		assert_true(isfinite(days[i]) && days[i] >= 0);
	interest = schedule_interest(s, .1);
	assert_true(interest > 0 && interest <= SCHEDULE_INTEREST_MAX);
	assert_true(isfinite(schedule_intensity(s, now)));
	assert_in_range(
		schedule_delay_ms(s, now, at(now.ms + DAY_MS)), 0, DAY_MS);
	schedule_observe(s, &p);
}

static void
damaged_bytes_never_make_a_state_that_breaks(void **state)
{
	struct rng r = test_rng();
	struct schedule s, back;
	struct strbuf good = STRBUF_INIT(4096), b = STRBUF_INIT(4096);
	struct wall items[40];
	int accepted = 0;

	(void)state;
	for (int64_t i = 0; i < 40; i++)
		items[i] = at(MONDAY_MS + i * HOUR_MS);
	schedule_init(&s);
	watch(&s, items, 40, 3, HOUR_MS);
	schedule_pack(&s, &good);
	for (int i = 0; i < 20000; i++) {
		strbuf_clear(&b);
		strbuf_put(&b, good.p, good.n);
		for (uint32_t k = 1 + rng_below(&r, 8); k > 0; k--)
			b.p[1 + rng_below(&r, (uint32_t)b.n - 1)] =
				(char)rng_next(&r);
		if (!schedule_unpack(strbuf_as_span(&b), &back)) {
			assert_int_equal(back.last_poll_ms, SCHEDULE_NEVER);
			continue;
		}
		accepted++;
		live_on(&back, at(MONDAY_MS + 4 * DAY_MS));
		live_on(&back, at(MONDAY_MS + 5 * DAY_MS));
	}
	assert_true(accepted > 2000);
	strbuf_fini(&good);
	strbuf_fini(&b);
}

/* Times as far off as dates can be, and none farther. */
static void
times_beyond_the_year_9999_are_no_state(void **state)
{
	static const struct {
		int64_t ms;
		bool ok;
	} rows[] = {
		{INT64_C(253402300799999), true},
		{INT64_C(253402300800000), false},
		{INT64_C(-253402300799999), true},
		{INT64_C(-253402300800000), false},
		{INT64_MAX, false},
		{SCHEDULE_NEVER + 1, false},
	};
	struct strbuf b = STRBUF_INIT(4096);
	struct schedule s, back;
	int64_t *times[] = {&s.last_poll_ms, &s.last_item_ms, &s.since_ms};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 0; k < 3; k++) {
			schedule_init(&s);
			s.last_poll_ms = MONDAY_MS;
			*times[k] = rows[i].ms;
			strbuf_clear(&b);
			schedule_pack(&s, &b);
			assert_int_equal(
				schedule_unpack(strbuf_as_span(&b), &back),
				rows[i].ok);
			if (rows[i].ok)
				live_on(&back, at(MONDAY_MS));
		}
	/* An item that no poll saw. */
	schedule_init(&s);
	s.last_item_ms = MONDAY_MS;
	strbuf_clear(&b);
	schedule_pack(&s, &b);
	assert_false(schedule_unpack(strbuf_as_span(&b), &back));
	strbuf_fini(&b);
}

struct tally {
	size_t polls;
	struct wall last[40];
};

static bool
count_poll(size_t feed, struct wall t, void *arg)
{
	struct tally *c = arg;

	assert_true(t.ms - c->last[feed].ms >= MINUTE_MS);
	c->last[feed] = t;
	c->polls++;
	return true;
}

/* Whatever the feeds do, the budget is kept and a minute lies between polls. */
static void
the_budget_is_kept(void **state)
{
	enum { FEEDS = 40, DAYS = 14 };
	static const double budgets[] = {4, 24, 96};
	struct simulate_feed feeds[FEEDS];
	VEC(struct wall) items[FEEDS] = {0};
	struct rng r = test_rng();

	(void)state;
	for (size_t i = 0; i < FEEDS; i++) {
		int64_t mean = (int64_t)rng_below(&r, 2880) + 5;

		for (int64_t t = MONDAY_MS - 7 * DAY_MS;
			t < MONDAY_MS + DAYS * DAY_MS;) {
			t += (int64_t)(-log(1 - rng_unit(&r)) *
				(double)(mean * MINUTE_MS));
			vec_push(&items[i], at(t));
		}
		feeds[i] = (struct simulate_feed){items[i].p, items[i].n};
	}
	for (size_t b = 0; b < N_ROWS(budgets); b++) {
		struct tally tally = {0};
		struct simulate_conf conf = {
			.feeds = feeds,
			.n_feeds = FEEDS,
			.start = at(MONDAY_MS),
			.end = at(MONDAY_MS + DAYS * DAY_MS),
			.budget = budgets[b],
			.limits = limits,
			.on_poll = count_poll,
			.arg = &tally,
		};
		double used;

		simulate_run(&conf);
		used = (double)tally.polls / FEEDS / DAYS;
		if (used > budgets[b] * 1.02 || used < budgets[b] * 0.9)
			fail_msg("budget %g, used %g", budgets[b], used);
	}
	for (size_t i = 0; i < FEEDS; i++)
		vec_fini(&items[i]);
}

static bool
count_day(size_t feed, struct wall t, void *arg)
{
	size_t *days = arg;

	(void)feed;
	days[(t.ms - MONDAY_MS) / DAY_MS % 7]++;
	return true;
}

/* What is saved while nothing is published goes to the days when it is. */
static void
polls_saved_at_weekends_go_to_working_days(void **state)
{
	enum { FEEDS = 30, DAYS = 28 };
	struct simulate_feed feeds[FEEDS];
	VEC(struct wall) items[FEEDS] = {0};
	struct rng r = test_rng();
	size_t days[7] = {0}, sum = 0;
	struct simulate_conf conf = {
		.feeds = feeds,
		.n_feeds = FEEDS,
		.start = at(MONDAY_MS),
		.end = at(MONDAY_MS + DAYS * DAY_MS),
		.budget = 24,
		.limits = limits,
		.on_poll = count_day,
		.arg = days,
	};

	(void)state;
	for (size_t i = 0; i < FEEDS; i++) {
		for (int64_t d = -14; d < DAYS; d++)
			for (int k = 0; k < 8 && (d + 14) % 7 < 5; k++)
				vec_push(&items[i],
					at(MONDAY_MS + d * DAY_MS +
						k * 3 * HOUR_MS +
						rng_below(&r, 3 * HOUR_MS)));
		feeds[i] = (struct simulate_feed){items[i].p, items[i].n};
	}
	simulate_run(&conf);
	for (size_t i = 0; i < 7; i++)
		sum += days[i];
	assert_true((double)sum <= 1.01 * FEEDS * DAYS * conf.budget);
	assert_true((double)sum >= 0.94 * FEEDS * DAYS * conf.budget);
	if ((double)(days[1] + days[2]) < 1.8 * (double)(days[5] + days[6]))
		fail_msg("%zu on two working days, %zu on a weekend",
			days[1] + days[2], days[5] + days[6]);
	for (size_t i = 0; i < FEEDS; i++)
		vec_fini(&items[i]);
}

static void
a_month_asleep_makes_polls_cheaper_but_not_free(void **state)
{
	struct schedule_price p;
	struct wall now = {0};
	double before, after;

	(void)state;
	schedule_price_init(&p, now);
	p.budget = 1.0 / 60;
	schedule_price_change(&p, 0, 1e-3);
	for (int i = 0; i < 10 * 24 * 60; i++, now.ms += MINUTE_MS) {
		schedule_price_mu(&p, now);
		schedule_price_spend(&p, now);
	}
	before = schedule_price_mu(&p, now);
	now.ms += 30 * DAY_MS;
	after = schedule_price_mu(&p, now);
	assert_true(after < 0.2 * before);
	assert_true(after > 0.01 * before);
}

static void
a_feed_that_hits_more_is_worth_more(void **state)
{
	struct schedule s;
	double often, never, unknown;

	(void)state;
	schedule_init(&s);
	unknown = schedule_interest(&s, 0.1);
	s.judged = 100;
	never = schedule_interest(&s, 0.1);
	s.hits = 50;
	often = schedule_interest(&s, 0.1);
	assert_true(never < unknown && unknown < often);
	assert_true(never >= SCHEDULE_INTEREST_FLOOR);
	assert_true(unknown > 0.99 && unknown < 1.01);
	s.judged = s.hits = 10000;
	assert_true(schedule_interest(&s, 0.0001) <= SCHEDULE_INTEREST_MAX);
	/* Where nothing ever hit, all are alike. */
	assert_true(schedule_interest(&s, 0) == 1);
}

static void
the_share_of_hits_over_all_feeds_is_their_mean_and_follows(void **state)
{
	struct schedule_price p;

	(void)state;
	schedule_price_init(&p, (struct wall){0});
	schedule_price_judge(&p, 10, 1);
	schedule_price_judge(&p, 30, 3);
	assert_true(p.hit_share > 0.099 && p.hit_share < 0.101);
	for (unsigned i = 0; i < 10000; i++)
		schedule_price_judge(&p, 20, 10);
	assert_true(p.hit_share > 0.49 && p.hit_share < 0.51);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polls_saved_at_weekends_go_to_working_days),
		cmocka_unit_test(
			a_month_asleep_makes_polls_cheaper_but_not_free),
		cmocka_unit_test(a_feed_that_hits_more_is_worth_more),
		cmocka_unit_test(
			the_share_of_hits_over_all_feeds_is_their_mean_and_follows),
		cmocka_unit_test(a_busier_feed_is_asked_more_often),
		cmocka_unit_test(the_estimated_rate_is_near_the_true_one),
		cmocka_unit_test(a_higher_price_and_a_lower_weight_mean_later),
		cmocka_unit_test(limits_hold_at_any_price),
		cmocka_unit_test(office_hours_are_learned),
		cmocka_unit_test(a_few_items_show_the_time_of_day),
		cmocka_unit_test(an_hourly_feed_is_asked_just_after_its_minute),
		cmocka_unit_test(
			a_daily_feed_is_asked_just_after_its_time_of_day),
		cmocka_unit_test(sixteen_items_in_one_afternoon_are_no_clock),
		cmocka_unit_test(hours_never_watched_are_taken_for_average),
		cmocka_unit_test(items_that_come_at_once_are_no_burst),
		cmocka_unit_test(
			an_item_that_draws_others_is_followed_up_sooner),
		cmocka_unit_test(what_was_learned_survives_as_bytes),
		cmocka_unit_test(damaged_bytes_never_make_a_state_that_breaks),
		cmocka_unit_test(times_beyond_the_year_9999_are_no_state),
		cmocka_unit_test(the_budget_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
