/*
 * Closed lists of words that sense.c reads sentences by. Like cues.h they are
 * for people to read and to lengthen; how much they count is in weights.c.
 * Pure.
 */
#ifndef NW_MATCH_LISTS_H
#define NW_MATCH_LISTS_H

#include "base/span.h"

enum list {
	LIST_BUSINESS, /* what is written of companies */
	LIST_OTHER, /* sport, arts, nature, war, politics, ... */
	LIST_OTHER_KINDS, /* the band, the river: before a name of theirs */
	LIST_VENUES, /* what bears the name of a company or a person */
	LIST_TIMES, /* Next Tuesday */
	LIST_INDEXES, /* of a market, and how they are counted */
	LIST_BEFORE_VERBS, /* to, will, won't */
	LIST_HELD_IN, /* "a stake in Orange" is no place */
	LIST_INDEX_NAMES, /* names of companies and of indexes */
	LIST_PLACES_BEFORE, /* in, near, ... */
	LIST_N
};

struct word_list {
	const char *const *words; /* in small letters, sorted by bytes */
	size_t n;
};

extern const struct word_list word_lists[LIST_N];

/* folded: one token. */
bool lists_has(enum list which, struct span folded);

#endif
