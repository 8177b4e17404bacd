#include "base/zone_rule.h"

#include "base/date.h"

#define DAY_S 86400
#define DAYS_PER_WEEK 7

/* -- reading --------------------------------------------------------------- */
static bool
take_char(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = span_sub(*s, 1, SIZE_MAX);
	return true;
}

static bool
take_number(struct span *s, int64_t max, int64_t *out)
{
	size_t n = 0;
	bool ok;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	ok = n > 0 && span_i64(span_sub(*s, 0, n), 0, max, out);
	*s = span_sub(*s, n, SIZE_MAX);
	return ok;
}

/* "CET" or "<+03>". */
static bool
take_name(struct span *s)
{
	size_t n = 0;

	if (take_char(s, '<')) {
		n = span_find(*s, '>');
		if (n == SIZE_MAX)
			return false;
		*s = span_sub(*s, n + 1, SIZE_MAX);
		return true;
	}
	while (n < s->n && ((s->p[n] | 0x20) >= 'a' && (s->p[n] | 0x20) <= 'z'))
		n++;
	*s = span_sub(*s, n, SIZE_MAX);
	return n >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool
take_time(struct span *s, int64_t *out)
{
	bool minus = take_char(s, '-');
	int64_t h, m = 0, sec = 0;

	if (!minus)
		take_char(s, '+');
	if (!take_number(s, 167, &h))
		return false;
	if (take_char(s, ':') && !take_number(s, 59, &m))
		return false;
	if (take_char(s, ':') && !take_number(s, 59, &sec))
		return false;
	*out = (h * 3600 + m * 60 + sec) * (minus ? -1 : 1);
	return true;
}

static bool
take_month_day(struct span *s, struct zone_day *out)
{
	int64_t m, w, d;

	if (!take_number(s, 12, &m) || m < 1 || !take_char(s, '.') ||
		!take_number(s, 5, &w) || w < 1 || !take_char(s, '.') ||
		!take_number(s, 6, &d))
		return false;
	*out = (struct zone_day){.kind = ZONE_DAY_MONTH,
		.month = (int)m,
		.week = (int)w,
		.day = (int)d};
	return true;
}

static bool
take_day(struct span *s, struct zone_day *out)
{
	int64_t day;

	if (!take_char(s, ','))
		return false;
	if (take_char(s, 'M')) {
		if (!take_month_day(s, out))
			return false;
	} else {
		bool julian = take_char(s, 'J');

		if (!take_number(s, 365, &day) || (julian && day == 0))
			return false;
		*out = (struct zone_day){
			.kind = julian ? ZONE_DAY_JULIAN : ZONE_DAY_ZERO,
			.day = (int)day,
		};
	}
	out->time_s = 2 * 3600;
	return !take_char(s, '/') || take_time(s, &out->time_s);
}

bool
zone_rule_parse(struct span s, struct zone_rule *out)
{
	int64_t west;

	*out = (struct zone_rule){.has_summer = false};
	if (!take_name(&s) || !take_time(&s, &west))
		return false;
	out->standard_s = -west;
	if (s.n == 0)
		return true;
	out->has_summer = true;
	if (!take_name(&s))
		return false;
	out->summer_s = out->standard_s + 3600;
	if (s.n > 0 && s.p[0] != ',') {
		if (!take_time(&s, &west))
			return false;
		out->summer_s = -west;
	}
	return take_day(&s, &out->start) && take_day(&s, &out->end) && s.n == 0;
}

/* -- asking ---------------------------------------------------------------- */
static bool
is_leap_year(int y)
{
	return date_days(y, 3, 1) - date_days(y, 2, 28) == 2;
}

static int64_t
month_day(const struct zone_day *d, int year)
{
	int64_t first = date_days(year, d->month, 1);
	int64_t next = d->month == 12 ? date_days(year + 1, 1, 1)
				      : date_days(year, d->month + 1, 1);
	/* 1970-01-01 was a Thursday, day 4 of the week. */
	int64_t weekday =
		((first + 4) % DAYS_PER_WEEK + DAYS_PER_WEEK) % DAYS_PER_WEEK;
	int64_t day = first +
		(d->day - weekday + DAYS_PER_WEEK) % DAYS_PER_WEEK +
		(d->week - 1) * DAYS_PER_WEEK;

	while (day >= next)
		day -= DAYS_PER_WEEK;
	return day;
}

/* The instant of a day's time, in clocks of that offset. */
static int64_t
day_s(const struct zone_day *d, int year, int64_t offset_s)
{
	int64_t day = date_days(year, 1, 1);

	switch (d->kind) {
	case ZONE_DAY_JULIAN:
		day += d->day - 1 + (is_leap_year(year) && d->day >= 60);
		break;
	case ZONE_DAY_ZERO:
		day += d->day;
		break;
	case ZONE_DAY_MONTH:
		day = month_day(d, year);
		break;
	}
	return day * DAY_S + d->time_s - offset_s;
}

static int
year_of(int64_t t_s)
{
	struct date_parts p;

	date_split((struct wall){t_s * 1000}, &p);
	return p.year;
}

int64_t
zone_rule_offset_s(const struct zone_rule *r, int64_t t_s)
{
	int year = year_of(t_s + r->standard_s);
	int64_t start, end;
	bool summer;

	if (!r->has_summer)
		return r->standard_s;
	start = day_s(&r->start, year, r->standard_s);
	end = day_s(&r->end, year, r->summer_s);
	/* South of the equator summer goes over the end of the year. */
	summer = start < end ? t_s >= start && t_s < end
			     : t_s >= start || t_s < end;
	return summer ? r->summer_s : r->standard_s;
}

int64_t
zone_rule_next_s(const struct zone_rule *r, int64_t t_s)
{
	int year = year_of(t_s);
	int64_t best = INT64_MAX;

	if (!r->has_summer)
		return INT64_MAX;
	for (int y = year - 1; y <= year + 2; y++) {
		const int64_t at[] = {day_s(&r->start, y, r->standard_s),
			day_s(&r->end, y, r->summer_s)};

		for (unsigned i = 0; i < 2; i++)
			if (at[i] > t_s && at[i] < best &&
				zone_rule_offset_s(r, at[i] - 1) !=
					zone_rule_offset_s(r, at[i]))
				best = at[i];
	}
	return best;
}
