/*
 * The time and the zone of a date: they stand before, behind or amid the rest,
 * and what they look like tells them apart from it.
 */
#include "base/date_reading.h"

#define ZONE_MAX_MINUTES (14 * 60) /* Kiribati */
#define ZONE_MIN_MINUTES (-12 * 60)

/* -- time ------------------------------------------------------------------ */

static void
set_time(struct date_reading *r, size_t start, size_t end)
{
	r->has_time = true;
	r->time_start = start;
	r->time_end = end;
	for (size_t i = start; i < end; i++)
		date_at(r, i)->kind = TOKEN_USED;
}

size_t
date_take_fraction(struct date_reading *r, size_t i)
{
	const struct date_token *point = date_at(r, i), *t = point + 1;
	int scale = 100;

	if ((!date_is_char(point, '.') && !date_is_char(point, ',')) ||
		!point->glued || t->kind != TOKEN_NUMBER || !t->glued)
		return i;
	for (size_t j = 0; j < t->text.n; j++, scale /= 10)
		r->time.ms += (t->text.p[j] - '0') * scale;
	return i + 2;
}

/*
 * "12:30", "12:30:45", "12:30:45.120". Behind a colon only with seconds:
 * cameras write 2026:03:01, web servers 01/Mar/2026:12:30:45.
 */
static bool
try_clock(struct date_reading *r, size_t i)
{
	const struct date_token *t = date_at(r, i);
	bool has_seconds;

	if (!date_is_number(t, 1, 2) || !date_is_char(t + 1, ':') ||
		!date_is_number(t + 2, 1, 2) || date_is_char(t - 1, '+'))
		return false;
	has_seconds = date_is_char(t + 3, ':') &&
		date_is_number(date_at(r, i + 4), 1, 2);
	if (date_is_char(t - 1, ':') && !has_seconds)
		return false;
	r->time.hour = (int)t->value;
	r->time.minute = (int)t[2].value;
	r->time.second = has_seconds ? (int)t[4].value : 0;
	set_time(r, i, has_seconds ? date_take_fraction(r, i + 5) : i + 3);
	return true;
}

/* 12, 1230 or 123045 as a time; others are none. */
static bool
set_packed_time(struct date_reading *r, const struct date_token *t)
{
	int v = (int)t->value;

	if (!date_is_number(t, 2, 6) || t->digits % 2 != 0)
		return false;
	if (t->digits == 6) {
		r->time.second = v % 100;
		v /= 100;
	}
	r->time.minute = t->digits > 2 ? v % 100 : 0;
	r->time.hour = t->digits > 2 ? v / 100 : v;
	return true;
}

/* "T12", "T1230", "T123045.120" (ISO 8601), "20260301 123045" */
static bool
try_packed(struct date_reading *r, size_t i)
{
	const struct date_token *t = date_at(r, i);
	bool after_t = date_is_letter(t - 1, 't') && t[-1].glued && t->glued &&
		!date_is_char(t + 1, ':');
	const struct date_token *date =
		t[-1].kind == TOKEN_CHAR ? t - 2 : t - 1;

	if (!after_t &&
		(i < 1 || (date != t - 1 && i < 2) ||
			!date_is_number(date, 8, 8) ||
			!date_is_number(t, 4, 6) || date_is_char(t - 1, '+')))
		return false;
	if (!set_packed_time(r, t))
		return false;
	set_time(r, i, date_take_fraction(r, i + 1));
	return true;
}

/* "3시", "3시 30분", "15时30分45秒" */
static bool
try_units(struct date_reading *r, size_t i)
{
	const struct date_token *t = date_at(r, i);
	size_t end = i + 2;

	if (!date_is_number(t, 1, 2) || !date_is_unit(t + 1, DATE_HOUR))
		return false;
	r->time.hour = (int)t->value;
	t += 2;
	if (date_is_number(t, 1, 2) && date_is_unit(t + 1, DATE_MINUTE)) {
		r->time.minute = (int)t->value;
		end += 2;
		t += 2;
		if (date_is_number(t, 1, 2) &&
			date_is_unit(t + 1, DATE_SECOND)) {
			r->time.second = (int)t->value;
			end += 2;
		}
	}
	set_time(r, i, end);
	return true;
}

/* "3 pm", "12h30", "12 h" */
static bool
try_words(struct date_reading *r, size_t i)
{
	const struct date_token *t = date_at(r, i);
	bool has_minutes = date_is_number(t + 2, 1, 2) && t[2].glued;

	if (!date_is_number(t, 1, 2))
		return false;
	if (t[1].kind == TOKEN_HALF && !t[1].before && t->value <= 12) {
		r->time.hour = (int)t->value;
		set_time(r, i, i + 1);
		return true;
	}
	if (!date_is_letter(t + 1, 'h'))
		return false;
	r->time.hour = (int)t->value;
	if (has_minutes)
		r->time.minute = (int)t[2].value;
	set_time(r, i, has_minutes ? i + 3 : i + 2);
	return true;
}

