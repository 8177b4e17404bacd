/*
 * Words that say something of the name they stand beside. Closed lists, read
 * by people; which of them count how much is in weights.c. Pure.
 */
#ifndef NW_MATCH_CUES_H
#define NW_MATCH_CUES_H

#include "base/span.h"

enum cue {
	CUE_LEGAL = 1 << 0, /* Inc, Ltd: ends a company's name */
	CUE_CORPORATE = 1 << 1, /* Group, Motor, Energy: goes on in one */
	CUE_AFTER = 1 << 2, /* CEO, shares, spokesman: follows a company */
	CUE_VERB = 1 << 3, /* says, acquires, beats: what companies do */
	CUE_BEFORE = 1 << 4, /* maker, giant, shares of: comes before one */
	CUE_PREPOSITION = 1 << 5, /* at, by, from, with, ... */
	CUE_ARTICLE = 1 << 6, /* a, an, the, this, ... */
	CUE_TITLE = 1 << 7, /* Mr, Dr, President: a person follows */
	CUE_PLACE = 1 << 8, /* University, Street, County: a place's name */
	CUE_FUNCTION = 1 << 9, /* no part of a name in a headline either */
	CUE_EXCHANGE = 1 << 10, /* NYSE, NASDAQ: a ticker follows */
	CUE_SPEECH = 1 << 11, /* said, told, added: people do */
	CUE_ADVERB = 1 << 12, /* just, also, now: looks through to a verb */
	CUE_NEWS = 1 << 13, /* weekdays, months, quarter: no part of a name */
	CUE_JOB = 1 << 14, /* analyst, minister, coach: a person's, not a
			    * firm's */
	CUE_OWNER = 1 << 15 /* my, your, her: what follows is a thing */
};

/* Bits of a folded word; 0 if it says nothing. */
unsigned cues_get(struct span folded);

/* Every word of every list. */
typedef void (*cues_each_cb)(struct span word, enum cue cue, void *arg);

void cues_each(cues_each_cb on_word, void *arg);

#endif
