/*
 * What a feed's polls have shown so far: the part that survives a restart.
 * Plain data; `poll` decides it, `store` keeps it, `daemon` carries it between
 * them, in the same transaction as the items of the document it belongs to.
 */
#ifndef NW_MODEL_FEED_H
#define NW_MODEL_FEED_H

#include "base/clock.h"
#include "base/span.h"

#define FEED_NEVER INT64_MIN /* in .ms of a struct wall: has not happened */

/* How the last poll ended; the words are feed_result_name's. */
enum feed_result {
	FEED_NONE, /* not polled yet */
	FEED_OK, /* a document with items */
	FEED_UNCHANGED, /* 304, or the same bytes */
	FEED_NETWORK, /* no answer: name, connection, TLS, timeout */
	FEED_HTTP_ERROR, /* an answer that is no document: 4xx, 5xx */
	FEED_REFUSED, /* a document that is no feed */
	FEED_TOO_BIG, /* over a limit of size, ratio or headers */
	FEED_CRASHED, /* its analyser died or timed out: quarantined */
	FEED_GONE, /* 410; after three of them polled once a day only */
	FEED_STORE, /* read, but could not be stored */
	FEED_OURS /* not asked: memory, descriptors or trusted certificates are
		   * missing here */
};
#define FEED_RESULTS (FEED_OURS + 1)

struct feed_state {
	struct span url; /* as configured: the key */
	struct span etag, last_modified; /* verbatim; NULL: none */
	struct span validator_url; /* they are of; NULL: the address asked
				    * first */
	struct span fetch_url; /* adopted by permanent redirects; NULL: url */
	struct span redirect_url; /* candidate, seen redirect_count times */
	unsigned redirect_count;
	struct span title; /* as the document says */
	struct span publisher_domain; /* of the document's link, or the url */

	struct wall first_ok; /* first document; FEED_NEVER: backfill applies */
	struct wall last_poll, last_ok, last_new;
	struct wall next_due;
	struct wall retry_after; /* not before; FEED_NEVER: none */
	struct wall
		validated; /* last 200: unconditional after 30 days of 304 */
	int64_t floor_ms; /* the server's: max-age, Expires; 0: none */
	int64_t ttl_ms; /* the document's: ttl, sy:; 0: none */
	uint32_t skip_hours; /* bit h: hour h UTC, as the document says */
	uint8_t skip_days; /* bit 0: Sunday */
	unsigned failures; /* in a row */
	unsigned gone; /* 410s in a row */
	enum feed_result result;
	unsigned http_status; /* 0: none */
	struct span error; /* one line for people; NULL: none */

	struct span learned; /* schedule's own bytes, opaque to all others */
	uint64_t polls, unchanged, errors, items, hits;
	uint64_t bytes; /* received */
};

const char *feed_result_name(enum feed_result r);
/* Did the poll look at the feed at all? "No news" and "could not look" are
 * never confused. */
bool feed_result_saw(enum feed_result r);

#endif
