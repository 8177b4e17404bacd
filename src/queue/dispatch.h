/*
 * The way from a group of hits to the outside, all of whose state is in Redis:
 * a group that is due is rendered and frozen as a delivery; a delivery that is
 * due is taken under a lease, sent by somebody, and finished with its outcome.
 *
 * - make: the worker reads a group's hits and renders the body; the script
 *   creates the delivery only if the group's head is still those hits. The id
 *   is fixed by route, channel, group key and first hit, so that a delivery
 *   made twice is the same delivery.
 * - take: raises the score to now + lease and the attempt by one. The attempt
 *   is the fencing token: a finish with an older one is refused, so a worker
 *   that was stopped beyond its lease cannot undo what its successor did.
 * - finish: sent, later or never (model/outcome.h); given up, it is a dead
 *   letter with its history. With the last delivery of a hit, `done` tells its
 *   producer. A delivery taken DISPATCH_MAX_SILENT times without an outcome
 *   is given up too: whoever sends it dies of it.
 *
 * - mute: hits that a silence or a rule of inhibition keeps back leave the
 *   group before anything is rendered, and are counted under their reason.
 * - quiet hours and caps: the group's hits are held in the channel's group
 *   DISPATCH_DIGEST of their route until there is room.
 * - again and elsewhere: with a delivery comes, if the route says so, a group
 *   that tells it again or on other channels later, unless somebody
 *   acknowledges (queue/ack.h).
 *
 * Of a channel's receiver all workers share a token bucket, the time for which
 * it asked to be left alone, and a circuit breaker per host: after
 * DISPATCH_BREAKER_FAILURES failures in a row nothing is taken for it, then one
 * delivery at a time until one is sent. Deliveries wait.
 *
 * Time is Redis' time. One thread; callbacks come from the loop.
 */
#ifndef NW_QUEUE_DISPATCH_H
#define NW_QUEUE_DISPATCH_H

#include "base/err.h"
#include "base/span.h"
#include "base/strbuf.h"
#include "model/limits.h"
#include "model/outcome.h"

#define DISPATCH_MAX_SILENT 3
#define DISPATCH_POLL_MS 2000 /* other workers may have left something */
#define DISPATCH_CLAIM_MS 5000 /* a group is rendered within that time */
#define DISPATCH_GROUPS 8 /* groups looked at in one call */
#define DISPATCH_RETRY_BASE_MS 100
#define DISPATCH_RETRY_MAX_MS 5000
#define DISPATCH_SILENCE_SIZE 40 /* an id and its NUL */
#define DISPATCH_ID_SIZE 40 /* "msg_", 32 hex digits, NUL */
#define DISPATCH_DIGEST "!digest" /* key of what was held back */
#define DISPATCH_AGAIN_MS \
	60000 /* a story that is not told yet, to be again \
	       */
#define DISPATCH_ACK_S ((int64_t)30 * 24 * 3600) /* can be acknowledged */
#define DISPATCH_BREAKER_FAILURES 5 /* in a row */
#define DISPATCH_BREAKER_MS 10000 /* open at first; doubles */
#define DISPATCH_BREAKER_MAX_MS 300000
#define DISPATCH_TEXT_MAX 256 /* bytes of an outcome's text; cut */
#define DISPATCH_BODY_MAX (MIB(4) + KIB(64)) /* of a frozen body */
#define DISPATCH_GROUP_BYTES MIB(4) /* of hits per delivery; more wait */

struct dispatch;
struct loop;
struct redis;

/* A channel as far as the queue goes. */
struct dispatch_channel {
	struct span name;
	unsigned parallel; /* deliveries under way at a time in this worker */
	int64_t lease_ms; /* longer than a send can take */
	unsigned max_attempts; /* tries that ended in `later`; then given up */
	int64_t max_age_ms; /* since the delivery was made; then given up */
	double rate; /* deliveries per second, all workers; 0: no limit */
	double burst; /* at once after a pause; at least 1 */
	struct span host; /* whose breaker it has; empty: none */
};

/* Hits of a group that is due, oldest first. Borrowed for the call. */
struct dispatch_group {
	struct span id; /* of the delivery to be made */
	struct span route, channel, key;
	const struct span *hits; /* JSON, one object each */
	size_t n_hits;
	size_t n_waiting; /* more that wait for the next delivery */
	int64_t now_ms; /* Redis' time */
	bool digest; /* they were held back */
	bool again; /* it is told again */
	bool elsewhere; /* nobody acknowledged: at any hour, beyond any cap */
};

