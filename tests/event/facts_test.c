/* Facts: written forms and what they mean. */
#include "testing.h"

#include <math.h>

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
	/* -- money: signs, codes, scales ------------------------------------
	 */
	{"¥1.2tn fund", FACT_MONEY, 1.2e12, "JPY", "¥1.2tn"},
	{"₹2,000-crore plan", FACT_MONEY, 2e10, "INR", "₹2,000-crore"},
	{"Rs200cr order", FACT_MONEY, 2e9, "INR", "Rs200cr"},
	{"INR 3.5 lakh crore? no", FACT_MONEY, 3.5e5, "INR", "INR 3.5 lakh"},
	{"USD1.2bn loan", FACT_MONEY, 1.2e9, "USD", "USD1.2bn"},
	{"1.2bn USD loan", FACT_MONEY, 1.2e9, "USD", "1.2bn USD"},
	{"CHF 1'200 fine", FACT_MONEY, 1200, "CHF", "CHF 1'200"},
	{"$1.5 trillion", FACT_MONEY, 1.5e12, "USD", "$1.5 trillion"},
	{"$900mn", FACT_MONEY, 900e6, "USD", "$900mn"},
	{"$600K", FACT_MONEY, 600e3, "USD", "$600K"},
	{"NT$3.2 billion", FACT_MONEY, 3.2e9, "TWD", "NT$3.2 billion"},
	{"R$450 million", FACT_MONEY, 450e6, "BRL", "R$450 million"},
	{"RM200 million", FACT_MONEY, 200e6, "MYR", "RM200 million"},
	{"Rp 1.2 trillion", FACT_MONEY, 1.2e12, "IDR", "Rp 1.2 trillion"},
	{"₩500 billion", FACT_MONEY, 500e9, "KRW", "₩500 billion"},
	{"AED 40 million", FACT_MONEY, 40e6, "AED", "AED 40 million"},
	{"Mex$20 million", FACT_MONEY, 20e6, "MXN", "Mex$20 million"},
	{"£250,000", FACT_MONEY, 250000, "GBP", "£250,000"},
	{"$0.42 a share", FACT_MONEY, 0.42, "USD", "$0.42"},
	{"42 cents a share", FACT_MONEY, 0.42, "USD", "42 cents"},
	{"a 20-cent dividend", FACT_MONEY, 0.20, "USD", "20-cent"},
	{"80 pence", FACT_MONEY, 0.80, "GBP", "80 pence"},
	{"two million euros", FACT_MONEY, 2e6, "EUR", "two million euros"},
	{"half a billion dollars", FACT_MONEY, 5e8, "USD",
		"half a billion dollars"},
	{"a billion dollars", FACT_MONEY, 1e9, "USD", "a billion dollars"},
	{"$10-12 million", FACT_MONEY, 10e6, "USD", "$10"},
	{"$10-$12 million", FACT_MONEY, 10e6, "USD", "$10"},
	{"$10 to $12 million", FACT_MONEY, 10e6, "USD", "$10"},
	{"$12", FACT_MONEY, 12, "USD", "$12"},
	{"1,5 Milliarden Euro", FACT_MONEY, 1.5e9, "EUR",
		"1,5 Milliarden Euro"},
	{"1,5 Mrd. Euro", FACT_MONEY, 1.5e9, "EUR", "1,5 Mrd. Euro"},
	{"300 Mio. Franken", FACT_MONEY, 300e6, "CHF", "300 Mio. Franken"},
	{"2,3 milliards d'euros", FACT_MONEY, 2.3e9, "EUR",
		"2,3 milliards d'euros"},
	{"3 millions de dollars", FACT_MONEY, 3e6, "USD",
		"3 millions de dollars"},
	{"1\xc2\xa0"
	 "200\xc2\xa0"
	 "000 €",
		FACT_MONEY, 1200000, "EUR",
		"1\xc2\xa0"
		"200\xc2\xa0"
		"000 €"},
	{"1.200.000 euros", FACT_MONEY, 1200000, "EUR", "1.200.000 euros"},
	{"2.500 millones de euros", FACT_MONEY, 2.5e9, "EUR",
		"2.500 millones de euros"},
	{"5 mil millones de dólares", FACT_MONEY, 5e9, "USD",
		"5 mil millones de dólares"},
	{"40 miliardi di euro", FACT_MONEY, 40e9, "EUR", "40 miliardi di euro"},
	{"150亿美元", FACT_MONEY, 15e9, "USD", "150亿美元"},
	{"1.2兆円", FACT_MONEY, 1.2e12, "JPY", "1.2兆円"},
	{"3000億円", FACT_MONEY, 3e11, "JPY", "3000億円"},
	{"200억 달러", FACT_MONEY, 2e10, "USD", "200억 달러"},
	/* -- percentages
	 * --------------------------------------------------------
	 */
	{"12.5% of", FACT_PERCENT, 12.5, "", "12.5%"},
	{"3,5 Prozent", FACT_PERCENT, 3.5, "", "3,5 Prozent"},
	{"20 pour cent", FACT_PERCENT, 20, "", "20 pour cent"},
	{"15 por ciento", FACT_PERCENT, 15, "", "15 por ciento"},
	{"7 pct", FACT_PERCENT, 7, "", "7 pct"},
	{"25 basis points", FACT_PERCENT, 0.25, "", "25 basis points"},
	{"50bps", FACT_PERCENT, 0.5, "", "50bps"},
	{"a 30-percent cut", FACT_PERCENT, 30, "", "30-percent"},
	/* -- shares, heads, ratios
	 * ------------------------------------------------
	 */
	{"12,500,000 shares", FACT_SHARES, 12.5e6, "", "12,500,000 shares"},
	{"5m new shares", FACT_SHARES, 5e6, "", "5m new shares"},
	{"3 Millionen Aktien", FACT_SHARES, 3e6, "", "3 Millionen Aktien"},
	{"two million shares", FACT_SHARES, 2e6, "", "two million shares"},
	{"2,500 employees", FACT_PEOPLE, 2500, "", "2,500 employees"},
	{"1,400 full-time staff", FACT_PEOPLE, 1400, "",
		"1,400 full-time staff"},
	{"900 Stellen", FACT_PEOPLE, 900, "", "900 Stellen"},
	{"1.500 Mitarbeiter", FACT_PEOPLE, 1500, "", "1.500 Mitarbeiter"},
	{"300 emplois", FACT_PEOPLE, 300, "", "300 emplois"},
	{"1.200 empleados", FACT_PEOPLE, 1200, "", "1.200 empleados"},
	{"a 10 for 1 split", FACT_RATIO, 10, "", "10 for 1"},
	{"a 1:8 reverse split", FACT_RATIO, 0.125, "", "1:8"},
	/* -- dates
	 * ------------------------------------------------------------------
	 */
	{"on March 5th, 2024", FACT_DATE, 20240305, "", "March 5th, 2024"},
	{"on the 5th of March 2024", FACT_DATE, 20240305, "",
		"5th of March 2024"},
	{"on Sept. 30", FACT_DATE, 930, "", "Sept. 30"},
	{"am 5. März 2024", FACT_DATE, 20240305, "", "5. März 2024"},
	{"le 5 février 2024", FACT_DATE, 20240205, "", "5 février 2024"},
	{"el 5 de marzo de 2024", FACT_DATE, 20240305, "",
		"5 de marzo de 2024"},
	{"by December 2026", FACT_DATE, 20261200, "", "December 2026"},
	{"May 5", FACT_DATE, 505, "", "May 5"},
	{"at 10:30 today", FACT_NUMBER, 10, "", "10"},
	{"some 42 things", FACT_NUMBER, 42, "", "42"},
};

