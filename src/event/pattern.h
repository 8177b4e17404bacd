/*
 * One pattern as text, read into elements. Inside event only; how patterns are
 * written is in event/compile.h.
 */
#ifndef NW_EVENT_PATTERN_H
#define NW_EVENT_PATTERN_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "event/block.h"
#include "model/report.h"

struct pattern_atom {
	enum atom_kind kind;
	uint64_t key;
	struct span role; /* of a slot; within the pattern's text */
	bool common; /* a word that every text has: a bad anchor */
};

struct pattern_alternative {
	size_t atom, n_atoms; /* of the pattern */
};

struct pattern_element {
	size_t alternative, n_alternatives;
	unsigned gap;
	bool optional;
};

/* Start with {0}; reused from pattern to pattern. */
struct pattern {
	VEC(struct pattern_element) elements;
	VEC(struct pattern_alternative) alternatives;
	VEC(struct pattern_atom) atoms;
	bool at_start; /* ^ */
};

/* What patterns are read with. */
struct pattern_reader {
	const struct event_types *types; /* for lists of words */
	struct word_stems *stems; /* of the pattern's language */
	struct report *report;
	struct tokens tokens; /* scratch */
	struct strbuf folded;
};

#define PATTERN_GAP_DEFAULT 3
#define PATTERN_GAP_MAX 20

/* False: told to the report, with its place. */
bool pattern_read(struct pattern_reader *r, const struct entity_text *text,
	struct pattern *out);
void pattern_fini(struct pattern *p);

/* The element whose words are the rarest: index; elements.n if there is none.
 */
size_t pattern_anchor(const struct pattern *p);
/* The atom of an alternative that is looked up. */
size_t pattern_anchor_atom(
	const struct pattern *p, const struct pattern_alternative *a);

#endif
