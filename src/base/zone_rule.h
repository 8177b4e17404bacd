/*
 * The rule in the footer of a TZif file: how clocks change for ever after its
 * last transition, as in "CET-1CEST,M3.5.0,M10.5.0/3". For zone.c. Pure.
 * Source: POSIX.1-2017 8.3; RFC 8536 3.3.1 (hours from -167 to 167).
 */
#ifndef NW_BASE_ZONE_RULE_H
#define NW_BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum zone_day_kind {
	ZONE_DAY_JULIAN, /* J1..J365: February 29 has no number */
	ZONE_DAY_ZERO, /* 0..365, February 29 counts */
	ZONE_DAY_MONTH /* Mm.w.d: the w-th weekday d of month m; 5: the last */
};

struct zone_day {
	enum zone_day_kind kind;
	int day, month, week;
	int64_t time_s; /* local, from midnight; may be beyond the day */
};

struct zone_rule {
	int64_t standard_s, summer_s; /* offsets, east is positive */
	bool has_summer;
	struct zone_day start, end; /* of summer time */
};

/* False if it is none. */
bool zone_rule_parse(struct span s, struct zone_rule *out);
int64_t zone_rule_offset_s(const struct zone_rule *r, int64_t t_s);
/* The first change after t; INT64_MAX if there are none. */
int64_t zone_rule_next_s(const struct zone_rule *r, int64_t t_s);

#endif
