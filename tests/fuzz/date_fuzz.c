/* Dates: whatever is read as one is in range, and reads back as itself. */
#include <assert.h>
#include <string.h>

#include "base/date.h"
#include "fuzz.h"

#define FIRST_MS INT64_C(0) /* 1970 */
#define END_MS INT64_C(7258118400000) /* 2200 */

static void
check_text(struct wall t, const char *text)
{
	struct wall again;

	assert(strlen(text) < DATE_TEXT_SIZE);
	assert(date_parse(span_of(text), &again));
	assert(again.ms == t.ms);
}

static void
check_parts(struct wall t)
{
	struct date_parts p;

	date_split(t, &p);
	assert(p.month >= 1 && p.month <= 12 && p.day >= 1 && p.day <= 31);
	assert(p.hour >= 0 && p.hour < 24 && p.minute >= 0 && p.minute < 60);
	assert(p.second >= 0 && p.second < 60 && p.ms >= 0 && p.ms < 1000);
	assert(date_days(p.year, p.month, p.day) == t.ms / 86400000);
	assert((date_days(p.year, p.month, p.day) + 4) % 7 == p.weekday);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct wall t, whole;
	char text[DATE_TEXT_SIZE];

	if (!date_parse(span_make((const char *)data, n), &t))
		return 0;
	assert(t.ms >= FIRST_MS && t.ms < END_MS);
	check_parts(t);
	date_format_ms(t, text);
	check_text(t, text);
	whole.ms = t.ms - t.ms % 1000;
	date_format(whole, text);
	check_text(whole, text);
	date_format_http(whole, text);
	check_text(whole, text);
	return 0;
}
