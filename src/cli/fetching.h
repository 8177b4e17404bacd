/*
 * Fetching a URL as the daemon would poll it, and keeping all that happened on
 * the way. Waits for the answer.
 */
#ifndef NW_CLI_FETCHING_H
#define NW_CLI_FETCHING_H

#include "base/arena.h"
#include "base/vec.h"
#include "config/config.h"
#include "poll/fetch.h"

struct fetching {
	struct config *config;
	struct loop *loop;
	struct http_client *http;
	VEC(struct cidr) allowed;
	struct cidr_guard guard;
};

/*
 * With the settings of `fetch` in the configuration; config NULL: the default,
 * or none if there is none. ERR_CONF, with the report printed, if it cannot be
 * read.
 */
NW_MUST_CHECK int fetching_init(
	struct fetching *f, const char *config, struct err *err);
void fetching_fini(struct fetching *f);

/* One request and its answer. Spans lie in the arena; headers are text, and
 * those that hold secrets by their name have the value "***". */
struct fetched_hop {
	struct span url;
	const struct http_header *sent, *got;
	size_t n_sent, n_got;
	unsigned status; /* 0: no answer */
	unsigned version; /* 10, 11, 20 */
	const char *failure; /* NULL: none; else a word for it */
	bool forbidden; /* the guard refused the address */
	struct span message; /* of a failure */
	struct span address;
	enum policy_action action;
	int64_t name_us, connect_us, tls_us, first_byte_us, total_us;
	int64_t bytes;
};

struct fetched {
	struct arena *arena;
	struct strbuf body; /* as received */
	struct fetch_answer a; /* spans in the arena */
	struct span etag, last_modified; /* a's, as text */
	VEC(struct fetched_hop) hops;
	bool configured; /* with the settings of a feed of that URL */
	struct span program; /* of an exec: feed, without its arguments */
	bool forbidden;
};

/* The configured feed of that URL; NULL. */
const struct config_feed *fetching_feed(
	const struct fetching *f, struct span url);

/* Files and commands (poll/local.h, poll/command.h) have no hops; an exec: URL
 * must be one of a configured feed. validators: of an earlier answer to the
 * same URL, sent along; may be NULL. */
void fetching_get(struct fetching *f, struct span url,
	const struct fetched *validators, struct fetched *out);
void fetched_fini(struct fetched *r);

/* What a verb exits with: EX_OK for a document or an unchanged one. */
int fetched_exit_code(const struct fetched *r);

#endif
