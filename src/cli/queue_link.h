/*
 * The queue as a verb reaches it: a connection to the configured Redis, or to
 * the private one of a `newswatch run` in the state directory. Waits.
 */
#ifndef NW_CLI_QUEUE_LINK_H
#define NW_CLI_QUEUE_LINK_H

#include "base/err.h"
#include "base/opts.h"
#include "base/span.h"
#include "io/loop.h"
#include "io/redis.h"

#define QUEUE_LINK_WAIT_MS 10000 /* for the connection */

struct queue_link_conf {
	/* All may be NULL: --config, --state-dir, --redis. */
	const char *config_file, *state_dir, *redis_url;
};

/* The options of a verb that say which Redis. */
#define QUEUE_LINK_OPTS(conf) \
	{'c', "config", OPT_TEXT, "FILE", "the configuration", \
		&(conf).config_file}, \
		QUEUE_LINK_PLACE_OPTS(&(conf).state_dir, &(conf).redis_url)
#define QUEUE_LINK_PLACE_OPTS(state_dir, redis_url) \
	{0, "state-dir", OPT_TEXT, "DIR", \
		"of a newswatch run, whose private Redis is meant", \
		(state_dir)}, \
	{ \
		0, "redis", OPT_TEXT, "URL", "instead of redis.url", \
			(redis_url) \
	}

struct queue_link {
	struct loop *loop;
	struct redis_options options;
	struct redis *redis; /* up after queue_link_open */
	char *prefix;
	bool up;
	struct err down; /* why it is not */
};

/*
 * Connect, and wait until that worked. ERR_CONF (a report is printed) if the
 * configuration cannot be read or names no Redis, ERR_TEMP if none answers.
 * Ended by queue_link_close, also after a failure.
 */
NW_MUST_CHECK int queue_link_open(struct queue_link *l,
	const struct queue_link_conf *conf, struct err *err);
void queue_link_close(struct queue_link *l);

#endif
