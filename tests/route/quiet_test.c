/*
 * Quiet hours under a fake clock, through the nights in which clocks change.
 * The table below is also that of doc/ROUTES.md.
 */
#include "testing.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/zone.h"
#include "config/value.h"
#include "route/quiet.h"

#define ALL_DAYS 0x7fU
#define SAT_SUN 0x41U
#define MINUTE_MS ((int64_t)60000)

static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct route_quiet
quiet(const char *name, const char *from, const char *to, unsigned days)
{
	struct route_quiet q = {.days = days};
	struct zone *z = NULL;
	struct err err;

	if (zone_load(span_of(name), arena, &z, &err) == -1)
		fail_msg("%s", err.msg);
	q.zone = z;
	assert_true(value_clock(span_of(from), &q.from_min));
	assert_true(value_clock(span_of(to), &q.to_min));
	return q;
}

static int64_t
at(const char *text)
{
	struct wall t;

	if (!date_parse(span_of(text), &t))
		fail_msg("%s", text);
	return t.ms;
}

/* A night as a whole: quiet from begin up to end, and not a moment longer. */
struct night {
	const char *zone, *from, *to, *begin, *end;
};

static const struct night nights[] = {
	/* ordinary nights */
	{"Europe/Berlin", "22:00", "07:00", "2026-01-14T21:00:00Z",
		"2026-01-15T06:00:00Z"},
	{"Europe/Berlin", "22:00", "07:00", "2026-07-14T20:00:00Z",
		"2026-07-15T05:00:00Z"},
	{"Europe/Berlin", "00:00", "06:30", "2026-07-14T22:00:00Z",
		"2026-07-15T04:30:00Z"},
	{"Europe/Berlin", "12:00", "13:00", "2026-07-14T10:00:00Z",
		"2026-07-14T11:00:00Z"},
	{"Europe/Berlin", "18:00", "24:00", "2026-07-14T16:00:00Z",
		"2026-07-14T22:00:00Z"},
	{"Asia/Kolkata", "22:00", "07:00", "2026-07-14T16:30:00Z",
		"2026-07-15T01:30:00Z"},
	/* spring: 02:00 to 03:00 is no time */
	{"Europe/Berlin", "22:00", "07:00", "2026-03-28T21:00:00Z",
		"2026-03-29T05:00:00Z"},
	{"Europe/Berlin", "22:00", "02:30", "2026-03-28T21:00:00Z",
		"2026-03-29T01:00:00Z"},
	{"Europe/Berlin", "02:30", "06:00", "2026-03-29T01:00:00Z",
		"2026-03-29T04:00:00Z"},
	{"America/New_York", "22:00", "07:00", "2026-03-08T03:00:00Z",
		"2026-03-08T11:00:00Z"},
	{"Australia/Sydney", "22:00", "07:00", "2026-10-03T12:00:00Z",
		"2026-10-03T20:00:00Z"},
	{"Australia/Lord_Howe", "22:00", "07:00", "2026-10-03T11:30:00Z",
		"2026-10-03T20:00:00Z"},
	/* autumn: an hour comes twice */
	{"Europe/Berlin", "22:00", "07:00", "2026-10-24T20:00:00Z",
		"2026-10-25T06:00:00Z"},
	{"Europe/Berlin", "22:00", "02:30", "2026-10-24T20:00:00Z",
		"2026-10-25T01:30:00Z"},
	{"Europe/Berlin", "02:30", "06:00", "2026-10-25T00:30:00Z",
		"2026-10-25T05:00:00Z"},
	{"Europe/Berlin", "02:15", "02:45", "2026-10-25T00:15:00Z",
		"2026-10-25T01:45:00Z"},
	{"America/New_York", "22:00", "01:30", "2026-11-01T02:00:00Z",
		"2026-11-01T06:30:00Z"},
	{"Australia/Lord_Howe", "22:00", "07:00", "2026-04-04T11:00:00Z",
		"2026-04-04T20:30:00Z"},
	/* by the rule of the zone, beyond its table */
	{"Europe/Berlin", "22:00", "07:00", "2061-03-26T21:00:00Z",
		"2061-03-27T05:00:00Z"},
};

