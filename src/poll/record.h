/*
 * A feed_state that owns its strings. Fields that are spans are changed with
 * record_set() only; the rest directly.
 */
#ifndef NW_POLL_RECORD_H
#define NW_POLL_RECORD_H

#include "model/feed.h"
#include "poll/schedule.h"

struct record {
	struct feed_state s;
};

/* The url is borrowed, all else is copied. */
void record_init(struct record *r, struct span url); /* never polled */
void record_from(
	struct record *r, const struct feed_state *known, struct span url);
void record_copy(struct record *to, const struct record *from);
void record_fini(struct record *r);
/* field: a span of r->s. Empty values become NULL. */
void record_set(struct span *field, struct span value);
/* Put what the schedule learned into r->s.learned. */
void record_learned(struct record *r, const struct schedule *s);

#endif
