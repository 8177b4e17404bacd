/*
 * Dead letters: what was given up, with its reason and history, until somebody
 * looks. Either a delivery (its frozen body and id are kept, so that a retry
 * carries the same idempotency key) or an entry of the stream that is no hit.
 * The connection must be up; callbacks come from the loop, or at once (with an
 * error) if nothing could be sent.
 */
#ifndef NW_QUEUE_DEAD_H
#define NW_QUEUE_DEAD_H

#include "base/err.h"
#include "base/span.h"

struct redis;
struct strbuf;

#define DEAD_LIST_MAX 1000

enum dead_kind { DEAD_DELIVERY, DEAD_HIT };

struct dead_letter {
	struct span entry; /* id in the stream `dead`: names the letter */
	enum dead_kind kind;
	struct span id; /* of the delivery, or of the hit (may be empty) */
	struct span route, channel, key; /* empty for a hit */
	struct span hits; /* ids, separated by spaces */
	struct span body;
	struct span reason;
	unsigned attempts;
	int64_t made_ms, dead_ms; /* Redis' time */
	struct span history; /* lines "<ms> <attempt> <outcome> <text>" */
};

/* Called once. n letters, oldest first, borrowed; or err (n is 0 then). */
typedef void (*dead_list_cb)(const struct dead_letter *letters, size_t n,
	const struct err *err, void *arg);
/* Called once. found: whether there was such a letter. */
typedef void (*dead_done_cb)(bool found, const struct err *err, void *arg);

/* Letters after the entry id `after` (empty: from the first), at most max
 * (1..DEAD_LIST_MAX). Bodies are left out: see dead_show. */
void dead_list(struct redis *r, struct span prefix, struct span after,
	size_t max, dead_list_cb done, void *arg);
/* One letter with its body; n is 0 if there is none. */
void dead_show(struct redis *r, struct span prefix, struct span entry,
	dead_list_cb done, void *arg);
/* Back to where it came from, due at once, its attempts starting anew. */
void dead_retry(struct redis *r, struct span prefix, struct span entry,
	dead_done_cb done, void *arg);
void dead_drop(struct redis *r, struct span prefix, struct span entry,
	dead_done_cb done, void *arg);

/* A letter as one line of JSON. */
void dead_format(const struct dead_letter *d, struct strbuf *out);

#endif
