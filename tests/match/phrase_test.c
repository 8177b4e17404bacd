/* The phrase a name stands in: each sign by the name that `why` prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "match/match.h"
#include "match/words.h"
#include "tests/match/watch.h"

struct bench {
	struct watch w;
	struct matcher *m;
	const char *sign; /* looked for in the first candidate of an item */
	bool seen, judged;
};

static int
setup(void **state)
{
	static const char *const companies[] = {"Target", "Discover", "Orange",
		"Apple", "Shell", "Lincoln", "Slack", "Stripe", "Match", NULL};
	static struct bench b;

	b = (struct bench){0};
	watch_init(&b.w);
	for (size_t i = 0; companies[i]; i++)
		watch_add(&b.w, companies[i], NULL, NULL);
	watch_add(&b.w, "Best Buy", NULL, NULL);
	watch_add(&b.w, "James Brown", NULL, NULL)->kind = ENTITY_PERSON;
	watch_compile(&b.w);
	b.m = matcher_new(b.w.lex);
	*state = &b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	matcher_free(&b->m);
	watch_fini(&b->w);
	return 0;
}

static void
on_candidate(const struct match_candidate *c, void *arg)
{
	struct bench *b = arg;

	if (b->judged || c->dropped || c->is_evidence)
		return;
	b->judged = true;
	for (size_t i = 0; i < c->n_reasons; i++)
		b->seen |= strcmp(c->reasons[i].name, b->sign) == 0;
}

static bool
has_sign(struct bench *b, const char *title, const char *sign)
{
	struct match_explain explain = {.candidate = on_candidate, .arg = b};
	struct match_options options = {.all = true, .explain = &explain};
	struct item item = {.title = span_of(title)};
	struct arena *arena = arena_new();
	struct match_result r;

	b->sign = sign;
	b->seen = b->judged = false;
	match_item(b->m, &item, &options, arena, &r);
	arena_free(&arena);
	if (!b->judged)
		fail_msg("no candidate in: %s", title);
	return b->seen;
}

struct row {
	const char *sign, *title;
	bool want;
};

static void
check(struct bench *b, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has_sign(b, rows[i].title, rows[i].sign) != rows[i].want)
			fail_msg("%s: %s", rows[i].sign, rows[i].title);
}

#define CHECK(state, rows) check(*(state), rows, sizeof(rows) / sizeof(*(rows)))

static void
a_noun_phrase_is_told_by_what_stands_before_it(void **state)
{
	static const struct row rows[] = {
		{"article-and-no-noun", "He became the Target of a plot", true},
		{"article-and-no-noun", "It was an easy Target", true},
		{"article-and-no-noun", "He left the Target store", false},
		{"article-and-no-noun", "The retailer Target sued", false},
		{"after-a-possessor", "Delphi's Target was in ruins", true},
		{"after-a-possessor", "The Bengals' Target fell", true},
		{"after-a-possessor", "The Bengals\u2019 Target fell", true},
		{"after-a-possessor", "Fans of Target rejoiced", false},
		{"in-list-of-names", "The Bengals' Target fell", false},
		{"in-list-of-names", "The Bengals, Target fell", true},
		{"after-a-number", "Fed sticks to its 2% Target", true},
		{"after-a-number", "Fed sticks to its 2 Target", true},
		{"after-a-number", "Why the 2025 Target sale failed", false},
	};

	CHECK(state, rows);
}

static void
verbs_and_clauses_are_told_from_names(void **state)
{
	static const struct row rows[] = {
		{"plural-noun-then-verb", "Hackers Target Hospitals Again",
			true},
		{"plural-noun-then-verb", "Hackers Hit Target Hospitals",
			false},
		{"plural-noun-then-verb", "Shares Target Says It Sold", false},
		{"how-to-line", "How to Match Wine With Curry", true},
		{"how-to-line", "How Match Lost Its Users", false},
		{"is-or-was-follows", "Target is closing stores", true},
		{"is-or-was-follows", "Target closes stores", false},
		{"object-of-a-verb", "Court fines Target in Texas", true},
		{"object-of-a-verb", "Bank raises Target on Nvidia", false},
		{"subject-of-a-clause", "How Stripe Became a Bank", true},
		{"subject-of-a-clause", "How a Stripe Became a Trend", false},
		{"opens-like-a-command", "Discover how bees dance", true},
		{"opens-like-a-command", "Discover cuts fees", false},
	};

	CHECK(state, rows);
}

static void
a_hyphen_joins_companies_to_few_words(void **state)
{
	static const struct row rows[] = {
		{"joined-to-participle", "The Apple-backed lender grew", true},
		{"joined-to-participle", "The Apple-picking season", false},
		{"joined-to-word-after", "The Apple-picking season", true},
		{"joined-to-word-after", "Die Apple-Aktie steigt", false},
		{"joined-to-foreign-business-word", "Die Apple-Aktie steigt",
			true},
		{"after-foreign-article", "Die Apple-Aktie steigt", false},
	};

	CHECK(state, rows);
}

static void
food_animals_and_plants_are_seen_near(void **state)
{
	static const struct row rows[] = {
		{"beside-living-thing-or-food", "The Apple pie was warm", true},
		{"beside-living-thing-or-food", "An Orange cat was lost", true},
		{"beside-living-thing-or-food", "Apple staff were told", false},
		{"living-thing-or-food-near", "Apple and fried onions", true},
		{"living-thing-or-food-near", "Apple and two lawyers", false},
		{"known-two-word-term", "A few Shell companies hid it", true},
		{"known-two-word-term", "A few Shell lawyers hid it", false},
	};

	CHECK(state, rows);
}

