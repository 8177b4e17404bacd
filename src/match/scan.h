/*
 * Find every name of the lexicon in a text: one pass, linear in the text
 * whatever the names (a name has at most NAME_TOKENS_MAX tokens). What is
 * found are token sequences; how their words are joined in the text, their
 * case and what stands around them is for match/match.h to judge.
 *
 * Pure. Scratch memory in struct scanner, for one thread at a time.
 */
#ifndef NW_MATCH_SCAN_H
#define NW_MATCH_SCAN_H

#include "match/block.h"
#include "text/runs.h"

struct scan_hit {
	uint32_t start, end; /* bytes of the text */
	uint32_t terminal;
	uint32_t n_tokens;
};

struct scan_hits { /* in no particular order */
	struct scan_hit *p;
	size_t n;
	size_t cap;
};

struct scanner;

struct scanner *scanner_new(void);
void scanner_free(struct scanner **sc);

/* Append to out all names found in text (valid UTF-8, below 2^31 bytes). */
void scan_text(struct scanner *sc, const struct lexicon *lex, struct span text,
	struct scan_hits *out);
/* For tests: from now on only with instructions of a level. */
void scanner_limit(struct scanner *sc, enum runs_level level);
void scan_hits_fini(struct scan_hits *h);

#endif
