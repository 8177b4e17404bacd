/*
 * The words of dates: months, days of the week, halves of the day and units in
 * the languages of feeds, and time zones. Pure. Internal to date.
 */
#ifndef NW_BASE_DATE_NAMES_H
#define NW_BASE_DATE_NAMES_H

#include "base/span.h"

#define DATE_WORD_MAX 64 /* bytes of a folded word; longer ones are unknown */

/*
 * Lower case without diacritics ("Février" and "FEVRIER" are "fevrier"), for
 * the scripts that dates come in. Returns the bytes written to out, 0 if the
 * word is too long.
 */
size_t date_fold(struct span word, char out[DATE_WORD_MAX]);

/*
 * A name or an unambiguous abbreviation of at least three letters: 1..12; 0 if
 * it is none. word is folded.
 */
int date_month(struct span word);
/* A day's name or at least two letters of one. *day: 0 = Sunday, -1 if several
 * languages disagree on it. */
bool date_weekday(struct span word, int *day);

enum date_unit {
	DATE_YEAR,
	DATE_MONTH,
	DATE_DAY,
	DATE_HOUR,
	DATE_MINUTE,
	DATE_SECOND
};

/* What a Chinese, Japanese or Korean text begins with. */
struct date_cjk {
	const char *text;
	enum { CJK_UNIT, CJK_HALF, CJK_WEEKDAY } kind;
	int value; /* enum date_unit, 0 or 12 hours, 0 = Sunday */
	int zone_minutes; /* of the only country that writes so; 0: several */
};
/* The longest one; NULL if none fits. */
const struct date_cjk *date_cjk(struct span text);

/* A zone's name, as "EST", "ET" or "Europe/Paris". */
struct date_zone {
	const char *name;
	int minutes; /* east of UTC, without summer time */
	enum { SUMMER_NONE, SUMMER_US, SUMMER_EU, SUMMER_AU, SUMMER_NZ } summer;
};
/* NULL if unknown. ASCII case is ignored. */
const struct date_zone *date_zone(struct span name);
/* Minutes east of UTC on a local date, to the day; hour 0..24. */
int date_zone_minutes(
	const struct date_zone *zone, int year, int month, int day, int hour);

#endif
