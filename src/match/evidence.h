/*
 * What candidates of an item say of one another, and the item of them. Inside
 * match only; between the first weighing and the second.
 */
#ifndef NW_MATCH_EVIDENCE_H
#define NW_MATCH_EVIDENCE_H

#include "match/candidates.h"

/* Naming candidates by field and start, the longer first. */
struct places {
	struct candidate **p;
	size_t n;
	size_t cap;
};

/* Field and byte of a candidate as one number, in reading order. */
static inline uint64_t
evidence_at(const struct candidate *c)
{
	return (uint64_t)c->field << 32 | c->start;
}

/* What the first weighing found that bears on the entity's other candidates. */
void evidence_gather(const struct candidates *cs, const struct item *item,
	struct entity_state *e);
/* Replaces *out by all naming candidates that no rule dropped. */
void evidence_place(const struct candidates *cs, struct places *out);
/* Does another entity's name stand beside c, across a comma, a slash or "and"?
 * False while places are empty. */
bool evidence_is_beside(const struct places *places, const struct candidate *c,
	struct span text);
/* "Follow us on Facebook.": a sentence of c's paragraph that is boilerplate. */
bool evidence_in_prompt(const struct item *item, const struct candidate *c);

#endif
