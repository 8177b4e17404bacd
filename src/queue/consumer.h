/*
 * Takes hits off the stream: reads them as one member of newswatch's consumer
 * group, has somebody decide who is to be told, and moves each one, in ONE
 * script, from the stream to the groups that wait (or, if nobody wants it,
 * straight to its producer's `done` stream).
 *
 * The script acknowledges first and goes on only if that counted, so however
 * often an entry is read, by however many workers, it is taken in once. What a
 * worker had read and not taken in when it died is read again: by itself under
 * the same name, or by another worker after CONSUMER_CLAIM_MS. An entry that
 * was read CONSUMER_MAX_TAKES times and never taken in, or whose JSON is no
 * hit, becomes a dead letter.
 *
 * Reading uses a connection of its own, since it waits in XREADGROUP. One
 * thread; callbacks come from the loop.
 */
#ifndef NW_QUEUE_CONSUMER_H
#define NW_QUEUE_CONSUMER_H

#include "base/err.h"
#include "base/span.h"
#include "model/hit.h"

#define CONSUMER_BATCH 64 /* entries read at a time */
#define CONSUMER_BLOCK_MS 5000
#define CONSUMER_CLAIM_MS 60000 /* idle for so long: its reader is dead */
#define CONSUMER_SWEEP_MS 30000 /* dead workers are looked for so often */
#define CONSUMER_MAX_TAKES 3
#define CONSUMER_RETRY_BASE_MS 100
#define CONSUMER_RETRY_MAX_MS 5000
#define CONSUMER_TOLD_S \
	((int64_t)30 * 24 * 3600) /* a story told is remembered */
#define CONSUMER_KEEP_MS ((int64_t)7 * 24 * 3600 * 1000) /* of the stream */

struct consumer;
struct loop;
struct redis;

/* One place where a hit is to be told. Spans borrow until the call returns. */
struct consumer_target {
	struct span route, channel, key; /* key: of the group */
	int64_t wait_ms; /* from the group's first hit to its delivery */
	int64_t interval_ms; /* least time between two of a group */
	struct span story; /* the route tells a story once; empty: every hit */
	bool update; /* an update of a story is told in any case */
	bool follow; /* told only if the story was told: see below */
};

/*
 * A route that tells a story once tells it per channel: nothing that came
 * later is told there while the first waits or once it was delivered; a
 * delivery that is given up, or a hit that is muted, leaves the story untold.
 * `update` tells in any case, `follow` only where the story was told or waits:
 * who was told what came first is told what came of it.
 */

/* The targets of a hit, while they are gathered; spans live until the next hit
 * is decided. */
struct consumer_targets;
void consumer_targets_add(
	struct consumer_targets *t, const struct consumer_target *target);
/* The hit leaves a mark for window_ms; others that wait for it are muted. */
void consumer_targets_mark(
	struct consumer_targets *t, const char *mark, int64_t window_ms);
/* The hit is muted while all marks of a rule are there. Marks of a rule come
 * together. */
void consumer_targets_shield(
	struct consumer_targets *t, struct span rule, const char *mark);

struct consumer_conf {
	struct loop *loop;
	const struct redis_options *options; /* of the reading connection */
	struct redis *commands; /* may be shared; freed after the consumer */
	struct span prefix;
	struct span name; /* of this worker; stable over restarts */
	/* Pure decision; called once per entry taken in. */
	void (*decide)(
		const struct hit *h, struct consumer_targets *t, void *arg);
	/* What puts a hit into a group of that channel is being sent: what is
	 * sent over `commands` behind it finds it there. */
	void (*on_taking)(struct span channel, void *arg);
	void *arg;
};

enum consumer_state {
	CONSUMER_DOWN, /* no connection to read from */
	CONSUMER_GROUPING, /* makes the consumer group if it is not there */
	CONSUMER_LISTING, /* looks for entries that were read and not taken */
	CONSUMER_CLAIMING, /* takes such entries over */
	CONSUMER_READING, /* waits for new ones */
	CONSUMER_TAKING, /* what was read is being taken in */
	CONSUMER_WAITING, /* after an error, until the next try */
	CONSUMER_STOPPED
};

struct consumer_counts {
	uint64_t read; /* entries */
	uint64_t taken; /* by this worker, with at least one target */
	uint64_t unwanted; /* no route took it */
	uint64_t echoes; /* stories that their routes had told already */
	uint64_t elsewhere; /* another worker was first */
	uint64_t refills; /* told long ago, only acknowledged */
	uint64_t claimed; /* left over, by dead workers or by this one */
	uint64_t dead; /* dead letters made here */
	uint64_t errors; /* of the server, or replies lost */
};

/* Connects and reads as soon as the loop runs. conf's prefix and name are
 * copied. -1, ERR_CONF, if the connection cannot be made (redis_new). */
NW_MUST_CHECK int consumer_new(const struct consumer_conf *conf,
	struct consumer **out, struct err *err);
void consumer_free(struct consumer **c);
/* Read no more; what was read is still taken in. */
void consumer_stop(struct consumer *c);
/* Nothing read waits for its intake. */
bool consumer_is_idle(const struct consumer *c);
const struct consumer_counts *consumer_counts(const struct consumer *c);
enum consumer_state consumer_state(const struct consumer *c);
const char *consumer_state_name(enum consumer_state s);

#endif
