/*
 * One parser for all shapes: the text becomes tokens, then time and zone are
 * taken out wherever they stand, and what is left must fit a shape of year,
 * month and day. Words that mean nothing are skipped if the date is complete.
 */
#include "base/date_reading.h"
#include "base/date_usual.h"

#define DAY_MS INT64_C(86400000)

/* -- date ------------------------------------------------------------------ */

static int
unit_at(struct date_reading *r, size_t i)
{
	const struct date_token *t = date_at(r, i);

	if (t[1].kind == TOKEN_UNIT && !t[1].before)
		return (int)t[1].value;
	if (t[-1].kind == TOKEN_UNIT && t[-1].before)
		return (int)t[-1].value;
	return DATE_NO_UNIT;
}

static bool
add_element(struct date_reading *r, size_t i, char separator)
{
	const struct date_token *t = date_at(r, i);

	if (r->n == DATE_ELEMENTS_MAX)
		return false;
	r->e[r->n++] = (struct date_element){
		.is_name = t->kind == TOKEN_MONTH,
		.value = t->value,
		.digits = t->digits,
		.unit = t->kind == TOKEN_MONTH ? DATE_NO_UNIT : unit_at(r, i),
		.separator = separator,
		.digits_text = t->text.p,
	};
	return true;
}

/* What a word between elements does; "st" of "1st" does nothing. */
static char
separator_of_word(struct date_reading *r, size_t i)
{
	const struct date_token *t = date_at(r, i);

	if (date_is_letter(t, 'w') && date_is_number(t + 1, 2, 3) && t[1].glued)
		return 'W';
	if (t->glued && t[-1].kind == TOKEN_NUMBER && !t[1].glued)
		return ' ';
	r->hints.complete = true;
	return '?';
}

static bool
gather_elements(struct date_reading *r)
{
	char separator = ' ';

	r->n = 0;
	r->hints.complete = r->has_time;
	for (size_t i = 0; i < r->tokens.n; i++) {
		const struct date_token *t = date_at(r, i);

		switch (t->kind) {
		case TOKEN_NUMBER:
		case TOKEN_MONTH:
			if (!add_element(r, i, separator))
				return false;
			separator = ' ';
			break;
		case TOKEN_WEEKDAY:
			if (t->weekday >= 0)
				r->hints.weekday = t->weekday;
			break;
		case TOKEN_CHAR:
			if (t->value != ',' && t->value < 0x80)
				separator = (char)t->value;
			break;
		case TOKEN_WORD:
			separator = separator_of_word(r, i);
			break;
		case TOKEN_HALF:
			separator = '?';
			break;
		case TOKEN_END:
		case TOKEN_UNIT:
		case TOKEN_USED:
			break;
		}
	}
	return r->n > 0;
}

/* "mar. 3 mars": of two months the first is a day's name, if it can be. */
static bool
demote_month(struct date_reading *r, size_t months_needed)
{
	struct date_token *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->tokens.n; i++) {
		if (date_at(r, i)->kind != TOKEN_MONTH)
			continue;
		if (!first)
			first = date_at(r, i);
		n++;
	}
	if (n < months_needed || !first->is_day)
		return false;
	first->kind = TOKEN_WEEKDAY;
	return true;
}

static bool
read_packed(struct date_reading *r, struct date_ymd *out)
{
	struct date_element parts[DATE_ELEMENTS_MAX];
	int hms[3] = {0};
	bool has_time = false;
	size_t n;

	if (r->n != 1 || r->e[0].is_name ||
		!date_packed(&r->e[0], parts, &n, hms, &has_time) ||
		(has_time && r->has_time) ||
		!date_shape(parts, n, &r->hints, out))
		return false;
	if (has_time) {
		r->time.hour = hms[0];
		r->time.minute = hms[1];
		r->time.second = hms[2];
	}
	return true;
}

static bool
read_date(struct date_reading *r, struct date_ymd *out)
{
	r->hints.east = r->has_zone && r->zone_minutes > 0;
	if (!gather_elements(r))
		return false;
	if (r->n == 1 && !r->e[0].is_name)
		return read_packed(r, out);
	return date_shape(r->e, r->n, &r->hints, out);
}

static bool
resolve(struct date_reading *r, struct date_ymd *out)
{
	demote_month(r, 2);
	if (read_date(r, out))
		return true;
	if (demote_month(r, 1) && read_date(r, out))
		return true;
	return !r->has_time && date_take_dotted_time(r) && read_date(r, out);
}

/* -- all together ---------------------------------------------------------- */

/* Seconds, milliseconds, microseconds or nanoseconds since 1970. */
static bool
read_epoch(struct date_reading *r, int64_t *ms)
{
	const struct date_token *t = date_at(r, 0);

	if (r->tokens.n == 3 && date_is_number(t, 9, 10) &&
		date_is_char(t + 1, '.') && t[1].glued &&
		t[2].kind == TOKEN_NUMBER && t[2].glued) {
		date_take_fraction(r, 1);
		*ms = t->value * 1000 + r->time.ms;
		return true;
	}
	if (r->tokens.n != 1 || t->kind != TOKEN_NUMBER)
		return false;
	if (t->digits == 9 || t->digits == 10)
		*ms = t->value * 1000;
	else if (t->digits == 13)
		*ms = t->value;
	else if (t->digits == 16)
		*ms = t->value / 1000;
	else
		return false;
	return true;
}

static int
zone_minutes(const struct date_reading *r, const struct date_ymd *d)
{
	if (r->zone)
		return date_zone_minutes(
			r->zone, d->year, d->month, d->day, r->time.hour);
	return r->has_zone ? r->zone_minutes : r->tokens.zone_minutes;
}

static bool
to_ms(const struct date_reading *r, const struct date_ymd *d, int64_t *ms)
{
	const struct date_parts *t = &r->time;
	int hour = t->hour;

	/* A leap second is the first of the next minute. */
	if (hour > 24 || t->minute > 59 || t->second > 60)
		return false;
	/* 24:00 ends a day (ISO 8601); 24:05 comes from programs whose hours
	 * run from 1 to 24 and begins it. */
	if (hour == 24 && (t->minute > 0 || t->second > 0))
		hour = 0;
	*ms = date_days(d->year, d->month, d->day) * DAY_MS +
		((hour * 60 + t->minute - zone_minutes(r, d)) * INT64_C(60) +
			t->second) *
			1000 +
		t->ms;
	return true;
}

bool
date_parse(struct span s, struct wall *out)
{
	struct date_reading r;
	struct date_ymd d;
	int64_t ms;

	s = span_trim(s);
	if (date_usual(s, &out->ms))
		return true;
	memset(&r.time, 0, sizeof(r) - offsetof(struct date_reading, time));
	r.hints.weekday = -1;
	if (!date_scan(s, &r.tokens))
		return false;
	if (!read_epoch(&r, &ms)) {
		date_take_time(&r);
		date_take_zone(&r);
		if (!resolve(&r, &d) || !to_ms(&r, &d, &ms))
			return false;
	}
	if (ms < 0 || ms >= date_days(2200, 1, 1) * DAY_MS)
		return false;
	out->ms = ms;
	return true;
}
