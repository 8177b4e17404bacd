/*
 * How much is an item about an entity: 0 to 100, the sum of terms that can be
 * read. Pure.
 */
#ifndef NW_MATCH_RELEVANCE_H
#define NW_MATCH_RELEVANCE_H

#include "match/candidates.h"

enum relevance_term {
	TERM_TITLE, /* named in the title, or in the first line without one */
	TERM_LEAD, /* in the first 200 characters of the text */
	TERM_SUBJECT, /* opens the title or lead, or does something in it */
	TERM_SHARE, /* of all mentions of watched entities */
	TERM_COUNT, /* of its mentions */
	TERM_ROUND_UP, /* many companies are named: negative */
	TERM_BOILERPLATE, /* only outside of the reporting: negative */
	TERM_N
};

extern const char *const relevance_terms[TERM_N];

struct relevance_input {
	const struct item *item;
	const struct candidate *mentions; /* of the entity, dropped ones too */
	uint32_t n;
	unsigned n_mentions; /* of the entity */
	unsigned all_mentions; /* of all entities */
	unsigned companies; /* named in the item, tickers counted */
};

/* Sum of terms, cut to [1, 100]; terms may be NULL. */
unsigned relevance_of(const struct relevance_input *in, double terms[TERM_N]);

/* Is the candidate a mention: weighed, not dropped, probable? */
bool relevance_is_mention(const struct candidate *c);
/* A mention also of an entity whose min_confidence lets less pass. */
bool relevance_is_sure(const struct candidate *c);

#endif
