/* What answers mean: one row per rule. */
#include "testing.h"

#include "poll/policy.h"

#include "base/date.h"

static struct wall
at(const char *text)
{
	struct wall t;

	assert_true(date_parse(span_of(text), &t));
	return t;
}

static void
each_status_has_its_action(void **state)
{
	static const struct {
		unsigned status;
		enum policy_action action;
	} rows[] = {
		{200, POLICY_DOCUMENT},
		{201, POLICY_ERROR},
		{203, POLICY_DOCUMENT},
		{204, POLICY_UNCHANGED},
		{206, POLICY_ERROR},
		{226, POLICY_DOCUMENT},
		{300, POLICY_ERROR},
		{301, POLICY_MOVED},
		{302, POLICY_REDIRECT},
		{303, POLICY_REDIRECT},
		{304, POLICY_UNCHANGED},
		{307, POLICY_REDIRECT},
		{308, POLICY_MOVED},
		{400, POLICY_ERROR},
		{401, POLICY_ERROR},
		{403, POLICY_SLOWER},
		{404, POLICY_ERROR},
		{410, POLICY_GONE},
		{429, POLICY_SLOWER},
		{451, POLICY_ERROR},
		{500, POLICY_ERROR},
		{503, POLICY_SLOWER},
		{599, POLICY_ERROR},
		{0, POLICY_ERROR},
		{999, POLICY_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		if (policy_status(rows[i].status) != rows[i].action)
			fail_msg("HTTP %u", rows[i].status);
		if (rows[i].action >= POLICY_SLOWER)
			assert_true(strlen(policy_advice(rows[i].status)) > 0);
	}
}

static void
freshness_follows_rfc_9111(void **state)
{
	static const struct {
		const char *cache_control, *age, *expires, *date;
		int64_t seconds;
	} rows[] = {
		{"max-age=600", "", "", "", 600},
		{"public, max-age=600", "", "", "", 600},
		{"MAX-AGE=\"600\"", "", "", "", 600},
		{"max-age=600", "200", "", "", 400},
		{"max-age=600", "900", "", "", 0},
		{"max-age=600", "nonsense", "", "", 600},
		{"max-age=600, no-cache", "", "", "", 0},
		{"no-store", "", "Fri, 01 Jan 2027 00:00:00 GMT", "", 0},
		{"max-age=-1", "", "", "", 0},
		{"max-age=soon", "", "", "", 0},
		{"max-age=99999999999999999999999", "", "", "", 86400},
		{"", "", "Thu, 01 Jan 2026 01:00:00 GMT", "", 3600},
		{"", "", "Thu, 01 Jan 2026 01:00:00 GMT",
			"Thu, 01 Jan 2026 00:30:00 GMT", 1800},
		{"", "", "Wed, 31 Dec 2025 00:00:00 GMT", "", 0},
		{"", "", "0", "", 0},
		{"", "", "Fri, 01 Jan 2100 00:00:00 GMT", "", 86400},
		{"max-age=60", "", "Fri, 01 Jan 2100 00:00:00 GMT", "", 60},
		{"s-maxage=600", "", "", "", -1},
		/* a comma in quotes ends nothing; 5.2.2.4: with names,
		 * no-cache is about these fields only */
		{"private=\"a, max-age=1\", max-age=600", "", "", "", 600},
		{"ext=\"a\\\", max-age=1\", max-age=600", "", "", "", 600},
		{"no-cache=\"Set-Cookie\", max-age=600", "", "", "", 600},
		{"no-cache, max-age=600", "", "", "", 0},
		{" ,, max-age = 600 ,", "", "", "", 600},
		{"ext=\"max-age=600", "", "", "", -1},
		/* 4.2.3: what a cache held it for counts against Expires, too
		 */
		{"", "1000", "Thu, 01 Jan 2026 01:00:00 GMT", "", 2600},
		{"", "90000", "Sat, 03 Jan 2026 00:00:00 GMT", "", 82800},
		{"", "", "Fri, 31 Dec 9999 23:59:59 GMT", "", 86400},
		{"", "", "", "", -1},
		{"public", "60", "", "Thu, 01 Jan 2026 00:00:00 GMT", -1},
	};
	struct wall now = at("2026-01-01T00:00:00Z");

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct policy_freshness h = {span_of(rows[i].cache_control),
			span_of(rows[i].age), span_of(rows[i].expires),
			span_of(rows[i].date)};
		int64_t got = policy_fresh_ms(&h, now);

		if (got != (rows[i].seconds < 0 ? -1 : rows[i].seconds * 1000))
			fail_msg("row %zu: %lld ms", i, (long long)got);
	}
}

static void
what_a_304_does_not_say_is_kept_for_an_hour_at_most(void **state)
{
	(void)state;
	assert_int_equal(policy_fresh_kept_ms(0), 0);
	assert_int_equal(policy_fresh_kept_ms(POLICY_KEPT_MS), POLICY_KEPT_MS);
	assert_int_equal(policy_fresh_kept_ms(POLICY_MAX_MS), POLICY_KEPT_MS);
}

