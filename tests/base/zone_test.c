/* Local clocks: the real database, rules of every shape, and broken files. */
#include "testing.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/zone.h"
#include "base/zone_rule.h"

#define HOUR_MS ((int64_t)3600000)

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

static struct zone *
zone(const char *name)
{
	struct zone *z = NULL;
	struct err err;

	if (zone_load(span_of(name), arena, &z, &err) == -1)
		fail_msg("%s", err.msg);
	return z;
}

static struct wall
at(const char *text)
{
	struct wall t;

	if (!date_parse(span_of(text), &t))
		fail_msg("%s", text);
	return t;
}

static void
offsets_are_those_of_the_place(void **state)
{
	static const struct {
		const char *zone, *utc;
		double hours;
	} rows[] = {
		{"UTC", "2026-07-01T00:00:00Z", 0},
		{"Europe/Berlin", "2026-01-15T12:00:00Z", 1},
		{"Europe/Berlin", "2026-03-29T00:59:59Z", 1},
		{"Europe/Berlin", "2026-03-29T01:00:00Z", 2},
		{"Europe/Berlin", "2026-10-25T00:59:59Z", 2},
		{"Europe/Berlin", "2026-10-25T01:00:00Z", 1},
		{"Europe/Berlin", "2099-07-01T00:00:00Z", 2},
		{"Europe/Berlin", "2099-12-01T00:00:00Z", 1},
		{"Europe/London", "2026-06-01T00:00:00Z", 1},
		{"America/New_York", "2026-03-08T06:59:59Z", -5},
		{"America/New_York", "2026-03-08T07:00:00Z", -4},
		{"America/New_York", "2026-11-01T06:00:00Z", -5},
		{"America/St_Johns", "2026-07-01T00:00:00Z", -2.5},
		{"Asia/Kolkata", "2026-07-01T00:00:00Z", 5.5},
		{"Asia/Kathmandu", "2026-07-01T00:00:00Z", 5.75},
		{"Asia/Tokyo", "2026-07-01T00:00:00Z", 9},
		{"Australia/Lord_Howe", "2026-07-01T00:00:00Z", 10.5},
		{"Australia/Lord_Howe", "2026-01-01T00:00:00Z", 11},
		{"Australia/Sydney", "2040-01-01T00:00:00Z", 11},
		{"Pacific/Apia", "2011-12-30T09:59:59Z", -10},
		{"Pacific/Apia", "2011-12-30T10:00:00Z", 14},
		{"America/Sao_Paulo", "2018-12-01T00:00:00Z", -2},
		{"America/Sao_Paulo", "2026-12-01T00:00:00Z", -3},
		{"Africa/Casablanca", "2026-07-01T00:00:00Z", 1},
		{"America/Nuuk", "2026-07-01T00:00:00Z", -1},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		int64_t have =
			zone_offset_ms(zone(rows[i].zone), at(rows[i].utc));

		if (have != (int64_t)(rows[i].hours * (double)HOUR_MS))
			fail_msg("%s %s: %g h, not %g", rows[i].zone,
				rows[i].utc, (double)have / (double)HOUR_MS,
				rows[i].hours);
	}
}

