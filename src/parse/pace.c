#include "parse/pace.h"

#define DAY_S 86400
#define TTL_MAX_MINUTES (366 * 24 * 60)
#define FREQUENCY_MAX 10000

static int64_t
period_of(struct span raw)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} periods[] = {
		{"hourly", 3600},
		{"daily", DAY_S},
		{"weekly", 7 * DAY_S},
		{"monthly", 30 * DAY_S},
		{"yearly", 365 * DAY_S},
	};

	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++)
		if (span_caseeq_str(raw, periods[i].name))
			return periods[i].seconds;
	return 0;
}

static void
put_day(struct pace *p, struct span raw)
{
	static const char *const days[] = {"sunday", "monday", "tuesday",
		"wednesday", "thursday", "friday", "saturday"};

	for (unsigned i = 0; i < 7; i++)
		if (span_caseeq_str(raw, days[i]))
			p->skip_days |= (uint8_t)(1U << i);
}

void
pace_put(struct pace *p, enum dialect_field field, struct span raw)
{
	int64_t n;

	raw = span_trim(raw);
	if (field == F_TTL && span_i64(raw, 1, TTL_MAX_MINUTES, &n))
		p->ttl_s = n * 60;
	else if (field == F_SKIP_HOUR && span_i64(raw, 0, 24, &n))
		p->skip_hours |= 1U << (n % 24);
	else if (field == F_SKIP_DAY)
		put_day(p, raw);
	else if (field == F_SY_PERIOD)
		p->period_s = period_of(raw);
	else if (field == F_SY_FREQUENCY && span_i64(raw, 1, FREQUENCY_MAX, &n))
		p->frequency = n;
}

void
pace_finish(const struct pace *p, struct document *doc)
{
	doc->skip_hours = p->skip_hours;
	doc->skip_days = p->skip_days;
	if (p->ttl_s > 0)
		doc->ttl_s = p->ttl_s;
	else if (p->period_s > 0 || p->frequency > 0)
		doc->ttl_s = (p->period_s > 0 ? p->period_s : DAY_S) /
			(p->frequency > 0 ? p->frequency : 1);
}
