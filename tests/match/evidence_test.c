/* Words, tickers and surroundings: what the features are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "match/around.h"
#include "match/cues.h"
#include "match/ticker.h"
#include "match/words.h"

static void
words_are_graded_by_how_common_they_are(void **state)
{
	struct word w = words_get(SPAN_LIT("target"));

	(void)state;
	assert_true(w.grade == 1 && w.noun && w.verb && !w.given);
	w = words_get(SPAN_LIT("catalyst"));
	assert_true(w.grade >= 3 && w.grade <= 5 && w.noun);
	w = words_get(SPAN_LIT("robert"));
	assert_true(w.grade == 0 && w.given && w.proper);
	assert_int_equal(words_get(SPAN_LIT("huhtamaki")).grade, 0);
	assert_int_equal(words_get(SPAN_LIT("")).grade, 0);
	/* first and last lines of the table, and beyond */
	assert_true(words_get(SPAN_LIT("aardvark")).grade > 0);
	assert_int_equal(words_get(SPAN_LIT("zzzzzz")).grade, 0);
	assert_int_equal(words_get(SPAN_LIT("\x01")).grade, 0);
}

static void
cues_are_whole_words(void **state)
{
	(void)state;
	assert_true(cues_get(SPAN_LIT("inc")) & CUE_LEGAL);
	assert_true(cues_get(SPAN_LIT("shares")) & CUE_AFTER);
	assert_int_equal(cues_get(SPAN_LIT("shar")), 0);
	assert_int_equal(cues_get(SPAN_LIT("c")), 0);
	assert_int_equal(cues_get(SPAN_LIT("")), 0);
}

static void
a_ticker_is_known_by_its_dress(void **state)
{
	static const struct {
		const char *text, *symbol;
		enum ticker_dress dress;
	} rows[] = {
		{"buy $TGT now", "TGT", DRESS_SURE},
		{"(NYSE: TGT)", "TGT", DRESS_SURE},
		{"NASDAQ:META", "META", DRESS_SURE},
		{"Merck <MRK.N> up", "MRK", DRESS_SURE},
		{"Merck (MRK) up", "MRK", DRESS_PAREN},
		{"Merck (MRK.N) up", "MRK", DRESS_PAREN},
		{"Merck [MRK] up", "MRK", DRESS_PAREN},
		{"artificial intelligence (AI) is", "AI", DRESS_NONE},
		{"MRK is up", "MRK", DRESS_NONE},
		{"$TGTX", "TGT", DRESS_NONE},
		{"$KCS-USD", "KCS", DRESS_NONE},
		{"note: TGT", "TGT", DRESS_NONE},
		{"TGT", "TGT", DRESS_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span s = span_of(rows[i].text);
		size_t at = span_find_str(s, rows[i].symbol);

		print_message("# %s\n", rows[i].text);
		assert_int_equal(
			ticker_dress(s, at, at + strlen(rows[i].symbol)),
			rows[i].dress);
	}
}

static void
tickers_are_found_one_after_the_other(void **state)
{
	struct span s = SPAN_LIT("$AMZN $SBUX and (MRK), not EPS or CEO");
	size_t at = 0, start, end;
	enum ticker_dress dress;
	unsigned n = 0;

	(void)state;
	while (ticker_next(s, at, s.n, &start, &end, &dress)) {
		n++;
		at = end;
	}
	assert_int_equal(n, 3);
	assert_false(ticker_next(s, 0, 1, &start, &end, &dress));
}

static enum sentence_style
style_around(const char *text, const char *name)
{
	struct around a;
	size_t at = span_find_str(span_of(text), name);
	struct known_words *k = known_words_new();

	around_look(k, span_of(text), at, at + strlen(name), &a);
	known_words_free(&k);
	return a.style;
}

static void
a_sentence_has_a_style(void **state)
{
	(void)state;
	assert_int_equal(style_around("Shares of Target fell on Monday after "
				      "weak results",
				 "Target"),
		STYLE_PROSE);
	assert_int_equal(
		style_around("Analysts Cut Price Target For Urban Outfitters",
			"Target"),
		STYLE_TITLE);
	assert_int_equal(
		style_around("META SAYS IT WILL CUT JOBS", "META"), STYLE_CAPS);
	assert_int_equal(style_around("meta says it will cut jobs", "meta"),
		STYLE_LOWER);
	assert_int_equal(style_around("Meta", "Meta"), STYLE_SHORT);
}

static void
neighbours_end_with_the_sentence(void **state)
{
	struct span s = SPAN_LIT("It fell. Target Corp rose; so did Gap.");
	struct known_words *k = known_words_new();
	struct around a;

	(void)state;
	around_look(k, s, 9, 15, &a);
	assert_true(a.starts_sentence);
	assert_false(a.before[0].there);
	assert_true(a.after[0].there && a.after[0].cues & CUE_LEGAL);
	assert_true(a.after[1].there && a.after[1].cues & CUE_VERB);
	assert_false(a.after[2].there);
	around_look(k, s, 34, 37, &a);
	assert_true(a.before[0].there && !a.starts_sentence);
	assert_false(a.after[0].there);
	known_words_free(&k);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_graded_by_how_common_they_are),
		cmocka_unit_test(cues_are_whole_words),
		cmocka_unit_test(a_ticker_is_known_by_its_dress),
		cmocka_unit_test(tickers_are_found_one_after_the_other),
		cmocka_unit_test(a_sentence_has_a_style),
		cmocka_unit_test(neighbours_end_with_the_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
