/* Runs: all paths agree with the definition, a plain run is exactly one token.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "text/runs.h"
#include "text/tokens.h"

#define SEED 20260303

static void
random_bytes(struct rng *rng, struct strbuf *out, size_t n)
{
	static const char some[] =
		"aZ09@[`{/:&+ -.'\x80\xff\xc3\xe2\x99\xc2\xa0\x82";
	unsigned dense = rng_below(rng, 40) + 1;

	strbuf_clear(out);
	while (out->n < n)
		strbuf_char(out,
			rng_below(rng, dense)
				? (char)('a' + rng_below(rng, 26))
				: some[rng_below(rng, sizeof(some) - 1)]);
}

static bool
bit(const uint64_t *bits, size_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

static char
folded(unsigned char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

/* Is byte i one of a separator's, read from the start on? */
static bool
is_separated(struct span s, size_t i)
{
	for (size_t back = i < 2 ? i : 2;; back--) {
		if (runs_separator(s, i - back) > back)
			return true;
		if (back == 0)
			return false;
	}
}

/* As the definition reads. */
static void
check_bits(const struct run_bits *b, struct span s, size_t at)
{
	bool any_mixed = false;

	for (size_t i = 0; i < RUNS_BITS; i++) {
		bool there =
			at + i >= RUNS_BEFORE && at + i - RUNS_BEFORE < s.n;
		unsigned char c =
			there ? (unsigned char)s.p[at + i - RUNS_BEFORE] : ' ';
		bool out = there && is_separated(s, at + i - RUNS_BEFORE);
		bool mixed = (c >= 0x80 && !out) || c == '&' || c == '+',
		     plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z');

		assert_int_equal(bit(b->in, i), mixed || plain);
		assert_int_equal(bit(b->mixed, i), mixed);
		assert_int_equal(b->folded[i], plain ? folded(c) : 0);
		any_mixed |= mixed;
		if (there)
			assert_int_equal(runs_class_at(s, at + i - RUNS_BEFORE),
				mixed           ? RUN_MIXED
					: plain ? RUN_PLAIN
						: RUN_OUT);
	}
	assert_int_equal(b->any_mixed, any_mixed);
}

static void
all_paths_agree_with_the_definition(void **state)
{
	struct strbuf text = STRBUF_INIT(65536);
	struct run_bits *bits = mem_new(bits);
	struct rng rng;

	(void)state;
	print_message("# seed %d\n", SEED);
	rng_init(&rng, SEED);
	for (int i = 0; i < 500; i++) {
		random_bytes(&rng, &text,
			rng_below(&rng, i % 5 ? 300 : 3 * RUNS_WINDOW));
		for (size_t at = 0; at < text.n; at += RUNS_WINDOW) {
			for (unsigned k = 0; k <= runs_level(); k++) {
				memset(bits, k & 1 ? 0xaa : 0x55,
					sizeof(*bits));
				runs_classify(strbuf_as_span(&text), at,
					(enum runs_level)k, bits);
				check_bits(bits, strbuf_as_span(&text), at);
			}
		}
	}
	mem_free(&bits);
	strbuf_fini(&text);
}

static void
bits_are_read_from_anywhere(void **state)
{
	uint64_t bits[RUNS_BITS / 64 + 1], one;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED + 2);
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		bits[i] = rng_next(&rng);
	bits[RUNS_BITS / 64] = 0;
	for (size_t i = 0; i < RUNS_BITS; i++) {
		one = runs_bits_at(bits, i);
		for (size_t k = 0; k < RUNS_KNOWN && i + k < RUNS_BITS; k++)
			assert_int_equal(one >> k & 1, bit(bits, i + k));
	}
	for (size_t i = RUNS_BEFORE; i < RUNS_BITS; i++) {
		one = runs_bits_before(bits, i);
		for (size_t k = 0; k < 64; k++)
			assert_int_equal(one >> k & 1, bit(bits, i - 64 + k));
	}
}

static void
a_plain_run_is_one_token(void **state)
{
	static const char *const pieces[] = {"Meta", "x9", " ", "’", "-", "&",
		"任", "é", "\u00ad", "—", "3", "+", "a", "\u00a0", "\u201c",
		"\u20ac", "\u202a", "\u00aa"};
	struct strbuf text = STRBUF_INIT(4096);
	struct tokens t = {0};
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED + 1);
	for (int round = 0; round < 5000; round++) {
		size_t start = 0, end, k = 0;
		bool plain;

		strbuf_clear(&text);
		for (unsigned i = rng_below(&rng, 30); i > 0; i--)
			strbuf_str(&text, pieces[rng_below(&rng, 18)]);
		tokens_scan(strbuf_as_span(&text), &t);
		for (; start < text.n; start = end + 1) {
			plain = true;
			for (end = start; end < text.n; end++) {
				enum run_class c =
					runs_class((unsigned char)text.p[end]);

				if (c == RUN_OUT)
					break;
				plain &= c == RUN_PLAIN;
			}
			if (end == start)
				continue;
			/* tokens lie within runs */
			while (k < t.n && t.p[k].start < start)
				k++;
			if (plain) {
				assert_true(k < t.n);
				assert_int_equal(t.p[k].start, start);
				assert_int_equal(t.p[k].end, end);
			}
			for (; k < t.n && t.p[k].start < end; k++)
				assert_true(t.p[k].end <= end);
		}
		assert_int_equal(k, t.n);
	}
	tokens_fini(&t);
	strbuf_fini(&text);
}

/* No character that a token may contain is taken for a separator. */
static void
separators_are_never_in_words(void **state)
{
	struct strbuf text = STRBUF_INIT(64);
	struct tokens t = {0};
	unsigned n = 0;

	(void)state;
	for (uint32_t r = 0x80; r < 0x10000; r++) {
		if (r >= 0xd800 && r < 0xe000)
			continue;
		strbuf_clear(&text);
		strbuf_char(&text, 'a');
		strbuf_rune(&text, r);
		strbuf_char(&text, 'b');
		if (!runs_separator(strbuf_as_span(&text), 1))
			continue;
		n++;
		tokens_scan(strbuf_as_span(&text), &t);
		assert_int_equal(t.n, 2);
		assert_int_equal(t.p[0].end, 1);
		assert_int_equal(t.p[1].start, text.n - 1);
	}
	assert_int_equal(n, 12 + 24 + 32);
	tokens_fini(&t);
	strbuf_fini(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_paths_agree_with_the_definition),
		cmocka_unit_test(bits_are_read_from_anywhere),
		cmocka_unit_test(separators_are_never_in_words),
		cmocka_unit_test(a_plain_run_is_one_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
