/* Edges of names in scripts without spaces and with particles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "text/bounds.h"

struct row {
	const char *text, *name;
	bool left, right;
};

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct span s = span_of(rows[i].text);
		size_t at = span_find_str(s, rows[i].name);

		assert_int_not_equal(at, SIZE_MAX);
		print_message("# %s in %s\n", rows[i].name, rows[i].text);
		assert_int_equal(bounds_left_ok(s, at), rows[i].left);
		assert_int_equal(bounds_right_ok(s, at + strlen(rows[i].name)),
			rows[i].right);
	}
}

static void
hangul_names_take_particles_only(void **state)
{
	static const struct row rows[] = {
		{"삼성전자는 오늘", "삼성전자", true, true},
		{"삼성전자 주가", "삼성전자", true, true},
		{"메타버스", "메타", true, false},
		{"국삼성전자", "삼성전자", false, true},
		{"네이버에서는", "네이버", true, true},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(*rows));
}

static void
arabic_and_hebrew_names_take_clitics_only(void **state)
{
	static const struct row rows[] = {
		{"قالت أبل إن", "أبل", true, true},
		{"وأبل", "أبل", true, true},
		{"لأبل", "أبل", true, true},
		{"نأبل", "أبل", false, true},
		{"أبلغ", "أبل", true, false},
		{"באפל", "אפל", true, true},
		{"אפליקציה", "אפל", true, false},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(*rows));
}

static void
kana_and_thai_names_are_not_torn_out_of_words(void **state)
{
	static const struct row rows[] = {
		{"メタは発表", "メタ", true, true},
		{"メタバース", "メタ", true, false},
		{"メタグループは", "メタ", true, true},
		{"メタホールディングス", "メタ", true, true},
		{"カメタ", "メタ", false, true},
		{"マーク・ザッカーバーグ", "ザッカーバーグ", true, true},
		{"任天堂が", "任天堂", true, true},
		{"ซื้อแอปเปิลแล้ว", "แอปเปิล", true, true},
		{"เมตา", "มตา", false, true},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(*rows));
}

static void
spaced_scripts_and_text_ends_are_edges(void **state)
{
	static const struct row rows[] = {
		{"Meta", "Meta", true, true},
		{"用Metaの", "Meta", true, true},
		{"苹果公司", "苹果", true, true},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(*rows));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hangul_names_take_particles_only),
		cmocka_unit_test(arabic_and_hebrew_names_take_clitics_only),
		cmocka_unit_test(kana_and_thai_names_are_not_torn_out_of_words),
		cmocka_unit_test(spaced_scripts_and_text_ends_are_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
