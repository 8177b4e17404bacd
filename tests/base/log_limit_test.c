#include "testing.h"

#include "base/log.h"
#include "base/log_limit.h"

static struct mono
at(int64_t ms)
{
	return (struct mono){ms};
}

static unsigned
count_passed(struct log_limit *l, const char *event, int tries, int64_t ms)
{
	unsigned n = 0;

	for (int i = 0; i < tries; i++)
		n += log_limit_pass(l, event, at(ms));
	return n;
}

static void
a_burst_passes_and_the_rest_is_counted(void **state)
{
	struct log_limit l = {0};
	char event[LOG_LIMIT_NAME];
	unsigned n;

	(void)state;
	assert_int_equal(count_passed(&l, "a", LOG_BURST + 5, 100), LOG_BURST);
	assert_false(
		log_limit_expired(&l, at(100 + LOG_WINDOW_MS - 1), event, &n));
	assert_true(log_limit_expired(&l, at(100 + LOG_WINDOW_MS), event, &n));
	assert_string_equal(event, "a");
	assert_int_equal(n, 5);
	assert_false(log_limit_expired(&l, at(100 + LOG_WINDOW_MS), event, &n));
}

static void
a_new_window_begins_anew(void **state)
{
	struct log_limit l = {0};

	(void)state;
	assert_int_equal(count_passed(&l, "a", 100, 0), LOG_BURST);
	assert_int_equal(count_passed(&l, "a", 100, LOG_WINDOW_MS - 1), 0);
	assert_int_equal(count_passed(&l, "a", 100, LOG_WINDOW_MS), LOG_BURST);
}

static void
events_do_not_share_their_limit(void **state)
{
	struct log_limit l = {0};

	(void)state;
	assert_int_equal(count_passed(&l, "a", 100, 0), LOG_BURST);
	assert_int_equal(count_passed(&l, "b", 100, 0), LOG_BURST);
	assert_int_equal(count_passed(&l, "ab", 1, 0), 1);
}

static void
with_too_many_events_the_oldest_is_forgotten(void **state)
{
	struct log_limit l = {0};
	char name[32];

	(void)state;
	for (int i = 0; i < LOG_LIMIT_EVENTS; i++) {
		snprintf(name, sizeof(name), "event_%d", i);
		assert_int_equal(count_passed(&l, name, 100, i), LOG_BURST);
	}
	assert_int_equal(count_passed(&l, "one_more", 1, 500), 1);
	assert_int_equal(count_passed(&l, "event_1", 1, 500), 0);
	assert_int_equal(count_passed(&l, "event_0", 1, 500), 1);
}

static void
long_names_are_compared_by_what_is_kept(void **state)
{
	struct log_limit l = {0};
	char name[3 * LOG_LIMIT_NAME];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(count_passed(&l, name, 100, 0), LOG_BURST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_passes_and_the_rest_is_counted),
		cmocka_unit_test(a_new_window_begins_anew),
		cmocka_unit_test(events_do_not_share_their_limit),
		cmocka_unit_test(with_too_many_events_the_oldest_is_forgotten),
		cmocka_unit_test(long_names_are_compared_by_what_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
