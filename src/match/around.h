/*
 * What stands around a candidate: its neighbours as words, and how its
 * sentence is written. Pure.
 */
#ifndef NW_MATCH_AROUND_H
#define NW_MATCH_AROUND_H

#include "base/span.h"
#include "match/known.h"

#define AROUND_WORDS 3 /* neighbours looked at on either side */

struct neighbour {
	bool there; /* in the same sentence, or line */
	struct token token;
	enum token_gap gap; /* between it and the candidate's side of it */
	unsigned cues;
	uint32_t lists; /* see known.h */
	struct word word;
};

/* How letters are used in the sentence, the candidate aside. */
enum sentence_style {
	STYLE_PROSE, /* capitals mean names */
	STYLE_TITLE, /* Every Word Has One */
	STYLE_CAPS, /* ALL OF THEM */
	STYLE_LOWER, /* none at all */
	STYLE_SHORT /* too few words to tell */
};

/* How many words near the candidate are of business, how many of fields in
 * which companies seldom act (sport, arts, nature, war, politics), and how many
 * are indexes of the market or their points. */
struct around_fields {
	unsigned business, other, indexes;
	unsigned foreign; /* small words of other languages than English */
};

struct around {
	struct neighbour before[AROUND_WORDS]; /* [0] is the nearest */
	struct neighbour after[AROUND_WORDS];
	struct known self; /* the candidate's first word */
	enum sentence_style style;
	bool starts_sentence;
	struct around_fields fields; /* of names of one word: sense_fields() */
};

void around_look(struct known_words *k, struct span text, size_t start,
	size_t end, struct around *out);

/* Begins with a capital, or has one. */
bool around_is_capital(const struct neighbour *n);

/* Is it there, and in the list? */
static inline bool
around_in_list(const struct neighbour *n, enum list list)
{
	return n->there && (n->lists >> list & 1);
}

#endif
