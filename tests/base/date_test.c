#include "testing.h"

#include <inttypes.h>

#include <time.h>

#include "base/date.h"
#include "base/file.h"

#define ROWS NW_SRCDIR "/tests/data/dates.tsv"
#define END_MS INT64_C(7258118400000) /* 2200-01-01 */

static struct span rows; /* the file, of this program's life */
static char *rows_memory;

static int
read_rows(void **state)
{
	struct strbuf b = STRBUF_INIT(1 << 20);
	struct err err = {0};

	(void)state;
	if (file_read(ROWS, &b, &err) != 0)
		fail_msg("%s", err.msg);
	rows = strbuf_as_span(&b);
	rows_memory = strbuf_take(&b);
	return 0;
}

static int
free_rows(void **state)
{
	(void)state;
	mem_free(&rows_memory);
	return 0;
}

/* The next row; comments are skipped. */
static bool
next_row(struct span *rest, struct span *expected, struct span *text)
{
	while (span_next(rest, '\n', text))
		if (!span_starts(*text, "#") && span_next(text, '\t', expected))
			return true;
	return false;
}

static void
format_shortest(struct wall t, char out[DATE_TEXT_SIZE])
{
	if (t.ms % 1000 == 0)
		date_format(t, out);
	else
		date_format_ms(t, out);
}

static void
every_row_of_the_table_means_what_it_says(void **state)
{
	struct span rest = rows, expected, text;
	size_t n = 0, bad = 0;

	(void)state;
	while (next_row(&rest, &expected, &text)) {
		char got[DATE_TEXT_SIZE] = "-";
		struct wall t;

		if (date_parse(text, &t))
			format_shortest(t, got);
		n++;
		if (span_eq_str(expected, got))
			continue;
		bad++;
		print_error("# \"%.*s\" is %s, not %.*s\n", SPAN_ARG(text), got,
			SPAN_ARG(expected));
	}
	assert_int_equal(bad, 0);
	assert_true(n >= 350);
}

/* -- formatting ------------------------------------------------------------ */

static struct wall
random_time(struct rng *r)
{
	return (struct wall){(int64_t)(rng_next(r) % (uint64_t)END_MS)};
}

static void
what_is_formatted_parses_back(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct wall t = random_time(&r), back;
		char text[DATE_TEXT_SIZE];

		date_format_ms(t, text);
		assert_true(date_parse(span_of(text), &back));
		assert_int_equal(back.ms, t.ms);
		date_format(t, text);
		assert_true(date_parse(span_of(text), &back));
		assert_int_equal(back.ms, t.ms / 1000 * 1000);
		date_format_http(t, text);
		assert_true(date_parse(span_of(text), &back));
		assert_int_equal(back.ms, t.ms / 1000 * 1000);
	}
}

static void
formats_are_those_of_their_standards(void **state)
{
	char text[DATE_TEXT_SIZE];

	(void)state;
	date_format((struct wall){INT64_C(784111777999)}, text);
	assert_string_equal(text, "1994-11-06T08:49:37Z");
	date_format_ms((struct wall){INT64_C(784111777007)}, text);
	assert_string_equal(text, "1994-11-06T08:49:37.007Z");
	date_format_http((struct wall){INT64_C(784111777000)}, text);
	assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
	date_format((struct wall){-1}, text);
	assert_string_equal(text, "1969-12-31T23:59:59Z");
}

/* Years of more than four digits need more room than DATE_TEXT_SIZE is for. */
static void
any_time_fits_its_buffer(void **state)
{
	static const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX};
	char text[DATE_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < N_ROWS(extremes); i++) {
		date_format_ms((struct wall){extremes[i]}, text);
		assert_true(strlen(text) < sizeof(text));
		date_format_http((struct wall){extremes[i]}, text);
		assert_true(strlen(text) < sizeof(text));
	}
}

