#include "base/date_shape.h"

#include "base/date.h"

/*
 * A letter for each element: Y year of four digits, y of two (RFC 5322 4.3; of
 * three: since 1900), N month by name, M by number, D day, O day of the year, W
 * ISO week, V week and its day, w day of the week. The first row wins, unless
 * a hint is for another.
 */
static const struct shape {
	const char *order;
	const char *separators; /* between numbers */
	enum { WHOLE, DAY_FIRST, PARTIAL } kind;
} shapes[] = {
	{"YMD", "-/.: ", WHOLE},
	{"DNY", "", WHOLE},
	{"NDY", "-/., ", WHOLE},
	{"YND", "", WHOLE},
	{"YDN", "-/. ?", WHOLE},
	{"DNy", "", WHOLE},
	{"NDy", "-/. ", WHOLE},
	/* Full stops and dashes: the day comes first almost everywhere;
	 * slashes: unless it cannot be, as Americans do. */
	{"DMY", "-. ", DAY_FIRST},
	{"MDY", "/", WHOLE},
	{"DMY", "/", DAY_FIRST},
	{"MDY", "-. ", WHOLE},
	{"YDM", "-/.", WHOLE},
	/* Dashes with a short year: the order of ISO 8601. */
	{"yMD", "-", WHOLE},
	{"DMy", "-. ", DAY_FIRST},
	{"MDy", "/", WHOLE},
	{"DMy", "/", DAY_FIRST},
	{"MDy", "-. ", WHOLE},
	{"yMD", "/.", WHOLE},
	{"YWw", "-", WHOLE},
	{"YV", "-", WHOLE},
	{"YO", "-", WHOLE},
	{"yO", "-", WHOLE},
	{"YW", "-", PARTIAL},
	{"YM", "-/.", PARTIAL},
	{"NY", "", PARTIAL},
	{"YN", "", PARTIAL},
	{"MY", "-/.", PARTIAL},
	{"Y", "", PARTIAL},
};

#define DAY_OF_MONTH_MAX 31

static bool
has_unit(const struct date_element *e, enum date_unit unit)
{
	return e->unit == DATE_NO_UNIT || e->unit == (int)unit;
}

static bool
is_in(const struct date_element *e, int64_t min, int64_t max)
{
	return e->value >= min && e->value <= max;
}

static bool
fits(char letter, const struct date_element *e)
{
	if (e->is_name)
		return letter == 'N';
	if (e->separator == 'W' && letter != 'W' && letter != 'V')
		return false;
	switch (letter) {
	case 'Y':
		return e->digits == 4 && has_unit(e, DATE_YEAR);
	case 'y':
		return (e->digits == 2 || (e->digits == 3 && e->value < 200)) &&
			has_unit(e, DATE_YEAR);
	case 'M':
		/* Some programs write "012" for December. */
		return e->digits <= 3 && is_in(e, 1, 12) &&
			has_unit(e, DATE_MONTH);
	case 'D':
		return e->digits <= 2 && is_in(e, 1, DAY_OF_MONTH_MAX) &&
			has_unit(e, DATE_DAY);
	case 'O':
		return e->digits == 3 && is_in(e, 1, 366);
	case 'W':
		return e->separator == 'W' && e->digits == 2 && is_in(e, 1, 53);
	case 'V':
		return e->separator == 'W' && e->digits == 3 &&
			is_in(e, 11, 537) && e->value % 10 >= 1 &&
			e->value % 10 <= 7;
	case 'w':
		return e->digits == 1 && is_in(e, 1, 7);
	default:
		return false;
	}
}

/* Names and units separate by themselves, and so does the W of a week. */
static bool
is_separated(const struct shape *s, const struct date_element *e)
{
	if (e->is_name || e[-1].is_name || e->unit != DATE_NO_UNIT ||
		e[-1].unit != DATE_NO_UNIT || e->separator == 'W')
		return true;
	return strchr(s->separators, e->separator) != NULL;
}

static bool
matches(const struct shape *s, const struct date_element *e, size_t n)
{
	if (strlen(s->order) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!fits(s->order[i], &e[i]) ||
			(i > 0 && !is_separated(s, &e[i])))
			return false;
	return true;
}

static int
full_year(const struct date_element *e)
{
	if (e->digits == 4)
		return (int)e->value;
	return (int)e->value + (e->digits == 2 && e->value < 50 ? 2000 : 1900);
}

