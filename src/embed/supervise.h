/*
 * The embedded default: a private redis-server, the daemon and one worker as
 * children of a foreground process, in this order, and stopped in the reverse.
 * Children die with it; one that fails is started again with backoff, unless
 * its configuration is at fault.
 */
#ifndef NW_EMBED_SUPERVISE_H
#define NW_EMBED_SUPERVISE_H

#include "base/err.h"
#include "io/loop.h"

struct supervisor;

struct supervise_conf {
	struct loop *loop;
	const char *config_file; /* NULL: the default */
	const char *state_dir; /* exists */
	const char *redis_url; /* NULL: start a private server */
	/* What the worker is started with to print: --terminal, --json-alerts
	 * or --json-lines. */
	const char *output;
	const char *log_level; /* of the children */
	/* Everything runs (once). */
	void (*on_ready)(void *arg);
	/* It is over; code is the exit code to leave with. */
	void (*on_end)(int code, void *arg);
	void *arg;
};

/* Strings of conf are borrowed until supervise_free. ERR_TEMP if another one
 * runs in this state directory; ERR_CONF if a program is missing. */
NW_MUST_CHECK int supervise_start(const struct supervise_conf *conf,
	struct supervisor **out, struct err *err);
/* Stop the children cleanly, keeping everything, then on_end. */
void supervise_stop(struct supervisor *s, int code);
/* Pass SIGHUP on. */
void supervise_reload(struct supervisor *s);
void supervise_free(struct supervisor **s);

/* Path of a program of ours: beside this one, else where it was installed.
 * mem_free it. */
char *supervise_program(const char *name);

#endif
