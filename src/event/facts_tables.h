/* The words of facts: currencies, scales, units, months. Inside event only. */
#ifndef NW_EVENT_FACTS_TABLES_H
#define NW_EVENT_FACTS_TABLES_H

#include "event/facts.h"

struct money_word {
	const char *text, *currency;
};

struct scale_word {
	const char *text;
	double factor;
};

struct unit_word {
	const char *text;
	enum fact_kind kind;
};

struct month_word {
	const char *text;
	unsigned month;
};

/* Each table ends with a NULL text. */
/* Before a number; longest first where one ends with another. */
extern const struct money_word facts_signs[];
/* Behind a number and its scale: words, any letter case. */
extern const struct money_word facts_currencies[];
/* The same right behind the number, whatever follows: 元, €. */
extern const struct money_word facts_suffixes[];
extern const struct scale_word facts_scales[]; /* words, any letter case */
extern const struct scale_word facts_characters[]; /* 億, 兆, 억 */
extern const struct scale_word facts_numbers[]; /* "two" million */
extern const struct unit_word facts_units[];
extern const char *const facts_percents[];
/* Words of languages whose dot groups thousands. */
extern const char *const facts_dotted[];
extern const struct month_word facts_months[]; /* English, whole */
extern const struct month_word facts_months_abroad[]; /* day before them */

#endif
