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
		{203, POLICY_ERROR},
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
		{"s-maxage=600", "", "", "", 0},
		{"", "", "", "", 0},
	};
	struct wall now = at("2026-01-01T00:00:00Z");

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct policy_freshness h = {span_of(rows[i].cache_control),
			span_of(rows[i].age), span_of(rows[i].expires),
			span_of(rows[i].date)};
		int64_t got = policy_fresh_ms(&h, now);

		if (got != rows[i].seconds * 1000)
			fail_msg("row %zu: %lld ms", i, (long long)got);
	}
}

static void
retry_after_has_two_forms(void **state)
{
	static const struct {
		const char *value;
		int64_t ms;
	} rows[] = {
		{"120", 120000},
		{" 120 ", 120000},
		{"0", 0},
		{"99999999999999999999", POLICY_MAX_MS},
		{"Thu, 01 Jan 2026 00:02:00 GMT", 120000},
		{"Wed, 31 Dec 2025 23:00:00 GMT", 0},
		{"Fri, 01 Jan 2100 00:00:00 GMT", POLICY_MAX_MS},
		{"", -1},
		{"-5", -1},
		{"1.5", -1},
		{"tomorrow", -1},
	};
	struct wall now = at("2026-01-01T00:00:00Z");

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		int64_t got =
			policy_retry_after_ms(span_of(rows[i].value), now);

		if (got != rows[i].ms)
			fail_msg(
				"'%s': %lld ms", rows[i].value, (long long)got);
	}
}

static void
skipped_hours_and_days_move_the_due_time(void **state)
{
	/* 2026-01-01 is a Thursday. */
	struct policy_document night = {-1, 0x3f, 0};
	struct policy_document weekend = {-1, 0, 1u << 0 | 1u << 6};
	struct policy_document always = {-1, 0xffffff, 0};
	struct policy_document none = {-1, 0, 0};

	(void)state;
	assert_int_equal(policy_unskip(at("2026-01-01T03:20:00Z"), &night).ms,
		at("2026-01-01T06:00:00Z").ms);
	assert_int_equal(policy_unskip(at("2026-01-01T06:20:00Z"), &night).ms,
		at("2026-01-01T06:20:00Z").ms);
	assert_int_equal(policy_unskip(at("2026-01-03T12:20:00Z"), &weekend).ms,
		at("2026-01-05T00:00:00Z").ms);
	assert_int_equal(policy_unskip(at("2026-01-03T12:20:00Z"), &always).ms,
		at("2026-01-03T12:20:00Z").ms);
	assert_int_equal(policy_unskip(at("2026-01-03T12:20:00Z"), &none).ms,
		at("2026-01-03T12:20:00Z").ms);
}

static void
backoff_doubles_up_to_a_day_and_keeps_half(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 40; n++) {
		int64_t full =
			n < 12 ? (int64_t)60000 << (n - 1) : POLICY_MAX_MS;

		if (full > POLICY_MAX_MS)
			full = POLICY_MAX_MS;
		assert_in_range(policy_backoff_ms(60000, n, 0), full / 2, full);
		assert_in_range(policy_backoff_ms(60000, n, UINT32_MAX),
			full / 2, full);
		assert_true(policy_backoff_ms(60000, n, 0) <
			policy_backoff_ms(60000, n, UINT32_MAX));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_has_its_action),
		cmocka_unit_test(freshness_follows_rfc_9111),
		cmocka_unit_test(retry_after_has_two_forms),
		cmocka_unit_test(skipped_hours_and_days_move_the_due_time),
		cmocka_unit_test(backoff_doubles_up_to_a_day_and_keeps_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
