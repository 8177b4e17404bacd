/*
 * newswatch-notify: takes hits off the stream, decides by the routes who is
 * told, and delivers. All of its state is in Redis, so any number of workers
 * may run anywhere, and one may die at any time.
 */
#ifndef NW_NOTIFY_WORKER_H
#define NW_NOTIFY_WORKER_H

#include "notify/desk.h"

#define WORKER_DRAIN_MS 30000 /* for what is under way when told to stop */
#define WORKER_UNSERVED_MS 600000 /* overdue so long: does nobody serve it? */

struct worker_options {
	const char *config_file; /* NULL: the default */
	const char *state_dir; /* NULL: as configured */
	const char *redis_url; /* NULL: as configured */
	const char *name; /* of this worker on this host; fit for a Redis key */
	enum desk_output output;
};

/* Runs until SIGTERM or SIGINT, or until the reader of its output is gone.
 * Returns an exit code of sysexits.h. */
int worker_run(const struct worker_options *o);

#endif
