/* How a name is written otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "match/names.h"

struct forms {
	struct strbuf text; /* "kind:word word|..." */
};

static void
on_form(const struct name_form *f, void *arg)
{
	static const char *const kinds[VARIANT_N] = {"as", "stripped", "and",
		"joined", "split", "initials", "plain", "short", "genitive"};
	struct strbuf *out = arg;

	strbuf_printf(out, "%s%s:", out->n ? "|" : "", kinds[f->variant]);
	for (unsigned i = 0; i < f->n; i++)
		strbuf_printf(out, "%s%.*s", i ? " " : "",
			SPAN_ARG(f->token[i].folded));
}

static void
forms_are_made_of_a_name(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{"Meta", "as:meta"},
		{"Meta Platforms, Inc.",
			"stripped:meta platforms|joined:metaplatforms"},
		{"The Coca-Cola Company", "stripped:coca cola|joined:cocacola"},
		{"Nestlé S.A.", "stripped:nestlé|plain:nestle"},
		{"Volvo A/S", "stripped:volvo"},
		{"Wells Fargo & Co", "stripped:wells fargo|joined:wellsfargo"},
		{"Johnson & Johnson",
			"as:johnson & johnson|and:johnson and "
			"johnson"},
		{"McDonald's", "as:mcdonald s|joined:mcdonalds"},
		{"JPMorgan",
			"as:jpmorgan|initials:jp morgan|initials:j p "
			"morgan|genitive:jpmorgans"},
		{"J.P. Morgan", "as:j p morgan|initials:jp morgan"},
		{"U.S. Steel", "as:u s steel|initials:us steel"},
		{"SpiceJet", "as:spicejet|split:spice jet|genitive:spicejets"},
		{"xPhone", "as:xphone|genitive:xphones"},
		{"Cadila Pharmaceuticals",
			"as:cadila pharmaceuticals|joined:"
			"cadilapharmaceuticals|short:cadila pharma"},
		{"Amazon.com, Inc.", "stripped:amazon com|stripped:amazon"},
		{"Limited", "as:limited"},
		{"Opto Circuits (I) Ltd.",
			"stripped:opto circuits|joined:optocircuits"},
		{"任天堂", "as:任 天 堂"},
		{"L'Oréal", "as:l oréal|joined:loreal|plain:l oreal"},
		{"Газпром",
			"as:газпром|genitive:газпрома|genitive:газпрому|"
			"genitive:газпромом|genitive:газпроме"},
		{"Роснефть",
			"as:роснефть|genitive:роснефти|genitive:роснефтью"},
		{"Сбер",
			"as:сбер|genitive:сбера|genitive:сберу|"
			"genitive:сбером|genitive:сбере"},
		{"Лукойл Авто", "as:лукойл авто"},
	};
	struct name_maker m = {0};
	struct strbuf out = STRBUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		strbuf_clear(&out);
		assert_true(name_read(&m, span_of(rows[i].name)));
		name_forms(&m, true, on_form, &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].want);
	}
	strbuf_fini(&out);
	name_maker_fini(&m);
}

static void
a_person_keeps_every_word(void **state)
{
	struct name_maker m = {0};
	struct strbuf out = STRBUF_INIT(4096);

	(void)state;
	assert_true(name_read(&m, SPAN_LIT("The Limited Sas")));
	name_forms(&m, false, on_form, &out);
	assert_string_equal(strbuf_cstr(&out), "as:the limited sas");
	strbuf_fini(&out);
	name_maker_fini(&m);
}

static void
what_has_no_or_too_many_tokens_is_no_name(void **state)
{
	struct name_maker m = {0};
	struct strbuf text = STRBUF_INIT(4096);

	(void)state;
	assert_false(name_read(&m, SPAN_LIT("?!")));
	assert_int_equal(m.given.n, 0);
	for (int i = 0; i < NAME_TOKENS_MAX; i++)
		strbuf_str(&text, "a ");
	assert_true(name_read(&m, strbuf_as_span(&text)));
	strbuf_str(&text, "a");
	assert_false(name_read(&m, strbuf_as_span(&text)));
	assert_int_equal(m.given.n, NAME_TOKENS_MAX + 1);
	strbuf_fini(&text);
	name_maker_fini(&m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_made_of_a_name),
		cmocka_unit_test(a_person_keeps_every_word),
		cmocka_unit_test(what_has_no_or_too_many_tokens_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
