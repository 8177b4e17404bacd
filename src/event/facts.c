/*
 * Facts: every digit that starts a number is read where it stands; what is
 * written before it (a currency) and behind it (a scale, a unit) makes it a
 * fact. Tables at the top, one function a form.
 */
#include "event/facts.h"

#include "base/vec.h"

#define VALUE_DIGITS_MAX 18

const char *const fact_kind_names[N_FACT_KINDS] = {
	[FACT_MONEY] = "money",
	[FACT_PERCENT] = "percent",
	[FACT_SHARES] = "shares",
	[FACT_PEOPLE] = "people",
	[FACT_RATIO] = "ratio",
	[FACT_DATE] = "date",
	[FACT_NUMBER] = "number",
};

struct money_word {
	const char *text, *currency;
};

/* Longest first where one ends with another. Read before a number. */
static const struct money_word signs[] = {
	{"HK$", "HKD"},
	{"NT$", "TWD"},
	{"NZ$", "NZD"},
	{"US$", "USD"},
	{"AU$", "AUD"},
	{"CA$", "CAD"},
	{"A$", "AUD"},
	{"C$", "CAD"},
	{"S$", "SGD"},
	{"R$", "BRL"},
	{"$", "USD"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"¥", "JPY"},
	{"₹", "INR"},
	{"₩", "KRW"},
	{"₽", "RUB"},
	{"₺", "TRY"},
	{"₪", "ILS"},
	{"฿", "THB"},
	{"Rs.", "INR"},
	{"Rs", "INR"},
	{"INR", "INR"},
	{"USD", "USD"},
	{"EUR", "EUR"},
	{"GBP", "GBP"},
	{"JPY", "JPY"},
	{"CHF", "CHF"},
	{"CNY", "CNY"},
	{"RMB", "CNY"},
	{"AUD", "AUD"},
	{"CAD", "CAD"},
	{"SEK", "SEK"},
	{"NOK", "NOK"},
	{"DKK", "DKK"},
	{"SGD", "SGD"},
	{"HKD", "HKD"},
	{"KRW", "KRW"},
	{"BRL", "BRL"},
	{"ZAR", "ZAR"},
	{"PLN", "PLN"},
};

/* Read behind a number and its scale. */
static const struct money_word names[] = {
	{"dollars", "USD"},
	{"dollar", "USD"},
	{"euros", "EUR"},
	{"euro", "EUR"},
	{"eur", "EUR"},
	{"usd", "USD"},
	{"gbp", "GBP"},
	{"pounds", "GBP"},
	{"yen", "JPY"},
	{"yuan", "CNY"},
	{"renminbi", "CNY"},
	{"rmb", "CNY"},
	{"rupees", "INR"},
	{"inr", "INR"},
	{"won", "KRW"},
	{"francs", "CHF"},
	{"chf", "CHF"},
	{"kronor", "SEK"},
	{"sek", "SEK"},
	{"nok", "NOK"},
	{"dkk", "DKK"},
	{"reais", "BRL"},
	{"roubles", "RUB"},
	{"rubles", "RUB"},
	{"shekels", "ILS"},
	{"zlotys", "PLN"},
	{"lira", "TRY"},
};

struct scale_word {
	const char *text;
	double factor;
};

static const struct scale_word scales[] = {
	{"trillion", 1e12},
	{"trn", 1e12},
	{"tn", 1e12},
	{"t", 1e12},
	{"billion", 1e9},
	{"bln", 1e9},
	{"bn", 1e9},
	{"b", 1e9},
	{"million", 1e6},
	{"mln", 1e6},
	{"mil", 1e6},
	{"mn", 1e6},
	{"mm", 1e6},
	{"m", 1e6},
	{"thousand", 1e3},
	{"k", 1e3},
	{"crores", 1e7},
	{"crore", 1e7},
	{"cr", 1e7},
	{"lakhs", 1e5},
	{"lakh", 1e5},
	{"hundred", 1e2},
};

struct unit_word {
	const char *text;
	enum fact_kind kind;
};

static const struct unit_word units[] = {
	{"shares", FACT_SHARES},
	{"share", FACT_SHARES},
	{"ads", FACT_SHARES},
	{"adss", FACT_SHARES},
	{"units", FACT_SHARES},
	{"jobs", FACT_PEOPLE},
	{"employees", FACT_PEOPLE},
	{"workers", FACT_PEOPLE},
	{"staff", FACT_PEOPLE},
	{"people", FACT_PEOPLE},
	{"positions", FACT_PEOPLE},
	{"roles", FACT_PEOPLE},
	{"posts", FACT_PEOPLE},
	{"staffers", FACT_PEOPLE},
	{"redundancies", FACT_PEOPLE},
	{"layoffs", FACT_PEOPLE},
};

