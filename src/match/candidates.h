/*
 * From what a scan found to candidates: which hits can be mentions at all, by
 * rules that need no weighing, and what they say of each entity. Inside match
 * only. One item at a time, memory is the matcher's.
 */
#ifndef NW_MATCH_CANDIDATES_H
#define NW_MATCH_CANDIDATES_H

#include "base/arena.h"
#include "base/vec.h"
#include "match/features.h"
#include "match/scan.h"
#include "match/ticker.h"
#include "match/topics.h"
#include "model/item.h"

enum drop {
	DROP_NOT, /* it is still a candidate */
	DROP_GAP, /* its words are joined otherwise */
	DROP_CASE, /* the watchlist asks for exact case */
	DROP_DRESS, /* a ticker's letters without a ticker's dress */
	DROP_EXCLUDED,
	DROP_NOT_LIKE,
	DROP_INSIDE_LONGER, /* part of a longer name that was found */
	DROP_SHORT, /* a short form without the full name before it */
	DROP_OTHER_BEARER, /* somebody else of that name is in the item */
	DROP_QUERY, /* a term of a query that does not hold */
	DROP_N
};

extern const char *const drop_names[DROP_N];

struct candidate {
	const struct block_name *name;
	uint32_t start, end;
	uint8_t field; /* enum hit_field */
	uint8_t drop; /* enum drop */
	uint8_t dress; /* enum ticker_dress */
	/* The exclude, not_like or longer name that dropped it; or NULL. */
	const struct block_name *by;
	bool decided; /* p comes from a rule */
	float least; /* p of a mention of this entity */
	double p;
	const double *f; /* features; NULL if none were needed */
	enum name_class class;
	struct around around;
};

/* All candidates of one entity: [first, first + n) of the array. */
struct entity_state {
	uint32_t entity;
	uint32_t first, n;
	struct entity_evidence evidence;
	double confidence;
	unsigned relevance;
	unsigned n_mentions;
	bool has_not_like; /* a namesake is in the item */
	bool is_named;
};

struct candidates {
	VEC(struct candidate) c; /* by entity, then field, then start */
	VEC(struct entity_state) e;
	struct item_evidence item;
	/* scratch */
	struct topics topics;
	struct scan_hits hits[2]; /* of title and text, by enum hit_field */
	VEC(uint32_t) anchored; /* topics of which an anchor was found */
	bool all_terms; /* anchors or not: somebody asks why */
};

/* The text of a field of the item. */
struct span candidates_field(const struct item *item, enum hit_field field);

/* Replaces what *out held. all_terms: also of queries that cannot hold. */
void candidates_find(struct scanner *sc, const struct lexicon *lex,
	const struct about *about, bool all_terms, struct candidates *out);
void candidates_fini(struct candidates *c);
/* The terms found of a topic's query into cs->topics, for topics_hold. */
void candidates_gather_terms(
	struct candidates *cs, const struct entity_state *e);

/* Is it a name or alias, a bare ticker, or a short form: to be weighed? */
bool candidate_is_naming(const struct candidate *c);

#endif
