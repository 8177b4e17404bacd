/*
 * When a message would go out, hit by hit: what src/queue/scripts/intake.lua
 * and make.lua do with a route's group, quiet hours and cap, done in memory for
 * `newswatch route test`. Whatever is planned counts as sent. Pure but for what
 * it asks of a running system.
 */
#ifndef NW_CLI_ROUTE_PLAN_H
#define NW_CLI_ROUTE_PLAN_H

#include "base/clock.h"
#include "cli/route_live.h"
#include "model/route.h"

struct route_plan;

enum plan_why {
	PLAN_AT_ONCE,
	PLAN_WAITS, /* group.wait */
	PLAN_JOINS, /* its group's message, which waits already */
	PLAN_INTERVAL, /* group.interval since the group's last message */
	PLAN_QUIET,
	PLAN_CAP
};

struct planned {
	struct wall when;
	enum plan_why why; /* PLAN_QUIET, PLAN_CAP: held, for one message */
};

/* live: whose messages of before count, too; NULL: nobody's. Borrowed. */
struct route_plan *route_plan_new(struct route_live *live);
void route_plan_free(struct route_plan **p);
/* A hit that the route tells the channel, in the group of this key; hits come
 * in their order. */
struct planned route_plan_hit(struct route_plan *p,
	const struct route_conf *conf, struct span channel, struct span key,
	struct wall now);

#endif
