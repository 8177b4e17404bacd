#include "testing.h"

#include <iconv.h>

static void
equality_is_bytewise_and_knows_lengths(void **state)
{
	(void)state;
	assert_true(span_eq(SPAN_LIT("a\0b"), span_make("a\0b", 3)));
	assert_false(span_eq(SPAN_LIT("a\0b"), span_make("a\0c", 3)));
	assert_false(span_eq_str(SPAN_LIT("ab"), "abc"));
	assert_true(span_eq(SPAN_NULL, SPAN_LIT("")));
	assert_true(span_eq_str(SPAN_NULL, ""));
}

static void
case_is_ignored_for_ascii_only(void **state)
{
	(void)state;
	assert_true(span_caseeq_str(SPAN_LIT("Content-TYPE"), "content-type"));
	assert_false(span_caseeq_str(SPAN_LIT("É"), "é"));
	assert_false(span_caseeq_str(SPAN_LIT("[@"), "{`"));
}

static void
prefixes_and_suffixes(void **state)
{
	(void)state;
	assert_true(span_starts(SPAN_LIT("https://x"), "https:"));
	assert_false(span_starts(SPAN_LIT("ht"), "http"));
	assert_true(span_ends(SPAN_LIT("feed.xml"), ".xml"));
	assert_false(span_ends(SPAN_LIT("xml"), ".xml"));
	assert_true(span_starts(SPAN_NULL, ""));
	assert_true(span_ends(SPAN_NULL, ""));
}

static void
order_is_bytewise_with_a_prefix_first(void **state)
{
	(void)state;
	assert_true(span_cmp(SPAN_LIT("a"), SPAN_LIT("b")) < 0);
	assert_true(span_cmp(SPAN_LIT("ab"), SPAN_LIT("a")) > 0);
	assert_true(span_cmp(SPAN_LIT("z"), SPAN_LIT("\xc3")) < 0);
	assert_int_equal(span_cmp(SPAN_NULL, SPAN_LIT("")), 0);
}

static void
find_gives_the_first_offset_or_size_max(void **state)
{
	(void)state;
	assert_int_equal(span_find(SPAN_LIT("a=b=c"), '='), 1);
	assert_true(span_find(SPAN_LIT("abc"), '=') == SIZE_MAX);
	assert_true(span_find(SPAN_NULL, '=') == SIZE_MAX);
	assert_int_equal(span_find_str(SPAN_LIT("a::b"), "::"), 1);
	assert_true(span_find_str(SPAN_LIT("ab"), "abc") == SIZE_MAX);
	assert_int_equal(span_find_str(SPAN_NULL, ""), 0);
	assert_int_equal(
		span_casefind(SPAN_LIT("xX-Api-KEY"), SPAN_LIT("api-k")), 3);
	assert_true(span_casefind(SPAN_LIT("ap"), SPAN_LIT("api")) == SIZE_MAX);
	assert_int_equal(span_casefind(SPAN_LIT("a"), SPAN_LIT("")), 0);
}

static void
sub_is_clamped(void **state)
{
	(void)state;
	assert_span_equal(span_sub(SPAN_LIT("hello"), 1, 3), "ell");
	assert_span_equal(span_sub(SPAN_LIT("hello"), 3, SIZE_MAX), "lo");
	assert_span_equal(span_sub(SPAN_LIT("hello"), 9, 2), "");
	assert_null(span_sub(SPAN_NULL, 1, 1).p);
}

static void
an_escape_is_a_percent_sign_and_two_hexadecimal_digits(void **state)
{
	static const struct {
		const char *text;
		int byte; /* -1: none */
	} rows[] = {
		{"%41", 'A'},
		{"%aF", 0xaf},
		{"%Fa9", 0xfa},
		{"%00", 0},
		{"%4", -1},
		{"%", -1},
		{"", -1},
		{"%4g", -1},
		{"%g4", -1},
		{"%%41", -1},
		{"41%", -1},
		{"%`1", -1},
		{"%1@", -1},
	};
	char byte;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		bool is = span_escape(span_of(rows[i].text), 0, &byte);

		assert_int_equal(is, rows[i].byte >= 0);
		if (is)
			assert_int_equal((unsigned char)byte, rows[i].byte);
	}
	assert_true(span_escape(SPAN_LIT("a%20"), 1, &byte));
	assert_int_equal(byte, ' ');
	assert_false(span_escape(SPAN_LIT("a%20"), 2, &byte));
	assert_false(span_escape(SPAN_LIT("a%20"), SIZE_MAX, &byte));
}

static void
trim_cuts_ascii_white_space_at_both_ends(void **state)
{
	(void)state;
	assert_span_equal(span_trim(SPAN_LIT(" \t\r\n\f\va b \n")), "a b");
	assert_span_equal(span_trim(SPAN_LIT(" \n ")), "");
	assert_int_equal(span_trim(SPAN_NULL).n, 0);
}