/* libc's calendar is the independent judge. */
static void
splitting_agrees_with_the_c_library(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 20000; i++) {
		/* From about 1653 to 2286. */
		int64_t ms = (int64_t)(rng_next(&r) % 20000000000000U) -
			INT64_C(10000000000000);
		time_t s = (time_t)(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
		struct date_parts p;
		struct tm tm;

		date_split((struct wall){ms}, &p);
		assert_non_null(gmtime_r(&s, &tm));
		assert_int_equal(p.year, tm.tm_year + 1900);
		assert_int_equal(p.month, tm.tm_mon + 1);
		assert_int_equal(p.day, tm.tm_mday);
		assert_int_equal(p.hour, tm.tm_hour);
		assert_int_equal(p.minute, tm.tm_min);
		assert_int_equal(p.second, tm.tm_sec);
		assert_int_equal(p.weekday, tm.tm_wday);
		assert_int_equal(p.ms, ms - (int64_t)s * 1000);
		assert_int_equal(date_days(p.year, p.month, p.day) * 86400 +
				p.hour * 3600 + p.minute * 60 + p.second,
			s);
	}
}

/* -- properties of the parser ---------------------------------------------- */

static const char *const months[] = {"January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December"};
static const char *const days[] = {"Sunday", "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday"};

struct shape {
	/* Of local parts p at the offset of z minutes. */
	char *(*write)(const struct date_parts *p, int z);
	bool has_zone, has_time;
};

#define HOUR_12(h) ((h) % 12 == 0 ? 12 : (h) % 12)
#define SIGN(z) ((z) < 0 ? '-' : '+')
#define ZONE_HM(z) abs(z) / 60, abs(z) % 60

static char *
write_mail(const struct date_parts *p, int z)
{
	return mem_printf("%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d",
		days[p->weekday], p->day, months[p->month - 1], p->year,
		p->hour, p->minute, p->second, SIGN(z), ZONE_HM(z));
}

static char *
write_rfc3339(const struct date_parts *p, int z)
{
	return mem_printf("%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", p->year,
		p->month, p->day, p->hour, p->minute, p->second, SIGN(z),
		ZONE_HM(z));
}

static char *
write_compact(const struct date_parts *p, int z)
{
	return mem_printf("%04d%02d%02dT%02d%02d%02d%c%02d%02d", p->year,
		p->month, p->day, p->hour, p->minute, p->second, SIGN(z),
		ZONE_HM(z));
}

static char *
write_javascript(const struct date_parts *p, int z)
{
	return mem_printf("%.3s %.3s %02d %04d %02d:%02d:%02d GMT%c%02d%02d "
			  "(Some Zone)",
		days[p->weekday], months[p->month - 1], p->day, p->year,
		p->hour, p->minute, p->second, SIGN(z), ZONE_HM(z));
}

static char *
write_ruby(const struct date_parts *p, int z)
{
	return mem_printf("%.3s %.3s %02d %02d:%02d:%02d %c%02d%02d %04d",
		days[p->weekday], months[p->month - 1], p->day, p->hour,
		p->minute, p->second, SIGN(z), ZONE_HM(z), p->year);
}

static char *
write_american(const struct date_parts *p, int z)
{
	(void)z;
	return mem_printf("%s, %s %d, %d at %d:%02d:%02d %s", days[p->weekday],
		months[p->month - 1], p->day, p->year, HOUR_12(p->hour),
		p->minute, p->second, p->hour < 12 ? "a.m." : "p.m.");
}

static char *
write_slashes(const struct date_parts *p, int z)
{
	(void)z;
	return mem_printf("%d/%d/%d %d:%02d:%02d %s", p->month, p->day, p->year,
		HOUR_12(p->hour), p->minute, p->second,
		p->hour < 12 ? "AM" : "PM");
}

static char *
write_german(const struct date_parts *p, int z)
{
	(void)z;
	return mem_printf("%d.%d.%d, %02d:%02d:%02d Uhr", p->day, p->month,
		p->year, p->hour, p->minute, p->second);
}

