/* UTF-8: the fast scan against a slow one, repair, windows-1252. */
#include "text/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

/* Decode the character at s; its length, 0 if there is none. RFC 3629 3. */
static size_t
naive_char(struct span s, uint32_t *rune)
{
	const unsigned char *p = (const unsigned char *)s.p;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = p[0] < 0x80    ? 1
		: p[0] >> 5 == 6  ? 2
		: p[0] >> 4 == 14 ? 3
		: p[0] >> 3 == 30 ? 4
				  : 0;

	if (n == 0 || n > s.n)
		return 0;
	*rune = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		*rune = *rune << 6 | (p[i] & 0x3fu);
	}
	if (*rune < least[n] || *rune > 0x10ffff || *rune >> 11 == 0x1b)
		return 0;
	return n;
}

static size_t
naive_clean_prefix(struct span s, bool xml_chars)
{
	size_t i = 0, n;
	uint32_t r;

	for (; i < s.n; i += n) {
		n = naive_char(span_sub(s, i, s.n), &r);
		if (n == 0)
			break;
		if (xml_chars &&
			((r < 0x20 && r != '\t' && r != '\n' && r != '\r') ||
				(r >= 0x80 && r < 0xa0) || r == 0xfffe ||
				r == 0xffff))
			break;
	}
	return i;
}

/* Mostly good text, with something odd now and then. */
static size_t
noise(struct rng *r, char *buf, size_t max)
{
	static const char *const good[] = {"plain text and more ", "é", "я",
		"漢", "𝄞", "\n", "\t", "\xc2\xa0", "\xef\xbf\xbd", "\x7f",
		"\xee\x80\x80", "\xed\x9f\xbf", "\xe0\xa0\x80",
		"\xf4\x8f\xbf\xbf"};
	static const char *const bad[] = {"\x80", "\xc3", "\xc0\xaf",
		"\xe6\xbc", "\xed\xa0\x80", "\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80", "\xff", "\x01", "\x1f", "\xc2\x85",
		"\xef\xbf\xbe", "\xef\xbf\xbf"};
	size_t n = 0, want = rng_below(r, (uint32_t)max - 32);

	while (n < want) {
		const char *s = rng_below(r, 40) == 0
			? bad[rng_below(r, ROWS(bad))]
			: good[rng_below(r, ROWS(good))];

		memcpy(buf + n, s, strlen(s));
		n += strlen(s);
	}
	return n;
}

static void
the_fast_scan_agrees_with_a_slow_one(void **state)
{
	uint64_t seed = 5;
	struct rng r;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 20000; i++) {
		char buf[256];
		struct span s = span_make(buf, noise(&r, buf, sizeof(buf)));

		for (int xml = 0; xml < 2; xml++)
			assert_int_equal(utf8_clean_prefix(s, xml),
				naive_clean_prefix(s, xml));
	}
}

static void
a_bad_byte_is_found_at_every_place(void **state)
{
	char buf[80];

	(void)state;
	for (size_t n = 1; n < sizeof(buf); n++)
		for (size_t at = 0; at < n; at++) {
			memset(buf, 'x', sizeof(buf));
			buf[at] = '\x01';
			assert_int_equal(
				utf8_clean_prefix(span_make(buf, n), true), at);
			assert_int_equal(
				utf8_clean_prefix(span_make(buf, n), false), n);
			buf[at] = '\xff';
			assert_int_equal(
				utf8_clean_prefix(span_make(buf, n), false),
				at);
		}
}

static void
the_census_counts_sequences_and_stray_bytes(void **state)
{
	static const struct {
		const char *s;
		struct utf8_census want;
	} rows[] = {
		{"", {0, 0, false}},
		{"plain", {0, 0, false}},
		{"é漢𝄞", {3, 0, false}},
		{"é\xe9", {1, 1, false}},
		{"\xe9t\xe9", {0, 2, false}},
		{"\xed\xa0\x80", {0, 3, false}},
		{"\x1b$B", {0, 0, true}},
		{"é\xe6\xbc", {1, 0, false}}, /* cut off, not invalid */
		{"é\xf0\x9d\x84", {1, 0, false}},
		{"\xe6", {0, 1, false}}, /* may be a letter */
		{"a long plain text, then é and a \xff at its end",
			{1, 1, false}},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct utf8_census c;

		utf8_count(span_of(rows[i].s), &c);
		assert_int_equal(c.valid, rows[i].want.valid);
		assert_int_equal(c.invalid, rows[i].want.invalid);
		assert_int_equal(c.escape, rows[i].want.escape);
	}
}

static void
windows_1252_has_all_characters_but_five(void **state)
{
	char bytes[256];
	struct strbuf out = STRBUF_INIT(1024);
	unsigned missing = 0;

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		bytes[i] = (char)i;
		missing += utf8_of_windows_1252((unsigned char)i) == 0xfffd;
	}
	assert_int_equal(missing, 5);
	assert_int_equal(utf8_of_windows_1252(0x80), 0x20ac);
	assert_int_equal(utf8_of_windows_1252(0x9f), 0x178);
	assert_int_equal(utf8_of_windows_1252(0xe9), 0xe9);
	assert_int_equal(
		utf8_from_windows_1252(span_make(bytes, sizeof(bytes)), &out),
		5);
	assert_true(span_is_utf8(strbuf_as_span(&out)));
	strbuf_fini(&out);
}

static void
repaired_text_is_clean_and_keeps_what_was_good(void **state)
{
	uint64_t seed = 6;
	struct rng r;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 5000; i++) {
		char buf[256];
		struct span s = span_make(buf, noise(&r, buf, sizeof(buf)));
		struct strbuf out = STRBUF_INIT(4096);
		size_t good = utf8_clean_prefix(s, true);
		bool changed = utf8_repair(s, true, &out);

		assert_int_equal(changed, good < s.n);
		assert_int_equal(
			utf8_clean_prefix(strbuf_as_span(&out), true), out.n);
		assert_true(good == 0 || memcmp(out.p, s.p, good) == 0);
		strbuf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fast_scan_agrees_with_a_slow_one),
		cmocka_unit_test(a_bad_byte_is_found_at_every_place),
		cmocka_unit_test(the_census_counts_sequences_and_stray_bytes),
		cmocka_unit_test(windows_1252_has_all_characters_but_five),
		cmocka_unit_test(
			repaired_text_is_clean_and_keeps_what_was_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
