/*
 * The poller from inside: for poller.c (feeds, gate and timer), outcome.c (what
 * an answer and the owner's word on a document change) and plan.c (when next).
 */
#ifndef NW_POLL_POLLER_PRIVATE_H
#define NW_POLL_POLLER_PRIVATE_H

#include "base/heap.h"
#include "base/rng.h"
#include "base/vec.h"
#include "io/cidr.h"
#include "io/http_client.h"
#include "io/loop.h"
#include "poll/fetch.h"
#include "poll/host.h"
#include "poll/poller.h"
#include "poll/record.h"
#include "poll/schedule.h"

#define POLLER_MAX_IN_FLIGHT 256

enum feed_place {
	FEED_NEW, /* not planned yet */
	FEED_SLEEPS, /* in the heap until it is due */
	FEED_QUEUED, /* due: waits for its host's gate */
	FEED_FETCHING, /* a fetch is under way */
	FEED_OWNED /* its document is with the owner */
};
#define FEED_PLACES (FEED_OWNED + 1)

/* A document between fetch and commit. */
struct owned {
	struct strbuf body;
	struct record answer; /* the state as the answer alone makes it */
	struct record settled; /* as the owner's outcome makes it */
	struct schedule learned; /* goes with settled */
	int64_t fresh_ms;
	struct wall received;
	char *url, *content_type, *content_encoding, *content_location;
};

struct feed {
	struct poller *p;
	uint32_t id;
	const struct config_feed *conf;
	struct host *host;
	struct record state;
	struct schedule learned;
	enum feed_place place;
	bool now; /* asked for by hand: due at once after this poll */
	const char *why; /* next_due is what it is; static */
	struct fetch *fetch;
	struct owned *owned;
};

struct poller {
	struct loop *loop;
	struct http_client *http;
	struct poller_callbacks cb;
	const struct config_fetch *conf;
	VEC(struct cidr) allowed;
	struct cidr_guard guard;

	VEC(struct feed *) feeds; /* by id; NULL: unused */
	VEC(uint32_t) spare;
	struct heap *due;
	struct hosts *hosts;
	struct schedule_price price;
	struct rng rng;
	struct loop_timer *timer;

	VEC(uint32_t) overdue; /* at the start; on_drain plans them */
	double fixed_rate; /* polls/s of feeds that are not on auto */

	size_t n_feeds, in_flight, owned;
	size_t n_unseen; /* feeds never polled */
	double tokens; /* of the global rate */
	struct mono tokens_at;
	bool paused;
	bool network_down; /* as told last */
	struct poller_stats stats;
};

/* poller.c: the only one who changes a feed's place. */
void feed_move(struct feed *f, enum feed_place to);
/* The host that is asked first, which an adopted redirect changes. */
void feed_find_host(struct feed *f);
/* Into the heap until next_due. */
void feed_sleep(struct feed *f);

/* outcome.c: ends the poll, or hands the document over. */
void outcome_answer(struct feed *f, struct fetch_answer *a);
void owned_free(struct owned **o);

/* plan.c. *why: static text. */
bool plan_is_auto(const struct feed *f);
double plan_weighted_rate(const struct feed *f);
/* The next poll of a feed that was seen. */
struct wall plan_next(struct feed *f, const struct schedule *learned,
	const struct feed_state *s, const char **why);
/* After a failure. */
struct wall plan_retry(
	struct feed *f, const struct feed_state *s, const char **why);
/* Of a feed that is added. */
struct wall plan_first(
	struct feed *f, const struct feed_state *s, const char **why);
/* Of all feeds that were overdue when they were added. */
void plan_drain(struct poller *p);

#endif
