/*
 * What the files of the dispatch share: dispatch.c has lanes and time,
 * dispatch_make.c brings groups into deliveries, dispatch_take.c deliveries to
 * senders.
 */
#ifndef NW_QUEUE_DISPATCH_PRIVATE_H
#define NW_QUEUE_DISPATCH_PRIVATE_H

#include "base/clock.h"
#include "base/vec.h"
#include "io/redis.h"
#include "queue/args.h"
#include "queue/dispatch.h"
#include "queue/flight.h"

struct loop_timer;

/* Something that is done by a script, at most once at a time, when its time
 * has come or somebody asks for it. */
struct chore {
	int64_t at_ms; /* on the monotonic clock */
	bool running;
	bool again; /* asked for while it ran */
};

struct lane {
	struct dispatch *all;
	struct dispatch_channel conf;
	char *name;
	char *host; /* NULL: it has no breaker */
	bool removed; /* gone from the configuration: freed when idle */
	struct chore look, take;
	unsigned making; /* make.lua runs */
	bool full; /* look had as much as it could */
	unsigned in_flight; /* taken, and their outcome is not yet stored */
	unsigned sending; /* of these, without an outcome: at most parallel */
};

struct dispatch {
	struct dispatch_conf conf;
	char *prefix;
	VEC(struct lane *) lanes;
	struct flights *flights;
	struct loop_timer *timer;
	struct args args;
	struct redis_script *look, *make, *mute, *take;
	char *silences; /* their version that was handed out; "" at first */
	struct strbuf body;
	bool stopping;
	bool poked; /* at the end of the turn there is something to look at */
	bool working; /* scripts are being sent: no more from inside */
	bool orphan; /* freed while scripts run: the last answer frees it */
	unsigned running; /* scripts */
	struct dispatch_counts counts;
};

/* Asked for: due now. */
void chore_ask(struct chore *c);
/* Due not later than in ms from now; negative: never mind. */
void chore_by(struct chore *c, int64_t ms);
void chore_begin(struct chore *c);
/* next_ms: from now; negative: nothing known. */
void chore_end(struct chore *c, int64_t next_ms);

/*
 * Common to all answers of a lane's scripts. False if there is nothing to go
 * on with; then the dispatch may be gone (it was, if it was an orphan before).
 */
bool lane_answered(struct lane *lane, const char *what,
	const struct redis_reply *reply, const struct err *err);
/* Do what is due at once, behind what was just sent: the server then stores
 * both in one go. See when the next thing is to be done. */
void dispatch_work(struct dispatch *d);
/* See when the next thing is to be done. Drops lanes that are over. */
void dispatch_plan(struct dispatch *d);

void lane_look(struct lane *lane);
void lane_take(struct lane *lane);

#endif
