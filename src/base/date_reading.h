/* A date being read: its tokens and what is known of it. Internal to date. */
#ifndef NW_BASE_DATE_READING_H
#define NW_BASE_DATE_READING_H

#include "base/date.h"
#include "base/date_scan.h"
#include "base/date_shape.h"

struct date_reading {
	struct date_tokens tokens;
	struct date_parts time; /* only hour to ms are used */
	bool has_time;
	size_t time_start, time_end; /* tokens */
	bool has_zone;
	int zone_minutes;
	const struct date_zone *zone; /* by name; else NULL */
	struct date_element e[DATE_ELEMENTS_MAX];
	size_t n;
	struct date_hints hints;
};

static inline struct date_token *
date_at(struct date_reading *r, size_t i)
{
	return &r->tokens.t[i];
}

static inline bool
date_is_char(const struct date_token *t, char c)
{
	return t->kind == TOKEN_CHAR && t->value == c;
}

static inline bool
date_is_number(
	const struct date_token *t, unsigned min_digits, unsigned max_digits)
{
	return t->kind == TOKEN_NUMBER && t->digits >= min_digits &&
		t->digits <= max_digits;
}

static inline bool
date_is_letter(const struct date_token *t, char c)
{
	return t->kind == TOKEN_WORD && t->value == c;
}

static inline bool
date_is_unit(const struct date_token *t, enum date_unit unit)
{
	return t->kind == TOKEN_UNIT && t->value == (int64_t)unit;
}

/* Finds the time wherever it stands and marks its tokens as used. */
void date_take_time(struct date_reading *r);
/*
 * "kl. 12.30", "1.3.2026 12.30.45": full stops in a time look like those of a
 * date, so this is tried only when all numbers together are no date.
 */
bool date_take_dotted_time(struct date_reading *r);
/* ".120" or ",120" of a second, at token i; returns the token behind it. */
size_t date_take_fraction(struct date_reading *r, size_t i);
/* Finds the zone, after the time. */
void date_take_zone(struct date_reading *r);

#endif