static void
places_behind_a_name_say_which_it_is(void **state)
{
	static const struct row rows[] = {
		{"place-behind-a-comma", "A fire in Lincoln, Nebraska, grew",
			true},
		{"place-behind-a-comma", "A bid for Lincoln, sources said",
			false},
		{"country-follows", "Sales at Orange Poland rose", true},
		{"country-follows", "Sales at Orange Texas rose", false},
	};

	CHECK(state, rows);
}

static void
a_line_without_capitals_is_no_prose(void **state)
{
	static const struct row rows[] = {
		{"line-without-capitals", "apple cuts jobs again", true},
		{"line-without-capitals", "apple cuts jobs $AAPL", true},
		{"line-without-capitals", "An apple cuts well", false},
		{"line-without-capitals", "Apple cuts jobs again", false},
		{"subject-of-such-a-line", "apple cuts jobs again", true},
		{"subject-of-such-a-line", "one apple cuts well here", false},
		{"subject-of-such-a-line", "apple pie for beginners", false},
	};

	CHECK(state, rows);
}

static void
somebody_else_or_something_else_of_that_name_is_told(void **state)
{
	static const struct row rows[] = {
		{"age-follows", "James Brown, 43, of Leeds was jailed", true},
		{"age-follows", "James Brown, 4300, fans said", false},
		{"age-follows", "James Brown, 43 songs in all", false},
		{"after-an-occupation", "Plumber James Brown was jailed", true},
		{"after-an-occupation", "He met goalkeeper James Brown", true},
		{"after-an-occupation", "He met singer James Brown", false},
		{"after-an-occupation", "Target hires James Brown", false},
		{"after-an-occupation", "TARGET HIRES JAMES BROWN", false},
		{"after-an-occupation", "Target sues James Brown", false},
		{"after-an-occupation", "Target accused James Brown", false},
		{"after-an-occupation", "Investors sue James Brown", false},
		{"after-an-occupation", "Target to hire James Brown", false},
		{"after-an-occupation", "Captain James Brown retires", true},
		{"after-an-occupation", "Defender Lincoln was sent off", true},
		{"venue-or-institution-follows", "The James Brown arena opens",
			true},
		{"article-before-person", "He slept at the James Brown", true},
		{"article-before-person", "He met with James Brown", false},
		{"joined-to-adjective", "An Apple-green sofa", true},
		{"joined-to-adjective", "An Apple-made sofa", false},
		{"people-of-a-place-follow", "Lincoln villagers sue", true},
		{"people-of-a-place-follow", "Lincoln workers sue", false},
		{"people-of-a-place-follow", "Lincoln accused a rival", false},
		{"part-in-lower-case", "Best buy of the week: a drill", true},
		{"part-in-lower-case", "Best Buy of Texas, it said", false},
	};

	CHECK(state, rows);
}

static void
small_words_of_other_languages_are_known(void **state)
{
	static const struct row rows[] = {
		{"after-foreign-article", "Das Match endet mit Streit", true},
		{"after-foreign-article", "Er sah l'Orange nicht", true},
		{"joined-to-word-before", "Le patron d'Orange part", false},
		{"after-foreign-preposition", "Le patron d'Orange part", true},
		{"after-foreign-preposition", "Streik bei Orange in Lens",
			true},
		{"after-foreign-preposition", "Strike at Orange in Lens",
			false},
		{"of-follows", "Match de la semaine", true},
		{"other-language", "Die Firma und Orange mit dem Netz", true},
		{"foreign-company-verb-follows", "Orange lance une offre",
			true},
		{"foreign-company-verb-follows", "Orange and the new offer",
			false},
		{"starts-without-support-in-other-language",
			"Orange statt Rot auf der Ampel", true},
		{"starts-without-support-in-other-language",
			"Orange hebt die Prognose", false},
		{"and-or-list", "Orange et Free en guerre", true},
		{"in-list-of-names", "Orange und Vodafone im Streit", true},
		{"other-language", "The firm and Orange with the net", false},
	};

	CHECK(state, rows);
}

static void
first_senses_of_nouns_are_in_the_table_of_words(void **state)
{
	(void)state;
	assert_true(words_get(SPAN_LIT("pie")).living);
	assert_true(words_get(SPAN_LIT("kidneys")).living);
	assert_true(words_get(SPAN_LIT("cats")).living);
	assert_true(words_get(SPAN_LIT("plumber")).human);
	assert_false(words_get(SPAN_LIT("plumber")).living);
	/* As verbs they are said of companies. */
	assert_false(words_get(SPAN_LIT("heads")).living);
	assert_false(words_get(SPAN_LIT("backs")).living);
	assert_false(words_get(SPAN_LIT("shares")).living);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_noun_phrase_is_told_by_what_stands_before_it),
		TEST(verbs_and_clauses_are_told_from_names),
		TEST(a_hyphen_joins_companies_to_few_words),
		TEST(food_animals_and_plants_are_seen_near),
		TEST(places_behind_a_name_say_which_it_is),
		TEST(a_line_without_capitals_is_no_prose),
		TEST(somebody_else_or_something_else_of_that_name_is_told),
		TEST(small_words_of_other_languages_are_known),
		cmocka_unit_test(
			first_senses_of_nouns_are_in_the_table_of_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
