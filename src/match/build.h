/*
 * The compiler's state, shared by its files, inside match only. patterns.c
 * makes patterns and text out of entities, query_patterns.c out of the queries
 * of topics, problems.c keeps what is to be told, lexicon_build.c groups and
 * checks, layout.c writes the tables.
 */
#ifndef NW_MATCH_BUILD_H
#define NW_MATCH_BUILD_H

#include "base/vec.h"
#include "match/block.h"
#include "match/names.h"

/* A path and what has it: a name, by its number in the order of the list. */
struct pattern {
	uint64_t path;
	uint32_t name;
};

struct patterns {
	struct pattern *p;
	size_t n;
	size_t cap;
};

struct told { /* a problem, kept until all are known */
	uint32_t entity;
	bool is_error;
	struct place place;
	struct span within; /* a query; a part of the list */
	size_t at; /* byte of it */
	char *text;
};

struct problems {
	VEC(struct told) told; /* at most PROBLEMS_MAX */
	size_t errors, warnings; /* all of them */
};

/* Problems that are told; later ones are counted. */
#define PROBLEMS_MAX 10000

/* Tell of one; place is copied. */
void problems_tell(struct problems *p, bool is_error, uint32_t entity,
	const struct place *place, const char *fmt, ...) NW_PRINTF(5, 6);
/* Of a mistake at byte `at` of a query. */
void problems_tell_in(struct problems *p, uint32_t entity,
	const struct entity_text *query, size_t at, const char *fmt, ...)
	NW_PRINTF(5, 6);
/* In the order of the list. */
void problems_report(
	struct problems *p, lexicon_problem_cb on_problem, void *arg);
void problems_fini(struct problems *p);

#define DETAILS_MAX 4096 /* different details that are kept only once */

/* Texts of a watchlist; when there are more, every word of an article is looked
 * at, without anchors. */
#define ANCHORED_TEXTS_MAX 10000

struct build {
	const struct entity_list *list;
	struct strbuf text;
	VEC(uint32_t) lists;
	VEC(struct block_entity) entities;
	VEC(struct block_name) names;
	VEC(struct place) places; /* of names */
	struct patterns patterns;
	struct patterns prefixes; /* of two tokens or more, names go on */
	VEC(uint64_t) heads; /* of anchors that are plain words */
	VEC(uint64_t) starts; /* the filter's keys: names' first paths */
	VEC(uint64_t) anchors; /* ... and anchors of two words */
	VEC(uint64_t) seconds; /* paths of two words, the second the anchor */
	unsigned anchor_lengths;
	bool is_dense; /* too many names to go by anchors: there are none */
	VEC(uint64_t) paths; /* of terminals */
	VEC(uint32_t) firsts; /* names of terminals, one more than these */
	struct problems problems;
	struct block_slot *slots;
	size_t n_slots;
	uint64_t *filter;
	size_t n_filter;
	uint32_t *sieve;
	size_t n_sieve;
	struct name_maker maker;
	struct span last_text[2]; /* watchlist and file: mostly as before */
	uint32_t last_ref[2];
	uint32_t detail_ref[DETAILS_MAX]; /* by hash; 0: none */
	unsigned max_tokens, n_prefixes;
	VEC(struct block_topic) topics;
	VEC(struct query_node) nodes;
	struct query query;
	VEC(uint32_t) term_refs; /* of its terms */
	/* the text being compiled */
	const struct entity *entity;
	struct place source;
	uint32_t source_ref;
	enum block_role role;
};

/* Everything an entity is looked for by. */
void patterns_add_entity(struct build *b, const struct entity *e);
/* The query of b->entity, which has this number in the list. */
void patterns_add_query(struct build *b, uint32_t entity);
/* A ref of the text, cut at LIMIT_NAME_BYTES; of an empty one 0. */
uint32_t patterns_put_text(struct build *b, struct span s);
/* A form of the text being compiled; the text itself, as it was read. */
void patterns_add(struct build *b, const struct name_form *f);
void patterns_add_given(struct build *b);
/* How seldom a word is in a text, from 1. */
unsigned patterns_rarity(struct build *b, const struct name_token *t);
/* The text of a ref. */
struct span patterns_text(const struct build *b, uint32_t ref);
/* "alias", "ticker", ...: the key in the watchlist. */
const char *patterns_role(enum block_role role);
/* By path, stable. */
void patterns_sort(struct patterns *p);

/* Tables over sorted patterns, then the whole block into out. */
NW_MUST_CHECK int layout_write(
	struct build *b, struct strbuf *out, struct err *err);

#endif
