/*
 * Dates as feeds write them. Pure: no clock, no locale, no time zone database.
 * Source: RFC 822 5, RFC 850 2.1.4, RFC 5322 3.3 and 4.3, RFC 3339 5.6, ISO
 * 8601:2004, W3C NOTE-datetime.
 */
#ifndef NW_BASE_DATE_H
#define NW_BASE_DATE_H

#include "base/clock.h"
#include "base/span.h"

#define DATE_TEXT_SIZE 32

/*
 * Parse any shape of date that feeds are known to carry (date_shape.c, and
 * tests/data/dates.tsv for examples); white space and words that mean nothing
 * are ignored. Without a time it is 00:00; without a zone UTC, but Korean,
 * Japanese and Chinese words imply the zone of their country; an impossible
 * zone is UTC. 03/01/2026 is March 1 unless a day's name or a zone east of
 * Greenwich says otherwise. False if it is no date, has no year, or lies
 * outside 1970..2199.
 */
bool date_parse(struct span s, struct wall *out);

/* RFC 3339 UTC: "2026-03-01T12:00:00Z"; with ms "2026-03-01T12:00:00.120Z". */
void date_format(struct wall t, char out[DATE_TEXT_SIZE]);
void date_format_ms(struct wall t, char out[DATE_TEXT_SIZE]);
/* RFC 9110 5.6.7 IMF-fixdate, for HTTP: "Sun, 06 Nov 1994 08:49:37 GMT". */
void date_format_http(struct wall t, char out[DATE_TEXT_SIZE]);

/* Days since 1970-01-01 of a proleptic Gregorian date; month 1..12, day 1..31.
 */
int64_t date_days(int year, int month, int day);

struct date_parts {
	int year, month, day; /* month 1..12, day 1..31 */
	int hour, minute, second, ms;
	int weekday; /* 0 = Sunday */
};
void date_split(struct wall t, struct date_parts *out);

#endif
