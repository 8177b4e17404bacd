/* Characters, numbers and their scales. */
#include "event/facts_private.h"

#include "text/fold.h"

#define VALUE_DIGITS_MAX 18

/* -- characters ------------------------------------------------------------ */

struct span
facts_word(struct span s, size_t i)
{
	size_t end = i;

	while (facts_is_letter(s, end)) {
		unsigned n = 1;
		uint32_t rune;

		if (s.p[end] & 0x80) {
			rune = rune_decode(s.p + end, s.p + s.n, &n);
			if (rune_class(rune) != RUNE_LETTER ||
				rune_script(rune) != SCRIPT_SPACED)
				break;
		}
		end += n;
	}
	return span_make(s.p + i, end - i);
}

/* Bytes of a no-break space at i: plain, narrow or thin; 0: none. */
static size_t
no_break_at(struct span s, size_t i)
{
	if (facts_is_at(s, i, "\xc2\xa0"))
		return 2;
	return facts_is_at(s, i, "\xe2\x80\xaf") ||
			facts_is_at(s, i, "\xe2\x80\x89")
		? 3
		: 0;
}

/* Over spaces (also no-break) and one hyphen. */
size_t
facts_skip_space(struct span s, size_t i)
{
	for (;;) {
		if (i < s.n && (s.p[i] == ' ' || s.p[i] == '-'))
			i++;
		else if (no_break_at(s, i))
			i += no_break_at(s, i);
		else
			return i;
	}
}

size_t
facts_skip_space_back(struct span s, size_t i)
{
	for (;;) {
		if (i > 0 && s.p[i - 1] == ' ')
			i--;
		else if (i > 1 && no_break_at(s, i - 2) == 2)
			i -= 2;
		else if (i > 2 && no_break_at(s, i - 3) == 3)
			i -= 3;
		else
			return i;
	}
}

/* -- numbers --------------------------------------------------------------- */

/* Bytes of what groups thousands, or lakhs, at i; 0: nothing does. Two digits
 * behind a comma are a group only if another follows: 3,50,000. */
static size_t
group_at(struct span s, size_t i)
{
	bool three = facts_is_digit(s, i + 1) && facts_is_digit(s, i + 2) &&
		facts_is_digit(s, i + 3) && !facts_is_digit(s, i + 4);
	size_t n = no_break_at(s, i);

	if (s.p[i] == ',')
		return three ||
				(facts_is_digit(s, i + 1) &&
					facts_is_digit(s, i + 2) &&
					i + 3 < s.n && s.p[i + 3] == ',')
			? 1
			: 0;
	if (s.p[i] == '\'' && three)
		return 1;
	return n && facts_is_digit(s, i + n) && facts_is_digit(s, i + n + 1) &&
			facts_is_digit(s, i + n + 2) &&
			!facts_is_digit(s, i + n + 3)
		? n
		: 0;
}

/* A comma before one or two digits, as in 1,5 Mrd. */
static bool
is_decimal_comma(struct span s, size_t i)
{
	return s.p[i] == ',' && facts_is_digit(s, i + 1) &&
		(!facts_is_digit(s, i + 2) || !facts_is_digit(s, i + 3)) &&
		!(i + 2 < s.n && s.p[i + 2] == ',') &&
		!(i + 3 < s.n && s.p[i + 3] == ',' && facts_is_digit(s, i + 4));
}

/* "1.500.000": dots that group; a single one may be a fraction's. */
static bool
has_dot_groups(struct span s, size_t i)
{
	size_t groups = 0;

	while (facts_is_digit(s, i))
		i++;
	while (i + 3 < s.n && s.p[i] == '.' && facts_is_digit(s, i + 1) &&
		facts_is_digit(s, i + 2) && facts_is_digit(s, i + 3) &&
		!facts_is_digit(s, i + 4)) {
		groups++;
		i += 4;
	}
	return groups > 1;
}

/* Digits with groups and a fraction. Returns where they end. */
size_t
facts_number(struct span s, size_t i, double *value)
{
	bool fraction = false, dots = has_dot_groups(s, i);
	double v = 0, place = 1;
	unsigned digits = 0;

	while (i < s.n) {
		size_t group = fraction ? 0 : group_at(s, i);

		if (facts_is_digit(s, i)) {
			if (++digits <= VALUE_DIGITS_MAX && fraction)
				v += (s.p[i] - '0') * (place /= 10);
			else if (digits <= VALUE_DIGITS_MAX)
				v = v * 10 + (s.p[i] - '0');
			i++;
		} else if (group) {
			i += group;
		} else if (dots && s.p[i] == '.' && facts_is_digit(s, i + 1)) {
			i++;
		} else if (!fraction && facts_is_digit(s, i + 1) &&
			(s.p[i] == '.' || is_decimal_comma(s, i))) {
			fraction = true;
			i++;
		} else {
			break;
		}
	}
	*value = v;
	return i;
}

bool
facts_is_word(struct span s, size_t i, const char *word)
{
	return span_caseeq_str(facts_word(s, i), word);
}

/* "mil" is short for million, but a thousand in "mil millones". */
static double
factor_of(struct span s, const struct scale_word *w, size_t end)
{
	size_t next = facts_skip_space(s, end);

	return strcmp(w->text, "mil") == 0 &&
			(facts_is_word(s, next, "millones") ||
				facts_is_word(s, next, "milhões"))
		? 1e3
		: w->factor;
}

size_t
facts_scale_word(struct span s, size_t i, double *value)
{
	size_t at = facts_skip_space(s, i), end;
	struct span w = facts_word(s, at);

	for (const struct scale_word *k = facts_scales; k->text; k++) {
		if (!span_caseeq_str(w, k->text))
			continue;
		/* One letter stands at its number. */
		if (w.n == 1 && at != i)
			return i;
		end = at + w.n;
		*value *= factor_of(s, k, end);
		/* "Mrd.": only where more follows. */
		return w.n == 3 && facts_is_at(s, end, ". ") &&
				facts_is_letter(s, end + 2)
			? end + 1
			: end;
	}
	return i;
}

/* "15 billion", "8K", "552bn", "1,5 Mrd.", "mil millones", "150亿": multiplies,
 * returns where it ends. */
size_t
facts_scale(struct span s, size_t i, double *value)
{
	size_t end;

	for (const struct scale_word *k = facts_characters; k->text; k++) {
		if (facts_is_at(s, i, k->text)) {
			*value *= k->factor;
			return i + strlen(k->text);
		}
	}
	end = facts_scale_word(s, i, value);
	if (end > i &&
		(facts_is_word(s, facts_skip_space(s, end), "millones") ||
			facts_is_word(s, facts_skip_space(s, end), "milhões")))
		end = facts_scale_word(s, end, value);
	return end;
}
