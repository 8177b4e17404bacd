/* A date's text as tokens. Pure. Internal to date. */
#ifndef NW_BASE_DATE_SCAN_H
#define NW_BASE_DATE_SCAN_H

#include "base/date_names.h"

#define DATE_TEXT_MAX 256 /* bytes; a longer text is no date */
#define DATE_TOKENS_MAX 48

enum date_token_kind {
	TOKEN_END,
	TOKEN_NUMBER, /* value, digits */
	TOKEN_MONTH, /* value 1..12; is_day if it may be a day ("mar.") */
	TOKEN_WEEKDAY, /* weekday */
	TOKEN_HALF, /* of the day: value 0 or 12 hours */
	TOKEN_UNIT, /* value is an enum date_unit */
	TOKEN_WORD, /* any other; value is its letter if it has only one */
	TOKEN_CHAR, /* value is the character, dashes and the like as ASCII */
	TOKEN_USED /* already understood */
};

struct date_token {
	enum date_token_kind kind;
	bool glued; /* no white space before it */
	bool before; /* a half or unit that stands before its number */
	bool is_day; /* is or may be the name of a day */
	int weekday; /* of it, 0 = Sunday; -1: none or not known */
	int64_t value;
	unsigned digits;
	struct span text;
};

struct date_tokens {
	/* One TOKEN_END before the first and two behind the last, so that
	 * neighbours can be looked at. */
	struct date_token memory[DATE_TOKENS_MAX + 3];
	struct date_token *t;
	size_t n;
	int zone_minutes; /* of the country whose words these are; 0: unknown */
};

/* False if it cannot be a date: too long or too many tokens. */
bool date_scan(struct span s, struct date_tokens *out);

#endif
