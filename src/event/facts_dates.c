/* Dates: ISO, month first, day first in some languages. */
#include "event/facts_private.h"

/* 1..12 of "Jan", "Jan.", "January" at i; 0 if there is none. */
static unsigned
month_at(struct span s, size_t i, size_t *end)
{
	struct span w;

	if (i >= s.n || !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
		return 0;
	w = facts_word(s, i);
	if (w.n < 3)
		return 0;
	for (const struct month_word *m = facts_months; m->text; m++) {
		size_t n;

		if ((w.p[0] | 0x20) != m->text[0])
			continue;
		n = strlen(m->text);
		if (w.n > n || !span_caseeq(w, span_make(m->text, w.n)))
			continue;
		if (w.n != n && w.n > 4)
			continue;
		*end = i + w.n + (i + w.n < s.n && s.p[i + w.n] == '.');
		return m->month;
	}
	return 0;
}

/* The same in other languages, whole; a day stands before it. */
static unsigned
month_abroad_at(struct span s, size_t i, size_t *end)
{
	struct span w = facts_word(s, i);

	for (const struct month_word *m = facts_months_abroad; m->text; m++) {
		if (span_caseeq_str(w, m->text)) {
			*end = i + w.n;
			return m->month;
		}
	}
	return 0;
}

/* Over "5th", "1st". */
static size_t
skip_ordinal(struct span s, size_t i)
{
	struct span w = facts_word(s, i);

	return w.n == 2 &&
			(facts_is_word(s, i, "st") ||
				facts_is_word(s, i, "nd") ||
				facts_is_word(s, i, "rd") ||
				facts_is_word(s, i, "th"))
		? i + 2
		: i;
}

bool
facts_year(struct span s, size_t i, unsigned *year, size_t *end)
{
	double v = 0;
	size_t e;

	if (!facts_is_digit(s, i))
		return false;
	e = facts_number(s, i, &v);
	if (e - i != 4 || v < 1900 || v > 2100 || facts_is_letter(s, e))
		return false;
	*year = (unsigned)v;
	*end = e;
	return true;
}

void
facts_add_date(struct facts_reader *r, unsigned year, unsigned month,
	unsigned day, size_t start, size_t end)
{
	facts_add(
		r, FACT_DATE, year * 10000.0 + month * 100.0 + day, start, end);
}

/* A day of a month, also "5th"; 0 if it is none. */
static size_t
read_day(struct span s, size_t i, double *day)
{
	size_t end = i;

	*day = 0;
	while (facts_is_digit(s, end) && end < i + 3)
		*day = *day * 10 + (s.p[end++] - '0');
	if (end == i || end - i > 2 || *day < 1 || *day > 31)
		return 0;
	end = skip_ordinal(s, end);
	return facts_is_letter(s, end) ? 0 : end;
}

/* "March 5, 2024", "March 5", "March 2024". Returns the end or 0. */
size_t
facts_month_first(struct facts_reader *r, size_t i)
{
	struct span s = r->s;
	size_t end = 0, at, e;
	unsigned month = month_at(s, i, &end), year = 0;
	double day = 0;

	if (month == 0)
		return 0;
	at = facts_skip_space(s, end);
	if (facts_year(s, at, &year, &e)) {
		facts_add_date(r, year, month, 0, i, e);
		return e;
	}
	if (!facts_is_digit(s, at))
		return 0;
	e = read_day(s, at, &day);
	if (e == 0)
		return 0;
	end = e;
	at = facts_skip_space(s, e < s.n && s.p[e] == ',' ? e + 1 : e);
	if (facts_year(s, at, &year, &e))
		end = e;
	facts_add_date(r, year, month, (unsigned)day, i, end);
	return end;
}

/* "5 March 2024", "5th of March", "5. März 2024", "5 de marzo de 2024" from the
 * day, which was read: value, end of it. */
size_t
facts_day_first(struct facts_reader *r, size_t start, size_t end, double day)
{
	struct span s = r->s;
	size_t e = 0, after, at;
	unsigned month, year = 0;

	if (end - start > 2 || day < 1 || day > 31)
		return 0;
	at = facts_skip_space(s, skip_ordinal(s, end));
	if (facts_is_word(s, at, "of") || facts_is_word(s, at, "de"))
		at = facts_skip_space(s, at + 2);
	else if (facts_is_at(s, end, ". "))
		at = end + 2;
	month = month_at(s, at, &e);
	if (month == 0)
		month = month_abroad_at(s, at, &e);
	if (month == 0)
		return 0;
	at = facts_skip_space(s, e);
	if (facts_is_word(s, at, "de"))
		at = facts_skip_space(s, at + 2);
	if (facts_year(s, at, &year, &after))
		e = after;
	facts_add_date(r, year, month, (unsigned)day, start, e);
	return e;
}

/* "2024-03-05" */
size_t
facts_iso_date(struct facts_reader *r, size_t i)
{
	struct span s = span_sub(r->s, i, 10);
	int64_t year, month, day;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
		facts_is_digit(r->s, i + 10) ||
		!span_i64(span_sub(s, 0, 4), 1900, 2100, &year) ||
		!span_i64(span_sub(s, 5, 2), 1, 12, &month) ||
		!span_i64(span_sub(s, 8, 2), 1, 31, &day))
		return 0;
	facts_add_date(
		r, (unsigned)year, (unsigned)month, (unsigned)day, i, i + 10);
	return i + 10;
}
