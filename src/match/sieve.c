/*
 * Loops that are compiled once for each level of machines: portable; with
 * instructions for the lowest bit and the first n bits; and with one that
 * makes a list of bits.
 */
#include "match/sieve.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SIEVE_X86 1
#define TARGET_BMI __attribute__((target("bmi,bmi2,popcnt")))
#define TARGET_AVX512 \
	__attribute__((target("bmi,bmi2,popcnt,avx2,avx512f,avx512bw," \
			      "avx512vl,avx512vbmi2")))
#endif

#define INLINED static inline __attribute__((always_inline))

/* -- where words of a wanted length begin ---------------------------------- */

/* Bits of one block; `next` is the block after it, `open` its carry. */
INLINED uint64_t
wanted_starts(uint64_t in, uint64_t next, uint64_t open, const uint64_t *want)
{
	uint64_t start = in & ~(in << 1 | open), second = in >> 1 | next << 63,
		 third = in >> 2 | next << 62, fourth = in >> 3 | next << 61;

	return start &
		((~second & want[0]) | (second & ~third & want[1]) |
			(second & third & ~fourth & want[2]) |
			(second & third & fourth));
}

/* Numbers of the bits, base added; may write SIEVE_AHEAD more than there are.
 * Returns how many there are. */
typedef size_t (*put_fn)(uint64_t bits, uint32_t base, uint32_t *to);

#define PUT_AT_ONCE 8 /* most blocks have no more, so that no branch errs */

INLINED size_t
put_bits(uint64_t bits, uint32_t base, uint32_t *to)
{
	unsigned count = (unsigned)__builtin_popcountll(bits), i, k;

	for (i = 0; i < count; i += PUT_AT_ONCE)
		for (k = 0; k < PUT_AT_ONCE; k++) {
			to[i + k] = base +
				(uint32_t)__builtin_ctzll(
					bits | (uint64_t)1 << 63);
			bits &= bits - 1;
		}
	return count;
}

#ifdef SIEVE_X86
TARGET_AVX512 INLINED size_t
put_avx512(uint64_t bits, uint32_t base, uint32_t *to)
{
	static const uint8_t numbers[64] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
		11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
		27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
		43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
		59, 60, 61, 62, 63};
	unsigned count = (unsigned)__builtin_popcountll(bits);
	__m512i list =
		_mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(numbers));
	__m512i from = _mm512_set1_epi32((int)base);

	_mm512_storeu_si512(to,
		_mm512_add_epi32(from,
			_mm512_cvtepu8_epi32(_mm512_castsi512_si128(list))));
	/* every second byte can begin a word, so that there are 32 at most */
	if (count > 16)
		_mm512_storeu_si512(to + 16,
			_mm512_add_epi32(from,
				_mm512_cvtepu8_epi32(
					_mm512_extracti32x4_epi32(list, 1))));
	return count;
}
#endif

INLINED size_t
list_starts(struct sieve *s, unsigned lengths, put_fn put)
{
	const uint64_t *in = s->bits.in;
	uint64_t want[BLOCK_LENGTHS];
	size_t n = 0;

	for (unsigned i = 0; i < BLOCK_LENGTHS; i++)
		want[i] = lengths >> i & 1 ? ~(uint64_t)0 : 0;
	for (unsigned i = 1; i <= RUNS_WINDOW / 64; i++)
		n += put(wanted_starts(in[i], in[i + 1], in[i - 1] >> 63, want),
			i * 64, s->start + n);
	return n;
}

/* -- which of them may be anchors ------------------------------------------ */

typedef uint64_t (*hash_fn)(const char *p, size_t n);

#define BYTES(byte) (0x0101010101010101U * (byte))

/* Eight folded bytes, with 0 for all from the first 0 on. The lowest byte of
 * 0x80 in `zeros` is right; what is above it need not be. */
INLINED uint64_t
up_to_zero(uint64_t letters)
{
	uint64_t zeros = (letters - BYTES(1)) & ~letters & BYTES(0x80);

	return letters & (zeros ^ (zeros - 1));
}

