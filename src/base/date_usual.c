#include "base/date_usual.h"

#include "base/date.h"

#define DAY_S INT64_C(86400)
#define YEAR_MIN 1970
#define YEAR_MAX 2199

/* The number that n digits at p make; -1 if one of them is none. */
static int
digits(const char *p, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		value = value * 10 + (p[i] - '0');
	}
	return value;
}

static int
days_of(int year, int month)
{
	static const int days[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* -1 unless exactly an English month, capital first. */
static int
month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (memcmp(p, names + 3 * i, 3) == 0)
			return i + 1;
	return -1;
}

static bool
is_weekday(const char *p)
{
	static const char names[] = "SunMonTueWedThuFriSat";

	for (int i = 0; i < 7; i++)
		if (memcmp(p, names + 3 * i, 3) == 0)
			return true;
	return false;
}

/* "12:00:00" */
static int
time_of(const char *p)
{
	int hour = digits(p, 2), minute = digits(p + 3, 2),
	    second = digits(p + 6, 2);

	if (p[2] != ':' || p[5] != ':' || hour < 0 || hour > 23 || minute < 0 ||
		minute > 59 || second < 0 || second > 59)
		return -1;
	return (hour * 60 + minute) * 60 + second;
}

static bool
make(int year, int month, int day, int time, int zone_minutes, int64_t *ms)
{
	if (year < YEAR_MIN + 1 || year > YEAR_MAX - 1 || month < 1 ||
		month > 12 || day < 1 || day > days_of(year, month) || time < 0)
		return false;
	*ms = (date_days(year, month, day) * DAY_S + time -
		      zone_minutes * INT64_C(60)) *
		1000;
	return true;
}

/* "GMT", "UTC", "+0100"; with a colon where it says so: "Z", "+01:00". */
static bool
zone_of(struct span s, bool colon, int *minutes)
{
	size_t n = colon ? 6 : 5;
	int hour, minute;

	*minutes = 0;
	if (colon ? span_eq_str(s, "Z")
		  : span_eq_str(s, "GMT") || span_eq_str(s, "UTC"))
		return true;
	if (s.n != n || (s.p[0] != '+' && s.p[0] != '-') ||
		(colon && s.p[3] != ':'))
		return false;
	hour = digits(s.p + 1, 2);
	minute = digits(s.p + n - 2, 2);
	if (hour < 0 || hour > 12 || minute < 0 || minute > 59)
		return false;
	*minutes = hour * 60 + minute;
	if (s.p[0] == '-')
		*minutes = -*minutes;
	return true;
}

/* "Sun, 01 Mar 2026 12:00:00 GMT" */
static bool
mail_date(struct span s, int64_t *ms)
{
	const char *p = s.p;
	int zone;

	if (s.n < 29 || p[3] != ',' || p[4] != ' ' || p[7] != ' ' ||
		p[11] != ' ' || p[16] != ' ' || p[25] != ' ' ||
		!is_weekday(p) || !zone_of(span_sub(s, 26, s.n), false, &zone))
		return false;
	return make(digits(p + 12, 4), month_of(p + 8), digits(p + 5, 2),
		time_of(p + 17), zone, ms);
}

/* ".123": milliseconds; the rest is what follows. */
static bool
fraction(struct span *s, int *ms)
{
	size_t n = 1;

	*ms = 0;
	if (s->n == 0 || s->p[0] != '.')
		return true;
	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (n == 1)
		return false;
	for (size_t i = 1; i <= 3; i++)
		*ms = *ms * 10 + (i < n ? s->p[i] - '0' : 0);
	*s = span_sub(*s, n, s->n);
	return true;
}

/* "2026-03-01T12:00:00Z" */
static bool
iso_date(struct span s, int64_t *ms)
{
	const char *p = s.p;
	struct span rest = span_sub(s, 19, s.n);
	int zone, ms_part;

	if (s.n < 20 || p[4] != '-' || p[7] != '-' || p[10] != 'T' ||
		!fraction(&rest, &ms_part) || !zone_of(rest, true, &zone) ||
		!make(digits(p, 4), digits(p + 5, 2), digits(p + 8, 2),
			time_of(p + 11), zone, ms))
		return false;
	*ms += ms_part;
	return true;
}

bool
date_usual(struct span s, int64_t *ms)
{
	return mail_date(s, ms) || iso_date(s, ms);
}
