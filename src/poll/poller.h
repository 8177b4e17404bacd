/*
 * The poller: asks every feed at the right moment and behaves well.
 *
 * It owns the feeds' timers (one heap over one loop timer), the gate per host,
 * the fetch state machine (redirects by hand, conditional requests) and local
 * files. It neither inflates nor parses: a document goes to its owner, who has
 * it analysed and stored and then tells how that went:
 *
 *	poller ── document ──▶ owner ── analyse, begin transaction
 *	owner ── poller_settle() ──▶ the state to store with the items
 *	owner ── poller_commit() or poller_abort() after the transaction
 *
 * so that validators advance only together with what they validate. A feed
 * whose document is with the owner is not polled meanwhile. What schedule.h
 * and policy.h decide is pure; this file only carries it out. Loop thread.
 */
#ifndef NW_POLL_POLLER_H
#define NW_POLL_POLLER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "config/config.h"
#include "model/feed.h"
#include "poll/clocks.h"

struct loop;
struct http_client;
struct poller;

/* A document as received. Lives until poller_commit or poller_abort. */
struct poll_document {
	uint32_t feed; /* id */
	struct span url; /* that answered, after redirects */
	struct span content_type, content_encoding, content_location;
	struct span body;
	struct wall received;
};

struct poller_callbacks {
	/* A 200 with a body. The owner must end it with poller_settle and
	 * then poller_commit or poller_abort, at once or later. */
	void (*document)(const struct poll_document *d, void *arg);
	/* A poll that brought no document changed the state: get it with
	 * poller_get(), store it, and tell with poller_stored(). Not soon: only
	 * times and counts went on, and nothing that would be asked for sooner
	 * without them; it may take minutes. Told once until it is stored, and
	 * once more if it becomes soon. */
	void (*state)(uint32_t feed, bool soon, void *arg);
	/* Read the stored state of a feed that was polled before: call take
	 * once with it, or not at all if there is none any more. False: it
	 * cannot be read now. */
	bool (*load)(uint32_t feed,
		void (*take)(const struct feed_state *s, void *take_arg),
		void *take_arg, void *arg);
	void *arg;
};

/* Of more feeds than this, only those under way are wholly in memory; and of
 * fewer, those that are asked often. */
#define POLLER_ACTIVE 20000u

struct poller *poller_new(struct loop *loop, struct http_client *http,
	const struct config_fetch *fetch, const struct poller_callbacks *cb);
void poller_free(struct poller **p);
/* New limits and budget after a reload; borrowed until the next call. */
void poller_configure(struct poller *p, const struct config_fetch *fetch);

/* conf is borrowed until the feed is changed or removed; known is copied and
 * may be NULL (a feed never seen). Returns the feed's id: small, dense, reused
 * after removal. The first poll is spread, never before known->next_due. */
uint32_t poller_add(struct poller *p, const struct config_feed *conf,
	const struct feed_state *known);
void poller_change(
	struct poller *p, uint32_t feed, const struct config_feed *conf);
/* The feed, or the process, goes while it may be polled: then it is asked again
 * no sooner than its minimum from now, which the owner is told to store. */
void poller_interrupt(struct poller *p, uint32_t feed);
/* A poll under way is cancelled; a document with the owner may still be
 * settled, to no effect. */
void poller_remove(struct poller *p, uint32_t feed);

/* How the owner fared with a document. */
struct poll_outcome {
	enum feed_result result; /* OK, REFUSED, TOO_BIG, CRASHED, STORE */
	const char *message; /* for people; NULL if OK */
	bool whole; /* arrived complete: validators may advance */
	int64_t ttl_s; /* -1: unsaid */
	uint32_t skip_hours;
	uint8_t skip_days;
	struct span title;
	struct span domain; /* registrable domain; may be empty */
	size_t n_items, n_hits;
	size_t bytes; /* of the document, inflated */
	size_t n_matched; /* new items about something watched, told or not */
	/* When the items that were new were published (undated: now), in any
	 * order, and the oldest date in the document (ITEM_UNDATED: none). */
	const struct wall *new_items;
	size_t n_new;
	struct wall oldest;
};

/* What to store with the document's items. *out borrows from the poller until
 * commit or abort. Nothing changes yet. */
void poller_settle(struct poller *p, uint32_t feed,
	const struct poll_outcome *outcome, struct feed_state *out);
