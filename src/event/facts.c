/*
 * Facts: every digit that starts a number is read where it stands; what is
 * written before it (a currency) and behind it (a scale, a unit) makes it a
 * fact. One function a form; the words are in facts_tables.c.
 */
#include "event/facts_private.h"

/* Words that may stand between a count and its unit: "500 new jobs". */
#define UNIT_DISTANCE 2

/* -- one form each --------------------------------------------------------- */

struct fact *
facts_add(struct facts_reader *r, enum fact_kind kind, double value,
	size_t start, size_t end)
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
	size_t end = facts_skip_space_back(s, i);

	if (end > 0 && s.p[end - 1] == '-')
		end = facts_skip_space_back(s, end - 1);
	for (const struct money_word *k = facts_signs; k->text; k++) {
		size_t n = strlen(k->text);
		bool word = k->text[0] >= 'A' && k->text[0] <= 'Z';

		if (end < n || memcmp(s.p + end - n, k->text, n) != 0)
			continue;
		if (word && end > n && facts_is_letter(s, end - n - 1))
			continue;
		*start = end - n;
		return k->currency;
	}
	return NULL;
}

/* Over "de", "d'", "di" before a currency: "3 millions d'euros". */
static size_t
skip_of(struct span s, size_t i)
{
	struct span w = facts_word(s, i);

	if (span_caseeq_str(w, "de") || span_caseeq_str(w, "di") ||
		span_caseeq_str(w, "us"))
		return facts_skip_space(s, i + w.n);
	if (facts_is_at(s, i, "d'"))
		return i + 2;
	return facts_is_at(s, i, "d’") ? i + strlen("d’") : i;
}

static const char *
currency_after(struct span s, size_t i, size_t *end)
{
	size_t at = facts_skip_space(s, i), from = skip_of(s, at);
	struct span w = facts_word(s, from);

	for (const struct money_word *k = facts_suffixes; k->text; k++) {
		if (facts_is_at(s, at, k->text)) {
			*end = at + strlen(k->text);
			return k->currency;
		}
	}
	for (const struct money_word *k = facts_currencies; k->text; k++) {
		if (span_caseeq_str(w, k->text)) {
			*end = from + w.n;
			return k->currency;
		}
	}
	return NULL;
}

/* Two words: "per cent", "pour cent", "por ciento". */
static size_t
percent_words(struct span s, size_t at)
{
	struct span w = facts_word(s, at);
	size_t next = facts_skip_space(s, at + w.n);

	if (!span_caseeq_str(w, "per") && !span_caseeq_str(w, "pour") &&
		!span_caseeq_str(w, "por"))
		return 0;
	w = facts_word(s, next);
	return span_caseeq_str(w, "cent") || span_caseeq_str(w, "ciento") ||
			span_caseeq_str(w, "cento")
		? next + w.n
		: 0;
}

static size_t
percent_after(struct span s, size_t i)
{
	size_t at = facts_skip_space(s, i);
	struct span w;

	if (at < s.n && s.p[at] == '%')
		return at + 1;
	if (facts_is_at(s, at, "％"))
		return at + strlen("％");
	w = facts_word(s, at);
	for (const char *const *k = facts_percents; *k; k++)
		if (span_caseeq_str(w, *k))
			return at + w.n;
	return percent_words(s, at);
}

/* "25 basis points", "25bps": hundredths of a percent. */
static size_t
points_after(struct span s, size_t i)
{
	size_t at = facts_skip_space(s, i), next;
	struct span w = facts_word(s, at);

	if (span_caseeq_str(w, "bps") || span_caseeq_str(w, "bp"))
		return at + w.n;
	next = facts_skip_space(s, at + w.n);
	return span_caseeq_str(w, "basis") && facts_is_word(s, next, "points")
		? next + strlen("points")
		: 0;
}

/* "42 cents", "80 pence": hundredths; *currency is set. */
static size_t
cents_after(struct span s, size_t i, const char **currency)
{
	size_t at = facts_skip_space(s, i);
	struct span w = facts_word(s, at);

	if (span_caseeq_str(w, "cents") || span_caseeq_str(w, "cent"))
		*currency = "USD";
	else if (span_caseeq_str(w, "pence"))
		*currency = "GBP";
	else if (span_caseeq_str(w, "paise"))
		*currency = "INR";
	else
		return 0;
	return at + w.n;
}

