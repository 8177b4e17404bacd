/*
 * Two loops, compiled twice: with the instructions of newer machines, which
 * have one for "the first n bits", and without.
 */
#include "match/sieve.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SIEVE_X86 1
#define TARGET_NEW __attribute__((target("bmi,bmi2,popcnt")))
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

INLINED size_t
put_bits(uint64_t bits, uint32_t base, uint32_t *to)
{
	unsigned count = (unsigned)__builtin_popcountll(bits), i, k;

	for (i = 0; i < count; i += SIEVE_AHEAD)
		for (k = 0; k < SIEVE_AHEAD; k++) {
			to[i + k] = base +
				(uint32_t)__builtin_ctzll(
					bits | (uint64_t)1 << 63);
			bits &= bits - 1;
		}
	return count;
}

INLINED size_t
list_starts(struct sieve *s, unsigned lengths)
{
	const uint64_t *in = s->bits.in;
	uint64_t want[BLOCK_LENGTHS];
	size_t n = 0;

	for (unsigned i = 0; i < BLOCK_LENGTHS; i++)
		want[i] = lengths >> i & 1 ? ~(uint64_t)0 : 0;
	for (unsigned i = 1; i <= RUNS_WINDOW / 64; i++)
		n += put_bits(
			wanted_starts(in[i], in[i + 1], in[i - 1] >> 63, want),
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

/* Every word that the filter knows as a name, or with the word before it as the
 * beginning of one. */
INLINED size_t
filter_all(struct sieve *s, const struct lexicon *shared, const char *window,
	size_t n, hash_fn hash_plain)
{
	struct lexicon lex = *shared; /* registers */
	struct sieved *to = s->word;
	uint64_t before = 0, hash, path;
	bool odd = true, after;
	uint32_t start, last = 0;
	unsigned len, kinds;
	size_t i;

	for (i = 0; i < n; i++) {
		start = s->start[i];
		len = runs_ones(runs_bits_at(s->bits.in, start));
		after = odd;
		odd = len >= RUNS_KNOWN || sieve_is_mixed(s, start, len);
		hash = hash_plain(window + start, len);
		path = block_path(before, hash);
		kinds = block_may_have(&lex, hash) * BLOCK_ANCHOR_ALONE |
			block_may_have(&lex, path) * SIEVED_PAIR;
		to->hash = before = hash;
		to->path = path;
		to->start = start;
		to->before = last;
		to->n_bytes = odd || after ? 0 : len;
		to->kinds = (uint8_t)kinds;
		to += odd || after || kinds;
		last = start;
	}
	return (size_t)(to - s->word);
}

/* -- both ------------------------------------------------------------------ */

INLINED void
run(struct sieve *s, const struct lexicon *lex, struct span text,
	hash_fn hash_plain)
{
	const char *window = text.p + s->at - RUNS_BEFORE;
	unsigned lengths = s->all ? ~0U : lex->header->anchor_lengths;
	size_t n = list_starts(s, lengths), tail = n, k;
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
	if (s->all)
		s->n_words = filter_all(s, lex, window, tail, hash_plain);
	else
		s->n_words =
			keep(s, lex, window, sift(s, lex, tail), hash_plain);
	for (k = tail; k < n; k++)
		s->word[s->n_words++] = (struct sieved){.start = s->start[k]};
}

#ifdef SIEVE_X86
/* As token_hash_plain. */
TARGET_NEW INLINED uint64_t
hash_new(const char *p, size_t n)
{
	unsigned bits = (unsigned)n * 8;

	if (__builtin_expect(n > 16, 0))
		return token_hash_plain(p, n);
	return token_hash_end(TOKEN_K2 ^ n,
		_bzhi_u64(token_load(p, 8) | TOKEN_FOLD8, bits),
		_bzhi_u64(token_load(p + 8, 8) | TOKEN_FOLD8,
			bits > 64 ? bits - 64 : 0));
}

TARGET_NEW static void
run_new(struct sieve *s, const struct lexicon *lex, struct span text)
{
	run(s, lex, text, hash_new);
}
#endif

static void
run_portable(struct sieve *s, const struct lexicon *lex, struct span text)
{
	run(s, lex, text, token_hash_plain);
}

void
sieve_window(
	struct sieve *s, const struct lexicon *lex, struct span text, size_t at)
{
	s->at = at;
	s->all = lex->header->is_dense;
	if (s->portable) {
		runs_classify_portable(text, at, &s->bits);
		run_portable(s, lex, text);
		return;
	}
	runs_classify(text, at, &s->bits);
#ifdef SIEVE_X86
	if (__builtin_cpu_supports("bmi2")) {
		run_new(s, lex, text);
		return;
	}
#endif
	run_portable(s, lex, text);
}
