/*
 * Which members of a story have words in common: found once when a member
 * comes, as a report would else compare each two of them. A bit a pair, 8 KiB
 * a story. Places of members are those in the list that story_report is given:
 * when a further one comes to a full list, that at STORY_MEMBERS_FIRST leaves
 * it, and those behind move up. Pure.
 */
#ifndef NW_STORY_ALIKE_H
#define NW_STORY_ALIKE_H

#include "story/attribution.h"

/* Shingles in common that make a copy, and the least text to judge by. */
#define ALIKE_RESEMBLANCE 0.35
#define ALIKE_WORDS 40

#define ALIKE_WORD_BITS 64
#define ALIKE_ROW (STORY_MEMBERS_MAX / ALIKE_WORD_BITS)

/* Zeroed at first: there is no member. */
struct alike {
	unsigned turn; /* how often one left */
	uint64_t near[STORY_MEMBERS_MAX][ALIKE_ROW]; /* by slot */
};

/* The last of n has come; n - 1 were there. */
void alike_join(struct alike *a, const struct story_member *members, size_t n);
/* That at STORY_MEMBERS_FIRST has left a full list. */
void alike_leave(struct alike *a);
/* Number i of n has another text. */
void alike_edit(struct alike *a, const struct story_member *members, size_t n,
	size_t i);

/*
 * The members that are alike to number i, in no order; texts of less than
 * ALIKE_WORDS are to nobody:
 *
 *	for (size_t k, at = 0; alike_next(a, i, &at, &k);)
 */
bool alike_next(const struct alike *a, size_t i, size_t *at, size_t *k);

#endif