static int
month_days(int year, int month)
{
	int64_t next = month == 12 ? date_days(year + 1, 1, 1)
				   : date_days(year, month + 1, 1);

	return (int)(next - date_days(year, month, 1));
}

/* The day `days` after January 1; days may be negative. */
static void
from_year_start(struct date_ymd *d, int64_t days)
{
	struct date_parts p;

	date_split((struct wall){(date_days(d->year, 1, 1) + days) *
			   INT64_C(86400000)},
		&p);
	*d = (struct date_ymd){p.year, p.month, p.day};
}

static bool
from_ordinal(struct date_ymd *d, int ordinal)
{
	int year = d->year;

	from_year_start(d, ordinal - 1);
	return d->year == year;
}

/* ISO 8601: a week is of the year that has its Thursday; 1 is a Monday. */
static bool
from_week(struct date_ymd *d, int week, int day)
{
	int64_t january_4 = date_days(d->year, 1, 4);
	int64_t since_monday = ((january_4 + 3) % 7 + 7) % 7;
	int64_t monday = 3 - since_monday + (week - 1) * 7;
	struct date_ymd thursday = *d;

	from_year_start(&thursday, monday + 3);
	if (thursday.year != d->year)
		return false;
	from_year_start(d, monday + day - 1);
	return true;
}

static bool
read_shape(
	const struct shape *s, const struct date_element *e, struct date_ymd *d)
{
	int week = 0, week_day = 1, ordinal = 0;

	*d = (struct date_ymd){0, 1, 1};
	for (const char *letter = s->order; *letter; letter++, e++) {
		int value = (int)e->value;

		if (*letter == 'Y' || *letter == 'y') {
			d->year = full_year(e);
		} else if (*letter == 'M' || *letter == 'N') {
			d->month = value;
		} else if (*letter == 'D') {
			d->day = value;
		} else if (*letter == 'O') {
			ordinal = value;
		} else if (*letter == 'V') {
			week = value / 10;
			week_day = value % 10;
		} else if (*letter == 'W') {
			week = value;
		} else {
			week_day = value;
		}
	}
	if (d->year < 1969 || d->year > 2200 ||
		d->day > month_days(d->year, d->month))
		return false;
	if (week > 0)
		return from_week(d, week, week_day);
	return ordinal == 0 || from_ordinal(d, ordinal);
}

static int
weekday_of(const struct date_ymd *d)
{
	return (int)((date_days(d->year, d->month, d->day) + 4) % 7 + 7) % 7;
}

bool
date_shape(const struct date_element *e, size_t n,
	const struct date_hints *hints, struct date_ymd *out)
{
	int best = -1;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		const struct shape *s = &shapes[i];
		struct date_ymd d;
		int score;

		if ((s->kind == PARTIAL && hints->complete) ||
			!matches(s, e, n) || !read_shape(s, e, &d))
			continue;
		score = (hints->weekday == weekday_of(&d) ? 2 : 0) +
			(hints->east && s->kind == DAY_FIRST ? 1 : 0);
		if (score <= best)
			continue;
		best = score;
		*out = d;
	}
	return best >= 0;
}

/* A digit after each letter: how many digits it has. */
static const struct {
	unsigned digits;
	const char *parts;
} packed[] = {
	{4, "Y4"},
	{5, "y2O3"},
	{6, "y2M2D2"},
	{7, "Y4O3"},
	{8, "Y4M2D2"},
	{12, "Y4M2D2h2m2"},
	{14, "Y4M2D2h2m2s2"},
};

bool
date_packed(const struct date_element *e,
	struct date_element parts[DATE_ELEMENTS_MAX], size_t *n, int hms[3],
	bool *has_time)
{
	const char *text = e->digits_text, *p = NULL;

	*n = 0;
	for (size_t i = 0; i < sizeof(packed) / sizeof(*packed); i++)
		if (packed[i].digits == e->digits)
			p = packed[i].parts;
	if (!p)
		return false;
	for (; *p; p += 2) {
		size_t digits = (size_t)(p[1] - '0');
		static const char time_letters[] = "hms";
		const char *at = strchr(time_letters, p[0]);
		int64_t value = 0;

		if (!span_i64(span_make(text, digits), 0, 9999, &value))
			return false;
		text += digits;
		if (at) {
			hms[at - time_letters] = (int)value;
			*has_time = true;
			continue;
		}
		parts[(*n)++] = (struct date_element){
			.value = value,
			.digits = (unsigned)digits,
			.unit = DATE_NO_UNIT,
			.separator = '-',
		};
	}
	return true;
}
