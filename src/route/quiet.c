#include "route/quiet.h"

#include "base/zone.h"

#define MINUTE_MS ((int64_t)60000)
#define DAY_MS ((int64_t)86400000)
#define MAX_NIGHTS 16 /* that touch; more than a week has */

static int64_t
floor_day(int64_t local_ms)
{
	return local_ms / DAY_MS - (local_ms % DAY_MS < 0);
}

static unsigned
weekday(int64_t day)
{
	/* 1970-01-01 was a Thursday, day 4 of the week. */
	return (unsigned)(((day + 4) % ROUTE_DAYS + ROUTE_DAYS) % ROUTE_DAYS);
}

/* The end of the night that begins on that day, if now is in it; else 0. */
static int64_t
night_end(const struct route_quiet *q, int64_t day, int64_t now_ms)
{
	int64_t last = q->to_min > q->from_min ? day : day + 1;
	int64_t from = day * DAY_MS + q->from_min * MINUTE_MS;
	int64_t to = last * DAY_MS + q->to_min * MINUTE_MS;

	if (!(q->days & 1U << weekday(day)) ||
		now_ms < zone_instant(q->zone, from, ZONE_FIRST).ms)
		return 0;
	to = zone_instant(q->zone, to, ZONE_LAST).ms;
	return now_ms < to ? to : 0;
}

/* The latest end of the nights that t_ms is in; t_ms itself if it is in none.
 */
static int64_t
stretch_end(const struct route_quiet *q, int64_t t_ms)
{
	struct wall t = {t_ms};
	int64_t today = floor_day(t_ms + zone_offset_ms(q->zone, t));
	int64_t until = t_ms, end;

	/* A day more on each side: some places have skipped one. */
	for (int64_t day = today - 2; day <= today + 1; day++) {
		end = night_end(q, day, t_ms);
		if (end > until)
			until = end;
	}
	return until;
}

struct wall
quiet_until(const struct route_quiet *q, struct wall now)
{
	int64_t until = now.ms, next;

	if (q->from_min == q->to_min || !q->zone)
		return (struct wall){0};
	for (unsigned i = 0; i < MAX_NIGHTS; i++) {
		next = stretch_end(q, until);
		if (next == until)
			break;
		until = next;
	}
	return (struct wall){until > now.ms ? until : 0};
}
