/*
 * Do the queries of topics hold? Only topics are asked of which an anchor was
 * found (match/query.h): the scan for names is the index over all queries'
 * terms. Inside match only; one item at a time.
 */
#ifndef NW_MATCH_TOPICS_H
#define NW_MATCH_TOPICS_H

#include "match/about.h"
#include "match/scan.h"
#include "model/hit.h"

#define TOPIC_CONFIDENCE 0.95 /* a query says what it says */
#define TOPIC_PLACES_MAX 500 /* kept of one part of a query */

/* Where a part of a query holds: tokens first..last of a field. */
struct topic_place {
	uint32_t first, last;
	uint32_t from, to; /* the candidates it comes from, by their keys */
	uint8_t field; /* enum hit_field */
};

struct topic_term {
	struct topic_place place;
	uint32_t number; /* of the term in its query */
};

struct topics {
	struct about about;
	struct tokens tokens[2]; /* of title and text */
	VEC(struct topic_term) terms; /* found, of the topic being judged */
	VEC(struct topic_place) stack; /* after topics_hold: where it holds */
};

/* The topic of an entity, or NULL. */
const struct block_topic *topics_of(const struct lexicon *lex, uint32_t entity);
/* Append hits of terms that end in a star. */
void topics_find_prefixes(
	const struct lexicon *lex, struct span text, struct scan_hits *out);

/* A new item, borrowed until the next. */
void topics_read(struct topics *t, const struct about *about);
/* A new topic; then its terms, found at bytes start..end. */
void topics_start(struct topics *t);
void topics_add(struct topics *t, uint32_t number, enum hit_field field,
	uint32_t start, uint32_t end, uint32_t key);
bool topics_hold(struct topics *t, const struct lexicon *lex, uint32_t root);
void topics_fini(struct topics *t);

#endif