static void
a_night_is_quiet_from_its_begin_to_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(nights); i++) {
		const struct night *n = &nights[i];
		struct route_quiet q = quiet(n->zone, n->from, n->to, ALL_DAYS);
		int64_t begin = at(n->begin), end = at(n->end);
		struct wall before = {begin - 1}, after = {end};

		if (quiet_until(&q, before).ms || quiet_until(&q, after).ms)
			fail_msg("%s %s: is quiet beside its night", n->zone,
				n->begin);
		for (int64_t t = begin; t < end; t += MINUTE_MS) {
			struct wall now = {t}, last = {end - 1};

			if (quiet_until(&q, now).ms != end ||
				quiet_until(&q, last).ms != end)
				fail_msg("%s %s: not quiet at +%lld min",
					n->zone, n->begin,
					(long long)((t - begin) / MINUTE_MS));
		}
	}
}

static void
hours_that_the_clock_jumps_over_are_no_night(void **state)
{
	struct route_quiet q =
		quiet("Europe/Berlin", "02:15", "02:45", ALL_DAYS);

	(void)state;
	for (int64_t t = at("2026-03-29T00:00:00Z");
		t < at("2026-03-29T03:00:00Z"); t += MINUTE_MS)
		assert_int_equal(quiet_until(&q, (struct wall){t}).ms, 0);
}

static void
a_day_that_a_place_skipped_has_no_hours(void **state)
{
	struct route_quiet q =
		quiet("Pacific/Apia", "08:00", "20:00", ALL_DAYS);

	(void)state;
	/* Samoa had no December 30, 2011. */
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2011-12-30T05:00:00Z")}).ms,
		at("2011-12-30T06:00:00Z"));
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2011-12-30T10:00:00Z")}).ms,
		0);
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2011-12-30T19:00:00Z")}).ms,
		at("2011-12-31T06:00:00Z"));
}

static void
days_are_those_on_which_a_night_begins(void **state)
{
	struct route_quiet q = quiet("UTC", "22:00", "07:00", SAT_SUN);

	(void)state;
	/* 2026-07-18 is a Saturday. */
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2026-07-18T03:00:00Z")}).ms,
		0);
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2026-07-19T03:00:00Z")}).ms,
		at("2026-07-19T07:00:00Z"));
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2026-07-20T03:00:00Z")}).ms,
		at("2026-07-20T07:00:00Z"));
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2026-07-20T23:00:00Z")}).ms,
		0);
}

static void
nights_that_touch_are_one(void **state)
{
	struct route_quiet q =
		quiet("Europe/Berlin", "00:00", "24:00", SAT_SUN);

	(void)state;
	/* The weekend in which clocks go back: 49 hours. */
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2026-10-23T22:00:00Z")}).ms,
		at("2026-10-25T23:00:00Z"));
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2026-10-23T21:59:59Z")}).ms,
		0);
}

static void
a_route_without_hours_is_never_quiet(void **state)
{
	struct route_quiet q = {.days = ALL_DAYS};

	(void)state;
	assert_int_equal(
		quiet_until(&q, (struct wall){at("2026-10-23T22:00:00Z")}).ms,
		0);
}

/* The end is not quiet, and every instant before it says the same end. */
static void
ends_hold_for_random_hours_zones_and_instants(void **state)
{
	static const char *const zones[] = {"Europe/Berlin", "America/New_York",
		"Australia/Lord_Howe", "America/Asuncion", "Asia/Gaza", "UTC"};
	struct rng rng = test_rng();

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		struct route_quiet q =
			quiet(zones[rng_below(&rng, N_ROWS(zones))], "00:00",
				"00:00", 1 + rng_below(&rng, 0x7e));
		struct wall now = {
			(int64_t)rng_below(&rng, 4102444800U) * 1000};
		struct wall end, mid;

		q.from_min = rng_below(&rng, ROUTE_MINUTES);
		q.to_min = rng_below(&rng, ROUTE_MINUTES + 1);
		end = quiet_until(&q, now);
		if (!end.ms)
			continue;
		mid.ms = now.ms + (end.ms - now.ms) / 2;
		if (end.ms <= now.ms || quiet_until(&q, end).ms ||
			quiet_until(&q, mid).ms != end.ms)
			fail_msg("%u to %u, days %x, at %lld", q.from_min,
				q.to_min, q.days, (long long)now.ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_is_quiet_from_its_begin_to_its_end),
		cmocka_unit_test(hours_that_the_clock_jumps_over_are_no_night),
		cmocka_unit_test(a_day_that_a_place_skipped_has_no_hours),
		cmocka_unit_test(days_are_those_on_which_a_night_begins),
		cmocka_unit_test(nights_that_touch_are_one),
		cmocka_unit_test(a_route_without_hours_is_never_quiet),
		cmocka_unit_test(ends_hold_for_random_hours_zones_and_instants),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
