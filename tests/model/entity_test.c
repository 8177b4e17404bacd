#include "testing.h"

#include "base/strbuf.h"
#include "model/entity.h"
#include "model/limits.h"

/* The input is folded already, as by text/fold. */
static const struct {
	const char *folded, *slug;
} slugs[] = {
	{"meta", "meta"},
	{"alexandr wang", "alexandr-wang"},
	{"  at&t  inc. ", "at-t-inc"},
	{"yahoo!", "yahoo"},
	{"3m", "3m"},
	{"open-weight models", "open-weight-models"},
	{"l’oréal", "l-oréal"},
	{"société générale", "société-générale"},
	{"яндекс", "яндекс"},
	{"三星電子", "三星電子"},
	{"トヨタ・モーター", "トヨタ-モーター"},
	{"हिन्दी", "हिन्दी"},
	{"a — b … c", "a-b-c"},
	{"x😀y", "x-y"},
	{"c++", "c"},
	{"«a»", "a"},
	{"a\xc2\xa0"
	 "b",
		"a-b"},
	{"---", ""},
	{"", ""},
};

static void
slugs_keep_letters_and_digits(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(slugs); i++) {
		struct strbuf b = STRBUF_INIT(LIMIT_NAME_BYTES);

		entity_slug(span_of(slugs[i].folded), &b);
		assert_string_equal(strbuf_cstr(&b), slugs[i].slug);
		strbuf_fini(&b);
	}
}

static void
a_slug_is_cut_at_a_character_and_never_ends_in_a_dash(void **state)
{
	struct strbuf in = STRBUF_INIT(KIB(4));
	struct strbuf b = STRBUF_INIT(KIB(4));

	(void)state;
	for (int i = 0; i < LIMIT_NAME_BYTES - 1; i++)
		strbuf_char(&in, 'a');
	strbuf_str(&in, " é b");
	entity_slug(strbuf_as_span(&in), &b);
	assert_int_equal(b.n, LIMIT_NAME_BYTES - 1);
	assert_int_equal(b.p[b.n - 1], 'a');
	strbuf_fini(&in);
	strbuf_fini(&b);
}

static void
a_slug_is_appended(void **state)
{
	struct strbuf b = STRBUF_INIT(100);

	(void)state;
	strbuf_str(&b, "ai/");
	entity_slug(SPAN_LIT("- meta ai"), &b);
	assert_string_equal(strbuf_cstr(&b), "ai/meta-ai");
	strbuf_fini(&b);
}

static void
kind_names_go_both_ways(void **state)
{
	enum entity_kind kind;

	(void)state;
	for (int i = ENTITY_COMPANY; i <= ENTITY_TOPIC; i++) {
		const char *name = entity_kind_name((enum entity_kind)i);

		assert_true(entity_kind_parse(span_of(name), &kind));
		assert_int_equal(kind, i);
	}
	assert_string_equal(entity_kind_name(ENTITY_PRODUCT), "product");
	assert_false(entity_kind_parse(SPAN_LIT("Company"), &kind));
	assert_false(entity_kind_parse(SPAN_NULL, &kind));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slugs_keep_letters_and_digits),
		cmocka_unit_test(
			a_slug_is_cut_at_a_character_and_never_ends_in_a_dash),
		cmocka_unit_test(a_slug_is_appended),
		cmocka_unit_test(kind_names_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
