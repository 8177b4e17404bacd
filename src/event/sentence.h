/*
 * One sentence as read: its words, what matched in it, and which triggers
 * stand after negative patterns, context and exclusions. Inside event only.
 */
#ifndef NW_EVENT_SENTENCE_H
#define NW_EVENT_SENTENCE_H

#include "event/scan.h"
#include "model/hit.h"

#define SENTENCE_TRIGGERS_MAX 64

struct trigger {
	const struct rule_match *match;
	const struct ev_rule *rule;
	uint32_t type;
};

struct reading {
	const struct events *e;
	const struct words *w;
	const struct sentence *s;
	enum hit_field field;
	struct rule_matches matches;
	struct trigger triggers[SENTENCE_TRIGGERS_MAX];
	size_t n_triggers;
};

/* Reads s into r, whose e, w and field are set; matches is reused. */
void reading_make(struct reading *r, const struct sentence *s);

/* The first cue of a kind at or after match *i, or NULL; *i: behind it. */
const struct rule_match *reading_cue(
	const struct reading *r, enum event_cue cue, size_t *i);
/* A cue of the kind matches from the sentence's first word on. */
bool reading_begins_with(const struct reading *r, enum event_cue cue);

/* Words between two spans of words; 0 if they overlap. */
uint32_t words_between(
	uint32_t a_first, uint32_t a_last, uint32_t b_first, uint32_t b_last);
/* A colon or spaced dash stands between them. */
bool words_have_colon(const struct words *w, uint32_t after, uint32_t upto);

#endif
