/*
 * A text, or the mean of a story's texts, as weights of terms; and how alike
 * two of them are. Eight bytes a term. Pure; one thread at a time.
 */
#ifndef NW_STORY_VECTOR_H
#define NW_STORY_VECTOR_H

#include "story/features.h"
#include "story/frequency.h"

#define VECTOR_TERMS_MAX 256 /* the heaviest are kept */

struct vector_term {
	uint32_t hash;
	uint16_t all; /* weight in title and text, in VECTOR_UNIT */
	uint16_t title; /* in the title alone; the lowest bits are flags */
};

#define VECTOR_UNIT (1.0F / 4096)
#define VECTOR_NAME 1U /* written as a name somewhere */
#define VECTOR_WATCHED 2U /* in the name of somebody who is watched */
#define VECTOR_FLAGS 3U

struct vector {
	struct vector_term *p; /* sorted by hash */
	uint32_t n;
	uint32_t cap;
};

/* Is the term in the titles, more than in passing? In all of them, as a word
 * and not as a pair or date? */
bool vector_in_title(const struct vector_term *t);
bool vector_is_title_word(const struct vector_term *t);
/* A date of the one title that there is. */
bool vector_is_title_date(const struct vector_term *t);

void vector_fini(struct vector *v);
/* Replaces what v held. */
void vector_of_features(struct vector *v, const struct features *f);
/* Moves the mean v of n - 1 texts towards one more. */
void vector_learn(struct vector *v, const struct vector *one, unsigned n);
/* Moves v by a share, 0..1, of the way to other. */
void vector_mix(struct vector *v, const struct vector *other, float share);

/* Cosines, 0..1, of weights times how rare the terms are. */
struct likeness {
	float all; /* titles and texts */
	float title;
	float names;
	float names_common; /* share of the main names of one that the other
			       has, by weight; the better direction */
	float names_least; /* weight of the main names of the poorer one */
	float fresh; /* share of a's weight that b does not have */
};

void vector_compare(const struct vector *a, const struct vector *b,
	const struct frequency *frequency, struct likeness *out);

#endif