static bool
is_as_in(const struct fact_row *row, const struct fact *f)
{
	struct span text = span_of(row->text);

	return f->kind == row->kind && fabs(f->value - row->value) <= 1e-3 &&
		strcmp(f->currency, row->currency) == 0 &&
		span_eq_str(span_make(text.p + f->start, f->end - f->start),
			row->written);
}

static void
a_written_form_has_its_meaning(void **state)
{
	struct arena *arena = arena_new();
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		static const struct fact none = {.kind = FACT_NUMBER};
		const struct fact *first = &none;
		struct fact *facts;
		size_t n;

		facts_find(span_of(rows[i].text), arena, &facts, &n);
		if (n)
			first = &facts[0];
		if (n && is_as_in(&rows[i], first))
			continue;
		print_error("# '%s' is %s %.9g %s '%.*s'\n", rows[i].text,
			fact_kind_names[first->kind], first->value,
			first->currency, (int)(first->end - first->start),
			rows[i].text + first->start);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	arena_free(&arena);
}

static const char *const nothings[] = {"the 5G network", "a B2B shop",
	"MP3 player", "Fe2O3 dust", "no digits", "maybe so", "the 737MAX jet",
	"a million thanks", "two people familiar with it", "one of them",
	"a billion", "COVID", "Boeing 737s"};

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
