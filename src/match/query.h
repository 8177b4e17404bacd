/*
 * Boolean queries of topics:
 *
 *	("open source" OR "open weight") NEAR/10 model* AND NOT title:quiz
 *
 * AND, OR, NOT and NEAR/n in capitals; words side by side are joined by AND;
 * NOT binds most, then NEAR, AND, OR. A phrase in quotes, a word, or the
 * beginning of a word with * at its end; title: or text: before a term or a
 * bracket looks there only. author:, category: (or tag:), source: (or feed:),
 * url: and lang: ask what the item is: they narrow a query that has a term of
 * title or text. Letter case and typography do not matter.
 *
 * Parsing is pure; nothing here knows blocks or items.
 */
#ifndef NW_MATCH_QUERY_H
#define NW_MATCH_QUERY_H

#include "base/err.h"
#include "base/span.h"
#include "base/vec.h"

enum query_op {
	QUERY_TERM, /* left: number of the term */
	QUERY_AND,
	QUERY_OR,
	QUERY_NOT, /* left */
	QUERY_NEAR /* at most `distance` words between */
};

enum query_field {
	QUERY_ANYWHERE, /* title or text */
	QUERY_TITLE,
	QUERY_TEXT,
	/* of these, query_is_about: */
	QUERY_AUTHOR,
	QUERY_CATEGORY,
	QUERY_SOURCE,
	QUERY_URL,
	QUERY_LANGUAGE,
	QUERY_FIELD_N
};

static inline bool
query_is_about(enum query_field f)
{
	return f >= QUERY_AUTHOR;
}

/* "title", ...; NULL of QUERY_ANYWHERE. */
const char *query_field_name(enum query_field f);

struct query_node {
	uint8_t op; /* enum query_op */
	uint8_t field; /* enum query_field, of a term */
	uint16_t distance; /* of NEAR; of a term: 1 if it ends in a star */
	uint32_t left, right; /* nodes before this one */
};

struct query_term {
	struct span text; /* within the query's text, no quotes, no star */
	bool is_prefix;
	enum query_field field;
};

struct query {
	VEC(struct query_node) nodes; /* the last one is the root */
	VEC(struct query_term) terms;
};

#define QUERY_TERMS_MAX 1000
#define QUERY_DEPTH_MAX 64
#define QUERY_DISTANCE_MAX 1000
#define QUERY_PREFIX_MIN 2 /* letters before a star */

/*
 * Replaces what *out held; spans point into text. ERR_INPUT: the message says
 * what is wrong, *at is the offset in text where.
 */
NW_MUST_CHECK int query_parse(
	struct span text, struct query *out, size_t *at, struct err *err);
void query_fini(struct query *q);

/*
 * Anchors: terms of which an article must have at least one for the query to
 * hold, chosen to be as rare as can be; all in title or text. rarity[i] is that
 * of term i, the more the rarer; anchor[i] is set. Source: Lucene's monitor,
 * which indexes queries by their rarest required terms.
 */
void query_anchors(const struct query *q, const unsigned *rarity, bool *anchor);

#endif