static void
next_splits_and_keeps_empty_parts_but_the_last(void **state)
{
	struct span rest = SPAN_LIT("a,,b,"), part;

	(void)state;
	assert_true(span_next(&rest, ',', &part));
	assert_span_equal(part, "a");
	assert_true(span_next(&rest, ',', &part));
	assert_span_equal(part, "");
	assert_true(span_next(&rest, ',', &part));
	assert_span_equal(part, "b");
	assert_false(span_next(&rest, ',', &part));
	rest = SPAN_NULL;
	assert_false(span_next(&rest, ',', &part));
}

static const struct {
	const char *text;
	bool ok;
	int64_t value;
} integers[] = {
	{"0", true, 0},
	{"-7", true, -7},
	{"007", true, 7},
	{"9223372036854775807", true, INT64_MAX},
	{"-9223372036854775808", true, INT64_MIN},
	{"9223372036854775808", false, 0},
	{"-9223372036854775809", false, 0},
	{"99999999999999999999999", false, 0},
	{"", false, 0},
	{"-", false, 0},
	{"+1", false, 0},
	{" 1", false, 0},
	{"1x", false, 0},
	{"--1", false, 0},
	{"1.0", false, 0},
};

static void
i64_takes_whole_decimal_numbers_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(integers); i++) {
		int64_t v = 0;
		bool ok = span_i64(
			span_of(integers[i].text), INT64_MIN, INT64_MAX, &v);

		if (ok != integers[i].ok || (ok && v != integers[i].value))
			fail_msg("\"%s\"", integers[i].text);
	}
}

static void
i64_refuses_what_is_out_of_range(void **state)
{
	int64_t v;

	(void)state;
	assert_true(span_i64(SPAN_LIT("10"), 1, 10, &v));
	assert_false(span_i64(SPAN_LIT("11"), 1, 10, &v));
	assert_false(span_i64(SPAN_LIT("0"), 1, 10, &v));
}

static void
double_takes_whole_decimal_numbers_only(void **state)
{
	static const char *const bad[] = {"", "x", "1x", "inf", "nan", "0x10",
		"1e999", " 1", "1 ", "e", "1,5"};
	double v = 0;

	(void)state;
	assert_true(span_double(SPAN_LIT("-1.5e3"), &v));
	assert_true(v >= -1500 && v <= -1500);
	assert_true(span_double(span_make("0.25999", 4), &v));
	assert_true(v >= 0.25 && v <= 0.25);
	for (size_t i = 0; i < N_ROWS(bad); i++)
		if (span_double(span_of(bad[i]), &v))
			fail_msg("\"%s\"", bad[i]);
}

static const struct {
	const char *text;
	bool ok;
} utf8_rows[] = {
	{"", true},
	{"plain ASCII of more than eight bytes", true},
	{"\xc2\x80", true},
	{"\xdf\xbf", true},
	{"\xe0\xa0\x80", true},
	{"\xed\x9f\xbf", true},
	{"\xee\x80\x80", true},
	{"\xef\xbf\xbf", true},
	{"\xf0\x90\x80\x80", true},
	{"\xf4\x8f\xbf\xbf", true},
	{"\x80", false}, /* a tail alone */
	{"\xc0\xaf", false}, /* overlong */
	{"\xc1\xbf", false},
	{"\xe0\x9f\xbf", false},
	{"\xf0\x8f\xbf\xbf", false},
	{"\xed\xa0\x80", false}, /* surrogates */
	{"\xed\xbf\xbf", false},
	{"\xf4\x90\x80\x80", false}, /* beyond U+10FFFF */
	{"\xf5\x80\x80\x80", false},
	{"\xff", false},
	{"\xc3", false}, /* cut off */
	{"\xe2\x82", false},
	{"\xf0\x9f\x98", false},
	{"abcdefgh\xc3", false},
	{"\xc3(", false},
	{"\xe2\x28\xa1", false},
	{"\xf0\x9f\x28\x80", false},
};

static void
utf8_is_recognised_as_rfc_3629_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(utf8_rows); i++)
		if (span_is_utf8(span_of(utf8_rows[i].text)) != utf8_rows[i].ok)
			fail_msg("row %zu", i);
}

static void
utf8_len_is_that_of_the_first_sequence(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {{"", 0}, {"ab", 1}, {"\xc3\xa9x", 2}, {"\xe2\x82\xac", 3},
		{"\xf0\x9f\x98\x80", 4}, {"\xa9", 0}, {"\xc3", 0},
		{"\xe2\x82x", 0}, {"\xed\xa0\x80", 0}, {"\xf5", 0}};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		assert_int_equal(
			span_utf8_len(span_of(rows[i].text)), rows[i].len);
}

/* glibc's converter is the independent judge. */
static bool
iconv_accepts(iconv_t cd, const char *p, size_t n)
{
	char in[64], out[256];
	char *from = in, *to = out;
	size_t n_to = sizeof(out);

	memcpy(in, p, n);
	iconv(cd, NULL, NULL, NULL, NULL);
	return iconv(cd, &from, &n, &to, &n_to) != (size_t)-1 && n == 0;
}