/* The day's name tells 12/03 from 03/12, unless both are Fridays. */
static char *
write_weekday_and_slashes(const struct date_parts *p, int z)
{
	bool is_clear = p->day > 12 || p->day == p->month ||
		(date_days(p->year, p->day, p->month) -
			date_days(p->year, p->month, p->day)) %
				7 !=
			0;

	if (!is_clear)
		return write_german(p, z);
	return mem_printf("%s %02d/%02d/%d %02d:%02d:%02d", days[p->weekday],
		p->day, p->month, p->year, p->hour, p->minute, p->second);
}

static char *
write_chinese(const struct date_parts *p, int z)
{
	return mem_printf("%d年%d月%d日 %d时%d分%d秒 %c%02d:%02d", p->year,
		p->month, p->day, p->hour, p->minute, p->second, SIGN(z),
		ZONE_HM(z));
}

static char *
write_ordinal(const struct date_parts *p, int z)
{
	int64_t day = date_days(p->year, p->month, p->day) -
		date_days(p->year, 1, 1) + 1;

	(void)z;
	return mem_printf("%04d-%03d", p->year, (int)day);
}

static char *
write_plain(const struct date_parts *p, int z)
{
	(void)z;
	return mem_printf("%d %s %d", p->day, months[p->month - 1], p->year);
}

static const struct shape shapes[] = {
	{write_mail, true, true},
	{write_rfc3339, true, true},
	{write_compact, true, true},
	{write_javascript, true, true},
	{write_ruby, true, true},
	{write_chinese, true, true},
	{write_american, false, true},
	{write_slashes, false, true},
	{write_german, false, true},
	{write_weekday_and_slashes, false, true},
	{write_ordinal, false, false},
	{write_plain, false, false},
};

static void
check_shape(const struct shape *shape, struct wall local, int zone_minutes)
{
	struct date_parts p;
	struct wall got = {0};
	int64_t expected_ms = local.ms;
	char *text;

	if (shape->has_zone)
		expected_ms -= zone_minutes * INT64_C(60000);
	if (!shape->has_time)
		expected_ms -= expected_ms % 86400000;
	date_split(local, &p);
	text = shape->write(&p, zone_minutes);
	if (!date_parse(span_of(text), &got) || got.ms != expected_ms)
		fail_msg("\"%s\" is %lld, not %lld", text, (long long)got.ms,
			(long long)expected_ms);
	mem_free(&text);
}

static void
any_time_parses_back_from_every_shape(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 2000; i++) {
		/* From 1971 to 2199, whole seconds, local. */
		int64_t day = 365 + (int64_t)rng_below(&r, 83000);
		struct wall local = {
			day * 86400000 + (int64_t)rng_below(&r, 86400) * 1000};
		/* Quarters of an hour from -12:00 to +14:00. */
		int zone = (int)rng_below(&r, 105) * 15 - 720;

		for (size_t j = 0; j < N_ROWS(shapes); j++)
			check_shape(&shapes[j], local, zone);
	}
}

static void
check_sane(struct span text)
{
	struct wall t = {-7};

	if (date_parse(text, &t))
		assert_in_range(t.ms, 0, END_MS - 1);
	else
		assert_int_equal(t.ms, -7);
}

static void
random_bytes_do_no_harm(void **state)
{
	static const char alphabet[] = "0123456789 -:/.,TZ+()WMarFebpmh\xc3\xa9"
				       "\xe5\xb9\xb4\xff";
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char text[64];
		size_t n = rng_below(&r, sizeof(text));
		bool plausible = rng_below(&r, 4) > 0;

		for (size_t j = 0; j < n; j++)
			text[j] = plausible
				? alphabet[rng_below(&r, sizeof(alphabet) - 1)]
				: (char)rng_below(&r, 256);
		check_sane(span_make(text, n));
	}
}