/* Of starts [0, n) those that the sieve lets through, in place. */
INLINED size_t
sift(struct sieve *s, const struct lexicon *lex, size_t n)
{
	const uint32_t *sieve = lex->sieve;
	unsigned shift = lex->sieve_shift;
	uint32_t start, *to = s->start;
	uint64_t bit;
	size_t i;

	for (i = 0; i < n; i++) {
		start = s->start[i];
		bit = block_head(up_to_zero(
			      token_load(s->bits.folded + start, 8))) >>
			shift;
		*to = start;
		to += sieve[bit >> 5] >> (bit & 31) & 1;
	}
	return (size_t)(to - s->start);
}

/* Is text[at + n), at bits [i, i + n), a plain word that is all known, with
 * bytes after it that a hash may read? */
INLINED bool
is_known(const struct sieve *s, size_t i, unsigned n)
{
	return i + n < s->n_bits && !sieve_is_mixed(s, i, n);
}

/* Can the word begin a name together with the one after it? Yes if that is not
 * seen at once. */
INLINED bool
goes_on(const struct sieve *s, const struct lexicon *lex, const char *window,
	const struct sieved *w, hash_fn hash_plain)
{
	size_t i = w->start + w->n_bytes;
	uint64_t in = runs_bits_at(s->bits.in, i);
	unsigned gap = runs_ones(~in), n = runs_ones(in >> gap);

	if (gap + n >= RUNS_KNOWN || !is_known(s, i, gap + n))
		return true;
	return block_may_have(
		lex, block_path(w->hash, hash_plain(window + i + gap, n)));
}

/* ... with the one before it? */
INLINED bool
comes_after(const struct sieve *s, const struct lexicon *lex,
	const char *window, const struct sieved *w, hash_fn hash_plain)
{
	uint64_t in = runs_bits_before(s->bits.in, w->start);
	unsigned gap = (unsigned)__builtin_clzll(in | 1),
		 n = (unsigned)__builtin_clzll(~(in << gap) | 1);
	size_t i = w->start - gap - n;

	if (gap + n >= RUNS_KNOWN || !is_known(s, i, n))
		return true;
	return block_may_have(
		lex, block_path(hash_plain(window + i, n), w->hash));
}

/* Of those the filter lets through: what of names may they be? */
INLINED size_t
keep(struct sieve *s, const struct lexicon *lex, const char *window, size_t n,
	hash_fn hash_plain)
{
	struct sieved *to = s->word;
	unsigned len, kinds;
	size_t i;

	for (i = 0; i < n; i++) {
		len = runs_ones(runs_bits_at(s->bits.in, s->start[i]));
		to->start = s->start[i];
		to->n_bytes = to->kinds = 0;
		if (len >= RUNS_KNOWN) {
			to++;
			continue;
		}
		to->n_bytes = len;
		to->hash = hash_plain(window + to->start, len);
		kinds = block_anchor_kinds(lex, to->hash);
		if (kinds & BLOCK_ANCHOR_FIRST &&
			!goes_on(s, lex, window, to, hash_plain))
			kinds ^= BLOCK_ANCHOR_FIRST;
		if (kinds & BLOCK_ANCHOR_SECOND &&
			!comes_after(s, lex, window, to, hash_plain))
			kinds ^= BLOCK_ANCHOR_SECOND;
		to->kinds = (uint8_t)kinds;
		to += kinds != 0;
	}
	return (size_t)(to - s->word);
}

/* -- without anchors ------------------------------------------------------- */

/* Hashes of starts [0, n), and which of them are no plain words whose end is
 * known: odd[i + 1]. */
INLINED void
hash_all(struct sieve *s, const char *window, size_t n, hash_fn hash_plain)
{
	uint32_t start;
	unsigned len;

	s->odd[0] = true; /* what is before a window's first word is not seen */
	for (size_t i = 0; i < n; i++) {
		start = s->start[i];
		len = runs_ones(runs_bits_at(s->bits.in, start));
		s->hash[i] = hash_plain(window + start, len);
		s->odd[i + 1] =
			len >= RUNS_KNOWN || sieve_is_mixed(s, start, len);
	}
}

/* Of [0, n) every word that the filter knows as a name, or with the word before
 * it as the beginning of one, or that was not seen with that. A short loop, so
 * that many of its questions are on their way at once. */
