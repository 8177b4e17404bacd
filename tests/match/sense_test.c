/* What else a name's words may mean: lists, pairs, fields, whole sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "match/cues.h"
#include "match/lists.h"
#include "match/match.h"
#include "match/sense.h"
#include "match/words.h"
#include "tests/match/watch.h"

static void
lists_are_sorted_so_that_a_search_finds_every_word(void **state)
{
	(void)state;
	for (enum list l = 0; l < LIST_N; l++) {
		const struct word_list *list = &word_lists[l];

		assert_true(list->n > 2);
		for (size_t i = 0; i < list->n; i++) {
			if (!lists_has(l, span_of(list->words[i])))
				fail_msg("list %u lost %s", l, list->words[i]);
			assert_true(i == 0 ||
				strcmp(list->words[i - 1], list->words[i]) < 0);
		}
		assert_false(lists_has(l, SPAN_LIT("")));
		assert_false(lists_has(l, SPAN_LIT("zyxtron")));
	}
}

static void
two_words_of_one_thing_are_a_pair(void **state)
{
	char longest[80];

	(void)state;
	assert_true(words_are_pair(SPAN_LIT("orange"), SPAN_LIT("juice")));
	assert_true(words_are_pair(SPAN_LIT("agent"), SPAN_LIT("orange")));
	assert_true(words_are_pair(SPAN_LIT("china"), SPAN_LIT("sea")));
	assert_false(words_are_pair(SPAN_LIT("juice"), SPAN_LIT("orange")));
	assert_false(words_are_pair(SPAN_LIT("orange"), SPAN_LIT("")));
	memset(longest, 'a', sizeof(longest));
	assert_false(words_are_pair(
		span_make(longest, sizeof(longest)), SPAN_LIT("sea")));
}

static void
the_field_of_a_sentence_is_told_by_its_words_up_to_the_line_s_end(void **state)
{
	struct span text = SPAN_LIT("Police shot a suspect\nOracle shares rose "
				    "as profit beat estimates\nFestival film");
	struct known_words *k = known_words_new();
	struct around_fields f = sense_fields(k, text, 22, 28);

	(void)state;
	assert_int_equal(f.business, 3); /* shares, profit, estimates */
	assert_int_equal(f.other, 0);
	f = sense_fields(k, SPAN_LIT("The Dow fell 400 points"), 4, 7);
	assert_int_equal(f.indexes, 1);
	known_words_free(&k);
	known_words_free(&k);
}

/* What the tables say of the word, asked without a memory. */
static void
check_known(struct known_words *k, struct span text, const struct token *t)
{
	struct known got = known_get(k, text, t);
	struct strbuf folded = STRBUF_INIT(256);
	struct span w;

	token_fold(text, t, &folded);
	w = strbuf_as_span(&folded);
	assert_int_equal(got.cues, cues_get(w));
	assert_int_equal(got.word.grade, words_get(w).grade);
	assert_int_equal(got.word.verb, words_get(w).verb);
	for (enum list l = 0; l < LIST_N; l++)
		assert_int_equal(got.lists >> l & 1, lists_has(l, w));
	strbuf_fini(&folded);
}

static void
what_is_remembered_of_words_is_what_the_tables_say(void **state)
{
	struct known_words *k = known_words_new();
	struct strbuf text = STRBUF_INIT(1 << 20);
	struct token t;
	size_t at;

	(void)state;
	for (enum list l = 0; l < LIST_N; l++) /* more than it has room for */
		for (size_t i = 0; i < word_lists[l].n; i++)
			strbuf_printf(&text, "%s Zyx%zu ",
				word_lists[l].words[i], i * (l + 1));
	for (int i = 0; i < 6000; i++)
		strbuf_printf(&text, "Meta%d shares ", i);
	for (int twice = 0; twice < 2; twice++)
		for (at = 0; token_next(strbuf_as_span(&text), at, &t);
			at = t.end)
			check_known(k, strbuf_as_span(&text), &t);
	strbuf_fini(&text);
	known_words_free(&k);
}

static void
a_word_longer_than_any_list_has_is_not_known(void **state)
{
	struct known_words *k = known_words_new();
	char word[66];
	struct token t;

	(void)state;
	memset(word, 'a', sizeof(word));
	assert_true(token_next(span_make(word, 65), 0, &t));
	assert_int_equal(known_get(k, span_make(word, 65), &t).lists, 0);
	memcpy(word, "shares", 6);
	assert_true(token_next(span_make(word, 6), 0, &t));
	assert_true(
		known_get(k, span_make(word, 6), &t).lists >> LIST_BUSINESS &
		1);
	known_words_free(&k);
}

