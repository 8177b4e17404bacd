/*
 * Hits as they come: live from the pub/sub channels, and whatever a
 * subscriber misses (before the start, while a connection was lost, on another
 * node of a cluster) from the stream, by stream id. Each hit comes once, in the
 * order of the stream; what only refills a lost stream does not come again.
 * Reads only: no consumer group, nothing is acknowledged. One thread; callbacks
 * come from the loop.
 */
#ifndef NW_QUEUE_TAIL_H
#define NW_QUEUE_TAIL_H

#include "base/err.h"
#include "base/span.h"

struct loop;
struct redis_options;
struct tail;

#define TAIL_BATCH 200 /* entries read at a time */
#define TAIL_AUDIT_MS 10000 /* the stream is compared so often */
#define TAIL_REMEMBER 8192 /* hits known by id, against refills */

struct tail_conf {
	struct loop *loop;
	const struct redis_options *options; /* copied; two connections */
	struct span prefix; /* copied */
	const struct span *entities; /* ids, copied; n 0: every hit */
	size_t n_entities;
	/* Stream id to begin after; "0" is the first entry, empty: from now on
	 * only. Copied. */
	struct span from;
	/* json: the hit, with `stream_id` as its first member. */
	void (*on_hit)(struct span stream_id, struct span json, void *arg);
	/* From now on live; all that was there before came. NULL is fine. */
	void (*on_live)(void *arg);
	/* A connection was lost or could not be had; tries go on. */
	void (*on_down)(const struct err *reason, void *arg);
	void *arg;
};

/* ERR_CONF if the connections cannot be made (redis_new). */
NW_MUST_CHECK int tail_new(
	const struct tail_conf *conf, struct tail **out, struct err *err);
void tail_free(struct tail **t);

#endif
