#include "testing.h"

#include <math.h>

#include "story/features.h"
#include "term.h"

static struct features
features_of(const char *title, const char *text)
{
	struct item item = {.title = span_of(title), .text = span_of(text)};
	struct features f;

	features_make(&item, &f);
	return f;
}

static const struct feature_term *
find(const struct features *f, const char *word)
{
	uint32_t hash = term_of(word);

	for (size_t i = 0; i < f->n_body; i++)
		if (f->body[i].hash == hash)
			return &f->body[i];
	return NULL;
}

static void
forms_of_a_word_are_one_term(void **state)
{
	static const char *const rows[][2] = {
		{"plans", "planned"},
		{"acquires", "acquiring"},
		{"companies", "company"},
		{"COMPANY", "company"},
		{"sale", "sales"},
		{"1,200", "1200"},
		{"25bn", "25"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		assert_int_equal(term_of(rows[i][0]), term_of(rows[i][1]));
	assert_int_not_equal(term_of("business"), term_of("busy"));
	assert_int_not_equal(term_of("4.5"), term_of("45"));
}

static void
everyday_words_are_no_terms(void **state)
{
	struct features f = features_of("", "the news that he said it was");

	(void)state;
	assert_int_equal(f.n_body, 0);
	assert_int_equal(f.words, 7);
}

static void
names_are_known_by_capitals_within_a_sentence(void **state)
{
	struct features f = features_of("",
		"Yesterday the lender Quanta closed a branch. Nobody was hurt "
		"when the old branch near the river was closed.");

	(void)state;
	assert_true(find(&f, "Quanta")->flags & FEATURE_NAME);
	assert_false(find(&f, "Nobody")->flags & FEATURE_NAME);
	assert_false(find(&f, "branch")->flags & FEATURE_NAME);
}

static void
capitals_of_a_title_case_headline_mean_nothing(void **state)
{
	struct features f = features_of("Quanta Bank Closes Old Branch", "");

	(void)state;
	assert_true(f.n_title > 0);
	for (size_t i = 0; i < f.n_title; i++)
		assert_false(f.title[i].flags & FEATURE_NAME);
}

static void
key_numbers_are_no_years_days_or_small_counts(void **state)
{
	struct features f = features_of("",
		"On May 17 2024 the 3 firms paid 4.5 percent on 1,200 notes");
	uint32_t expected[] = {term_of("4.5"), term_of("1200")};

	(void)state;
	assert_int_equal(f.n_numbers, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true(f.numbers[0] == expected[i] ||
			f.numbers[1] == expected[i]);
}

static void
marked_parts_of_a_text_do_not_count(void **state)
{
	static const char text[] = "Ferry sank. Share on Facebook";
	const struct item_mark mark = {MARK_SHARE, 12, sizeof(text) - 1};
	struct item item = {
		.text = span_of(text), .marks = &mark, .n_marks = 1};
	struct features f, bare = features_of("", "Ferry sank.");

	(void)state;
	features_make(&item, &f);
	assert_memory_equal(&f, &bare, sizeof(f));
}

static void
a_copy_resembles_and_another_text_does_not(void **state)
{
	const char *text = "the search agency said on monday that forty three "
			   "people were still missing after the ferry sank in "
			   "rough seas off the coast of the island";
	struct features a = features_of("", text);
	struct features b = features_of("", text + 4);
	struct features c = features_of("",
		"shares of the lender fell after it told customers that "
		"intruders had copied their names and addresses");

	(void)state;
	assert_true(features_resemblance(a.sketch, b.sketch) > 0.8);
	assert_true(features_resemblance(a.sketch, c.sketch) < 0.1);
	assert_true(features_resemblance(a.sketch, a.sketch) >= 1);
}

static void
han_text_gives_terms_of_two_characters(void **state)
{
	struct features f = features_of("", "丰田汽车宣布召回");

	(void)state;
	assert_true(f.n_body >= 7);
}

static void
random_texts_stay_within_bounds_and_survive_encoding(void **state)
{
	struct rng r = test_rng();
	struct strbuf text = STRBUF_INIT(1 << 20), b = STRBUF_INIT(1 << 16);
	struct features f, again;
	struct err err = {0};

	(void)state;
	for (int round = 0; round < 200; round++) {
		strbuf_clear(&text);
		for (unsigned i = rng_below(&r, 3000); i > 0; i--) {
			strbuf_rune(&text, 1 + rng_below(&r, 0x3ff));
			if (rng_below(&r, 4) == 0)
				strbuf_char(&text, ' ');
		}
		struct item item = {.title = strbuf_as_span(&text),
			.text = strbuf_as_span(&text)};

		features_make(&item, &f);
		strbuf_clear(&b);
		features_format(&f, &b);
		assert_true(b.n <= FEATURES_BYTES_MAX);
		assert_int_equal(
			features_parse(strbuf_as_span(&b), &again, &err), 0);
		assert_memory_equal(&f, &again, sizeof(f));
	}
	for (size_t i = 0; i < b.n; i++)
		assert_int_equal(
			features_parse(span_make(b.p, i), &again, &err), -1);
	strbuf_fini(&text);
	strbuf_fini(&b);
}

static unsigned
watched_terms(const struct features *f)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->n_title; i++)
		n += (f->title[i].flags & FEATURE_WATCHED) != 0;
	for (size_t i = 0; i < f->n_body; i++)
		n += (f->body[i].flags & FEATURE_WATCHED) != 0;
	return n;
}

static void
words_of_a_watched_name_are_marked_wherever_they_stand(void **state)
{
	struct item item = {.title = SPAN_LIT("Alexandr Wang joins Meta"),
		.text = SPAN_LIT("Wang was with Scale AI.")};
	struct strbuf bytes = STRBUF_INIT(FEATURES_BYTES_MAX);
	struct features f, back;

	(void)state;
	features_make(&item, &f);
	assert_int_equal(watched_terms(&f), 0);
	features_watch(&f, SPAN_LIT("Apple"));
	assert_int_equal(watched_terms(&f), 0);
	features_watch(&f, SPAN_LIT("Alexandr Wang"));
	assert_int_equal(watched_terms(&f), 3);
	features_format(&f, &bytes);
	assert_int_equal(
		features_parse(strbuf_as_span(&bytes), &back, NULL), 0);
	assert_int_equal(watched_terms(&back), 3);
	strbuf_fini(&bytes);
}

/* One bin after the other. */
static double
plain_resemblance(
	const uint16_t a[FEATURES_BINS], const uint16_t b[FEATURES_BINS])
{
	unsigned used = 0, equal = 0;

	for (size_t i = 0; i < FEATURES_BINS; i++) {
		bool is_used = a[i] != FEATURES_BIN_EMPTY ||
			b[i] != FEATURES_BIN_EMPTY;

		used += is_used;
		equal += is_used && a[i] == b[i];
	}
	return used ? (double)equal / used : 0;
}

static void
bins_at_once_resemble_as_much_as_one_by_one(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		uint16_t a[FEATURES_BINS], b[FEATURES_BINS];
		uint32_t empty = rng_below(&r, 101);
		uint32_t same = rng_below(&r, 101);

		for (size_t i = 0; i < FEATURES_BINS; i++) {
			a[i] = rng_below(&r, 100) < empty
				? FEATURES_BIN_EMPTY
				: (uint16_t)rng_next(&r);
			b[i] = rng_below(&r, 100) < empty
				? FEATURES_BIN_EMPTY
				: (uint16_t)rng_next(&r);
			if (rng_below(&r, 100) < same)
				b[i] = a[i];
		}
		if (fabs(features_resemblance(a, b) - plain_resemblance(a, b)) >
			0)
			fail_msg("round %u", round);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_a_word_are_one_term),
		cmocka_unit_test(everyday_words_are_no_terms),
		cmocka_unit_test(names_are_known_by_capitals_within_a_sentence),
		cmocka_unit_test(
			capitals_of_a_title_case_headline_mean_nothing),
		cmocka_unit_test(key_numbers_are_no_years_days_or_small_counts),
		cmocka_unit_test(marked_parts_of_a_text_do_not_count),
		cmocka_unit_test(a_copy_resembles_and_another_text_does_not),
		cmocka_unit_test(bins_at_once_resemble_as_much_as_one_by_one),
		cmocka_unit_test(han_text_gives_terms_of_two_characters),
		cmocka_unit_test(
			random_texts_stay_within_bounds_and_survive_encoding),
		cmocka_unit_test(
			words_of_a_watched_name_are_marked_wherever_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
