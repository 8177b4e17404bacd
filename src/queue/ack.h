/*
 * Acknowledging: somebody takes care of an alert, so it is told neither again
 * (`repeat`) nor elsewhere (`escalate`). An alert goes by the id of its story,
 * or of its hit if that has none; a hit's id does for its story's as long as
 * something waits for the acknowledgement. The connection must be up.
 */
#ifndef NW_QUEUE_ACK_H
#define NW_QUEUE_ACK_H

#include "base/err.h"
#include "base/span.h"

struct redis;

/* stopped: messages that will not come. id: what it holds for. err: NULL if it
 * went well. Called once, from the loop or at once. */
typedef void (*ack_cb)(
	int64_t stopped, struct span id, const struct err *err, void *arg);
/* json: who, when, why. */
void ack_set(struct redis *r, struct span prefix, struct span id,
	struct span json, ack_cb done, void *arg);

#endif
