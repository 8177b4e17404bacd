/* Durations, sizes, rates and comparisons, read and written. */
#include "fixture.h"

#include "base/rng.h"
#include "config/value.h"

#define DAY ((int64_t)86400000)

static const struct {
	const char *text;
	int64_t ms; /* -1: refused */
} durations[] = {
	{"0", 0},
	{"0s", 0},
	{"1ms", 1},
	{"90s", 90000},
	{"5m", 300000},
	{"2h", 7200000},
	{"7d", 7 * DAY},
	{"2w", 14 * DAY},
	{"1h30m", 5400000},
	{"1d2h3m4s5ms", DAY + 7384005},
	{"365000d", 365000 * DAY},
	{"365001d", -1},
	{"9223372036854775807ms", -1},
	{"9223372036854775808ms", -1},
	{"99999999999999999999d", -1},
	{"", -1},
	{"5", -1},
	{"s", -1},
	{"5 m", -1},
	{"-5m", -1},
	{"1.5h", -1},
	{"5M", -1},
	{"5min", -1},
	{"30m1h", -1},
	{"1h1h", -1},
	{"5mm", -1},
	{"auto", -1},
};

static void
durations_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		int64_t ms = -1;
		bool ok = value_duration(span_of(durations[i].text), &ms);

		if (ok != (durations[i].ms >= 0) ||
			(ok && ms != durations[i].ms))
			fail_msg(
				"'%s': %lld", durations[i].text, (long long)ms);
	}
}

static void
durations_survive_a_round_trip(void **state)
{
	struct rng r;

	(void)state;
	rng_init(&r, 7);
	for (int i = 0; i < 20000; i++) {
		static const int64_t units[] = {
			1, 1000, 60000, 3600000, DAY, 7 * DAY};
		int64_t back, ms = units[rng_below(&r, 6)] * rng_below(&r, 500);
		struct strbuf text = STRBUF_INIT(64);

		value_duration_format(ms, &text);
		assert_true(value_duration(strbuf_as_span(&text), &back));
		assert_int_equal(back, ms);
		strbuf_fini(&text);
	}
}

static const struct {
	int64_t ms;
	const char *text;
} written[] = {
	{0, "0"},
	{1, "1ms"},
	{90000, "90s"},
	{5400000, "90m"},
	{7200000, "2h"},
	{DAY, "1d"},
	{90 * DAY, "90d"},
};

static void
durations_are_written_in_the_largest_whole_unit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++) {
		struct strbuf text = STRBUF_INIT(64);

		value_duration_format(written[i].ms, &text);
		assert_string_equal(strbuf_cstr(&text), written[i].text);
		strbuf_fini(&text);
	}
}

static const struct {
	const char *text;
	int64_t bytes; /* -1: refused */
} sizes[] = {
	{"0", 0},
	{"512B", 512},
	{"1KiB", 1024},
	{"4MiB", 4 << 20},
	{"4 MiB", 4 << 20},
	{"1GiB", 1 << 30},
	{"100kB", 100000},
	{"1MB", 1000000},
	{"1048576GiB", (int64_t)1 << 50},
	{"1048577GiB", -1},
	{"", -1},
	{"512", -1},
	{"4M", -1},
	{"4mib", -1},
	{"-1B", -1},
	{"1.5MiB", -1},
	{"MiB", -1},
	{"9999999999999999999999B", -1},
};

static void
sizes_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t bytes = 0;
		bool ok = value_size(span_of(sizes[i].text), &bytes);

		if (ok != (sizes[i].bytes >= 0) ||
			(ok && bytes != (size_t)sizes[i].bytes))
			fail_msg("'%s': %zu", sizes[i].text, bytes);
	}
}

static void
sizes_survive_a_round_trip(void **state)
{
	struct rng r;

	(void)state;
	rng_init(&r, 8);
	for (int i = 0; i < 20000; i++) {
		size_t back,
			bytes = (size_t)rng_below(&r, 5000)
			<< (10 * rng_below(&r, 4));
		struct strbuf text = STRBUF_INIT(64);

		value_size_format(bytes, &text);
		assert_true(value_size(strbuf_as_span(&text), &back));
		assert_int_equal(back, bytes);
		strbuf_fini(&text);
	}
}

static const struct {
	const char *text;
	double per_second; /* -1: refused */
} rates[] = {
	{"50/s", 50},
	{"30/m", 0.5},
	{"36 / h", 0.01},
	{"0.5/s", 0.5},
	{"86400/d", 1},
	{"0/s", 0},
	{"none", 0},
	{"50", -1},
	{"/s", -1},
	{"50/", -1},
	{"50/sec", -1},
	{"-1/s", -1},
	{"x/s", -1},
	{"", -1},
};

static void
rates_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		double rate = 0;
		bool ok = value_rate(span_of(rates[i].text), &rate);

		if (ok != (rates[i].per_second >= 0) ||
			(ok && rate != rates[i].per_second))
			fail_msg("'%s': %g", rates[i].text, rate);
	}
}

static const struct {
	const char *text;
	enum route_cmp cmp; /* CMP_NONE: refused */
	double number;
} comparisons[] = {
	{">=60", CMP_GE, 60},
	{">= 60", CMP_GE, 60},
	{" > 0.5", CMP_GT, 0.5},
	{"<=3", CMP_LE, 3},
	{"<3", CMP_LT, 3},
	{"=3", CMP_EQ, 3},
	{"==3", CMP_EQ, 3},
	{"3", CMP_EQ, 3},
	{"<-1", CMP_LT, -1},
	{"", CMP_NONE, 0},
	{">=", CMP_NONE, 0},
	{"=>3", CMP_NONE, 0},
	{"> many", CMP_NONE, 0},
	{"3<", CMP_NONE, 0},
};

static void
comparisons_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons);
		i++) {
		enum route_cmp cmp;
		double number = 0;
		bool ok = value_compare(
			span_of(comparisons[i].text), &cmp, &number);

		if (ok != (comparisons[i].cmp != CMP_NONE) ||
			(ok &&
				(cmp != comparisons[i].cmp ||
					number != comparisons[i].number)))
			fail_msg("'%s'", comparisons[i].text);
	}
}

static const struct {
	const char *text;
	bool ok;
} addresses[] = {
	{"127.0.0.1:8642", true},
	{"[::1]:8642", true},
	{"localhost:1", true},
	{":8642", true},
	{"127.0.0.1:0", true},
	{"127.0.0.1", false},
	{"127.0.0.1:", false},
	{"127.0.0.1:65536", false},
	{"127.0.0.1:x", false},
	{"::1:80", false},
	{"[]:80", false},
	{"http://h:80", false},
	{"a b:80", false},
	{"", false},
};

static void
addresses_to_listen_on_are_told_from_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		if (value_listen(span_of(addresses[i].text)) != addresses[i].ok)
			fail_msg("'%s'", addresses[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_read),
		cmocka_unit_test(durations_survive_a_round_trip),
		cmocka_unit_test(
			durations_are_written_in_the_largest_whole_unit),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(sizes_survive_a_round_trip),
		cmocka_unit_test(rates_are_read),
		cmocka_unit_test(comparisons_are_read),
		cmocka_unit_test(addresses_to_listen_on_are_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
