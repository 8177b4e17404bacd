/*
 * Which watched entities does an item name, how sure is that, and how much is
 * the item about them.
 *
 * Candidates come from one scan of title and text (match/scan.h). Each is
 * judged by features that can be read (match/features.h) and weighed by a
 * table (match/weights.h) into a calibrated probability. All mentions of an
 * entity in the item make its confidence; relevance is the aboutness, 0-100.
 *
 * Pure. A matcher is scratch memory for one thread at a time; the lexicon is
 * shared.
 */
#ifndef NW_MATCH_MATCH_H
#define NW_MATCH_MATCH_H

#include "base/arena.h"
#include "match/lexicon.h"
#include "model/hit.h"
#include "model/item.h"

/* A candidate is a mention from this probability on. */
#define MATCH_MENTION_MIN 0.5

struct matcher;

struct matcher *matcher_new(const struct lexicon *lex); /* borrows lex */
void matcher_free(struct matcher **m);

/* One reason for or against a candidate. */
struct match_reason {
	const char *name; /* stable word: "after-corp-word"; doc/MATCHING.md */
	double value; /* of the feature, mostly 0 or 1 */
	double weight; /* logits; value * weight counts */
};

/* A text of a watchlist and where it stands. */
struct match_source {
	struct span text, file;
	unsigned line, column;
};

/* A candidate as judged; everything lives for the call. */
struct match_candidate {
	struct span entity_id, entity_name;
	struct match_source name; /* the watchlist's text that matched */
	const char
		*variant; /* how text relates to it: "exact", "ticker", ... */
	enum hit_field field;
	uint32_t start, end;
	struct span text;
	double confidence; /* of this candidate */
	const struct match_reason *reasons; /* features that are not 0 */
	size_t n_reasons;
	unsigned name_class; /* column of weights, enum name_class */
	bool weighed; /* else a rule decided */
	bool is_evidence; /* no mention of its own: context, exclude, short */
	/* NULL, or the rule that decided: "excluded" */
	const char *dropped;
	/* The watchlist's text that the rule is about, and its place: an
	 * exclude, a namesake, a longer name. Empty: the rule has none. */
	struct match_source by;
};

/* The verdict on an entity, after all its candidates. */
struct match_verdict {
	struct span entity_id, entity_name;
	double confidence, min_confidence;
	unsigned relevance, min_relevance;
	bool is_named; /* at least one candidate is a mention */
	bool alert; /* above both thresholds */
	const struct match_reason *reasons; /* terms of relevance */
	size_t n_reasons;
};

/* A part of a topic's query, the whole before its parts. */
struct match_query_part {
	struct span entity_id;
	unsigned depth; /* 0: the whole query */
	const char *op; /* "AND", "OR", "NOT", "NEAR"; "" of a term */
	int distance; /* of NEAR; else -1 */
	const char *field; /* "title", "author", ... or NULL, of a term */
	struct span term; /* of a term; else empty */
	bool is_prefix;
	bool holds;
};

/* Entity by entity: its candidates, its query, its verdict. */
struct match_explain {
	void (*candidate)(const struct match_candidate *c, void *arg);
	void (*query)(const struct match_query_part *q, void *arg);
	void (*verdict)(const struct match_verdict *v, void *arg);
	void *arg;
};

struct match_options {
	bool all; /* also entities below their alert threshold */
	const struct match_explain *explain; /* NULL: none */
	/* Whose item it is, for queries that ask; borrowed. NULL: not known. */
	const struct hit_feed *feed;
};

/*
 * The named entities, most relevant first, at most LIMIT_HIT_ENTITIES. Arrays
 * live in the arena given; id, name, tickers and watchlist point into the
 * lexicon's block, mention texts into the item.
 */
struct match_result {
	struct hit_entity *entities;
	bool *alert; /* [i]: entities[i] is above its threshold; all true
			without options.all */
	size_t n;
	size_t n_alert;
};

void match_item(struct matcher *m, const struct item *item,
	const struct match_options *options, struct arena *arena,
	struct match_result *out);

#endif
