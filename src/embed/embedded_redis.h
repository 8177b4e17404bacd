/*
 * A private redis-server on a Unix socket in the state directory, durable like
 * the database: append-only file, written through on every change. Knows when
 * it answers; a server that was left behind in this directory is told to stop
 * first, a stale socket is removed.
 */
#ifndef NW_EMBED_EMBEDDED_REDIS_H
#define NW_EMBED_EMBEDDED_REDIS_H

#include "base/err.h"
#include "io/loop.h"

struct embedded_redis;

/* A server that does not answer so long after its start has failed. Loading an
 * append-only file takes some seconds per GB. */
#define EMBEDDED_REDIS_START_MS 120000

struct embedded_redis_conf {
	struct loop *loop;
	const char *state_dir; /* borrowed for the call */
	void (*on_up)(void *arg); /* each time that it answers again */
	void (*on_failed)(const char *why, void *arg);
	void *arg;
};

/* ERR_CONF: no redis-server installed, or a directory that cannot be used. */
NW_MUST_CHECK int embedded_redis_new(const struct embedded_redis_conf *conf,
	struct embedded_redis **out, struct err *err);
void embedded_redis_free(struct embedded_redis **r);
/* Where the server of this state directory has its socket; mem_free. */
char *embedded_redis_socket(const char *state_dir);
/* unix:/path?db=0 */
const char *embedded_redis_url(const struct embedded_redis *r);
/* The server's command line, [0] its path, ended by NULL; borrowed from r.
 * Returns the number of arguments; max has room for all. */
size_t embedded_redis_argv(
	const struct embedded_redis *r, const char **argv, size_t max);

#endif
