/*
 * The poller from inside: for poller.c (gate and timer), feeds.c, outcome.c
 * (what an answer and the owner's word on a document change) and plan.c (when
 * next).
 */
#ifndef NW_POLL_POLLER_PRIVATE_H
#define NW_POLL_POLLER_PRIVATE_H

#include <assert.h>

#include "base/heap.h"
#include "base/rng.h"
#include "base/vec.h"
#include "io/cidr.h"
#include "io/http_client.h"
#include "io/loop.h"
#include "poll/fetch.h"
#include "poll/host.h"
#include "poll/poller.h"
#include "poll/price.h"
#include "poll/record.h"
#include "poll/schedule.h"
#include "poll/watch.h"

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
	size_t n_new, n_matched, n_items, bytes;
	int64_t fresh_ms;
	struct wall received;
	char *url, *content_type, *content_encoding, *content_location;
};

/* What a feed needs while it is asked. */
struct active {
	struct record state;
	struct schedule learned;
	struct fetch *fetch;
	struct host *hop; /* the host that a redirect led to; NULL: none */
	bool waits; /* for that host's gate */
	int64_t put_off_ms; /* that host is left alone for so long; 0: not */
	struct owned *owned;
	struct poll_entry entry; /* of the poll under way */
	size_t held_bytes; /* its share of the poller's */
	struct mono began;
	bool is_stored; /* the owner has this state: it may go */
	bool is_soon; /* if not: the owner was told to store it soon */
};

/* Why next_due is what it is; the words are poll_why_text's. */
enum poll_why {
	WHY_NEW,
	WHY_INTERVAL,
	WHY_CLOCK,
	WHY_LEARNED,
	WHY_TTL,
	WHY_MAX_AGE,
	WHY_SKIP,
	WHY_RETRY_AFTER,
	WHY_BACKOFF,
	WHY_STORE,
	WHY_OURS,
	WHY_GONE,
	WHY_DOWN,
	WHY_PLANNED,
	WHY_OVERDUE,
	WHY_UNREADABLE
} __attribute__((packed));
#define POLL_WHYS (WHY_UNREADABLE + 1)

/* A poll_entry as it is kept: there are POLLER_HISTORY of them. */
struct past_poll {
	struct wall at, next_due;
	uint32_t feed;
	uint32_t took_ms, bytes, n_new, n_items;
	unsigned http_status : 12, redirects : 8, result : 4, why : 8;
};
static_assert(FEED_RESULTS <= 1 << 4 && POLL_WHYS <= 1 << 8,
	"a past poll has room for them");

/*
 * What stays in memory of every feed. The rest is in `active`, which comes from
 * the store when the feed is due and goes when it is stored again, unless
 * there are few feeds.
 */
struct feed {
	struct poller *p; /* NULL: an unused id */
	const struct config_feed *conf;
	struct host *host;
	struct active *active; /* NULL: it is in the store */
	struct wall next_due;
	float worth; /* rate times weight; what the price counts it for */
	uint32_t document_bytes; /* of the last one received */
	uint32_t id;
	uint32_t born; /* serial of the first poll that can be its own */
	enum poll_why why;
	enum feed_place place : 8;
	enum feed_result result : 8;
	bool now; /* asked for by hand: due at once after this poll */
	bool is_seen; /* polled before */
};

/* Feeds stand in blocks: no malloc and no pointer for each. */
#define FEEDS_PER_BLOCK 1024u

struct poller {
	struct loop *loop;
	struct http_client *http;
	struct poller_callbacks cb;
	const struct config_fetch *conf;
	VEC(struct cidr) allowed;
	struct cidr_guard guard;

	VEC(struct feed *) blocks; /* of FEEDS_PER_BLOCK, by id */
	uint32_t id_end;
	VEC(uint32_t) spare;
	struct heap *due;
	struct hosts *hosts;
	struct watch *watch; /* of files; NULL: none yet */
	struct schedule_price price;
	struct rng rng;
	struct loop_timer *timer, *clock_timer;
	int64_t ahead_ms; /* the wall clock of the monotonic one, at last */

	VEC(uint32_t) overdue; /* plan_drain() plans them */
	double fixed_rate; /* polls/s of feeds that are not on auto */

	VEC(struct past_poll) history; /* a ring, once it is full */
	uint64_t serial; /* of the next poll in it, from 0 */
	struct strbuf packed; /* what a feed learned, for the owner */
	struct active *given; /* what poller_get lent, of a feed in the store */
	bool after_crash; /* the last polls before the start may be unknown */
	size_t n_feeds, n_active, in_flight, owned;
	size_t held_bytes; /* documents: received, and expected of fetches */
	size_t n_unseen; /* feeds never polled */
	double tokens; /* of the global rate */
	struct mono tokens_at;
	bool paused;
	bool network_down; /* as told last */
	bool proxy_told; /* what cannot be judged behind it */
	struct poller_stats stats;
};

/* Say once what a proxy keeps from us. */
void poller_tell_proxy(struct poller *p, struct span proxy);

/* poller.c: the only one who changes a feed's place. */
void feed_move(struct feed *f, enum feed_place to);
/* The feed holds so much of what documents may take. */
void feed_hold(struct feed *f, size_t bytes);
/* Into the heap until next_due. */
void feed_sleep(struct feed *f);

/* The timer, for what is due next. */
void poller_arm(struct poller *p);

/* The host whose gate the fetch under way has passed, or waits at. */
struct host *feed_asked(const struct feed *f);

/* feeds.c */
/* Bring what is in the store into memory; false: it cannot be had now. */
bool feed_wake(struct feed *f);
/* The price follows what the feed's polls have shown. */
void feed_reprice(struct feed *f);
/* The host that is asked first, which an adopted redirect changes. */
void feed_find_host(struct feed *f);
/* Of many feeds, one that sleeps and is stored leaves memory. */
void feed_rest(struct feed *f);
/* A feed on auto has its share of budget and price: 1 adds it, -1 takes it. */
void feed_share(struct feed *f, int sign);
/* Its fetch and document end without a word to the owner. */
void feed_free(struct feed *f);

/* history.c: the poll is over, and its feed sleeps. */
void history_add(struct feed *f);

/* outcome.c: ends the poll, or hands the document over. */
void outcome_answer(struct feed *f, struct fetch_answer *a);
void owned_free(struct owned **o);
/* The configuration that the URL was borrowed from is replaced. */
void owned_rebind(struct owned *o, struct span url);

/* The feed of an id that is in use. */
static inline struct feed *
feed_known(const struct poller *p, uint32_t id)
{
	return &p->blocks.p[id / FEEDS_PER_BLOCK][id % FEEDS_PER_BLOCK];
}
/* Of any id; NULL: unused. */
struct feed *feed_at(const struct poller *p, uint32_t id);

/* plan.c */
const char *poll_why_text(enum poll_why why);
bool plan_is_auto(const struct feed *f);
/* The least time between two polls, before the server is asked. */
int64_t plan_min_ms(const struct feed *f);
/* Rate times weight times the share of its items that are about what is
 * watched. */
double plan_worth(const struct feed *f);
/* The next poll of a feed that was seen. */
struct wall plan_next(struct feed *f, const struct schedule *learned,
	const struct feed_state *s, enum poll_why *why);
/* After a failure. */
struct wall plan_retry(
	struct feed *f, const struct feed_state *s, enum poll_why *why);
/* Of a feed that is added. */
struct wall plan_first(struct feed *f, enum poll_why *why);
/* Of all feeds that were overdue when they were added. */
void plan_drain(struct poller *p);

#endif
