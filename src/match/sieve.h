/*
 * The scan's first question to the lexicon, asked of a window of text at a
 * time: which plain words can be the anchor of a name at all? Words of a length
 * that no anchor has are passed over without being read; of the others
 * the first letters are asked of a table of bits, small enough for the fastest
 * cache when names are few. Inside match only.
 *
 * Vector and bit instructions where the machine has them; all paths agree
 * (tests/match/scan_test.c). Pure.
 */
#ifndef NW_MATCH_SIEVE_H
#define NW_MATCH_SIEVE_H

#include "match/block.h"
#include "text/runs.h"

/*
 * A plain word that begins a name, or is an anchor, but for a lie of the
 * filter. A word is passed on unseen, n_bytes is 0, where its end is not among
 * the window's bits or too near to the text's; so is the run after it, and a
 * window's first, where every word is looked at together with the one before.
 */
struct sieved {
	uint64_t hash;
	uint64_t path; /* of the word before and this; if SIEVED_PAIR */
	uint32_t start, before; /* bits of the window */
	uint32_t n_bytes;
	uint8_t kinds; /* BLOCK_ANCHOR_ bits, or SIEVED_PAIR */
};

#define SIEVED_PAIR 8U
#define SIEVED_UNSEEN 16U

#define SIEVE_WORDS (RUNS_WINDOW / 2) /* that begin in a window, at most */
#define SIEVE_AHEAD 16 /* may be written beyond those there are */

/* Word number `word` of a window, and what of it the filter let through. */
struct passed {
	uint16_t word, kinds;
};

struct sieve {
	size_t at; /* of the window in the text */
	struct run_bits bits;
	size_t n_bits; /* before which a word may end, to be hashed at once */
	struct sieved word[SIEVE_WORDS + 1];
	size_t n_words;
	uint32_t start[SIEVE_WORDS + SIEVE_AHEAD];
	/* where every word is looked at: */
	uint64_t hash[SIEVE_WORDS];
	bool odd[SIEVE_WORDS + 1];
	struct passed passed[SIEVE_WORDS + 1];
	bool all; /* names are too many to go by anchors */
	enum runs_level level; /* what it may use */
};

/* Is one of the n bytes from bit i on of a mixed run? n <= RUNS_KNOWN */
static inline bool
sieve_is_mixed(const struct sieve *s, size_t i, unsigned n)
{
	return s->bits.any_mixed &&
		(runs_bits_at(s->bits.mixed, i) & (((uint64_t)1 << n) - 1)) !=
		0;
}

/* Replaces what *s held: words that begin in the window at text.p[at]. */
void sieve_window(struct sieve *s, const struct lexicon *lex, struct span text,
	size_t at);

#endif
