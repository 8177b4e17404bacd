/*
 * What is known of single English words: how common they are in lower case,
 * which parts of speech they can be, whether they are given names or written
 * with a capital, and which two make one thing together. The tables are
 * data/words.txt and data/pairs.txt; they are part of the program. Pure; any
 * thread.
 */
#ifndef NW_MATCH_WORDS_H
#define NW_MATCH_WORDS_H

#include "base/span.h"

struct word {
	unsigned grade; /* 0: no word; 1 the commonest .. 7 rare */
	bool noun, verb, adjective;
	bool given; /* a given name */
	bool proper; /* place, people, day, surname: has a capital */
	bool place; /* on a map or in the sky */
	bool living; /* first of all an animal, a plant, food, of the body */
	bool human; /* first of all somebody: plumber, striker */
};

/* word: folded, one token. All zero if it is not in the table. */
struct word words_get(struct span folded);

/*
 * Do the two stand side by side in what is one thing: orange juice, big apple,
 * agent orange, abraham lincoln? Both folded, one token each. The table is
 * data/pairs.txt, which data/pairs.py makes of WordNet and data/terms.txt.
 */
bool words_are_pair(struct span first, struct span second);

#endif