static void
the_next_change_is_found_in_the_table_and_by_the_rule(void **state)
{
	static const struct {
		const char *zone, *after, *next;
	} rows[] = {
		{"Europe/Berlin", "2026-01-01T00:00:00Z",
			"2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29T01:00:00Z",
			"2026-10-25T01:00:00Z"},
		{"Europe/Berlin", "2060-12-31T00:00:00Z",
			"2061-03-27T01:00:00Z"},
		{"Australia/Sydney", "2050-01-01T00:00:00Z",
			"2050-04-02T16:00:00Z"},
		{"Pacific/Apia", "2011-12-01T00:00:00Z",
			"2011-12-30T10:00:00Z"},
		{"Asia/Tokyo", "2026-01-01T00:00:00Z", NULL},
		{"UTC", "2026-01-01T00:00:00Z", NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct wall next =
			zone_next_change(zone(rows[i].zone), at(rows[i].after));

		if (next.ms != (rows[i].next ? at(rows[i].next).ms : INT64_MAX))
			fail_msg("%s after %s: %lld", rows[i].zone,
				rows[i].after, (long long)next.ms);
	}
}

static void
local_times_are_found_once_twice_or_at_the_jump(void **state)
{
	static const struct {
		const char *zone, *local, *first, *last;
	} rows[] = {
		{"Europe/Berlin", "2026-06-01T07:00:00Z",
			"2026-06-01T05:00:00Z", "2026-06-01T05:00:00Z"},
		{"Europe/Berlin", "2026-03-29T02:30:00Z",
			"2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29T03:00:00Z",
			"2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-10-25T02:30:00Z",
			"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		{"Europe/Berlin", "2026-10-25T03:00:00Z",
			"2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z"},
		{"America/New_York", "2026-11-01T01:30:00Z",
			"2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05T01:45:00Z",
			"2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"},
		{"Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z",
			"2011-12-30T10:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const struct zone *z = zone(rows[i].zone);
		int64_t local = at(rows[i].local).ms;

		assert_int_equal(zone_instant(z, local, ZONE_FIRST).ms,
			at(rows[i].first).ms);
		assert_int_equal(zone_instant(z, local, ZONE_LAST).ms,
			at(rows[i].last).ms);
	}
}

/* What is shown at an instant is found at that instant, or at its double. */
static void
instants_and_local_times_are_each_others_inverse(void **state)
{
	static const char *const names[] = {"Europe/Berlin", "America/New_York",
		"Australia/Lord_Howe", "Pacific/Apia", "Asia/Gaza", "UTC",
		"Africa/Casablanca", "America/Asuncion"};
	struct rng rng = test_rng();

	(void)state;
	for (size_t i = 0; i < N_ROWS(names); i++) {
		const struct zone *z = zone(names[i]);

		for (unsigned n = 0; n < 2000; n++) {
			struct wall t = {
				(int64_t)(rng_next(&rng) % 4102444800) * 1000};
			int64_t local = t.ms + zone_offset_ms(z, t);
			int64_t first = zone_instant(z, local, ZONE_FIRST).ms;
			int64_t last = zone_instant(z, local, ZONE_LAST).ms;

			if (first > t.ms || last < t.ms ||
				(first != t.ms && last != t.ms))
				fail_msg("%s: %lld is found at %lld and %lld",
					names[i], (long long)t.ms,
					(long long)first, (long long)last);
		}
	}
}

static void
rules_of_every_shape_are_read(void **state)
{
	static const struct {
		const char *rule, *utc;
		int64_t offset_s;
	} rows[] = {
		{"UTC0", "2026-07-01T00:00:00Z", 0},
		{"<+0545>-5:45", "2026-07-01T00:00:00Z", 20700},
		{"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14400},
		{"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18000},
		{"AAA-1BBB-3,J60/0,J300", "2024-02-29T23:30:00Z", 10800},
		{"AAA-1BBB-3,J60/0,J300", "2024-02-29T22:59:59Z", 3600},
		{"AAA-1BBB-3,59/0,300", "2024-02-28T23:30:00Z", 10800},
		{"EST5EDT,0/0,J365/25", "2026-12-31T23:59:59Z", -14400},
		{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z",
			-3600},
		{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z",
			-7200},
	};
	static const char *const bad[] = {"", "X", "AA0", "CET", "CET-1CEST",
		"CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J365", "CET-1CEST,M3.5.0,M10.5.0x",
		"CET-168CEST,M3.5.0,M10.5.0", "<CET-1", "CET-1:60"};
	struct zone_rule rule;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		assert_true(zone_rule_parse(span_of(rows[i].rule), &rule));
		if (zone_rule_offset_s(&rule, at(rows[i].utc).ms / 1000) !=
			rows[i].offset_s)
			fail_msg("%s at %s: %lld", rows[i].rule, rows[i].utc,
				(long long)zone_rule_offset_s(
					&rule, at(rows[i].utc).ms / 1000));
	}
	for (size_t i = 0; i < N_ROWS(bad); i++)
		if (zone_rule_parse(span_of(bad[i]), &rule))
			fail_msg("'%s' was read", bad[i]);
}

static void
what_is_no_zone_is_told_with_what_was_meant(void **state)
{
	static const struct {
		const char *name, *message;
	} rows[] = {
		{"Europe/Berln",
			"there is no time zone 'Europe/Berln'; did you "
			"mean 'Europe/Berlin'?"},
		{"europe/berlin",
			"there is no time zone 'europe/berlin'; did "
			"you mean 'Europe/Berlin'?"},
		{"Nowhere/At/All",
			"there is no time zone 'Nowhere/At/All': "
			"names are like Europe/Berlin or UTC"},
		{"../../../etc/passwd",
			"there is no time zone "
			"'../../../etc/passwd': names are like "
			"Europe/Berlin or UTC"},
		{"/etc/localtime",
			"there is no time zone '/etc/localtime': "
			"names are like Europe/Berlin or UTC"},
		{"Europe",
			"there is no time zone 'Europe': names are like "
			"Europe/Berlin or UTC"},
		{"zone.tab",
			"there is no time zone 'zone.tab': names are like "
			"Europe/Berlin or UTC"},
	};
	struct zone *z;
	struct err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		assert_int_equal(
			zone_load(span_of(rows[i].name), arena, &z, &err), -1);
		assert_int_equal(err.kind, ERR_CONF);
		assert_string_equal(err.msg, rows[i].message);
	}
}

static void
without_a_database_there_is_utc_and_a_word_of_what_to_do(void **state)
{
	struct zone *z;
	struct err err;

	(void)state;
	setenv("TZDIR", "/nonexistent/zones", 1);
	assert_int_equal(
		zone_load(span_of("Europe/Berlin"), arena, &z, &err), -1);
	assert_string_equal(err.msg,
		"there are no time zones in /nonexistent/zones: install "
		"tzdata, or use UTC");
	assert_int_equal(zone_load(span_of("UTC"), arena, &z, &err), 0);
	assert_int_equal(zone_offset_ms(z, at("2026-07-01T00:00:00Z")), 0);
	unsetenv("TZDIR");
}

/* Cut anywhere, or with any byte changed: refused or read, never more. */
static void
broken_files_are_refused_or_read_within_their_bytes(void **state)
{
	struct strbuf file = STRBUF_INIT(ZONE_FILE_MAX);
	struct zone *z;
	struct err err;
	char *copy;
	unsigned refused = 0;

	(void)state;
	assert_int_equal(file_read(ZONE_DIR "/Europe/Berlin", &file, &err), 0);
	for (size_t n = 0; n < file.n; n++) {
		copy = mem_alloc(n + 1);
		memcpy(copy, file.p, n);
		assert_int_equal(
			zone_parse(span_make(copy, n), arena, &z, &err), -1);
		mem_free(&copy);
	}
	for (size_t n = 0; n < file.n; n++) {
		file.p[n] = (char)~file.p[n];
		if (zone_parse(strbuf_as_span(&file), arena, &z, &err) == -1)
			refused++;
		else
			zone_instant(
				z, at("2026-10-25T02:30:00Z").ms, ZONE_LAST);
		file.p[n] = (char)~file.p[n];
	}
	assert_true(refused > 40);
	strbuf_fini(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_are_those_of_the_place),
		cmocka_unit_test(
			the_next_change_is_found_in_the_table_and_by_the_rule),
		cmocka_unit_test(
			local_times_are_found_once_twice_or_at_the_jump),
		cmocka_unit_test(
			instants_and_local_times_are_each_others_inverse),
		cmocka_unit_test(rules_of_every_shape_are_read),
		cmocka_unit_test(what_is_no_zone_is_told_with_what_was_meant),
		cmocka_unit_test(
			without_a_database_there_is_utc_and_a_word_of_what_to_do),
		cmocka_unit_test(
			broken_files_are_refused_or_read_within_their_bytes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
