/*
 * After weighing: relevance of each named entity, thresholds, what is told to
 * who asks why, and the result. Inside match only.
 */
#ifndef NW_MATCH_RESULT_H
#define NW_MATCH_RESULT_H

#include "match/candidates.h"
#include "match/match.h"
#include "match/relevance.h"

/* Relevance of every named entity of cs, and its verdict if asked for. */
void result_measure(const struct lexicon *lex, const struct item *item,
	struct candidates *cs, const struct match_explain *explain);
/* Named entities, most relevant first, in the arena. */
void result_make(const struct lexicon *lex, const struct item *item,
	struct candidates *cs, bool all, struct arena *arena,
	struct match_result *out);

/* Confidence and relevance reach the entity's thresholds. */
bool result_is_alert(const struct lexicon *lex, const struct entity_state *e);
double result_min_confidence(const struct block_entity *e);

/* Tell of an entity's candidates, its query, its verdict: explain.c. cs: its
 * scratch for topics is used. */
void explain_entity(const struct lexicon *lex, const struct item *item,
	struct candidates *cs, const struct entity_state *e,
	const double terms[TERM_N], const struct match_explain *explain);

#endif
