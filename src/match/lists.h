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
	LIST_PARTICIPLES, /* Ford-backed, but not match-fixing */
	LIST_COMMANDED, /* what an order goes on with: Discover how ... */
	LIST_OF, /* of, de, ... */
	LIST_ANDS, /* and, und, et, ... */
	LIST_COPULAS, /* is, was, ... */
	LIST_CLAUSE_WORDS, /* a clause begins behind them: how, as, ... */
	LIST_AIMED, /* a target on, a match for: no company, as an object */
	LIST_DETERMINERS, /* of a noun: a, the, this, his, ... */
	LIST_COUNTRIES, /* in which companies have a daughter: Shell Nigeria */
	LIST_KNOWN_FOR, /* what people are that are in the news by their name */
	LIST_FOREIGN, /* small words of German, French, Spanish, Italian */
	LIST_FOREIGN_ARTICLES,
	LIST_FOREIGN_PREPOSITIONS, /* with which companies stand */
	LIST_FOREIGN_VERBS, /* what companies do there */
	LIST_FOREIGN_BUSINESS, /* Apple-Aktie */
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
