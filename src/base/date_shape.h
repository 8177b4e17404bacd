/*
 * The orders in which year, month and day are written: a table. Pure. Internal
 * to date.
 */
#ifndef NW_BASE_DATE_SHAPE_H
#define NW_BASE_DATE_SHAPE_H

#include "base/date_names.h"

#define DATE_ELEMENTS_MAX 8
#define DATE_NO_UNIT (-1)

/* A number or month name of a date. */
struct date_element {
	bool is_name;
	int64_t value;
	unsigned digits; /* of a number */
	int unit; /* enum date_unit if the text says it, or DATE_NO_UNIT */
	char separator; /* before it: one of - / . : or space; 'W', '?' */
	const char *digits_text;
};

/* What else is known, for what can be read in two ways. */
struct date_hints {
	int weekday; /* 0 = Sunday; -1: not known */
	bool east; /* of Greenwich: hardly an American date */
	bool complete; /* only shapes with year, month and day */
};

struct date_ymd {
	int year, month, day;
};

/* False if no shape fits or the day does not exist. */
bool date_shape(const struct date_element *e, size_t n,
	const struct date_hints *hints, struct date_ymd *out);

/*
 * A single number: 20260301, 20260301120000, 031231, 2026060, ... Splits it
 * into elements, and the time into hms[0..2]; false if it has another length.
 */
bool date_packed(const struct date_element *e,
	struct date_element parts[DATE_ELEMENTS_MAX], size_t *n, int hms[3],
	bool *has_time);

#endif
