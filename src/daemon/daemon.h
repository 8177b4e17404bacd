/*
 * newswatchd: one loop, one thread, owner of all state (doc/ARCHITECTURE.md).
 *
 *	poller ─ document ─▶ pipeline ─ job ─▶ analysers
 *	pipeline ◀─ result ─ analysers;  pipeline ─ unit ─▶ store
 *	store ─ committed ─▶ relay ─▶ Redis;  Redis ─ outcomes ─▶ relay ─▶ store
 *
 * This header is for the files of this room only. Everything hangs on struct
 * daemon; each file owns the part that it is named after.
 */
#ifndef NW_DAEMON_DAEMON_H
#define NW_DAEMON_DAEMON_H

#include "base/clock.h"
#include "base/err.h"
#include "base/id_index.h"
#include "base/map.h"
#include "base/vec.h"
#include "config/config.h"
#include "daemon/stories.h"
#include "io/http_client.h"
#include "io/http_server.h"
#include "io/loop.h"
#include "io/pool.h"
#include "io/redis.h"
#include "poll/poller.h"
#include "queue/publisher.h"
#include "setup/setup.h"
#include "store/store.h"

/* Units wait this long for company before one fsync commits them all; where
 * an fsync takes long, so many times its time, since it stops the loop. */
#define DAEMON_COMMIT_MS 10
#define DAEMON_COMMIT_FACTOR 9
#define DAEMON_COMMIT_MAX_MS 250
/* A unit with hits waits less: they are to be told. */
#define DAEMON_COMMIT_HIT_MS 3
#define DAEMON_COMMIT_HIT_FACTOR 2
#define DAEMON_COMMIT_HIT_MAX_MS 20
/* Jobs that wait for an analyser; beyond, no new polls are begun. */
#define DAEMON_QUEUE 64
/* Address space of an analyser beside the lexicon; a document of 16 MiB with
 * its tree needs about a tenth. */
#define DAEMON_ANALYSER_BYTES ((uint64_t)2 << 30)
#define DAEMON_CONTROL_MODE 0660u
#define DAEMON_PRUNE_MS 60000
#define DAEMON_PRUNE_ROWS 2000
/* The stream is bounded by age also where no worker does it. */
#define DAEMON_TRIM_MS 3600000
#define DAEMON_STREAM_KEEP_MS ((int64_t)7 * 24 * 3600 * 1000)
/* The status shows stream and workers as they were so long ago at most. */
#define DAEMON_LOOK_MS 5000
#define DAEMON_QUEUE_STATUS_BYTES ((size_t)1 << 20)
/* On SIGTERM, work under way gets this long to end. */
#define DAEMON_DRAIN_MS 5000

struct daemon_options {
	const char *config_file; /* NULL: the default */
	const char *state_dir; /* NULL: as configured */
	const char *redis_url; /* NULL: as configured */
};

struct daemon_counts {
	uint64_t documents, items_new, items_changed, hits;
	uint64_t refused, recovered, truncated, crashed, timed_out;
	uint64_t store_failures, reloads, reload_failures, expired;
};

/* A configured feed; its poller id is its index in daemon.feeds. */
struct daemon_feed {
	const struct config_feed *conf; /* in daemon.config; NULL: unused */
};

struct document_job;

struct daemon {
	struct daemon_options options;
	struct config *config;
	struct loop *loop;

	struct store *store;
	struct stories *stories;
	struct loop_timer *commit_timer, *prune_timer;
	int64_t commit_us; /* that the last commit took */
	int64_t commit_at_ms; /* monotonic; while commit_timer is set */

	struct redis *redis;
	struct publisher *publisher;
	struct loop_timer *look_timer, *trim_timer;
	struct strbuf queue_status; /* JSON: stream, channels, workers; as of
				     * the last look; empty: not known */

	struct http_client *http;
	struct poller *poller;
	VEC(struct daemon_feed) feeds;
	struct id_index *feed_ids; /* URL -> poller id */
	VEC(uint32_t)
	unstored; /* feeds whose state changed without a
		   * document */
	VEC(uint32_t) quiet; /* those whose state can wait */
	struct loop_timer *flush_timer, *quiet_timer;

	struct pool *pool;
	int lexicon_fd; /* sealed; -1 before the first is compiled */
	struct setup_counts watch; /* what the lexicon holds */
	VEC(struct document_job *) waiting; /* for room in the pool's queue */
	size_t in_work; /* documents between poller and commit */

	struct loader *loader; /* compiling a watchlist; else NULL */
	struct http_exchange *reload_asked; /* waits for its outcome */
	bool reload_again; /* SIGHUP came meanwhile */

