/* The pool of analysers: how many, with which lexicon. */
#include "daemon/daemon.h"

#include <unistd.h>

#include "analyse/analyser.h"

/* As configured, else one per processor. */
static unsigned
n_children(const struct config *c)
{
	long n = c->analysers > 0 ? (long)c->analysers
				  : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1                    ? 1
		: n > POOL_MAX_CHILDREN ? POOL_MAX_CHILDREN
					: (unsigned)n;
}

int
analysers_start(struct daemon *d, struct err *err)
{
	static const char *const argv[] = {ANALYSER_ARGV0, NULL};
	struct pool_options o = {
		.argv = argv,
		.n_children = n_children(d->config),
		.fds = &d->lexicon_fd,
		.n_fds = 1,
		.max_queue = DAEMON_QUEUE,
		.max_reply_bytes = ANALYSE_FRAME_BYTES,
	};

	return pool_new(d->loop, &o, &d->pool, err);
}

/* Busy ones finish their document with the old lexicon. */
int
analysers_replace(struct daemon *d, struct err *err)
{
	return pool_replace(d->pool, &d->lexicon_fd, 1, err);
}