static void
apply_half(struct date_reading *r)
{
	struct date_token *after = date_at(r, r->time_end);
	struct date_token *before = date_at(r, r->time_start) - 1;
	struct date_token *half = NULL;

	if (after->kind == TOKEN_HALF && !after->before)
		half = after;
	else if (before->kind == TOKEN_HALF && before->before)
		half = before;
	if (!half)
		return;
	half->kind = TOKEN_USED;
	if (half == after)
		r->time_end++;
	if (r->time.hour <= 12)
		r->time.hour = r->time.hour % 12 + (int)half->value;
}

void
date_take_time(struct date_reading *r)
{
	static bool (*const tries[])(struct date_reading *, size_t) = {
		try_units, try_packed, try_clock, try_words};

	for (size_t k = 0; k < 4 && !r->has_time; k++)
		for (size_t i = 0; i < r->tokens.n && !r->has_time; i++)
			tries[k](r, i);
	if (r->has_time)
		apply_half(r);
}

bool
date_take_dotted_time(struct date_reading *r)
{
	for (size_t i = r->tokens.n; i-- > 0;) {
		const struct date_token *t = date_at(r, i);
		size_t end = i + 3;

		if (!date_is_number(t, 1, 2) || t->value > 24 ||
			(date_is_char(t - 1, '.') && t->glued) ||
			!date_is_char(t + 1, '.') ||
			!date_is_number(t + 2, 2, 2) || !t[2].glued ||
			t[2].value > 59)
			continue;
		if (date_is_char(t + 3, '.') && date_is_number(t + 4, 2, 2)) {
			r->time.second = (int)t[4].value;
			end += 2;
		} else if (date_is_char(t + 3, '.') &&
			t[4].kind == TOKEN_NUMBER) {
			continue;
		}
		r->time.hour = (int)t->value;
		r->time.minute = (int)t[2].value;
		set_time(r, i, end);
		return true;
	}
	return false;
}

/* -- zone ------------------------------------------------------------------ */

/* A zone that cannot be is taken for UTC: the date is worth more. */
static void
set_offset(
	struct date_reading *r, bool negative, int64_t hours, int64_t minutes)
{
	int64_t total = hours * 60 + minutes;

	r->has_zone = true;
	r->zone = NULL;
	if (negative)
		total = -total;
	if (minutes > 59 || total > ZONE_MAX_MINUTES ||
		total < ZONE_MIN_MINUTES)
		total = 0;
	r->zone_minutes = (int)total;
}

/*
 * Is the dash at i the sign of an offset? It may separate dates as well:
 * "12:30 - 1 Mar 2026", "12:30 01-03-2026".
 */
static bool
is_minus(struct date_reading *r, size_t i, bool after_zone)
{
	const struct date_token *minus = date_at(r, i), *t = minus + 1;
	bool at_time = r->has_time && i == r->time_end;

	if (!t->glued || (minus->glued && !at_time && !after_zone))
		return false;
	if (t->digits == 4 || (date_is_char(t + 1, ':') && t[2].glued))
		return true;
	return (at_time || after_zone) &&
		(minus->glued || t[1].kind == TOKEN_END);
}

/* "+02:00", "-0500", "+2" at token i */
static bool
try_offset(struct date_reading *r, size_t i, bool after_zone)
{
	struct date_token *sign = date_at(r, i), *t = sign + 1;
	bool negative = date_is_char(sign, '-');
	int64_t hours = t->value, minutes = 0;
	size_t end = i + 2;

	if ((!negative && !date_is_char(sign, '+')) ||
		!date_is_number(t, 1, 6) || t->digits == 5 ||
		(negative && !is_minus(r, i, after_zone)))
		return false;
	if (t->digits == 6)
		hours /= 100; /* seconds of a historical zone */
	if (t->digits == 3 && hours < 100)
		hours *= 10; /* "-040" lost its last digit */
	if (t->digits > 2) {
		minutes = hours % 100;
		hours /= 100;
	} else if (date_is_char(t + 1, ':') && date_is_number(t + 2, 1, 2)) {
		minutes = t[2].value;
		end += 2;
	}
	set_offset(r, negative, hours, minutes);
	for (; i < end; i++)
		date_at(r, i)->kind = TOKEN_USED;
	return true;
}

/* "EST", "GMT+2", "Europe/Paris" at token i */
static bool
try_zone_name(struct date_reading *r, size_t i)
{
	struct date_token *t = date_at(r, i);
	const struct date_zone *zone;

	/* CET is also a Thursday, čet. */
	if (t->kind != TOKEN_WORD && t->kind != TOKEN_WEEKDAY)
		return false;
	zone = date_zone(t->text);
	if (!zone)
		return false;
	t->kind = TOKEN_USED;
	if (zone->minutes == 0 && try_offset(r, i + 1, true))
		return true;
	r->has_zone = true;
	r->zone = zone;
	r->zone_minutes = zone->minutes;
	return true;
}

/* Without a time a zone stands behind all numbers, or has a plus. */
void
date_take_zone(struct date_reading *r)
{
	size_t start = r->has_time ? r->time_end : 0;
	size_t last_number = 0;

	for (size_t i = 0; i < r->tokens.n; i++)
		if (date_at(r, i)->kind == TOKEN_NUMBER)
			last_number = i;
	for (size_t i = start; i < r->tokens.n && !r->has_zone; i++)
		if (!try_offset(r, i, false) &&
			(r->has_time || i > last_number))
			try_zone_name(r, i);
}
