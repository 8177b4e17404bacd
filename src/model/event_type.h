/*
 * The event language as plain data: what etc/events.yaml and users' own files
 * say, before it is compiled. Made by config, compiled by event
 * (event/compile.h, which also says how a pattern is written). Strings are
 * UTF-8 and owned by whoever made the set; names are within it.
 */
#ifndef NW_MODEL_EVENT_TYPE_H
#define NW_MODEL_EVENT_TYPE_H

#include "model/entity.h"

/* Words under a name, for use in patterns: `OFFICER`. */
struct event_words {
	struct span name; /* capital letters */
	struct entity_texts alternatives;
	struct place place;
};

struct event_pattern {
	struct entity_text text;
	int polarity; /* -1, 0, 1 */
	bool weak; /* counts in the title and the lead only */
};

struct event_type {
	struct span id; /* "product_launch" */
	struct span name; /* for people */
	struct span language; /* of the patterns: BCP 47, primary part */
	struct span before; /* role of an entity before the trigger; empty: an
			       entity there has no part in it */
	struct span after; /* and after it */
	struct span person; /* of a person, on either side; empty: as others */
	const struct event_pattern *patterns;
	size_t n_patterns;
	struct entity_texts never; /* what overlaps one of these is none */
	struct entity_texts require; /* one of them in the sentence */
	struct entity_texts forbid; /* none of them in the sentence */
	struct entity_texts yields; /* ids: these in the sentence win */
	struct place place;
};

/* What words around a trigger say of it. The order is that of the names. */
enum event_cue {
	CUE_DENIED, /* modality, strongest first: somebody denies it */
	CUE_NEGATED, /* it is said not to be so */
	CUE_HISTORIC,
	CUE_HEDGED,
	CUE_REPORTED,
	CUE_CANCELLED, /* stage, strongest first */
	CUE_RUMOUR,
	CUE_APPROVED,
	CUE_COMPLETED,
	CUE_PLANNED,
	CUE_ANNOUNCED,
	CUE_ANAPHORA, /* a sentence's subject that stands for the last one */
	CUE_ASIDE, /* a name in it is not who acts: "Meta rival" */
	CUE_BOILERPLATE, /* a paragraph that begins so reports nothing */
	N_EVENT_CUES
};

extern const char *const event_cue_names[N_EVENT_CUES];

struct event_cues {
	struct span language;
	struct entity_texts texts[N_EVENT_CUES];
};

struct event_types {
	const struct event_words *words;
	size_t n_words;
	const struct event_type *types;
	size_t n_types;
	const struct event_cues *cues;
	size_t n_cues;
};

/* The type with this id, or NULL. */
const struct event_type *event_type_get(
	const struct event_types *types, struct span id);

#endif
