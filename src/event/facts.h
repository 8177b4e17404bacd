/*
 * Facts of a text: money, percentages, counts of shares and people, ratios of
 * splits, dates, numbers. Written forms in, numbers out. Pure.
 */
#ifndef NW_EVENT_FACTS_H
#define NW_EVENT_FACTS_H

#include "base/arena.h"
#include "base/span.h"

enum fact_kind {
	FACT_MONEY, /* value in units of currency */
	FACT_PERCENT, /* 14% is 14 */
	FACT_SHARES,
	FACT_PEOPLE, /* jobs, employees, staff */
	FACT_RATIO, /* 4-for-1 is 4, 1-for-20 is 0.05 */
	FACT_DATE, /* yyyymmdd; a part that is not said is 0 */
	FACT_NUMBER, /* any other number; in no hit */
	N_FACT_KINDS
};

struct fact {
	enum fact_kind kind;
	double value;
	char currency[4]; /* ISO 4217; empty if none */
	uint32_t start, end; /* bytes of the text */
	uint32_t number_end; /* of a count: where its unit is not yet */
};

extern const char *const fact_kind_names[N_FACT_KINDS];

/*
 * All facts in the order of the text, none overlapping; the array is in the
 * arena. At most FACTS_MAX; later ones are left out. text: valid UTF-8.
 * "$" alone is USD; "Rs" INR; "crore", "lakh", "bn", "mln", "k" are scales.
 */
#define FACTS_MAX 4096
void facts_find(
	struct span text, struct arena *arena, struct fact **out, size_t *n);

#endif
