#include "base/date.h"

#include <stdio.h>

#define DAY_MS INT64_C(86400000)

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
	int64_t ms = (t.ms % DAY_MS + DAY_MS) % DAY_MS;
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
