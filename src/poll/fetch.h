/*
 * One poll of one feed: the request with its validators, redirects followed by
 * hand, the answer judged. Holds nothing between polls. Loop thread.
 */
#ifndef NW_POLL_FETCH_H
#define NW_POLL_FETCH_H

#include "base/err.h"
#include "base/strbuf.h"
#include "config/config.h"
#include "io/cidr.h"
#include "io/http_client.h"
#include "model/feed.h"
#include "poll/policy.h"

struct fetch;

/* Told of every request and answer, for a person who looks on; borrowed for the
 * call. The headers of a request are ours and the configured ones; to them come
 * Host, User-Agent and, of its credentials, Authorization. action: what the
 * answer means (nothing if it failed). */
struct fetch_trace {
	void (*request)(const struct http_request *q, void *arg);
	void (*response)(const struct http_response *r,
		enum policy_action action, void *arg);
	void *arg;
};

/* May a redirect be followed? */
enum fetch_hop {
	FETCH_HOP_GO, /* at once */
	FETCH_HOP_WAIT, /* fetch_go() will say */
	FETCH_HOP_NO /* not in this poll: its host is left alone */
};

/* Borrowed until the callback or fetch_cancel. */
struct fetch_conf {
	struct loop *loop;
	struct http_client *http;
	const struct config_fetch *limits;
	const struct cidr_guard *guard;
	const struct config_feed *feed;
	const struct feed_state *state; /* validators and redirect */
	bool unconditional; /* send no validators */
	const struct fetch_trace *trace; /* NULL: nobody looks */
	/* Asked before each hop, with fetch_start's arg; NULL: go. */
	enum fetch_hop (*hop)(struct span url, void *arg);
};

/* Everything lives until the callback returns. */
struct fetch_answer {
	enum policy_action
		action; /* DOCUMENT, UNCHANGED, SLOWER, GONE, ERROR */
	enum feed_result result; /* for the last four */
	unsigned http_status; /* 0: none */
	struct span message; /* of an error, for people */
	struct span url; /* that answered */
	struct span moved_to; /* if only permanent redirects led there */
	struct strbuf *body; /* the callback may take its memory */
	struct span etag, last_modified; /* verbatim; NULL: none */
	struct span validator_url; /* they are of; NULL: asked first */
	struct span content_type, content_encoding, content_location;
	int64_t fresh_ms; /* the server's floor; 0: none */
	int64_t retry_after_ms; /* -1: none */
	int64_t bytes_in;
	unsigned redirects;
};

typedef void (*fetch_done_cb)(struct fetch_answer *a, void *arg);

/* done is called exactly once, from the loop, never from in here. */
struct fetch *fetch_start(
	const struct fetch_conf *conf, fetch_done_cb done, void *arg);
/* The hop that had to wait may be made now. */
void fetch_go(struct fetch *f);
/* The snapshot that limits and feed belong to was replaced. */
void fetch_rebind(struct fetch *f, const struct config_fetch *limits,
	const struct config_feed *feed);
/* done will not come. NULL is fine. */
void fetch_cancel(struct fetch **f);

#endif