/* Words that may stand between a count and its unit: "500 new jobs". */
#define UNIT_DISTANCE 2

static const char *const months[12] = {"january", "february", "march", "april",
	"may", "june", "july", "august", "september", "october", "november",
	"december"};

#define COUNT_OF(table) (sizeof(table) / sizeof(*(table)))

struct reader {
	struct span s;
	struct arena *arena;
	VEC(struct fact) facts;
};

/* -- characters ------------------------------------------------------------ */

static bool
is_digit(struct span s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static bool
is_letter(struct span s, size_t i)
{
	char c = i < s.n ? (char)(s.p[i] | 0x20) : '\0';

	return (c >= 'a' && c <= 'z') || (i < s.n && (s.p[i] & 0x80));
}

/* Letters from i on. */
static struct span
word_at(struct span s, size_t i)
{
	size_t end = i;

	while (is_letter(s, end) && !(s.p[end] & 0x80))
		end++;
	return span_make(s.p + i, end - i);
}

/* Over spaces (also no-break) and one hyphen. */
static size_t
skip_space(struct span s, size_t i)
{
	for (;;) {
		if (i < s.n && (s.p[i] == ' ' || s.p[i] == '-'))
			i++;
		else if (i + 1 < s.n && s.p[i] == '\xc2' &&
			s.p[i + 1] == '\xa0')
			i += 2;
		else
			return i;
	}
}

static size_t
skip_space_back(struct span s, size_t i)
{
	for (;;) {
		if (i > 0 && s.p[i - 1] == ' ')
			i--;
		else if (i > 1 && s.p[i - 2] == '\xc2' && s.p[i - 1] == '\xa0')
			i -= 2;
		else
			return i;
	}
}

/* -- numbers --------------------------------------------------------------- */

/* A comma that groups thousands, or lakhs: two or three digits follow. */
static bool
is_group(struct span s, size_t i)
{
	return s.p[i] == ',' && is_digit(s, i + 1) && is_digit(s, i + 2);
}

/* Digits with groups and a fraction. Returns where they end. */
static size_t
read_number(struct span s, size_t i, double *value)
{
	double v = 0, place = 1;
	bool fraction = false;
	unsigned digits = 0;

	for (; i < s.n; i++) {
		if (is_digit(s, i)) {
			if (++digits > VALUE_DIGITS_MAX)
				continue;
			if (fraction)
				v += (s.p[i] - '0') * (place /= 10);
			else
				v = v * 10 + (s.p[i] - '0');
		} else if (!fraction && is_group(s, i)) {
			continue;
		} else if (!fraction && s.p[i] == '.' && is_digit(s, i + 1)) {
			fraction = true;
		} else {
			break;
		}
	}
	*value = v;
	return i;
}

/* "15 billion", "8K", "552bn": multiplies, returns where it ends. */
static size_t
read_scale(struct span s, size_t i, double *value)
{
	size_t at = skip_space(s, i);
	struct span w = word_at(s, at);

	for (size_t k = 0; k < COUNT_OF(scales); k++) {
		if (!span_caseeq_str(w, scales[k].text))
			continue;
		/* One letter stands at its number. */
		if (w.n == 1 && at != i)
			return i;
		*value *= scales[k].factor;
		return at + w.n;
	}
	return i;
}

/* -- one form each --------------------------------------------------------- */

static struct fact *
add(struct reader *r, enum fact_kind kind, double value, size_t start,
	size_t end)
{
	struct fact f = {.kind = kind,
		.value = value,
		.start = (uint32_t)start,
		.end = (uint32_t)end,
		.number_end = (uint32_t)end};

	vec_push(&r->facts, f);
	return vec_last(&r->facts);
}

static void
set_currency(struct fact *f, const char *code)
{
	memcpy(f->currency, code, 4);
}

/* The currency before a number at i, *start: where it begins. */
static const char *
currency_before(struct span s, size_t i, size_t *start)
{
	size_t end = skip_space_back(s, i);

	if (end > 0 && s.p[end - 1] == '-')
		end = skip_space_back(s, end - 1);
	for (size_t k = 0; k < COUNT_OF(signs); k++) {
		size_t n = strlen(signs[k].text);
		bool word = signs[k].text[0] >= 'A' && signs[k].text[0] <= 'Z';

		if (end < n || memcmp(s.p + end - n, signs[k].text, n) != 0)
			continue;
		if (word && end > n && is_letter(s, end - n - 1))
			continue;
		*start = end - n;
		return signs[k].currency;
	}
	return NULL;
}

static const char *
currency_after(struct span s, size_t i, size_t *end)
{
	size_t at = skip_space(s, i);
	struct span w = word_at(s, at);

	for (size_t k = 0; k < COUNT_OF(names); k++) {
		if (span_caseeq_str(w, names[k].text)) {
			*end = at + w.n;
			return names[k].currency;
		}
	}
	if (at + 3 <= s.n && memcmp(s.p + at, "€", 3) == 0) {
		*end = at + 3;
		return "EUR";
	}
	return NULL;
}

static size_t
percent_after(struct span s, size_t i)
{
	size_t at = skip_space(s, i);
	struct span w;

	if (at < s.n && s.p[at] == '%')
		return at + 1;
	w = word_at(s, at);
	if (span_caseeq_str(w, "percent") || span_caseeq_str(w, "pct") ||
		span_caseeq_str(w, "pc"))
		return at + w.n;
	if (span_caseeq_str(w, "per")) {
		size_t next = skip_space(s, at + w.n);

		w = word_at(s, next);
		if (span_caseeq_str(w, "cent"))
			return next + w.n;
	}
	return 0;
}

static bool
find_unit(struct span s, size_t i, enum fact_kind *kind, size_t *end)
{
	for (unsigned word = 0; word <= UNIT_DISTANCE; word++) {
		size_t at = skip_space(s, i);
		struct span w = word_at(s, at);

		if (w.n == 0)
			return false;
		for (size_t k = 0; k < COUNT_OF(units); k++) {
			if (span_caseeq_str(w, units[k].text)) {
				*kind = units[k].kind;
				*end = at + w.n;
				return true;
			}
		}
		i = at + w.n;
	}
	return false;
}

/* "4-for-1", "1 for 20", "4:1", after the first number. */
static size_t
read_ratio(struct span s, size_t i, double *value)
{
	size_t at = skip_space(s, i);
	struct span w = word_at(s, at);
	double other = 0;
	size_t end;

	if (span_caseeq_str(w, "for") || span_caseeq_str(w, "to"))
		at = skip_space(s, at + w.n);
	else if (at == i && at < s.n && s.p[at] == ':')
		at++;
	else
		return 0;
	if (!is_digit(s, at))
		return 0;
	end = read_number(s, at, &other);
	/* 10:30 is a time; a ratio has a 1 on one side. */
	if (other <= 0 || (other != 1 && *value != 1) || is_letter(s, end))
		return 0;
	*value /= other;
	return end;
}

/* -- dates ----------------------------------------------------------------- */

/* 1..12 of "Jan", "Jan.", "January" at i; 0 if there is none. */
static unsigned
month_at(struct span s, size_t i, size_t *end)
{
	struct span w = word_at(s, i);

	if (w.n < 3 || !(w.p[0] >= 'A' && w.p[0] <= 'Z'))
		return 0;
	for (unsigned m = 0; m < 12; m++) {
		size_t n;

		if ((w.p[0] | 0x20) != months[m][0])
			continue;
		n = strlen(months[m]);
		if (w.n > n || !span_caseeq(w, span_make(months[m], w.n)))
			continue;
		if (w.n != n && w.n > 4)
			continue;
		*end = i + w.n + (i + w.n < s.n && s.p[i + w.n] == '.');
		return m + 1;
	}
	return 0;
}

static bool
year_at(struct span s, size_t i, unsigned *year, size_t *end)
{
	double v = 0;
	size_t e;

	if (!is_digit(s, i))
		return false;
	e = read_number(s, i, &v);
	if (e - i != 4 || v < 1900 || v > 2100 || is_letter(s, e))
		return false;
	*year = (unsigned)v;
	*end = e;
	return true;
}

static void
add_date(struct reader *r, unsigned year, unsigned month, unsigned day,
	size_t start, size_t end)
{
	add(r, FACT_DATE, year * 10000.0 + month * 100.0 + day, start, end);
}

/* "March 5, 2024", "March 5", "March 2024". Returns the end or 0. */
static size_t
read_month_first(struct reader *r, size_t i)
{
	struct span s = r->s;
	size_t end = 0, at, e;
	unsigned month = month_at(s, i, &end), year = 0;
	double day = 0;

	if (month == 0)
		return 0;
	at = skip_space(s, end);
	if (year_at(s, at, &year, &e)) {
		add_date(r, year, month, 0, i, e);
		return e;
	}
	if (!is_digit(s, at))
		return 0;
	e = read_number(s, at, &day);
	if (e - at > 2 || day < 1 || day > 31 || is_letter(s, e))
		return 0;
	end = e;
	at = skip_space(s, e < s.n && s.p[e] == ',' ? e + 1 : e);
	if (year_at(s, at, &year, &e))
		end = e;
	add_date(r, year, month, (unsigned)day, i, end);
	return end;
}

/* "5 March 2024" from the day, which was read: value, end of it. */
static size_t
read_day_first(struct reader *r, size_t start, size_t end, double day)
{
	struct span s = r->s;
	size_t e = 0, after;
	unsigned month, year = 0;

	if (end - start > 2 || day < 1 || day > 31)
		return 0;
	month = month_at(s, skip_space(s, end), &e);
	if (month == 0)
		return 0;
	if (year_at(s, skip_space(s, e), &year, &after))
		e = after;
	add_date(r, year, month, (unsigned)day, start, e);
	return e;
}

/* "2024-03-05" */
static size_t
read_iso_date(struct reader *r, size_t i)
{
	struct span s = span_sub(r->s, i, 10);
	int64_t year, month, day;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
		is_digit(r->s, i + 10) ||
		!span_i64(span_sub(s, 0, 4), 1900, 2100, &year) ||
		!span_i64(span_sub(s, 5, 2), 1, 12, &month) ||
		!span_i64(span_sub(s, 8, 2), 1, 31, &day))
		return 0;
	add_date(r, (unsigned)year, (unsigned)month, (unsigned)day, i, i + 10);
	return i + 10;
}

