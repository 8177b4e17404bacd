/*
 * A worker's heartbeat: while Redis is up, it says how the worker is, notes how
 * far the stream is taken in, trims what is old and taken in, and looks whether
 * the server's clock was set back.
 */
#ifndef NW_QUEUE_BEAT_H
#define NW_QUEUE_BEAT_H

#include "base/span.h"

struct loop;
struct redis;

struct beat_field {
	struct span name, value;
};

#define BEAT_PERIOD_MS 5000
#define BEAT_TTL_S 30
/* Where the server's clock was set back by so much, what was put off by it as
 * it was does not wait for that. Longer than a lease. */
#define BEAT_CLOCK_MS ((int64_t)10 * 60 * 1000)
#define BEAT_FORGET_S \
	((int64_t)24 * 3600) /* a worker not heard of for so long */

struct beat;

struct beat_conf {
	struct loop *loop;
	struct redis *redis; /* may be shared; freed after the beat */
	struct span prefix;
	struct span name; /* of the worker */
	/* Fills fields (room for BEAT_FIELDS) and returns how many; values
	 * live until the next call. */
	size_t (*fields)(struct beat_field *fields, void *arg);
	void *arg;
};
#define BEAT_FIELDS 32

/* conf's prefix and name are copied. */
struct beat *beat_new(const struct beat_conf *conf);
void beat_free(struct beat **b);
/* Beat now. */
void beat_now(struct beat *b);
/* The last one: this worker stops and is to be forgotten. */
void beat_stop(struct beat *b);

#endif