	struct http_server *server;
	struct loop_signal *on_hup, *on_term, *on_int;
	struct loop_timer *watchdog, *drain;
	struct mono started;
	struct wall started_at;
	struct wall config_loaded;
	char reload_message[ERR_MSG_MAX]; /* of the last failed one, or "" */
	bool ready, stopping;
	struct mono stop_asked;
	struct daemon_counts counts;
};

/* Runs until SIGTERM or SIGINT; returns the exit code (sysexits.h). */
int daemon_run(const struct daemon_options *o);
/* Begin to stop: no new polls, finish what is under way, then leave. */
void daemon_stop(struct daemon *d);

/* feeds.c: the configured feeds and the poller. States that no document
 * brought are stored together, every DAEMON_FLUSH_MS or sooner; those that only
 * say once more that nothing is new, every DAEMON_QUIET_MS. */
#define DAEMON_FLUSH_MS 5000
#define DAEMON_QUIET_MS 60000
#define DAEMON_FLUSH_FEEDS 100u /* at once: about a millisecond */
#define DAEMON_FLUSH_GAP_MS 2
NW_MUST_CHECK int feeds_start(struct daemon *d, struct err *err);
void feeds_reload(struct daemon *d, const struct config *old);
/* Give memory back to the system, after a configuration was read or freed. */
void feeds_trim(struct daemon *d);
/* The polls under way will not end: nobody is asked too soon for that. */
void feeds_interrupt(struct daemon *d);
/* Write all states before the store is closed. */
void feeds_flush(struct daemon *d);
void feeds_stop(struct daemon *d);
/* Poller id of a configured URL; false: there is none. */
bool feeds_find(const struct daemon *d, struct span url, uint32_t *id);
void feeds_unstored(uint32_t feed, bool soon, void *arg);
bool feeds_load(uint32_t feed,
	void (*take)(const struct feed_state *s, void *take_arg),
	void *take_arg, void *arg);

/* pipeline.c: from a document to committed hits */
void pipeline_document(const struct poll_document *doc, void *arg);
/* A unit was queued: commit soon. */
void pipeline_commit_soon(struct daemon *d);
/* As above, of a unit with hits. */
void pipeline_commit_hits(struct daemon *d);
void pipeline_stop(struct daemon *d);
/* The URL for logs and messages, secrets masked; mem_free it. */
char *pipeline_shown(struct span url);

/* relay.c: the publisher's owner */
NW_MUST_CHECK int relay_start(struct daemon *d, struct err *err);
void relay_stop(struct daemon *d);

/* analysers.c: the pool and what its children run */
NW_MUST_CHECK int analysers_start(struct daemon *d, struct err *err);
NW_MUST_CHECK int analysers_replace(struct daemon *d, struct err *err);

/* feeds_api.c: /api/feeds, /api/feed, /api/poll, and their metrics */
void feeds_put(struct json_w *w, const struct feed_state *s, const char *why);
void feeds_on_list(struct http_exchange *x, const struct http_server_request *q,
	void *arg);
void feeds_on_show(struct http_exchange *x, const struct http_server_request *q,
	void *arg);
void feeds_on_poll(struct http_exchange *x, const struct http_server_request *q,
	void *arg);
void feeds_metrics(struct daemon *d, struct strbuf *out);
void metrics_put(struct strbuf *out, const char *name, const char *type,
	const char *help, int64_t value);
void metrics_histogram(struct strbuf *out, const char *name, const char *help,
	const uint64_t *buckets, size_t n, int64_t (*bound_ms)(size_t),
	double sum_ms);

/* story_api.c: /api/story and /api/stories */
void story_on_request(struct http_exchange *x,
	const struct http_server_request *q, void *arg);
void stories_on_request(struct http_exchange *x,
	const struct http_server_request *q, void *arg);
/* Why an item (its row and id) is in its story, and what it is to it; null if
 * it is in none. */
struct json_w;
NW_MUST_CHECK int story_of_item_format(struct daemon *d, int64_t item,
	const char *id, struct json_w *w, struct err *err);

/* reload.c: the first load, SIGHUP, and the loader child */
NW_MUST_CHECK int reload_first(struct daemon *d, struct err *err);
/* asked: who waits for the answer; NULL for SIGHUP. */
void reload_start(struct daemon *d, struct http_exchange *asked);
void reload_stop(struct daemon *d);

/* status.c: the API on the control socket and on http.listen */
NW_MUST_CHECK int status_start(struct daemon *d, struct err *err);
void status_stop(struct daemon *d);
void status_format(struct daemon *d, struct strbuf *out);
void metrics_format(struct daemon *d, struct strbuf *out);

/* item.c: /api/item */
void item_on_request(struct http_exchange *x,
	const struct http_server_request *q, void *arg);

#endif
