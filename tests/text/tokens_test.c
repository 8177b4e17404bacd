/* Tokens and gaps of real writing, and agreement of the ways to walk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "text/tokens.h"

#define SEED 20260302

/* "word:shape:gap" of each token, to be read in the tables below. */
static void
describe(const char *text, struct strbuf *out)
{
	static const char shapes[] = "nltum";
	static const char *const gaps[] = {
		"0", "-", "'", ".", "/", "_", "._", ",", "!", "#"};
	struct tokens t = {0};

	strbuf_clear(out);
	tokens_scan(span_of(text), &t);
	for (size_t i = 0; i < t.n; i++)
		strbuf_printf(out, "%s%s|%.*s|%c", i ? " " : "",
			gaps[t.p[i].gap], (int)(t.p[i].end - t.p[i].start),
			text + t.p[i].start, shapes[t.p[i].shape]);
	tokens_fini(&t);
}

static void
splits_words_and_names_the_gaps(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"Meta's", "#|Meta|t '|s|l"},
		{"Meta’s", "#|Meta|t '|s|l"},
		{"AT&T", "#|AT|u 0|&|n 0|T|t"},
		{"Coca‑Cola", "#|Coca|t -|Cola|t"},
		{"Coca\u00a0Cola", "#|Coca|t _|Cola|t"},
		{"C3.ai", "#|C3|t .|ai|l"},
		{"J. Morgan", "#|J|t ._|Morgan|t"},
		{"NYSE:TGT", "#|NYSE|u /|TGT|u"},
		{"Inc., said", "#|Inc|t ,|said|l"},
		{"Inc.'s", "#|Inc|t '|s|l"},
		{"U.S.-based", "#|U|t .|S|t -|based|l"},
		{"done.\" Meta", "#|done|l !|Meta|t"},
		{"won: Meta", "#|won|l !|Meta|t"},
		{"one\nTwo", "#|one|l #|Two|t"},
		{"iPhone McDonald", "#|iPhone|m _|McDonald|m"},
		{"micro\u00adsoft", "#|micro\u00adsoft|l"},
		{"Disney+ up", "#|Disney|t 0|+|n _|up|l"},
		{"任天堂A", "#|任|n 0|天|n 0|堂|n 0|A|t"},
		{"Nestlé", "#|Nestlé|t"},
		{"a — b", "#|a|l ,|b|l"},
		{"", ""},
		{"...", ""},
	};
	struct strbuf out = STRBUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		describe(rows[i].text, &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].want);
	}
	strbuf_fini(&out);
}

static uint64_t
first_hash(const char *text)
{
	struct token t;

	assert_true(token_next(span_of(text), 0, &t));
	return t.hash;
}

static void
hash_is_of_the_folded_token(void **state)
{
	static const char *const words[] = {"a", "META", "Platform",
		"Platforms", "internationalisation", "Straße", "NESTLÉ", "堂"};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct strbuf folded = STRBUF_INIT(100);

		fold_text(span_of(words[i]), &folded);
		assert_true(first_hash(words[i]) ==
			token_hash(strbuf_as_span(&folded)));
		strbuf_fini(&folded);
	}
	assert_true(first_hash("Ｍｅｔａ") == first_hash("meta"));
	assert_true(first_hash("meta") != first_hash("metb"));
	assert_true(first_hash("＆") == first_hash("&"));
}

static void
plain_hash_forgets_accents(void **state)
{
	struct span s = span_of("Nestlé");
	struct token t;

	(void)state;
	assert_true(token_next(s, 0, &t));
	assert_true(t.accents);
	assert_true(token_plain_hash(s, &t) == first_hash("nestle"));
	assert_true(t.hash != token_plain_hash(s, &t));
}

static void
plain_words_hash_alike_at_any_length(void **state)
{
	char word[64 + TOKEN_HASH_READS], low[64];

	(void)state;
	for (size_t n = 1; n <= sizeof(low); n++) {
		memset(word, 'Q', sizeof(word));
		word[n / 2] = '7';
		for (size_t i = 0; i < n; i++)
			low[i] = (char)(word[i] | 0x20);
		assert_true(token_hash_plain(word, n) ==
			token_hash(span_make(low, n)));
	}
}

static const char *const pieces[] = {"Meta", "a", "  ", " ", "’", "'", "-", ".",
	"&", "+", "任", "天", "メ", "ガ", "ｶﾞ", "é", "e\u0301", "한", "국", "ا",
	"و", "\u00ad", "\u200b", "😀", "\ufe0f", "\n", "3", "ไ", "ท", "์", "—",
	"İ", "\u0301", "ʼ"};

static void
random_text(struct rng *rng, struct strbuf *out)
{
	unsigned n = rng_below(rng, 24);

	strbuf_clear(out);
	while (n--)
		strbuf_str(out,
			pieces[rng_below(
				rng, sizeof(pieces) / sizeof(*pieces))]);
}

static void
walking_back_meets_the_same_tokens(void **state)
{
	struct strbuf text = STRBUF_INIT(4096);
	struct tokens t = {0};
	struct rng rng;

	(void)state;
	print_message("# seed %d\n", SEED);
	rng_init(&rng, SEED);
	for (int round = 0; round < 20000; round++) {
		struct span s;
		struct token prev;
		enum token_gap gap;
		size_t at;

		random_text(&rng, &text);
		s = strbuf_as_span(&text);
		tokens_scan(s, &t);
		at = s.n;
		for (size_t i = t.n; i-- > 0; at = prev.start) {
			assert_true(token_prev(s, at, &prev, &gap));
			assert_int_equal(prev.start, t.p[i].start);
			assert_int_equal(prev.end, t.p[i].end);
			assert_true(prev.hash == t.p[i].hash);
			if (i + 1 < t.n)
				assert_int_equal(gap, t.p[i + 1].gap);
		}
		assert_false(token_prev(s, at, &prev, &gap));
	}
	tokens_fini(&t);
	strbuf_fini(&text);
}

static void
tokens_cover_every_letter_once(void **state)
{
	struct strbuf text = STRBUF_INIT(4096);
	struct tokens t = {0};
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED + 1);
	for (int round = 0; round < 20000; round++) {
		struct span s;
		size_t at = 0;

		random_text(&rng, &text);
		s = strbuf_as_span(&text);
		tokens_scan(s, &t);
		for (size_t i = 0; i <= t.n; i++) {
			size_t end = i < t.n ? t.p[i].start : s.n;
			unsigned n;

			assert_true(at <= end);
			for (; at < end; at += n)
				assert_true(rune_class(rune_decode(
						    s.p + at, s.p + s.n, &n)) !=
						RUNE_LETTER ||
					n == 2 /* U+02BC */);
			if (i < t.n)
				at = t.p[i].end;
		}
	}
	tokens_fini(&t);
	strbuf_fini(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_words_and_names_the_gaps),
		cmocka_unit_test(hash_is_of_the_folded_token),
		cmocka_unit_test(plain_hash_forgets_accents),
		cmocka_unit_test(plain_words_hash_alike_at_any_length),
		cmocka_unit_test(walking_back_meets_the_same_tokens),
		cmocka_unit_test(tokens_cover_every_letter_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
