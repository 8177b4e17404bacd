/*
 * All that tables and lists say of a word in a text, and a memory of the words
 * that were asked for lately: news has few different ones, and a search of
 * each table takes thousands of instructions. By the hash of the folded word,
 * as in the lexicon. Scratch memory for one thread at a time.
 */
#ifndef NW_MATCH_KNOWN_H
#define NW_MATCH_KNOWN_H

#include "match/lists.h"
#include "match/words.h"
#include "text/tokens.h"

struct known {
	struct word word;
	unsigned cues; /* see cues.h */
	uint32_t lists; /* bit i: in the list i of lists.h */
};

_Static_assert(LIST_N <= 32, "a bit each");

struct known_words;

struct known_words *known_words_new(void);
void known_words_free(struct known_words **k);

/* Of a token of text; all zero if it is longer than any listed word. */
struct known known_get(
	struct known_words *k, struct span text, const struct token *t);

#endif
