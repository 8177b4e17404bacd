/*
 * How much else a name may mean, before any article is seen: what the weights
 * start from, in words for people. A judge is scratch memory for one thread at
 * a time. Pure.
 */
#ifndef NW_MATCH_AMBIGUITY_H
#define NW_MATCH_AMBIGUITY_H

#include "base/span.h"
#include "model/entity.h"

/* From clear to doubtful. */
enum ambiguity {
	AMBIGUITY_NONE, /* no word of a language, several words, ... */
	AMBIGUITY_WORDS, /* several words, all of them ordinary */
	AMBIGUITY_ACRONYM, /* two or three capitals */
	AMBIGUITY_NAME, /* in dictionaries: a place, a surname, or it itself */
	AMBIGUITY_WORD, /* an English word */
	AMBIGUITY_COMMON_WORD /* one that every text has */
};

/* "distinct", "ordinary words", "acronym", "proper name", "word", "common
 * word". */
const char *ambiguity_name(enum ambiguity a);

struct ambiguity_judge;

struct ambiguity_judge *ambiguity_judge_new(void);
void ambiguity_judge_free(struct ambiguity_judge **j);
/* Of one name as the watchlist has it, its legal form left out. */
enum ambiguity ambiguity_of(struct ambiguity_judge *j, struct span name);
/* Of the most doubtful of an entity's name and aliases; topics have none. */
enum ambiguity ambiguity_of_entity(
	struct ambiguity_judge *j, const struct entity *e);

#endif