/* -- sentences ------------------------------------------------------------- */

struct sentence {
	const char *text;
	const char *want; /* "" or the entity's name */
};

static const struct sentence sentences[] = {
	{"Orange juice futures climb on frost in Brazil", ""},
	{"Orange lifts dividend as African sales grow", "Orange"},
	{"Next Thursday the bank meets again", ""},
	{"Next lifts profit guidance for a third time", "Next"},
	{"BOEING STRIKE NEARS THIRD WEEK", "Boeing"},
	{"A gala at Boeing Hall raised funds", ""},
	{"COURT WILL NOT BLOCK THE SALE", ""},
	{"Senators vow to block the nominee", ""},
	{"BLOCK TO CUT 900 JOBS", "Block"},
	{"Dow drops 300 points as yields jump", ""},
	{"The Dow ended flat, the Nasdaq rose", ""},
	{"Dow to close two plants in Germany", "Dow"},
	{"Ex-Boeing engineer wins award for whistleblowers", "Boeing"},
	{"Regulators study the Boeing-Embraer deal again", "Boeing"},
	{"$ORGN - Orange Sky Labs prices offering", ""},
	{"The Orange Foundation gave to schools", ""},
	{"Peel the Orange thinly and chop the zest", ""},
	{"Block parties return to Brooklyn", ""},
	{"orange to sell its towers in spain", "Orange"},
	{"How Orange Became a Bank", "Orange"},
	{"Orange-Aktie steigt auf Rekordhoch", "Orange"},
	{"Die Orange ist voller Vitamine", ""},
};

static void
other_senses_of_a_name_are_no_mention(void **state)
{
	static const char *const names[][2] = {{"Orange", "EPA:ORA"},
		{"Next", "LSE:NXT"}, {"Boeing", "NYSE:BA"},
		{"Block", "NYSE:XYZ"}, {"Dow", "NYSE:DOW"}};
	struct watch w;
	struct matcher *m;

	(void)state;
	watch_init(&w);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		watch_add(&w, names[i][0], NULL, names[i][1]);
	watch_compile(&w);
	m = matcher_new(w.lex);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences); i++) {
		struct arena *arena = arena_new();
		struct item item = {.title = span_of(sentences[i].text)};
		struct match_options options = {.all = false};
		struct match_result r;

		match_item(m, &item, &options, arena, &r);
		if ((r.n > 0) != (*sentences[i].want != '\0') || r.n > 1)
			fail_msg("%zu found in: %s", r.n, sentences[i].text);
		if (r.n)
			assert_true(span_eq_str(
				r.entities[0].name, sentences[i].want));
		arena_free(&arena);
	}
	matcher_free(&m);
	watch_fini(&w);
}

/* How many of the two are found in "Orange juice rose; Next Tuesday". */
static size_t
found_with(double min_confidence)
{
	struct item item = {
		.title = SPAN_LIT("Orange juice rose ahead of Next Tuesday")};
	struct match_options options = {.all = false};
	struct arena *arena = arena_new();
	struct match_result r;
	struct matcher *m;
	struct watch w;
	size_t n;

	watch_init(&w);
	watch_add(&w, "Orange", NULL, NULL)->min_confidence = min_confidence;
	watch_add(&w, "Next", NULL, NULL)->min_confidence = min_confidence;
	watch_compile(&w);
	m = matcher_new(w.lex);
	match_item(m, &item, &options, arena, &r);
	n = r.n;
	matcher_free(&m);
	watch_fini(&w);
	arena_free(&arena);
	return n;
}

static void
a_least_confidence_of_0_lets_everything_through(void **state)
{
	(void)state;
	assert_int_equal(found_with(-1), 0);
	assert_int_equal(found_with(0.9), 0);
	assert_int_equal(found_with(0), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			lists_are_sorted_so_that_a_search_finds_every_word),
		cmocka_unit_test(two_words_of_one_thing_are_a_pair),
		cmocka_unit_test(
			the_field_of_a_sentence_is_told_by_its_words_up_to_the_line_s_end),
		cmocka_unit_test(
			what_is_remembered_of_words_is_what_the_tables_say),
		cmocka_unit_test(a_word_longer_than_any_list_has_is_not_known),
		cmocka_unit_test(other_senses_of_a_name_are_no_mention),
		cmocka_unit_test(
			a_least_confidence_of_0_lets_everything_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
