/* Facts: written forms and what they mean. */
#include "testing.h"

#include "base/strbuf.h"
#include "event/facts.h"

struct fact_row {
	const char *text;
	enum fact_kind kind;
	double value;
	const char *currency;
	const char *written;
};

static const struct fact_row rows[] = {
	{"worth $15 billion in all", FACT_MONEY, 15e9, "USD", "$15 billion"},
	{"for €552bn", FACT_MONEY, 552e9, "EUR", "€552bn"},
	{"Rs 200 crore order", FACT_MONEY, 2e9, "INR", "Rs 200 crore"},
	{"Rs. 3,50,000 paid", FACT_MONEY, 350000, "INR", "Rs. 3,50,000"},
	{"₹5 lakh", FACT_MONEY, 500000, "INR", "₹5 lakh"},
	{"a US$1.433 billion deal", FACT_MONEY, 1.433e9, "USD",
		"US$1.433 billion"},
	{"HK$20m", FACT_MONEY, 20e6, "HKD", "HK$20m"},
	{"A$1.5 bln", FACT_MONEY, 1.5e9, "AUD", "A$1.5 bln"},
	{"revenue of $7.52B", FACT_MONEY, 7.52e9, "USD", "$7.52B"},
	{"EUR 40 million", FACT_MONEY, 40e6, "EUR", "EUR 40 million"},
	{"3 million euros", FACT_MONEY, 3e6, "EUR", "3 million euros"},
	{"300 million yen", FACT_MONEY, 300e6, "JPY", "300 million yen"},
	{"£9.99 a month", FACT_MONEY, 9.99, "GBP", "£9.99"},
	{"EPS of -$0.04", FACT_MONEY, -0.04, "USD", "$0.04"},
	{"12,000 dollars", FACT_MONEY, 12000, "USD", "12,000 dollars"},
	{"a $15-billion plan", FACT_MONEY, 15e9, "USD", "$15-billion"},
	{"up 14%", FACT_PERCENT, 14, "", "14%"},
	{"up 3.5 percent", FACT_PERCENT, 3.5, "", "3.5 percent"},
	{"20 per cent of it", FACT_PERCENT, 20, "", "20 per cent"},
	{"fell -8% today", FACT_PERCENT, -8, "", "8%"},
	{"sold 3 million shares", FACT_SHARES, 3e6, "", "3 million shares"},
	{"16 mln ADSs", FACT_SHARES, 16e6, "", "16 mln ADSs"},
	{"cut 8,000 jobs", FACT_PEOPLE, 8000, "", "8,000 jobs"},
	{"8K jobs", FACT_PEOPLE, 8000, "", "8K jobs"},
	{"90 warehouse staff", FACT_PEOPLE, 90, "", "90 warehouse staff"},
	{"a 4-for-1 split", FACT_RATIO, 4, "", "4-for-1"},
	{"a 1-for-20 split", FACT_RATIO, 0.05, "", "1-for-20"},
	{"3:1 split", FACT_RATIO, 3, "", "3:1"},
	{"on March 5, 2024 it", FACT_DATE, 20240305, "", "March 5, 2024"},
	{"on 5 March 2024 it", FACT_DATE, 20240305, "", "5 March 2024"},
	{"on Aug. 9 it", FACT_DATE, 809, "", "Aug. 9"},
	{"since May 2021", FACT_DATE, 20210500, "", "May 2021"},
	{"since 2019 it", FACT_DATE, 20190000, "", "2019"},
	{"dated 2024-03-05.", FACT_DATE, 20240305, "", "2024-03-05"},
	{"at 10:30 today", FACT_NUMBER, 10, "", "10"},
	{"some 42 things", FACT_NUMBER, 42, "", "42"},
};

static void
a_written_form_has_its_meaning(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct fact *facts;
		size_t n;
		struct span text = span_of(rows[i].text);

		facts_find(text, arena, &facts, &n);
		if (n == 0)
			fail_msg("nothing in '%s'", rows[i].text);
		if (facts[0].kind != rows[i].kind)
			fail_msg("'%s' is %s", rows[i].text,
				fact_kind_names[facts[0].kind]);
		assert_float_equal(facts[0].value, rows[i].value, 1e-3);
		assert_string_equal(facts[0].currency, rows[i].currency);
		assert_span_equal(span_make(text.p + facts[0].start,
					  facts[0].end - facts[0].start),
			rows[i].written);
	}
	arena_free(&arena);
}

static const char *const nothings[] = {"the 5G network", "a B2B shop",
	"MP3 player", "Fe2O3 dust", "no digits", "maybe so", "the 737MAX jet"};

static void
digits_in_names_are_no_facts(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < N_ROWS(nothings); i++) {
		struct fact *facts;
		size_t n;

		facts_find(span_of(nothings[i]), arena, &facts, &n);
		if (n)
			fail_msg("'%s' has a %s", nothings[i],
				fact_kind_names[facts[0].kind]);
	}
	arena_free(&arena);
}

static void
facts_never_overlap_and_stay_within_any_text(void **state)
{
	static const char *const pieces[] = {"$", "€", "Rs ", "15", "1,5", ".",
		",", "bn", " billion", "%", " percent", " shares", " jobs",
		"-for-", "1", "March ", "5", " 2024", "-", ":", "\n", "x",
		"2024-03-05", "₹", " crore", "\xc2\xa0", "US", "per ", "cent"};
	struct arena *arena = arena_new();
	struct rng rng = test_rng();

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct strbuf text = STRBUF_INIT(4096);
		struct fact *facts;
		uint32_t at = 0;
		size_t n;

		for (unsigned i = rng_below(&rng, 14); i > 0; i--)
			strbuf_str(
				&text, pieces[rng_below(&rng, N_ROWS(pieces))]);
		arena_reset(arena);
		facts_find(strbuf_as_span(&text), arena, &facts, &n);
		for (size_t i = 0; i < n; i++) {
			assert_true(facts[i].start >= at);
			assert_true(facts[i].end > facts[i].start);
			at = facts[i].end;
		}
		assert_true(at <= text.n);
		strbuf_fini(&text);
	}
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_written_form_has_its_meaning),
		cmocka_unit_test(digits_in_names_are_no_facts),
		cmocka_unit_test(facts_never_overlap_and_stay_within_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