static bool
find_unit(struct span s, size_t i, enum fact_kind *kind, size_t *end)
{
	for (unsigned word = 0; word <= UNIT_DISTANCE; word++) {
		size_t at = facts_skip_space(s, i);
		struct span w = facts_word(s, at);

		if (w.n == 0)
			return false;
		for (const struct unit_word *k = facts_units; k->text; k++) {
			if (span_caseeq_str(w, k->text)) {
				*kind = k->kind;
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
	size_t at = facts_skip_space(s, i);
	struct span w = facts_word(s, at);
	double other = 0;
	size_t end;

	if (span_caseeq_str(w, "for") || span_caseeq_str(w, "to"))
		at = facts_skip_space(s, at + w.n);
	else if (at == i && at < s.n && s.p[at] == ':')
		at++;
	else
		return 0;
	if (!facts_is_digit(s, at))
		return 0;
	end = facts_number(s, at, &other);
	/* 10:30 is a time; a ratio has a 1 on one side. */
	if (other <= 0 || (other != 1 && *value != 1) ||
		facts_is_letter(s, end))
		return 0;
	*value /= other;
	return end;
}

/* -- all of them ----------------------------------------------------------- */

static size_t
read_date(struct facts_reader *r, size_t i)
{
	double value = 0;
	size_t end = facts_iso_date(r, i);
	unsigned year;

	if (end)
		return end;
	end = facts_number(r->s, i, &value);
	end = facts_day_first(r, i, end, value);
	if (end == 0 && facts_year(r->s, i, &year, &end) &&
		percent_after(r->s, end) == 0) {
		enum fact_kind kind;
		size_t unit;

		if (find_unit(r->s, end, &kind, &unit))
			return 0;
		facts_add_date(r, year, 0, 0, i, end);
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

/* A currency sign at i: *end is behind it. */
static const char *
currency_at(struct span s, size_t i, size_t *end)
{
	for (const struct money_word *k = facts_signs; k->text; k++) {
		if (facts_is_at(s, i, k->text)) {
			*end = i + strlen(k->text);
			return k->currency;
		}
	}
	return NULL;
}

/* The currency before i, unless it belongs to the fact before. */
static const char *
own_currency(const struct facts_reader *r, size_t i, size_t *start)
{
	size_t begin = i;
	const char *currency = currency_before(r->s, i, &begin);

	if (currency == NULL ||
		(r->facts.n && begin < vec_last(&r->facts)->end))
		return NULL;
	*start = begin;
	return currency;
}

/* Money of a value at [i, end): before or behind it a currency. Returns where
 * it ends, or 0. */
static size_t
read_money(struct facts_reader *r, size_t start, size_t end, double value,
	const char *currency)
{
	size_t after = end, cents;
	const char *coin = NULL;

	if (currency == NULL) {
		cents = cents_after(r->s, end, &coin);
		currency = cents ? coin : currency_after(r->s, end, &after);
		after = cents ? cents : after;
		value = cents ? value / 100 : value;
	}
	if (currency == NULL)
		return 0;
	set_currency(facts_add(r, FACT_MONEY, value, start, after), currency);
	return after;
}

/* "$10-12 million", "$10 to 12 million": the first has the second's scale. */
static double
range_scale(struct span s, size_t i)
{
	size_t at = i;
	double other = 0, factor = 1;

	if (facts_is_at(s, i, "-") || facts_is_at(s, i, "–"))
		at = i + (s.p[i] == '-' ? 1 : strlen("–"));
	else if (facts_is_word(s, facts_skip_space(s, i), "to"))
		at = facts_skip_space(s, facts_skip_space(s, i) + 2);
	if (at == i)
		return 1;
	(void)currency_at(s, at, &at);
	if (!facts_is_digit(s, at))
		return 1;
	at = facts_number(s, at, &other);
	(void)facts_scale(s, at, &factor);
	return factor;
}

/* A count of shares or people. Returns where it ends, or 0. */
static size_t
read_unit(struct facts_reader *r, size_t i, size_t end, double value)
{
	enum fact_kind kind;
	size_t after;

	if (!find_unit(r->s, end, &kind, &after))
		return 0;
	facts_add(r, kind, value, i, after)->number_end = (uint32_t)end;
	return after;
}

/* "2.500 millones", "1.500 Mitarbeiter": in these languages a dot groups. */
static bool
is_dot_group(struct span s, size_t start, size_t end)
{
	struct span w = facts_word(s, facts_skip_space(s, end));

	if (end - start < 5 || end - start > 7 || s.p[end - 4] != '.')
		return false;
	for (const char *const *k = facts_dotted; *k; k++)
		if (span_caseeq_str(w, *k))
			return true;
	return false;
}

/* A number at i that is no date. Returns where it ends. */
static size_t
read_quantity(struct facts_reader *r, size_t i)
{
	struct span s = r->s;
	double value = 0;
	size_t start = i, end = facts_number(s, i, &value), after, scaled;
	const char *currency = own_currency(r, i, &start);

	if (is_dot_group(s, i, end))
		value *= 1e3;
	if (is_negative(s, start))
		value = -value;
	after = percent_after(s, end);
	if (after) {
		facts_add(r, FACT_PERCENT, value, i, after);
		return after;
	}
	after = points_after(s, end);
	if (after) {
		facts_add(r, FACT_PERCENT, value / 100, i, after);
		return after;
	}
	after = read_ratio(s, end, &value);
	if (after && currency == NULL) {
		facts_add(r, FACT_RATIO, value, i, after);
		return after;
	}
	scaled = facts_scale(s, end, &value);
	if (scaled == end && currency)
		value *= range_scale(s, end);
	end = scaled;
	after = read_money(r, start, end, value, currency);
	if (after)
		return after;
	if (facts_is_letter(s, end) && facts_word(s, end).n)
		return end; /* part of a name: 3M's, 5G */
	after = read_unit(r, i, end, value);
	if (after == 0)
		facts_add(r, FACT_NUMBER, value, i, end);
	return after ? after : end;
}

/* A number or month may begin at i: nothing of a word is before it. */
static bool
is_start(struct span s, size_t i)
{
	return i == 0 ||
		(!facts_is_letter(s, i - 1) && !facts_is_digit(s, i - 1));
}

static bool
ends_currency(struct span s, size_t i)
{
	size_t start;

	return facts_is_digit(s, i) && currency_before(s, i, &start) != NULL;
}

/* The word that ends before i; *start: where it begins. */
static struct span
word_before(struct span s, size_t i, size_t *start)
{
	size_t end = facts_skip_space_back(s, i);

	for (*start = end; *start > 0 && s.p[*start - 1] >= 'A';)
		(*start)--;
	return span_make(s.p + *start, end - *start);
}

/* "two", "a", "half a" before i: 0 if none of them is there. */
static double
number_before(struct span s, size_t i, size_t *start)
{
	struct span w = word_before(s, i, start);
	size_t half;

	if (span_eq_str(w, "a")) {
		if (!span_caseeq_str(word_before(s, *start, &half), "half"))
			return 1;
		*start = half;
		return 0.5;
	}
	for (const struct scale_word *k = facts_numbers; k->text; k++)
		if (span_caseeq_str(w, k->text))
			return k->factor;
	return 0;
}

/* "two million euros", "half a billion dollars", "a billion dollars", from the
 * scale on. Returns where it ends, or 0. */
static size_t
read_written(struct facts_reader *r, size_t i)
{
	struct span s = r->s;
	double value, scale = 1;
	size_t start = i, end, after;

	if (!facts_is_at(s, i + 1, "illion") &&
		!facts_is_at(s, i + 1, "rillion"))
		return 0;
	value = number_before(s, i, &start);
	end = facts_scale_word(s, i, &scale);
	if (value <= 0 || end == i ||
		(r->facts.n && start < vec_last(&r->facts)->end))
		return 0;
	after = read_money(r, start, end, value * scale, NULL);
	return after ? after : read_unit(r, start, end, value * scale);
}

/* No fact begins within a word. */
static size_t
skip_letters(struct span s, size_t i)
{
	while (i < s.n && (unsigned char)((s.p[i] | 0x20) - 'a') < 26)
		i++;
	return i;
}

void
facts_find(struct span text, struct arena *arena, struct fact **out, size_t *n)
{
	struct facts_reader r = {.s = text, .arena = arena};
	size_t i = 0;

	while (i < text.n && r.facts.n < FACTS_MAX) {
		size_t end = 0;

		if (facts_is_digit(text, i) &&
			(is_start(text, i) || ends_currency(text, i))) {
			end = ends_currency(text, i) ? 0 : read_date(&r, i);
			if (end == 0)
				end = read_quantity(&r, i);
		} else if (facts_is_letter(text, i) && is_start(text, i)) {
			end = facts_month_first(&r, i);
			if (end == 0)
				end = read_written(&r, i);
			if (end == 0)
				end = skip_letters(text, i);
		}
		i = end > i ? end : i + 1;
	}
	*n = r.facts.n;
	*out = arena_array(arena, r.facts.n + 1, sizeof(**out));
	if (r.facts.n)
		memcpy(*out, r.facts.p, r.facts.n * sizeof(**out));
	vec_fini(&r.facts);
}
