/* Folding: known cases, agreement with utf8proc, and the offset map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <utf8proc.h>

#include "base/rng.h"
#include "text/fold.h"

#define SEED 20260301

static void
expect_fold(const char *in, const char *want)
{
	struct strbuf out = STRBUF_INIT(4096);

	fold_text(span_of(in), &out);
	assert_string_equal(strbuf_cstr(&out), want);
	strbuf_fini(&out);
}

static void
folds_case_compatibility_and_ignorables(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{"", ""},
		{"Meta PLATFORMS 3M", "meta platforms 3m"},
		{"Straße", "strasse"},
		{"Ｍｅｔａ", "meta"},
		{"ﬁnance", "finance"},
		{"micro\u00adsoft", "microsoft"},
		{"Zu\u200brich", "zurich"},
		{"NESTLÉ", "nestlé"},
		{"NESTLE\u0301", "nestlé"},
		{"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
		{"ÅNGSTRÖM \u212b", "ångström å"},
		{"ｶﾞｽ", "ガス"},
		{"한국", "한국"},
		{"\u1112\u1161\u11ab", "한"},
		{"İstanbul", "i\u0307stanbul"},
		{"任天堂", "任天堂"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect_fold(rows[i].in, rows[i].want);
}

/* Letters that meet in news, marks, signs and a few that fold to several. */
static const uint32_t alphabet[] = {'a', 'Z', ' ', '-', '0', 0xc9, 0xe9, 0xdf,
	0x130, 0x131, 0x141, 0x1c4, 0x300, 0x301, 0x308, 0x323, 0x391, 0x3c2,
	0x416, 0x439, 0x627, 0x64e, 0x905, 0x93f, 0xe01, 0xe33, 0x1100, 0x1161,
	0x11a8, 0x1e9e, 0x2019, 0x212b, 0x2460, 0x3042, 0x3099, 0x304b, 0x4e00,
	0xac00, 0xd55c, 0xfb01, 0xfdfa, 0xff21, 0xff76, 0xff9e, 0x1d400,
	0x1f600};

static void
random_text(struct rng *rng, unsigned runes, struct strbuf *out)
{
	strbuf_clear(out);
	while (runes--)
		strbuf_rune(out,
			alphabet[rng_below(
				rng, sizeof(alphabet) / sizeof(*alphabet))]);
}

static void
agrees_with_utf8proc_on_random_text(void **state)
{
	struct strbuf in = STRBUF_INIT(4096), out = STRBUF_INIT(65536);
	utf8proc_uint8_t *want;
	struct rng rng;

	(void)state;
	print_message("# seed %d\n", SEED);
	rng_init(&rng, SEED);
	for (int i = 0; i < 20000; i++) {
		random_text(&rng, rng_below(&rng, 12), &in);
		strbuf_clear(&out);
		fold_text(strbuf_as_span(&in), &out);
		want = utf8proc_NFKC_Casefold(
			(const utf8proc_uint8_t *)strbuf_cstr(&in));
		assert_non_null(want);
		assert_string_equal(strbuf_cstr(&out), (char *)want);
		free(want);
	}
	strbuf_fini(&in);
	strbuf_fini(&out);
}

static void
map_leads_back_to_whole_characters(void **state)
{
	struct strbuf in = STRBUF_INIT(4096), out = STRBUF_INIT(65536),
		      plain = STRBUF_INIT(65536);
	struct fold_map map = {0};
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED + 1);
	for (int i = 0; i < 5000; i++) {
		random_text(&rng, rng_below(&rng, 12), &in);
		strbuf_clear(&out);
		strbuf_clear(&plain);
		fold_mapped(strbuf_as_span(&in), &out, &map);
		fold_text(strbuf_as_span(&in), &plain);
		assert_true(
			span_eq(strbuf_as_span(&out), strbuf_as_span(&plain)));
		assert_int_equal(map.n, out.n);
		assert_int_equal(map.p[map.n], in.n);
		for (size_t k = 0; k < map.n; k++) {
			assert_true(map.p[k] <= map.p[k + 1]);
			assert_true(map.p[k] < in.n);
			assert_int_not_equal(in.p[map.p[k]] & 0xc0, 0x80);
			assert_true(fold_map_end(&map, k + 1) > map.p[k]);
		}
	}
	fold_map_fini(&map);
	strbuf_fini(&in);
	strbuf_fini(&out);
	strbuf_fini(&plain);
}

static void
map_finds_a_name_behind_a_ligature(void **state)
{
	struct span s = span_of("ﬁrst Straße");
	struct strbuf out = STRBUF_INIT(100);
	struct fold_map map = {0};
	size_t at;

	(void)state;
	fold_mapped(s, &out, &map);
	at = span_find_str(strbuf_as_span(&out), "strasse");
	assert_int_equal(map.p[at], 7);
	assert_int_equal(fold_map_end(&map, at + 7), s.n);
	fold_map_fini(&map);
	strbuf_fini(&out);
}

static void
accents_go_from_latin_and_stay_elsewhere(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{"nestlé", "nestle"},
		{"ørsted", "orsted"},
		{"łódź", "lodz"},
		{"æon", "aeon"},
		{"ガス", "ガス"},
		{"हिन्दी", "हिन्दी"},
		{"й", "й"},
	};
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		strbuf_clear(&out);
		fold_accents(span_of(rows[i].in), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].want);
	}
	strbuf_fini(&out);
}

static void
slug_joins_letters_and_digits_by_single_hyphens(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{"Meta", "meta"},
		{"  AT&T, Inc. ", "at-t-inc"},
		{"Nestlé S.A.", "nestlé-s-a"},
		{"任天堂", "任天堂"},
		{"...", ""},
		{"K+S", "k-s"},
	};
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		strbuf_clear(&out);
		fold_slug(span_of(rows[i].in), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].want);
	}
	strbuf_fini(&out);
}

static void
a_letter_under_a_thousand_marks_is_folded(void **state)
{
	struct strbuf in = STRBUF_INIT(65536), out = STRBUF_INIT(65536);

	(void)state;
	strbuf_char(&in, 'E');
	for (int i = 0; i < 1000; i++)
		strbuf_rune(&in, 0x301);
	fold_text(strbuf_as_span(&in), &out);
	assert_true(out.n > 1000);
	assert_true(span_is_utf8(strbuf_as_span(&out)));
	assert_true(span_starts(strbuf_as_span(&out), "é"));
	strbuf_fini(&in);
	strbuf_fini(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds_case_compatibility_and_ignorables),
		cmocka_unit_test(agrees_with_utf8proc_on_random_text),
		cmocka_unit_test(map_leads_back_to_whole_characters),
		cmocka_unit_test(map_finds_a_name_behind_a_ligature),
		cmocka_unit_test(accents_go_from_latin_and_stay_elsewhere),
		cmocka_unit_test(
			slug_joins_letters_and_digits_by_single_hyphens),
		cmocka_unit_test(a_letter_under_a_thousand_marks_is_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
