/*
 * The relay: brings every stored hit to the stream, once, and every outcome
 * back to the store.
 *
 * Redis keeps the high-water mark of each producer (seq and id of its newest
 * hit) beside the stream, and one script adds hits and moves the mark only if
 * the mark is where the relay thinks. So a batch whose reply was lost is
 * neither lost nor doubled: the mark tells. A mark that is gone or lower than
 * what was published means that Redis was wiped or rolled back: the relay
 * rewinds to it and publishes again. A mark that is higher, or at a hit that
 * the database does not have, means that the database is an old copy: the owner
 * takes a new producer name. A hit that another daemon published is not added
 * again (`seen`), and is confirmed as "elsewhere".
 *
 * Outcomes come back in the stream done:<producer>; it is read in order, and
 * trimmed only after the owner says that they are stored.
 *
 * Errors of the server are rows of a table (server.c): what to do, and what
 * the operator should do. A server that would evict keys, or is a
 * replica, is refused until that is changed. One that has started with an
 * append-only file is asked once to write it anew, before anything is sent: a
 * kill may have left half a transaction in it. All waits have jittered backoff.
 * Loop thread; callbacks come from the loop, and may call anything here but
 * publisher_free.
 */
#ifndef NW_QUEUE_PUBLISHER_H
#define NW_QUEUE_PUBLISHER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/span.h"
#include "model/limits.h"

/* JSON per call, but one hit always goes. More does not stay in the caches of
 * the server, which then takes half as long again (bench/queue). */
#define PUBLISHER_BATCH_BYTES KIB(128)
#define PUBLISHER_FLIGHTS 4 /* batches under way at a time */
/* So many hits or more go by transaction, where nobody listens: it costs the
 * server three fifths, but a question before, so fewer are faster by script.
 * After anything unusual all goes by script for a while. */
#define PUBLISHER_MULTI_MIN 8
#define PUBLISHER_BY_SCRIPT_MS 1000
#define PUBLISHER_POLL_MS 1000 /* outcomes and mark are looked at so often */
#define PUBLISHER_CHECK_MS \
	60000 /* the server's settings are checked so often */
/* A rewrite of the server's append-only file that failed is asked for again
 * after so long, or on a new connection: each costs the server a fork. */
#define PUBLISHER_REWRITE_MS ((int64_t)3600 * 1000)
#define PUBLISHER_DONE_BATCH 500 /* outcomes read at a time */
#define PUBLISHER_OUTCOME_BYTES 64 /* an outcome is a word; cut */
#define PUBLISHER_RETRY_BASE_MS 100
#define PUBLISHER_RETRY_MAX_MS 30000
/* A hit stays guarded against a second publication for so long. Must be longer
 * than confirmed hits are offered for refill (publisher_row.told). */
#define PUBLISHER_SEEN_S (8 * 24 * 3600)
#define PUBLISHER_REFILL_MS ((int64_t)7 * 24 * 3600 * 1000)

struct loop;
struct publisher;
struct redis;

/* A hit to publish. Borrowed until the call it is given to returns. */
struct publisher_row {
	int64_t seq;
	const char *id; /* 32 hex digits */
	struct span json;
	struct span entities; /* ids, each ended by \n */
	bool told; /* its outcome is known: only refills a lost stream */
};

/* Give a row to the batch; false: it is full, give no more, this row was not
 * taken. */
struct publisher_batch;
bool publisher_batch_add(
	struct publisher_batch *b, const struct publisher_row *row);

struct publisher_outcome {
	int64_t seq;
	const char *id; /* hit id */
	struct span outcome;
};

/*
 * The owner's side: where hits are and outcomes go. All return 0, or -1 with
 * err (the relay waits and tries again).
 */
struct publisher_owner {
	/* 32 hex digits, the present producer name. */
	const char *(*producer)(void *arg);
	/* Add rows with a higher seq than `after`, ascending, at most limit.
	 * Confirmed ones older than PUBLISHER_REFILL_MS may be left out. */
	int (*read)(void *arg, int64_t after, size_t limit,
		struct publisher_batch *b, struct err *err);
	/* Hit id of a seq; "" if it is not there. */
	int (*id_of)(
		void *arg, int64_t seq, char out[HEX128_SIZE], struct err *err);
	/* Newest seq there is; highest that is known to be in Redis. */
	int64_t (*last)(void *arg);
	int64_t (*published)(void *arg);
	/* All up to seq are in Redis: remember it when convenient. */
	void (*on_published)(void *arg, int64_t seq);
	/* Store these and then call publisher_confirmed(); the next ones are
	 * read only after that. Borrowed for the call. */
	void (*on_outcomes)(
		void *arg, const struct publisher_outcome *o, size_t n);
	/* The database is older than the mark: take a new producer name. */
	int (*renew)(void *arg, struct err *err);
	void *arg;
};

struct publisher_conf {
	struct loop *loop;
	struct redis *redis; /* may be shared; outlives the publisher */
	struct span prefix;
	int64_t poll_ms; /* 0: PUBLISHER_POLL_MS */
	struct publisher_owner owner;
};

enum publisher_state {
	PUBLISHER_DOWN, /* no connection */
	PUBLISHER_CHECKING, /* asks the server for its settings and the mark */
	PUBLISHER_REFUSED, /* the server must not be used as it is set up */
	PUBLISHER_READY, /* publishes what there is */
	PUBLISHER_WAITING /* after an error, until the next try */
};

struct publisher_stats {
	enum publisher_state state;
	const char *message; /* why it is not READY, for people; "" if it is */
	int64_t mark; /* seq up to which all is in Redis; -1: not known */
	uint64_t published; /* hits added to the stream */
	uint64_t refilled; /* of these, told long ago */
	uint64_t doubles; /* not added: another daemon had */
	uint64_t batches, errors, rewinds, renewals;
	uint64_t multis, aborted; /* transactions that came about, or not */
	uint64_t outcomes; /* copied back */
};

/* prefix is copied. Starts by itself when the connection is up. */
struct publisher *publisher_new(const struct publisher_conf *conf);
/* Before the redis is freed, which returns the memory if replies are still
 * awaited. NULL is fine. */
void publisher_free(struct publisher **p);
/* What the redis' handlers must pass on: one connection has several users. */
void publisher_on_up(struct publisher *p);
void publisher_on_down(struct publisher *p, const struct err *reason);
/* New hits were committed. */
void publisher_wake(struct publisher *p);
/* The outcomes of the last on_outcomes: stored, or (false) to be had again. */
void publisher_confirmed(struct publisher *p, bool stored);
/* Nothing waits for a reply, and all up to owner.last() is in Redis. */
bool publisher_is_idle(const struct publisher *p);
void publisher_get_stats(
	const struct publisher *p, struct publisher_stats *out);
const char *publisher_state_name(enum publisher_state s);

#endif