static void
damaged_rows_do_no_harm(void **state)
{
	struct rng r = test_rng();
	struct span rest = rows, expected, text;

	(void)state;
	while (next_row(&rest, &expected, &text)) {
		for (int i = 0; i < 100; i++) {
			char copy[512];
			size_t n = text.n < 256 ? text.n : 256;

			memcpy(copy, text.p, n);
			for (uint32_t k = rng_below(&r, 4); k > 0 && n > 0; k--)
				copy[rng_below(&r, (uint32_t)n)] =
					(char)rng_below(&r, 256);
			check_sane(span_make(copy,
				rng_below(&r, 3) == 0
					? rng_below(&r, (uint32_t)n + 1)
					: n));
		}
	}
}

static void
too_long_a_text_is_no_date(void **state)
{
	char text[300];
	struct wall t;

	(void)state;
	memset(text, '!', sizeof(text));
	assert_false(date_parse(span_make(text, sizeof(text)), &t));
	memset(text, 'x', sizeof(text));
	memcpy(text, "2026-03-01 ", 11);
	assert_true(date_parse(span_make(text, 256), &t));
	assert_false(date_parse(span_make(text, 257), &t));
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "1 ", 2);
	assert_false(date_parse(span_make(text, 256), &t));
}

/* Random fields, also a little out of range, in the two usual shapes, against
 * the same with a space that only the long way takes. */
static void
the_short_way_agrees_with_the_long_way(void **state)
{
	static const char *const zones[] = {
		"GMT", "UTC", "+0100", "-0730", "+1400", "EST"};
	static const char *const names[] = {"Jan", "Feb", "Jun", "Dec"};
	static const char *const offsets[] = {
		"Z", "+01:00", "-07:30", ".5Z", ".1239+02:00", ""};
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *month = names[rng_below(&r, 4)];
		unsigned f[6] = {1969 + rng_below(&r, 232), rng_below(&r, 14),
			rng_below(&r, 33), rng_below(&r, 26), rng_below(&r, 62),
			rng_below(&r, 62)};
		uint32_t zone = rng_below(&r, 6);
		char near[2][64], far[2][64];

		snprintf(near[0], 64, "Sun, %02u %s %u %02u:%02u:%02u %s", f[2],
			month, f[0], f[3], f[4], f[5], zones[zone]);
		snprintf(far[0], 64, "Sun,  %02u %s %u %02u:%02u:%02u %s", f[2],
			month, f[0], f[3], f[4], f[5], zones[zone]);
		snprintf(near[1], 64, "%u-%02u-%02uT%02u:%02u:%02u%s", f[0],
			f[1], f[2], f[3], f[4], f[5], offsets[zone]);
		snprintf(far[1], 64, "%u-%02u-%02u  %02u:%02u:%02u%s", f[0],
			f[1], f[2], f[3], f[4], f[5], offsets[zone]);
		for (int k = 0; k < 2; k++) {
			struct wall a = {0}, b = {0};
			bool is = date_parse(span_of(near[k]), &a);

			if (is != date_parse(span_of(far[k]), &b) ||
				(is && a.ms != b.ms))
				fail_msg("%s: %" PRId64 " not %" PRId64,
					near[k], a.ms, b.ms);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_table_means_what_it_says),
		cmocka_unit_test(what_is_formatted_parses_back),
		cmocka_unit_test(formats_are_those_of_their_standards),
		cmocka_unit_test(any_time_fits_its_buffer),
		cmocka_unit_test(splitting_agrees_with_the_c_library),
		cmocka_unit_test(any_time_parses_back_from_every_shape),
		cmocka_unit_test(random_bytes_do_no_harm),
		cmocka_unit_test(damaged_rows_do_no_harm),
		cmocka_unit_test(the_short_way_agrees_with_the_long_way),
		cmocka_unit_test(too_long_a_text_is_no_date),
	};

	return cmocka_run_group_tests(tests, read_rows, free_rows);
}
