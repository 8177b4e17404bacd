/* How the queue and its workers are, in one look: for `newswatch status`. */
#ifndef NW_QUEUE_STATUS_H
#define NW_QUEUE_STATUS_H

#include "base/err.h"
#include "base/span.h"
#include "queue/beat.h"

struct redis;
struct strbuf;

struct queue_channel {
	struct span name;
	int64_t groups; /* that wait for their time */
	int64_t groups_overdue_ms; /* since the first should have been made */
	int64_t deliveries; /* made and not ended */
	int64_t deliveries_overdue_ms;
	int64_t resting_ms; /* its receiver wants no more for so long; 0 */
};

/* A host whose last answers were failures. */
struct queue_host {
	struct span name;
	int64_t failures; /* in a row */
	int64_t open_ms; /* nothing is sent there for so long; 0: it is tried */
	struct span why;
};

/* What a silence ("silence:<id>") or a rule ("inhibit:<name>") has muted. */
struct queue_muted {
	struct span by;
	int64_t hits;
};

struct queue_worker {
	struct span name;
	int64_t silent_ms; /* since it was heard of */
	bool alive; /* heard of within BEAT_TTL_S */
	const struct beat_field *fields;
	size_t n_fields;
};

struct queue_status {
	int64_t now_ms; /* Redis' time */
	int64_t entries; /* in the stream */
	int64_t unread; /* of these, by our group; < 0: Redis cannot tell */
	int64_t pending; /* read and not taken in */
	int64_t behind_ms; /* age of the oldest that is not taken in; 0: none */
	int64_t dead; /* letters */
	const struct queue_channel *channels; /* by name */
	size_t n_channels;
	const struct queue_worker *workers;
	size_t n_workers;
	const struct queue_host *hosts; /* by name */
	size_t n_hosts;
	int64_t silences; /* in force */
	const struct queue_muted *muted;
	size_t n_muted;
};

/* Called once, with one of them NULL. Borrowed for the call. */
typedef void (*queue_status_cb)(
	const struct queue_status *s, const struct err *err, void *arg);
void queue_status_read(
	struct redis *r, struct span prefix, queue_status_cb done, void *arg);
/* As one JSON object, appended. */
void queue_status_format(const struct queue_status *s, struct strbuf *out);

#endif
