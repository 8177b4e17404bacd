/* Simple letters, held to what Unicode's tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/rng.h"
#include "text/fold.h"
#include "text/letters.h"
#include "text/tokens.h"

#define WORD_MAX 4096

/* The folding of text, with and without accents, as fold.h makes it. */
struct folded {
	struct strbuf with, without;
};

static void
fold_both(struct span text, struct folded *out)
{
	strbuf_init(&out->with, WORD_MAX);
	strbuf_init(&out->without, WORD_MAX);
	fold_text(text, &out->with);
	fold_accents(strbuf_as_span(&out->with), &out->without);
}

static void
folded_fini(struct folded *f)
{
	strbuf_fini(&f->with);
	strbuf_fini(&f->without);
}

static void
check_word(struct span text, const struct letters *l)
{
	struct folded f;
	struct span with = span_make(l->folded, l->n_folded),
		    without = span_make(l->plain, l->n_plain);

	fold_both(span_sub(text, 0, l->end), &f);
	if (!span_eq(with, strbuf_as_span(&f.with)) ||
		!span_eq(without, strbuf_as_span(&f.without)))
		fail_msg("%.*s: %.*s, %.*s", SPAN_ARG(text), SPAN_ARG(with),
			SPAN_ARG(without));
	assert_int_equal(l->accents, !span_eq(with, without));
	folded_fini(&f);
}

static void
each_letter_folds_and_has_the_case_that_unicode_says(void **state)
{
	unsigned n = 0;

	(void)state;
	for (uint32_t r = LETTERS_FIRST; r <= LETTERS_LAST; r++) {
		char bytes[4];
		struct span text = span_make(bytes, span_rune_bytes(r, bytes));
		struct letters l;

		if (!letters_read(text, 0, &l))
			continue;
		n++;
		assert_int_equal(rune_class(r), RUNE_LETTER);
		assert_int_equal(l.upper, rune_case(r) == RUNE_UPPER);
		assert_int_equal(l.lower, rune_case(r) == RUNE_LOWER);
		assert_int_equal(l.end, 2);
		check_word(text, &l);
	}
	assert_true(n > 900);
}

static void
every_letter_of_european_news_is_simple(void **state)
{
	static const char *const words[] = {"Stra\u00dfe", "\u0153uvre",
		"\u00c9lys\u00e9e", "ni\u00f1o", "\u0141\u00f3d\u017a",
		"\u0413\u0430\u0437\u043f\u0440\u043e\u043c",
		"\u0439\u043e\u0433\u0443\u0440\u0442",
		"\u0391\u03b8\u03ae\u03bd\u03b1", "\u011f\u0131\u015f", "Meta2",
		NULL};

	(void)state;
	for (size_t i = 0; words[i]; i++) {
		struct span text = span_of(words[i]);
		struct letters l;

		if (!letters_read(text, 0, &l) || l.end != text.n)
			fail_msg("%s", words[i]);
		check_word(text, &l);
	}
}

static void
what_may_go_on_is_left_to_unicode_s_tables(void **state)
{
	static const struct {
		const char *text;
		bool read;
	} rows[] = {
		{"Caf\u00e9", true}, {"Caf\u00e9 noir", true},
		{"Caf\u00e9\u2019s", true}, /* a quote: no letter */
		{"Caf\u00e9\u00a0noir", true},
		{"Cafe\u0301", false}, /* a mark */
		{"Caf\u00e9\u02bcs", false}, /* an apostrophe */
		{"Caf\u00e9\u00ad", false}, /* a soft hyphen is ignored */
		{"Caf\u00e9\u200dx", false}, /* a joiner too */
		{"Caf\u00e9\u6771", false}, /* Han */
		{"\u0130stanbul", false}, /* folds to i and a dot */
		{"\u0149", false}, /* folds to two letters, three bytes */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct letters l;

		if (letters_read(span_of(rows[i].text), 0, &l) != rows[i].read)
			fail_msg("%s", rows[i].text);
	}
}

