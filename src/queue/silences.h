/*
 * Silences as Redis keeps them: a hash of "<end in ms> <JSON>" by id, and a
 * version that workers compare with theirs whenever they look at groups. What
 * the JSON means is setup/silence.h's. The connection must be up; callbacks
 * come from the loop, or at once (with an error) if nothing could be sent.
 */
#ifndef NW_QUEUE_SILENCES_H
#define NW_QUEUE_SILENCES_H

#include "base/err.h"
#include "base/span.h"
#include "model/limits.h"

/* An ended silence is still listed, with its count. */
#define SILENCES_KEEP_MS ((int64_t)7 * 24 * 3600 * 1000)

struct redis;

/* what: "done", "absent" (there is none to end), "over" (it has ended) or
 * "full" (LIMIT_SILENCES are there); NULL with err. */
typedef void (*silences_set_cb)(
	const char *what, const struct err *err, void *arg);
/* Add one; or end it now, with json empty. */
void silences_set(struct redis *r, struct span prefix, struct span id,
	struct span json, int64_t until_ms, silences_set_cb done, void *arg);

struct silences_row {
	struct span id, json;
	int64_t until_ms;
	int64_t muted; /* hits, so far */
};
/* In no particular order, borrowed; or err (n is 0 then). now_ms is Redis'. */
typedef void (*silences_list_cb)(const struct silences_row *rows, size_t n,
	int64_t now_ms, const struct err *err, void *arg);
void silences_list(
	struct redis *r, struct span prefix, silences_list_cb done, void *arg);

#endif