/* When and how, beside what. */
struct dispatch_order {
	int64_t interval_ms; /* at least, until the group's next delivery */
	int64_t quiet_until_ms; /* Redis' time; 0: no quiet hours now */
	unsigned cap; /* messages of the route to the channel; 0: no cap */
	int64_t cap_per_ms; /* within so long */
	int64_t repeat_ms; /* told again after; 0: never */
	int64_t escalate_ms; /* told elsewhere after; 0: never */
	struct strbuf *escalate_to; /* channels, separated by blanks */
};

/* A delivery under way. Valid until dispatch_finish. */
struct delivery {
	struct span id; /* also the idempotency key: msg_<32 hex> */
	struct span route, channel, key;
	struct span body; /* frozen */
	struct span edit; /* the receiver's name of the message to edit */
	unsigned attempt; /* fencing token, from 1 */
	unsigned failed; /* tries that ended in `later` so far */
	unsigned n_hits;
	int64_t made_ms; /* Redis' time */
};

struct dispatch_conf {
	struct loop *loop;
	struct redis *redis; /* may be shared; freed after the dispatch */
	struct span prefix;
	struct span me; /* "<worker> <pid>", as it beats; borrowed; may be empty
			 */
	/* Appends the body of a delivery (none is needed while it is quiet),
	 * and fills the order (zeroed). */
	void (*render)(const struct dispatch_group *g, struct strbuf *body,
		struct dispatch_order *order, void *arg);
	/* Silences are others now: these, "<end in ms> <JSON>" each. May be
	 * NULL, like mute. */
	void (*silences)(const struct span *all, size_t n, void *arg);
	/* Nothing that the route tells is muted; NULL: of no route. */
	bool (*always)(struct span route, void *arg);
	/* Puts the id of a silence into id if one holds for a hit of the group
	 * (which has no hits and no id of its own yet). */
	bool (*mute)(const struct dispatch_group *g, struct span json,
		char id[DISPATCH_SILENCE_SIZE], void *arg);
	/* Send it and call dispatch_finish, then or later, exactly once. */
	void (*send)(struct delivery *d, void *arg);
	void *arg;
};

struct dispatch_counts {
	uint64_t made, sent, later, dead;
	uint64_t held; /* groups: quiet hours, caps */
	uint64_t muted; /* hits: silences, inhibition */
	uint64_t refused; /* finished too late: the lease was another's */
	uint64_t lost_hits; /* hits of a group that were not in Redis */
	uint64_t errors; /* of the server, or replies lost */
};

/* conf's prefix is copied. Works as soon as it has channels and Redis is up. */
struct dispatch *dispatch_new(const struct dispatch_conf *conf);
/* Deliveries under way are forgotten: their leases end. */
void dispatch_free(struct dispatch **d);
/* The channels this worker serves; copied, in place of those before. Others'
 * deliveries are left alone (a worker with another configuration may have
 * them). */
void dispatch_set_channels(
	struct dispatch *d, const struct dispatch_channel *channels, size_t n);
/* There is something new for a channel, or will be by what was just sent over
 * the same connection: look behind that, at the end of the turn. */
void dispatch_poke(struct dispatch *d, struct span channel);
/* The connection is up (again). */
void dispatch_on_up(struct dispatch *d);
/* How a send ended. */
struct dispatch_outcome {
	enum outcome outcome;
	int64_t delay_ms; /* for OUTCOME_LATER, from now */
	int64_t leave_ms; /* the receiver wants no delivery for so long; 0 */
	bool host_failed; /* counts for its breaker */
	struct span text; /* the first line of the answer, or why */
	struct span reference; /* the receiver's name of the message */
};
/* Ends `delivery`. */
void dispatch_end(struct dispatch *d, struct delivery **delivery,
	const struct dispatch_outcome *o);
/* The same for an outcome that says nothing of the receiver. */
void dispatch_finish(struct dispatch *d, struct delivery **delivery,
	enum outcome o, int64_t delay_ms, struct span text);
/* Make and take no more; deliveries under way go on. */
void dispatch_stop(struct dispatch *d);
/* Nothing is under way and every outcome is stored. */
bool dispatch_is_idle(const struct dispatch *d);
unsigned dispatch_in_flight(const struct dispatch *d);
const struct dispatch_counts *dispatch_counts(const struct dispatch *d);

#endif