static void
a_word_has_its_largest_size(void **state)
{
	char text[LETTERS_BYTES_MAX + 8];
	struct letters l;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(
		letters_read(span_make(text, LETTERS_BYTES_MAX - 1), 0, &l));
	assert_int_equal(l.end, LETTERS_BYTES_MAX - 1);
	assert_false(letters_read(span_make(text, LETTERS_BYTES_MAX), 0, &l));
	/* two bytes a letter, as far as there is room */
	for (size_t i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\u00e9", 2);
	assert_true(
		letters_read(span_make(text, LETTERS_BYTES_MAX - 2), 0, &l));
	assert_int_equal(l.n_folded, LETTERS_BYTES_MAX - 2);
	assert_int_equal(l.n_plain, LETTERS_BYTES_MAX / 2 - 1);
}

/* Letters, marks, signs and the like, at random. */
static void
random_text(struct rng *rng, struct strbuf *out)
{
	static const uint32_t odd[] = {0x301, 0x308, 0xad, 0x200d, 0x2019,
		0x2014, 0xa0, 0x6771, 0x5d0, 0x627, 0x915, 0x130, 0xfb01,
		0x1e9e, 0x2bc, '-', '\'', ' ', '&', '7'};
	size_t n = 1 + rng_below(rng, 24);

	strbuf_clear(out);
	while (n-- > 0) {
		uint32_t kind = rng_below(rng, 10);

		if (kind < 4)
			strbuf_rune(out, 'A' + (uint32_t)rng_below(rng, 58));
		else if (kind < 8)
			strbuf_rune(
				out, 0x80 + (uint32_t)rng_below(rng, 0x4b0));
		else
			strbuf_rune(out,
				odd[rng_below(
					rng, sizeof(odd) / sizeof(*odd))]);
	}
}

/* Neither a word's letter, nor a mark or an ignored character, follows. */
static bool
is_end(struct span text, size_t at)
{
	unsigned n;
	enum rune_class c;

	if (at == text.n)
		return true;
	c = rune_class(rune_decode(text.p + at, text.p + text.n, &n));
	return c == RUNE_OTHER || c == RUNE_SPACE;
}

static void
words_of_random_texts_are_those_of_unicode_s_tables(void **state)
{
	const char *rounds = getenv("NW_TEST_ROUNDS");
	unsigned n = rounds ? (unsigned)atoi(rounds) : 20000, n_read = 0;
	struct strbuf text = STRBUF_INIT(WORD_MAX);
	struct rng rng;
	struct token t;

	(void)state;
	rng_init(&rng, 20261122);
	print_message("# seed 20261122\n");
	for (unsigned i = 0; i < n; i++) {
		random_text(&rng, &text);
		for (size_t at = 0; token_next(strbuf_as_span(&text), at, &t);
			at = t.end) {
			struct span s = strbuf_as_span(&text);
			struct letters l;
			struct folded f;

			if (t.kind != TOKEN_WORD)
				continue;
			fold_both(span_sub(s, t.start, t.end - t.start), &f);
			assert_true(
				t.hash == token_hash(strbuf_as_span(&f.with)));
			assert_true(token_plain_hash(s, &t) ==
				token_hash(strbuf_as_span(&f.without)));
			folded_fini(&f);
			if (!letters_read(s, t.start, &l))
				continue;
			n_read++;
			assert_int_equal(l.end, t.end);
			assert_true(is_end(s, l.end));
		}
	}
	assert_true(n_read > n / 10);
	strbuf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_letter_folds_and_has_the_case_that_unicode_says),
		cmocka_unit_test(every_letter_of_european_news_is_simple),
		cmocka_unit_test(what_may_go_on_is_left_to_unicode_s_tables),
		cmocka_unit_test(a_word_has_its_largest_size),
		cmocka_unit_test(
			words_of_random_texts_are_those_of_unicode_s_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
