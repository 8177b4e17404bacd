/*
 * A watched thing as the watchlist describes it. Plain data; made by config,
 * compiled by match. All strings are UTF-8 and owned by the arena of the
 * watchlist that holds them.
 */
#ifndef NW_MODEL_ENTITY_H
#define NW_MODEL_ENTITY_H

#include "base/span.h"

enum entity_kind {
	ENTITY_COMPANY,
	ENTITY_PERSON,
	ENTITY_PRODUCT,
	ENTITY_TOPIC
};

/* Where a thing was written, for messages. */
struct place {
	const char *file; /* as the user named it */
	unsigned line, column; /* from 1; 0: unknown */
};

/* How letter case counts for an entity's names. */
enum entity_case {
	CASE_AUTO, /* exact case is evidence; other case needs more of it */
	CASE_EXACT, /* other case never matches */
	CASE_ANY /* case is ignored */
};

struct entity_text {
	struct span text;
	struct place place;
};

struct entity_texts {
	const struct entity_text *p;
	size_t n;
};

struct entity {
	struct span id; /* slug, unique over all watchlists */
	struct span name;
	enum entity_kind kind;
	struct span company; /* a person's company: id or name; may be empty */
	struct span watchlist; /* name of the list: the file's stem */
	struct entity_texts aliases;
	struct entity_texts tickers; /* "NASDAQ:META" or "META" */
	struct entity_texts codes; /* ISIN, CIK, LEI, RIC: matched exactly */
	struct entity_texts context;
	struct entity_texts exclude;
	struct entity_texts not_like;
	struct entity_text query; /* topics: boolean query; else empty */
	enum entity_case letter_case;
	unsigned min_relevance; /* 0..100 */
	double min_confidence; /* 0..1; < 0: default */
	struct place place;
};

struct entity_list {
	const struct entity *p;
	size_t n;
};

const char *entity_kind_name(enum entity_kind kind);
bool entity_kind_parse(struct span name, enum entity_kind *out);

/*
 * Slug of a name: NFKC case fold, runs of other than letters and digits become
 * one `-`, none at the ends. The folding is the caller's: `folded` is already
 * NFKC case folded (text/fold). Appends to out (at most LIMIT_NAME_BYTES).
 */
struct strbuf;
void entity_slug(struct span folded, struct strbuf *out);

#endif
