/*
 * What is known of single English words: how common they are in lower case,
 * which parts of speech they can be, whether they are given names or written
 * with a capital. The table is data/words.txt, which says how it was made; it
 * is part of the program. Pure; any thread.
 */
#ifndef NW_MATCH_WORDS_H
#define NW_MATCH_WORDS_H

#include "base/span.h"

struct word {
	unsigned grade; /* 0: no word; 1 the commonest .. 7 rare */
	bool noun, verb, adjective;
	bool given; /* a given name */
	bool proper; /* place, people, day, surname: has a capital */
};

/* word: folded, one token. All zero if it is not in the table. */
struct word words_get(struct span folded);

#endif
