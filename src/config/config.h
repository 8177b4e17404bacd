/*
 * The configuration as one immutable, reference-counted snapshot.
 *
 * Made from YAML files (and the lists they name) by config_load(); a run holds
 * one snapshot; reload makes another and swaps. Every mistake is reported at
 * once, as `file:line:col: error: ...` with the line and a caret.
 * One table of keys (keys.c) drives parsing, defaults, `newswatch check`, the
 * manual page and reload.
 */
#ifndef NW_CONFIG_CONFIG_H
#define NW_CONFIG_CONFIG_H

#include "base/err.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include "model/channel.h"
#include "model/entity.h"
#include "model/event_type.h"
#include "model/publisher.h"
#include "model/route.h"

struct config_header {
	struct span name, value;
};

/* What the feeds of one list, or of entries that say no more than a URL, have
 * in common: there is one of it for all of them. */
struct config_feed_set {
	const char *file; /* of their places */
	struct entity_texts command; /* argv of an exec: feed */
	struct span publisher; /* empty: from the feed and its domain */
	struct span category; /* folders, "A/B"; may be empty */
	int64_t interval_ms; /* 0: auto */
	int64_t min_interval_ms, max_interval_ms; /* 0: as fetch says */
	int64_t backfill_ms; /* alert on items up to this old at first sight */
	double weight; /* > 0; default 1 */
	struct span user, password_file, bearer_file; /* empty: none */
	struct span proxy;
	const struct config_header *headers;
	size_t n_headers;
};

/* There may be a million of these. */
struct config_feed {
	struct span url; /* http:, https:, file:, exec:; as given */
	struct span title; /* what the user calls it; may be empty */
	const struct config_feed_set *set; /* never NULL */
	unsigned line, column; /* of its place */
};

static inline struct place
config_feed_place(const struct config_feed *f)
{
	return (struct place){f->set->file, f->line, f->column};
}

struct config_feeds {
	const struct config_feed *p;
	size_t n;
};

struct config_redis {
	struct span url; /* empty: none given */
	struct span prefix;
	struct span user;
	struct span password_file, ca_file, cert_file, key_file;
	struct place place; /* of the url */
};

struct config_fetch {
	double budget; /* polls per feed and day, of feeds with interval auto */
	double max_rate; /* polls per second over all feeds; 0: no cap */
	int64_t min_interval_ms, max_interval_ms;
	int64_t timeout_ms; /* whole transfer */
	int64_t host_gap_ms;
	unsigned host_connections;
	size_t max_body_bytes;
	struct entity_texts allow_private; /* CIDR ranges */
	struct span user_agent;
	struct span proxy;
	struct span ca_file; /* trusted for https; empty: the system's */
};

struct config {
	struct span file; /* main file as named by the user */
	struct span state_dir; /* as resolved: option, $STATE_DIRECTORY, key */
	struct config_feeds feeds;
	struct entity_list entities; /* empty without CONFIG_WATCHLISTS */
	const char *const *tests; /* *.watchtest files that includes name */
	size_t n_tests;
	struct channel_list channels;
	struct route_list routes;
	struct inhibit_list inhibits;
	struct publisher_list publishers; /* also those built in; empty without
					     CONFIG_PUBLISHERS */
	const struct event_types *events; /* also those built in; NULL without
					     CONFIG_EVENTS */
	struct config_redis redis;
	struct config_fetch fetch;
	int64_t store_keep_ms;
	struct span http_listen; /* "127.0.0.1:8642"; empty: none */
	unsigned analysers; /* child processes; default: one per core */
	int64_t analyse_timeout_ms; /* per job */
	struct span log_level;
	bool strict; /* broken rows of CSV, lists and OPML are fatal */
	size_t left_out; /* such rows, if not strict; they are in the report */
	/* With CONFIG_WATCH_HASH: of the names and bytes of all files that hold
	 * watchlists, and of what else their reading depends on. */
	char watch_hash[HEX128_SIZE];
};

/* What to read; parts left out stay empty and unchecked. */
enum config_parts {
	CONFIG_MAIN = 0,
	CONFIG_FEEDS = 1, /* feed lists and OPML */
	CONFIG_WATCHLISTS = 2,
	CONFIG_ROUTES = 4,
	CONFIG_PUBLISHERS = 8,
	CONFIG_EVENTS = 16,
	CONFIG_ALL = 31,
	/* Watchlists' files are hashed, also if they are not read. */
	CONFIG_WATCH_HASH = 32
};

struct config_options {
	const char *file; /* NULL: NW_SYSCONFDIR/newswatch.yaml */
	const char *state_dir; /* --state-dir; NULL: none */
	const char *redis_url; /* --redis; instead of redis.url; NULL: none */
	unsigned parts; /* of enum config_parts */
	/* With mistakes, give what could be read all the same: to look for
	 * more of them, never to run on. */
	bool keep;
};

/*
 * On failure -1, ERR_CONF; `report` then holds every mistake, one after the
 * other, ready to print (err says how many, and the first). Warnings (an unused
 * channel, a duplicate feed) and left out rows are appended to report also on
 * success. What only other rooms can know (event types, settings of a channel,
 * queries) is checked by setup.
 */
NW_MUST_CHECK int config_load(const struct config_options *o,
	struct config **out, struct strbuf *report, struct err *err);
struct config *config_ref(struct config *c);
void config_unref(struct config **c);

/* Watchlist files alone (newswatch match -w FILE...); also .csv. Ids made of
 * names that collide are numbered here, with a warning. */
NW_MUST_CHECK int config_load_watchlists(const char *const *files, size_t n,
	struct config **out, struct strbuf *report, struct err *err);

/*
 * A subscription list alone: OPML, or one URL a line, whichever the file is
 * ("-": standard input). Its feeds with titles and folders; places are lines
 * and columns of it. What is wrong with a line costs that line, is in the
 * report and counted in left_out.
 */
NW_MUST_CHECK int config_load_feed_list(const char *file, struct config **out,
	struct strbuf *report, struct err *err);

/* The built-in publishers, with those of the files over them. */
NW_MUST_CHECK int config_load_publishers(const char *const *files, size_t n,
	struct config **out, struct strbuf *report, struct err *err);

/* What a reload changes, by feed URL. Callbacks in no particular order. */
struct config_diff {
	void (*feed_added)(const struct config_feed *f, void *arg);
	void (*feed_removed)(const struct config_feed *f, void *arg);
	void (*feed_changed)(const struct config_feed *old,
		const struct config_feed *new, void *arg);
	void *arg;
};
void config_diff_feeds(const struct config *old, const struct config *new,
	const struct config_diff *d);
/* Keys that need a restart (state_dir, redis, http) and differ: a comma list
 * appended to out. */
void config_diff_fixed(
	const struct config *old, const struct config *new, struct strbuf *out);

#endif
