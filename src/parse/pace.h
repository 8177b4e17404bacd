/* What a feed says of its own pace: ttl, skipHours, skipDays, sy:. */
#ifndef NW_PARSE_PACE_H
#define NW_PARSE_PACE_H

#include "model/item.h"
#include "parse/dialect.h"

/* Zeroed. */
struct pace {
	int64_t ttl_s; /* 0: unsaid */
	int64_t period_s; /* sy:updatePeriod; 0: unsaid */
	int64_t frequency; /* sy:updateFrequency; 0: unsaid */
	uint32_t skip_hours;
	uint8_t skip_days;
};

/* field: F_TTL, F_SKIP_HOUR, F_SKIP_DAY, F_SY_PERIOD or F_SY_FREQUENCY; what
 * makes no sense is passed over. */
void pace_put(struct pace *p, enum dialect_field field, struct span raw);
/* <ttl> is minutes (RSS 2.0); without it the period by its frequency, where
 * one of them is said: daily, once (RSS 1.0 syndication module). */
void pace_finish(const struct pace *p, struct document *doc);

#endif