/* -- all of them ----------------------------------------------------------- */

static size_t
read_date(struct reader *r, size_t i)
{
	double value = 0;
	size_t end = read_iso_date(r, i);
	unsigned year;

	if (end)
		return end;
	end = read_number(r->s, i, &value);
	end = read_day_first(r, i, end, value);
	if (end == 0 && year_at(r->s, i, &year, &end) &&
		percent_after(r->s, end) == 0) {
		enum fact_kind kind;
		size_t unit;

		if (find_unit(r->s, end, &kind, &unit))
			return 0;
		add_date(r, year, 0, 0, i, end);
		return end;
	}
	return end;
}

static bool
is_negative(struct span s, size_t i)
{
	return i > 0 && s.p[i - 1] == '-' &&
		(i == 1 || s.p[i - 2] == ' ' || s.p[i - 2] == '(');
}

/* The currency before i, unless it belongs to the fact before. */
static const char *
own_currency(const struct reader *r, size_t i, size_t *start)
{
	size_t begin = i;
	const char *currency = currency_before(r->s, i, &begin);

	if (currency == NULL ||
		(r->facts.n && begin < vec_last(&r->facts)->end))
		return NULL;
	*start = begin;
	return currency;
}

/* A number at i that is no date. Returns where it ends. */
static size_t
read_quantity(struct reader *r, size_t i)
{
	struct span s = r->s;
	double value = 0;
	size_t start = i, end = read_number(s, i, &value), after;
	const char *currency = own_currency(r, i, &start);
	enum fact_kind kind;

	if (is_negative(s, start))
		value = -value;
	after = percent_after(s, end);
	if (after) {
		add(r, FACT_PERCENT, value, i, after);
		return after;
	}
	after = read_ratio(s, end, &value);
	if (after && currency == NULL) {
		add(r, FACT_RATIO, value, i, after);
		return after;
	}
	end = read_scale(s, end, &value);
	if (is_letter(s, end))
		return end; /* part of a name: 3M's, 5G */
	after = end;
	if (currency == NULL)
		currency = currency_after(s, end, &after);
	if (currency) {
		set_currency(add(r, FACT_MONEY, value, start, after), currency);
		return after;
	}
	if (find_unit(s, end, &kind, &after)) {
		add(r, kind, value, i, after)->number_end = (uint32_t)end;
		return after;
	}
	add(r, FACT_NUMBER, value, i, end);
	return end;
}

/* A number or month may begin at i: nothing of a word is before it. */
static bool
is_start(struct span s, size_t i)
{
	return i == 0 || (!is_letter(s, i - 1) && !is_digit(s, i - 1));
}

static bool
ends_currency(struct span s, size_t i)
{
	size_t start;

	return is_digit(s, i) && currency_before(s, i, &start) != NULL;
}

void
facts_find(struct span text, struct arena *arena, struct fact **out, size_t *n)
{
	struct reader r = {.s = text, .arena = arena};
	size_t i = 0;

	while (i < text.n && r.facts.n < FACTS_MAX) {
		size_t end = 0;

		if (is_digit(text, i) &&
			(is_start(text, i) || ends_currency(text, i))) {
			end = ends_currency(text, i) ? 0 : read_date(&r, i);
			if (end == 0)
				end = read_quantity(&r, i);
		} else if (is_letter(text, i) && is_start(text, i)) {
			end = read_month_first(&r, i);
		}
		i = end > i ? end : i + 1;
	}
	*n = r.facts.n;
	*out = arena_array(arena, r.facts.n + 1, sizeof(**out));
	if (r.facts.n)
		memcpy(*out, r.facts.p, r.facts.n * sizeof(**out));
	vec_fini(&r.facts);
}
