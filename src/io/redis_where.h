/*
 * Where a Redis connection goes next: the addresses that were configured, one
 * after the other; the master that a Sentinel names; or the node that a
 * cluster's MOVED or ASK names. For redis.c.
 *
 * All keys of newswatch are in one slot of a cluster (one hash tag), so one
 * connection, to that slot's node, is enough: the first redirection brings it
 * there.
 */
#ifndef NW_IO_REDIS_WHERE_H
#define NW_IO_REDIS_WHERE_H

#include "base/vec.h"
#include "io/redis.h"

struct redis_sentinel;

struct redis_place {
	char *host; /* NULL: none */
	unsigned port;
};

struct redis_where {
	VEC(struct redis_place) seeds; /* as configured; empty: a socket */
	size_t seed; /* the next to try */
	/* Named by a Sentinel or a node; comes before the seeds. */
	struct redis_place target;
	bool asking; /* the target takes over a slot: ASKING before commands */
	struct redis_place before; /* the target that was lost last */
	struct redis_sentinel *sentinel; /* NULL: no Sentinels */
};

/* After r's loop, o and handlers are set. */
void redis_where_init(struct redis *r);
void redis_where_fini(struct redis *r);
/* The host to connect to. NULL: a Sentinel is asked first. */
const struct redis_place *redis_where_now(const struct redis *r);
bool redis_place_is(
	const struct redis_place *p, struct span host, unsigned port);
/* The connection or the try is over; was_up: it had worked. */
void redis_where_lost(struct redis *r, bool was_up);
/* An error reply MOVED or ASK: remember the node and connect to it after the
 * turn. The caller still gets the error, and sends again when it is up. */
void redis_where_follow(struct redis *r, const struct redis_reply *reply);

#endif
