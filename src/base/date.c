#include "base/date.h"

#include <stdio.h>

#define DAY_MS INT64_C(86400000)
#define YEAR_MIN 1970
#define YEAR_MAX 2199

static const char *const month_names[12] = {"Jan", "Feb", "Mar", "Apr", "May",
	"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const day_names[7] = {
	"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/* Source: Howard Hinnant, "chrono-compatible low-level date algorithms". */
int64_t
date_days(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year =
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
		year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

void
date_split(struct wall t, struct date_parts *out)
{
	int64_t days = floor_div(t.ms, DAY_MS);
	int64_t ms = t.ms - days * DAY_MS;
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	*out = (struct date_parts){
		.year = (int)(yoe + era * 400 + (month <= 2)),
		.month = (int)month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(ms / 3600000),
		.minute = (int)(ms / 60000 % 60),
		.second = (int)(ms / 1000 % 60),
		.ms = (int)(ms % 1000),
		.weekday = (int)(((days + 4) % 7 + 7) % 7),
	};
}

void
date_format(struct wall t, char out[DATE_TEXT_SIZE])
{
	struct date_parts d;

	date_split(t, &d);
	snprintf(out, DATE_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year,
		d.month, d.day, d.hour, d.minute, d.second);
}

void
date_format_ms(struct wall t, char out[DATE_TEXT_SIZE])
{
	struct date_parts d;

	date_split(t, &d);
	snprintf(out, DATE_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		d.year, d.month, d.day, d.hour, d.minute, d.second, d.ms);
}

void
date_format_http(struct wall t, char out[DATE_TEXT_SIZE])
{
	struct date_parts d;

	date_split(t, &d);
	snprintf(out, DATE_TEXT_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT",
		day_names[d.weekday], d.day, month_names[d.month - 1], d.year,
		d.hour, d.minute, d.second);
}

static bool
take_number(struct span *s, size_t min, size_t max, int *out)
{
	size_t n = 0;
	int v = 0;

	while (n < s->n && n < max && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	if (n < min)
		return false;
	*out = v;
	*s = span_sub(*s, n, SIZE_MAX);
	return true;
}

static bool
take_char(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = span_sub(*s, 1, SIZE_MAX);
	return true;
}

/* "Z", "+02:00", "+0200", "GMT", nothing: minutes east of UTC. */
static bool
take_zone(struct span *s, int *minutes)
{
	int hours = 0, rest = 0, sign;

	*s = span_trim(*s);
	*minutes = 0;
	if (s->n == 0 || span_caseeq_str(*s, "Z") ||
		span_caseeq_str(*s, "GMT") || span_caseeq_str(*s, "UT") ||
		span_caseeq_str(*s, "UTC")) {
		*s = SPAN_NULL;
		return true;
	}
	sign = s->p[0] == '-' ? -1 : 1;
	if (!take_char(s, '+') && !take_char(s, '-'))
		return false;
	if (!take_number(s, 2, 2, &hours))
		return false;
	take_char(s, ':');
	if (s->n > 0 && !take_number(s, 2, 2, &rest))
		return false;
	*minutes = sign * (hours * 60 + rest);
	return true;
}

static bool
take_time(struct span *s, struct date_parts *d)
{
	if (!take_number(s, 1, 2, &d->hour) || !take_char(s, ':') ||
		!take_number(s, 2, 2, &d->minute))
		return false;
	if (take_char(s, ':') && !take_number(s, 2, 2, &d->second))
		return false;
	if (take_char(s, '.')) {
		int digit, scale = 100;

		while (take_number(s, 1, 1, &digit)) {
			d->ms += digit * scale;
			scale /= 10;
		}
	}
	return true;
}

static bool
finish(const struct date_parts *d, int zone_minutes, struct wall *out)
{
	if (d->year < YEAR_MIN || d->year > YEAR_MAX || d->month < 1 ||
		d->month > 12 || d->day < 1 || d->day > 31 || d->hour > 24 ||
		d->minute > 59 || d->second > 60)
		return false;
	out->ms = date_days(d->year, d->month, d->day) * DAY_MS +
		((d->hour * 60 + d->minute - zone_minutes) * INT64_C(60) +
			d->second) *
			1000 +
		d->ms;
	return out->ms >= 0;
}

/* RFC 3339 and its W3C profile: "2026-03-01[T12:00[:00[.12]][zone]]". */
static bool
parse_iso(struct span s, struct wall *out)
{
	struct date_parts d = {.month = 1, .day = 1};
	int zone = 0;

	if (!take_number(&s, 4, 4, &d.year) || !take_char(&s, '-') ||
		!take_number(&s, 2, 2, &d.month))
		return false;
	if (take_char(&s, '-') && !take_number(&s, 2, 2, &d.day))
		return false;
	if (s.n > 0) {
		if (!take_char(&s, 'T') && !take_char(&s, 't') &&
			!take_char(&s, ' '))
			return false;
		if (!take_time(&s, &d) || !take_zone(&s, &zone))
			return false;
	}
	return s.n == 0 && finish(&d, zone, out);
}

static bool
take_month(struct span *s, int *month)
{
	for (int i = 0; i < 12; i++) {
		if (!span_caseeq_str(span_sub(*s, 0, 3), month_names[i]))
			continue;
		*month = i + 1;
		while (s->n > 0 && s->p[0] != ' ' && s->p[0] != '-')
			*s = span_sub(*s, 1, SIZE_MAX);
		return true;
	}
	return false;
}

static void
skip_separators(struct span *s)
{
	while (take_char(s, ' ') || take_char(s, '-') || take_char(s, ','))
		continue;
}

/* RFC 822 and its successors: "Sun, 06 Nov 1994 08:49:37 GMT". */
static bool
parse_mail(struct span s, struct wall *out)
{
	struct date_parts d = {0};
	int zone = 0;

	while (s.n > 0 && (s.p[0] < '0' || s.p[0] > '9'))
		s = span_sub(s, 1, SIZE_MAX);
	if (!take_number(&s, 1, 2, &d.day))
		return false;
	skip_separators(&s);
	if (!take_month(&s, &d.month))
		return false;
	skip_separators(&s);
	if (!take_number(&s, 2, 4, &d.year))
		return false;
	if (d.year < 100)
		d.year += d.year < 50 ? 2000 : 1900;
	skip_separators(&s);
	if (s.n > 0 && (!take_time(&s, &d) || !take_zone(&s, &zone)))
		return false;
	return s.n == 0 && finish(&d, zone, out);
}

bool
date_parse(struct span s, struct wall *out)
{
	s = span_trim(s);
	return parse_iso(s, out) || parse_mail(s, out);
}
