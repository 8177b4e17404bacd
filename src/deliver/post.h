/*
 * Requests over HTTP as channels make them: no redirects, a bounded answer, a
 * limit of time, and a reason for people in which no secret is shown.
 */
#ifndef NW_DELIVER_POST_H
#define NW_DELIVER_POST_H

#include "deliver/channel.h"
#include "deliver/secrets.h"
#include "io/http_client.h"

#define POST_WHY_BYTES 512

struct posts; /* of one channel */

struct posts_conf {
	const struct channel_env *env;
	const struct secrets *secrets;
	int64_t timeout_ms;
	bool public_only; /* no private address may be connected to */
};

/* conf's pointers are borrowed until posts_free. */
struct posts *posts_new(const struct posts_conf *conf);
/* Requests under way end without a callback. */
void posts_free(struct posts **p);

/* why: "HTTP 400: no such field", one line; the rest until the return. */
struct post_answer {
	const struct http_response *http; /* NULL: nothing was sent */
	enum outcome outcome; /* by failure and status (answer.h) */
	int64_t retry_after_ms; /* by Retry-After; -1: not said */
	struct span why;
};
typedef void (*post_cb)(const struct post_answer *answer, void *arg);

/* q: url, headers, body, authentication; the rest is set here. Its body is
 * borrowed until the callback, which comes once, maybe from inside. */
void posts_send(
	struct posts *p, struct http_request *q, post_cb done, void *arg);

#endif