static void
utf8_agrees_with_iconv_on_random_bytes(void **state)
{
	static const char pieces[][5] = {"a", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\xed\xa0", "\xe0\x80", "\xf4\x90", "\x80",
		"\xc3", "\xef\xbf\xbe"};
	struct rng r = test_rng();
	iconv_t cd = iconv_open("UTF-32LE", "UTF-8");

	(void)state;
	assert_true(cd != (iconv_t)-1);
	for (int round = 0; round < 20000; round++) {
		char text[64];
		size_t n = 0;

		while (n < 40 && rng_below(&r, 10) != 0) {
			const char *s = pieces[rng_below(&r, N_ROWS(pieces))];

			memcpy(text + n, s, strlen(s));
			n += strlen(s);
		}
		if (n > 0 && rng_below(&r, 2) == 0)
			text[rng_below(&r, (uint32_t)n)] =
				(char)rng_below(&r, 256);
		assert_int_equal(span_is_utf8(span_make(text, n)),
			iconv_accepts(cd, text, n));
	}
	iconv_close(cd);
}

static void
utf8_head_is_the_longest_whole_prefix(void **state)
{
	struct span s = SPAN_LIT("aé€😀"); /* 1 + 2 + 3 + 4 bytes */
	static const size_t kept[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};

	(void)state;
	for (size_t max = 0; max < N_ROWS(kept); max++)
		assert_int_equal(span_utf8_head(s, max).n, kept[max]);
}

static void
runes_are_cut_off_one_by_one_and_bad_bytes_are_replaced(void **state)
{
	static const uint32_t expected[] = {
		'a', 0xe9, 0x20ac, 0x1f600, 0xfffd, 'b', 0xfffd, 0xfffd};
	struct span rest = SPAN_LIT("aé€😀\x80"
				    "b\xe2\x82");
	uint32_t rune;
	size_t n = 0;

	(void)state;
	while (span_next_rune(&rest, &rune))
		assert_int_equal(rune, expected[n++]);
	assert_int_equal(n, N_ROWS(expected));
	assert_false(span_next_rune(&rest, &rune));
}

static void
every_scalar_value_survives_writing_and_reading(void **state)
{
	(void)state;
	for (uint32_t r = 0; r <= 0x10ffff; r += r < 0x3000 ? 1 : 37) {
		char bytes[4];
		struct span s = span_make(bytes, span_rune_bytes(r, bytes));
		uint32_t back;

		if (r >= 0xd800 && r <= 0xdfff)
			continue;
		assert_true(span_is_utf8(s));
		assert_true(span_next_rune(&s, &back));
		assert_int_equal(back, r);
		assert_int_equal(s.n, 0);
	}
}

static const struct {
	const char *a, *b;
	unsigned distance; /* capped at 4 */
} distances[] = {
	{"feeds", "feeds", 0},
	{"feed", "feeds", 1},
	{"fedes", "feeds", 1}, /* a swap of neighbours is one step */
	{"intervall", "interval", 1},
	{"kitten", "sitting", 3},
	{"", "abc", 3},
	{"", "", 0},
	{"abc", "xyzuvw", 4},
	{"a",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaa",
		4},
};

static void
distance_counts_edits_up_to_the_cap(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(distances); i++) {
		struct span a = span_of(distances[i].a);
		struct span b = span_of(distances[i].b);

		assert_int_equal(span_distance(a, b, 3), distances[i].distance);
		assert_int_equal(span_distance(b, a, 3), distances[i].distance);
	}
}

static void
dup_is_terminated(void **state)
{
	char *s = span_dup(span_make("abc", 2));

	(void)state;
	assert_string_equal(s, "ab");
	mem_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality_is_bytewise_and_knows_lengths),
		cmocka_unit_test(case_is_ignored_for_ascii_only),
		cmocka_unit_test(prefixes_and_suffixes),
		cmocka_unit_test(order_is_bytewise_with_a_prefix_first),
		cmocka_unit_test(find_gives_the_first_offset_or_size_max),
		cmocka_unit_test(sub_is_clamped),
		cmocka_unit_test(
			an_escape_is_a_percent_sign_and_two_hexadecimal_digits),
		cmocka_unit_test(trim_cuts_ascii_white_space_at_both_ends),
		cmocka_unit_test(
			next_splits_and_keeps_empty_parts_but_the_last),
		cmocka_unit_test(i64_takes_whole_decimal_numbers_only),
		cmocka_unit_test(i64_refuses_what_is_out_of_range),
		cmocka_unit_test(double_takes_whole_decimal_numbers_only),
		cmocka_unit_test(utf8_is_recognised_as_rfc_3629_says),
		cmocka_unit_test(utf8_len_is_that_of_the_first_sequence),
		cmocka_unit_test(utf8_agrees_with_iconv_on_random_bytes),
		cmocka_unit_test(utf8_head_is_the_longest_whole_prefix),
		cmocka_unit_test(
			runes_are_cut_off_one_by_one_and_bad_bytes_are_replaced),
		cmocka_unit_test(
			every_scalar_value_survives_writing_and_reading),
		cmocka_unit_test(distance_counts_edits_up_to_the_cap),
		cmocka_unit_test(dup_is_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