static void
retry_after_has_two_forms(void **state)
{
	static const struct {
		const char *value;
		int64_t ms;
		const char *date; /* of the answer */
	} rows[] = {
		{"120", 120000, ""},
		{" 120 ", 120000, ""},
		{"0", 0, ""},
		{"99999999999999999999", POLICY_MAX_MS, ""},
		{"Thu, 01 Jan 2026 00:02:00 GMT", 120000, ""},
		{"Wed, 31 Dec 2025 23:00:00 GMT", 0, ""},
		{"Fri, 01 Jan 2100 00:00:00 GMT", POLICY_MAX_MS, ""},
		{"", -1, ""},
		{"-5", -1, ""},
		{"1.5", -1, ""},
		{"tomorrow", -1, ""},
		{"120 seconds", -1, ""},
		{"Thursday, 01-Jan-26 00:02:00 GMT", 120000, ""},
		{"Thu Jan  1 00:02:00 2026", 120000, ""},
		{"Fri, 31 Dec 9999 23:59:59 GMT", POLICY_MAX_MS, ""},
		/* their clock is an hour behind ours, or ahead */
		{"Wed, 31 Dec 2025 23:02:00 GMT", 120000,
			"Wed, 31 Dec 2025 23:00:00 GMT"},
		{"Thu, 01 Jan 2026 01:02:00 GMT", 120000,
			"Thu, 01 Jan 2026 01:00:00 GMT"},
		{"Thu, 01 Jan 2026 00:02:00 GMT", 120000, "nonsense"},
	};
	struct wall now = at("2026-01-01T00:00:00Z");

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		int64_t got = policy_retry_after_ms(
			span_of(rows[i].value), span_of(rows[i].date), now);

		if (got != rows[i].ms)
			fail_msg(
				"'%s': %lld ms", rows[i].value, (long long)got);
	}
}

static void
skipped_hours_and_days_move_the_due_time(void **state)
{
	static const struct {
		const char *due;
		uint32_t hours;
		uint8_t days;
		const char *next;
	} rows[] = {
		/* 2026-01-01 is a Thursday. */
		{"2026-01-01T03:20:00Z", 0x3f, 0, "2026-01-01T06:00:00Z"},
		{"2026-01-01T06:20:00Z", 0x3f, 0, "2026-01-01T06:20:00Z"},
		{"2026-01-01T23:20:00Z", 0, 1u << 5, "2026-01-01T23:20:00Z"},
		{"2026-01-02T12:20:00Z", 0, 1u << 5, "2026-01-03T00:00:00Z"},
		/* a weekend is longer than a day, which is the most */
		{"2026-01-03T12:20:00Z", 0, 1u << 0 | 1u << 6,
			"2026-01-04T12:20:00Z"},
		/* all of them cannot be meant */
		{"2026-01-03T12:20:00Z", 0xffffff, 0, "2026-01-03T12:20:00Z"},
		{"2026-01-03T12:20:00Z", 0, 0x7f, "2026-01-03T12:20:00Z"},
		{"2026-01-03T12:20:00Z", 0, 0, "2026-01-03T12:20:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(policy_unskip(at(rows[i].due), rows[i].hours,
					 rows[i].days)
					 .ms,
			at(rows[i].next).ms);
}

static void
backoff_doubles_up_to_a_day_and_keeps_half(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 40; n++) {
		int64_t full = n < 12 ? (int64_t)60000 << n : POLICY_MAX_MS;
		int64_t least, most;

		if (full > POLICY_MAX_MS)
			full = POLICY_MAX_MS;
		least = policy_backoff_ms(60000, n, true, 0);
		most = policy_backoff_ms(60000, n, true, UINT32_MAX);
		assert_in_range(least, full / 2, full);
		assert_in_range(most, full / 2, full);
		assert_true(least < most);
		/* so never sooner than without a failure */
		assert_true(least >= 60000);
	}
}

static void
a_feed_that_nobody_answered_for_is_tried_sooner(void **state)
{
	const int64_t day = POLICY_MAX_MS;

	(void)state;
	assert_int_equal(policy_backoff_ms(day / 2, 1, true, 0), day / 2);
	assert_int_equal(
		policy_backoff_ms(day / 2, 1, false, 0), POLICY_NETWORK_MS);
	assert_int_equal(policy_backoff_ms(60000, 1, false, 0), 60000);
	assert_int_equal(policy_backoff_ms(day, 30, false, 0), day / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_has_its_action),
		cmocka_unit_test(freshness_follows_rfc_9111),
		cmocka_unit_test(
			what_a_304_does_not_say_is_kept_for_an_hour_at_most),
		cmocka_unit_test(retry_after_has_two_forms),
		cmocka_unit_test(skipped_hours_and_days_move_the_due_time),
		cmocka_unit_test(backoff_doubles_up_to_a_day_and_keeps_half),
		cmocka_unit_test(
			a_feed_that_nobody_answered_for_is_tried_sooner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
