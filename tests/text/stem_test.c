/* Stems: forms of a word share one, words of other verbs do not. */
#include "testing.h"

#include "text/stem.h"

struct pair_row {
	const char *language, *a, *b;
	bool same;
};

static const struct pair_row pairs[] = {
	{"en", "acquires", "acquired", true},
	{"en", "acquiring", "acquire", true},
	{"en", "sold", "sells", true},
	{"en", "took", "taking", true},
	{"en", "bought", "buys", true},
	{"en", "found", "find", false},
	{"en-GB", "companies", "company", true},
	{"en", "profit", "prophet", false},
	{"de-AT", "Werke", "Werkes", true},
	{"fr", "annonce", "annoncer", true},
};

static void
forms_of_one_word_share_its_stem(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(pairs); i++) {
		struct stemmer *s = stemmer_new(span_of(pairs[i].language));
		char *a;

		assert_non_null(s);
		a = span_dup(stemmer_stem(s, span_of(pairs[i].a)));
		if (span_eq_str(stemmer_stem(s, span_of(pairs[i].b)), a) !=
			pairs[i].same)
			fail_msg("%s, %s", pairs[i].a, pairs[i].b);
		mem_free(&a);
		stemmer_free(&s);
	}
}

static void
a_language_without_a_stemmer_has_none(void **state)
{
	(void)state;
	assert_null(stemmer_new(SPAN_LIT("xx")));
	assert_null(stemmer_new(SPAN_LIT("")));
	assert_null(stemmer_new(SPAN_LIT("english-uk")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_one_word_share_its_stem),
		cmocka_unit_test(a_language_without_a_stemmer_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