void poller_commit(struct poller *p, uint32_t feed);
/* The transaction failed: old validators stay, the feed is asked again with
 * backoff. */
void poller_abort(struct poller *p, uint32_t feed, const char *why);

/* Give back what memory adding many feeds took beyond what they need. */
void poller_trim(struct poller *p);

/* Stop starting polls (queue full, shutting down) and go on again. */
void poller_pause(struct poller *p);
void poller_resume(struct poller *p);
/* Poll now (newswatch feeds poll, tests); the host's gate still holds. */
void poller_poll_now(struct poller *p, uint32_t feed);

#define POLLER_LATENESS_BUCKETS 9

struct poller_stats {
	size_t feeds, in_flight, waiting; /* waiting: with the owner */
	size_t overdue; /* due but not asked yet: gate, rate, pause */
	uint64_t polls, by_result[FEED_RESULTS];
	uint64_t bytes, not_modified;
	uint64_t with_news, with_hits; /* polls that brought new items, and new
					* ones about something watched */
	uint64_t saved_unchanged, saved_packed; /* bytes that 304s and
						 * compression kept away */
	int64_t lateness_ms_max; /* since the last call */
	/* Of the starts of polls; counts up to poller_lateness_bound_ms(i). */
	uint64_t lateness[POLLER_LATENESS_BUCKETS], lateness_ms_sum;
	bool network_down; /* every host fails: it is us */
};
void poller_get_stats(struct poller *p, struct poller_stats *out);
/* 10 ms to 30 min, then INT64_MAX. */
int64_t poller_lateness_bound_ms(size_t bucket);

/* The state of one feed, for the store and for people, and a word on why
 * next_due is what it is. Borrowed until the next call of this room. False: no
 * such feed, or it cannot be read now. */
bool poller_get(struct poller *p, uint32_t feed, struct feed_state *out,
	const char **why);
/* Is its host left alone, whatever next_due is? Until when, and a word on why;
 * static. */
bool poller_left_alone(const struct poller *p, uint32_t feed,
	struct wall *until, const char **why);
/* How its last poll ended; costs nothing. */
bool poller_result(
	const struct poller *p, uint32_t feed, enum feed_result *out);
/* One poll that ended. */
struct poll_entry {
	struct wall at, next_due;
	const char *why; /* next_due is what it is; static */
	uint32_t feed;
	uint32_t took_ms, bytes, n_new, n_items;
	uint16_t http_status; /* 0: none */
	uint16_t redirects;
	enum feed_result result;
};
/* The last polls of all feeds, this many, since the start: not persisted. */
#define POLLER_HISTORY 16384u
/* Those of one feed, newest first; how many were written to out. */
size_t poller_history(const struct poller *p, uint32_t feed,
	struct poll_entry *out, size_t most);

/* What the schedule thinks of a feed at this moment, from a state that
 * poller_get() gave. */
struct poll_insight {
	double rate_per_day; /* of new items */
	double interest; /* weight for what its items are about */
	double profile[24]; /* by UTC hour, mean 1 */
	double days[7]; /* by UTC day from Thursday, mean 1 */
	struct schedule_clock clock;
	int64_t delay_ms; /* expected, of an item that comes before next_due */
};
void poller_insight(const struct poller *p, const struct feed_state *s,
	struct poll_insight *out);

/* Hosts that answered 429 most often, at most this many. */
#define POLLER_WORST_HOSTS 20u
struct poll_host {
	struct span name; /* borrowed until feeds are removed */
	uint64_t refusals;
};
size_t poller_worst_hosts(
	const struct poller *p, struct poll_host out[POLLER_WORST_HOSTS]);

/* The state that poller_get() gave is in the store. */
void poller_stored(struct poller *p, uint32_t feed);
/* Is there one to store? */
bool poller_is_unstored(const struct poller *p, uint32_t feed);
/* Before feeds are added: we ended without storing all states, so what is
 * overdue was perhaps asked just now and waits for its minimum. */
void poller_after_crash(struct poller *p);
/* If the wall clock has left the monotonic one behind by a minute since the
 * last look, plan what is due by it anew, like after a restart. Looked at every
 * 15 s without being told. */
void poller_check_clock(struct poller *p);
/* Ids of all feeds, 0 to below this; some may be unused (poller_get false). */
uint32_t poller_id_end(const struct poller *p);

#endif
