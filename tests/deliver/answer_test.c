/* What an HTTP answer means for a delivery. */
#include "testing.h"

#include "base/date.h"
#include "deliver/answer.h"

static void
a_status_means_sent_later_or_never(void **state)
{
	static const struct {
		unsigned status;
		enum outcome outcome;
	} rows[] = {
		{200, OUTCOME_SENT},
		{201, OUTCOME_SENT},
		{202, OUTCOME_SENT},
		{204, OUTCOME_SENT},
		{299, OUTCOME_SENT},
		{100, OUTCOME_LATER},
		{301, OUTCOME_NEVER},
		{302, OUTCOME_LATER},
		{303, OUTCOME_LATER},
		{304, OUTCOME_LATER},
		{307, OUTCOME_LATER},
		{308, OUTCOME_NEVER},
		{400, OUTCOME_NEVER},
		{401, OUTCOME_NEVER},
		{403, OUTCOME_NEVER},
		{404, OUTCOME_NEVER},
		{408, OUTCOME_LATER},
		{409, OUTCOME_NEVER},
		{410, OUTCOME_NEVER},
		{413, OUTCOME_NEVER},
		{425, OUTCOME_LATER},
		{429, OUTCOME_LATER},
		{499, OUTCOME_NEVER},
		{500, OUTCOME_LATER},
		{502, OUTCOME_LATER},
		{503, OUTCOME_LATER},
		{599, OUTCOME_LATER},
		{600, OUTCOME_LATER},
		{0, OUTCOME_LATER},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		if (answer_outcome(rows[i].status) != rows[i].outcome)
			fail_msg("%u", rows[i].status);
}

static void
retry_after_is_seconds_or_a_date(void **state)
{
	static const struct {
		const char *retry_after, *date;
		int64_t ms;
	} rows[] = {
		{"", "", -1},
		{"0", "", 0},
		{"120", "", 120000},
		{" 7 ", "", 7000},
		{"99999999999", "", ANSWER_RETRY_AFTER_MAX_MS},
		{"99999999999999999999999", "", -1},
		{"-5", "", -1},
		{"soon", "", -1},
		{"1.5", "", -1},
		/* now is Sun, 01 Mar 2026 12:00:00 GMT */
		{"Sun, 01 Mar 2026 12:01:30 GMT", "", 90000},
		{"Sun, 01 Mar 2026 11:59:00 GMT", "", 0},
		{"Wed, 01 Apr 2026 12:00:00 GMT", "",
			ANSWER_RETRY_AFTER_MAX_MS},
		/* The receiver's clock is an hour ahead: its Date tells. */
		{"Sun, 01 Mar 2026 13:00:30 GMT",
			"Sun, 01 Mar 2026 13:00:00 GMT", 30000},
		{"Sun, 01 Mar 2026 12:00:30 GMT", "nonsense", 30000},
	};
	struct wall now;

	(void)state;
	assert_true(date_parse(SPAN_LIT("2026-03-01T12:00:00Z"), &now));
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		int64_t ms = answer_retry_after_ms(span_of(rows[i].retry_after),
			span_of(rows[i].date), now);

		if (ms != rows[i].ms)
			fail_msg("'%s': %lld, not %lld", rows[i].retry_after,
				(long long)ms, (long long)rows[i].ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_status_means_sent_later_or_never),
		cmocka_unit_test(retry_after_is_seconds_or_a_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