INLINED size_t
filter_all(struct sieve *s, const struct lexicon *shared, size_t n)
{
	struct lexicon lex = *shared; /* registers */
	uint64_t before = 0, hash;
	struct passed *to = s->passed;
	unsigned kinds;

	for (size_t i = 0; i < n; i++) {
		hash = s->hash[i];
		kinds = block_may_have(&lex, hash) * BLOCK_ANCHOR_ALONE |
			block_may_have(&lex, block_path(before, hash)) *
				SIEVED_PAIR |
			(s->odd[i] | s->odd[i + 1]) * SIEVED_UNSEEN;
		*to = (struct passed){(uint16_t)i, (uint16_t)kinds};
		to += kinds != 0;
		before = hash;
	}
	return (size_t)(to - s->passed);
}

static size_t
keep_all(struct sieve *s, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		size_t i = s->passed[k].word;
		struct sieved *w = &s->word[k];

		*w = (struct sieved){.hash = s->hash[i], .start = s->start[i]};
		if (s->passed[k].kinds & SIEVED_UNSEEN)
			continue;
		w->kinds = (uint8_t)s->passed[k].kinds;
		w->n_bytes = runs_ones(runs_bits_at(s->bits.in, w->start));
		if (!(w->kinds & SIEVED_PAIR))
			continue;
		w->before = s->start[i - 1];
		w->path = block_path(s->hash[i - 1], w->hash);
	}
	return n;
}

/* -- both ------------------------------------------------------------------ */

INLINED void
run(struct sieve *s, const struct lexicon *lex, struct span text,
	hash_fn hash_plain, put_fn put)
{
	const char *window = text.p + s->at - RUNS_BEFORE;
	unsigned lengths = s->all ? ~0U : lex->header->anchor_lengths;
	size_t n = list_starts(s, lengths, put), tail = n, k;
	/* a word whose end is known, and what its hash reads */
	size_t limit = RUNS_KNOWN + TOKEN_HASH_READS;

	s->n_bits = text.n - s->at + RUNS_BEFORE;
	s->n_bits -=
		s->n_bits < TOKEN_HASH_READS ? s->n_bits : TOKEN_HASH_READS;
	if (s->n_bits > RUNS_BITS)
		s->n_bits = RUNS_BITS;
	while (tail > 0 &&
		s->at + s->start[tail - 1] - RUNS_BEFORE + limit > text.n)
		tail--;
	if (s->all) {
		hash_all(s, window, tail, hash_plain);
		s->n_words = keep_all(s, filter_all(s, lex, tail));
	} else {
		s->n_words =
			keep(s, lex, window, sift(s, lex, tail), hash_plain);
	}
	for (k = tail; k < n; k++)
		s->word[s->n_words++] = (struct sieved){.start = s->start[k]};
}

#ifdef SIEVE_X86
/* As token_hash_plain. */
TARGET_BMI INLINED uint64_t
hash_bmi(const char *p, size_t n)
{
	unsigned bits = (unsigned)n * 8;

	if (__builtin_expect(n > 16, 0))
		return token_hash_plain(p, n);
	return token_hash_end(TOKEN_K2 ^ n,
		_bzhi_u64(token_load(p, 8) | TOKEN_FOLD8, bits),
		_bzhi_u64(token_load(p + 8, 8) | TOKEN_FOLD8,
			bits > 64 ? bits - 64 : 0));
}

TARGET_BMI static void
run_bmi(struct sieve *s, const struct lexicon *lex, struct span text)
{
	run(s, lex, text, hash_bmi, put_bits);
}

TARGET_AVX512 static void
run_avx512(struct sieve *s, const struct lexicon *lex, struct span text)
{
	run(s, lex, text, hash_bmi, put_avx512);
}
#endif

static void
run_portable(struct sieve *s, const struct lexicon *lex, struct span text)
{
	run(s, lex, text, token_hash_plain, put_bits);
}

void
sieve_window(
	struct sieve *s, const struct lexicon *lex, struct span text, size_t at)
{
	s->at = at;
	s->all = lex->header->is_dense;
	runs_classify(text, at, s->level, &s->bits);
#ifdef SIEVE_X86
	if (s->level == RUNS_AVX512) {
		run_avx512(s, lex, text);
		return;
	}
	if (s->level == RUNS_AVX2) {
		run_bmi(s, lex, text);
		return;
	}
#endif
	run_portable(s, lex, text);
}
