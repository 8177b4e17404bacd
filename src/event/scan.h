/*
 * One pass over the words of a sentence: every rule that matches. Inside event
 * only.
 */
#ifndef NW_EVENT_SCAN_H
#define NW_EVENT_SCAN_H

#include "base/vec.h"
#include "event/block.h"
#include "event/words.h"

#define MATCH_SLOTS 4 /* names with a role in one match; more are not noted */
#define SCAN_MATCHES_MAX 512 /* of one sentence; more are left out */

struct match_slot {
	uint32_t word;
	struct ev_text role;
};

struct rule_match {
	uint32_t rule;
	uint32_t first, last; /* words of the text, both inclusive */
	struct match_slot slots[MATCH_SLOTS];
	unsigned n_slots;
};

struct rule_matches {
	struct rule_match *p;
	size_t n;
	size_t cap;
};

/* The first word of [begin, end) that is no article or the like. */
uint32_t first_heavy(const struct words *w, uint32_t begin, uint32_t end);

/* Replaces what out held by the matches in s, in the order of their anchors. */
void scan_sentence(const struct events *e, const struct words *w,
	const struct sentence *s, struct rule_matches *out);

#endif
