/* What the files of facts share: facts_numbers.c (characters, numbers and
 * scales), facts_dates.c, facts.c (all other forms). Offsets are bytes. */
#ifndef NW_EVENT_FACTS_PRIVATE_H
#define NW_EVENT_FACTS_PRIVATE_H

#include "base/vec.h"
#include "event/facts_tables.h"

struct facts_reader {
	struct span s;
	struct arena *arena;
	VEC(struct fact) facts;
};

struct fact *facts_add(struct facts_reader *r, enum fact_kind kind,
	double value, size_t start, size_t end);

/* False beyond the end. */
static inline bool
facts_is_digit(struct span s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static inline bool
facts_is_letter(struct span s, size_t i)
{
	char c = i < s.n ? (char)(s.p[i] | 0x20) : '\0';

	return (c >= 'a' && c <= 'z') || (i < s.n && (s.p[i] & 0x80));
}

static inline bool
facts_is_at(struct span s, size_t i, const char *text)
{
	size_t n = strlen(text);

	return i + n <= s.n && memcmp(s.p + i, text, n) == 0;
}

/* Letters from i on, of a script that is written with spaces. */
struct span facts_word(struct span s, size_t i);
/* Are these letters the word, in any ASCII case? */
bool facts_is_word(struct span s, size_t i, const char *word);
/* Over spaces (also no-break) and hyphens. */
size_t facts_skip_space(struct span s, size_t i);
size_t facts_skip_space_back(struct span s, size_t i);

/* Digits with groups and a fraction from i on. Returns where they end. */
size_t facts_number(struct span s, size_t i, double *value);
/* "15 billion", "8K", "1,5 Mrd.", "150亿": multiplies *value, returns where it
 * ends: i, if no scale is there. _word: words only. */
size_t facts_scale(struct span s, size_t i, double *value);
size_t facts_scale_word(struct span s, size_t i, double *value);

/* Each adds a date that begins at i and returns its end; 0: there is none. */
size_t facts_month_first(struct facts_reader *r, size_t i);
size_t facts_iso_date(struct facts_reader *r, size_t i);
/* From a day that was read: its end and value. */
size_t facts_day_first(
	struct facts_reader *r, size_t start, size_t end, double day);
bool facts_year(struct span s, size_t i, unsigned *year, size_t *end);
void facts_add_date(struct facts_reader *r, unsigned year, unsigned month,
	unsigned day, size_t start, size_t end);

#endif
