/*
 * An item's text as the terms that stories are compared by: words without
 * their English endings, numbers as values, dates and everyday words told
 * apart. Scripts without spaces give one term for each pair of neighbouring
 * characters, as their words cannot be told without a dictionary.
 *
 * Input: valid UTF-8, at most UINT32_MAX bytes. Pure; any thread.
 */
#ifndef NW_STORY_TERMS_H
#define NW_STORY_TERMS_H

#include "base/span.h"
#include "base/vec.h"

enum term_kind {
	TERM_WORD,
	TERM_STOP, /* everyday and section words: "the", "said", "video" */
	TERM_DATE, /* months, weekdays, years, days of a month */
	TERM_NUMBER
};

struct term {
	uint32_t hash; /* fixed for all time: it is stored */
	uint8_t kind; /* enum term_kind */
	bool name; /* written with a capital where that means something */
	bool first; /* begins a sentence or line */
	bool slot; /* a number, symbol or name, or the first word: what a
		      template leaves open */
	bool key; /* a number that can tell two happenings apart: no small
		     count, year or day */
};

struct terms {
	struct term *p;
	size_t n;
	size_t cap;
};

/* Appends the terms of s. */
void terms_scan(struct span s, struct terms *out);
void terms_fini(struct terms *t);

/* The term of two neighbours, in their order. */
uint32_t term_pair(uint32_t a, uint32_t b);

#endif
