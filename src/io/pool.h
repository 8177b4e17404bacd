/*
 * A pool of child processes that do pure work on hostile bytes.
 *
 * The children are this same program, re-executed with the argv given, each on
 * one end of a socketpair (descriptor POOL_CHANNEL_FD). A child has one job at
 * a time. One that crashes, writes nonsense or exceeds its job's time limit is
 * killed and replaced: that costs the job, nothing else. A child that keeps
 * dying is restarted with backoff. Bounded queue; one thread.
 */
#ifndef NW_IO_POOL_H
#define NW_IO_POOL_H

#include "base/err.h"
#include "base/strbuf.h"
#include "io/loop.h"

#define POOL_CHANNEL_FD 3
#define POOL_FIRST_FD 4 /* inherited descriptors: 4, 5, ... */
#define POOL_MAX_FDS 8

struct pool;

enum pool_outcome {
	POOL_DONE, /* reply is the child's answer */
	POOL_CRASHED, /* it died or broke the protocol during the job */
	POOL_TIMEOUT, /* it was killed at the job's time limit */
	POOL_CLOSED /* pool_free() came first */
};

/* reply lives until the callback returns. message says what happened, in words
 * for people ("killed by SIGSEGV (segmentation fault)"); empty for POOL_DONE.
 */
typedef void (*pool_done_cb)(enum pool_outcome outcome, struct span reply,
	const char *message, void *arg);

struct pool_options {
	const char *const *argv; /* ends with NULL; copied */
	unsigned n_children; /* 1..POOL_MAX_CHILDREN */
	const int *fds; /* inherited; duplicated, the caller keeps its own */
	size_t n_fds;
	size_t max_queue; /* jobs waiting for a child */
	size_t max_reply_bytes; /* beyond: the child is broken */
	int64_t start_limit_ms; /* from exec to ready; 0: 10000 */
};

#define POOL_MAX_CHILDREN 256

/* Children are started when the loop runs. ERR_TEMP if descriptors cannot be
 * had. */
NW_MUST_CHECK int pool_new(struct loop *l, const struct pool_options *o,
	struct pool **out, struct err *err);
/* Kills the children; jobs get POOL_CLOSED from inside. */
void pool_free(struct pool **p);

struct pool_job {
	struct strbuf payload; /* taken (emptied) if the job is accepted */
	int64_t limit_ms; /* from when a child gets it; > 0 */
	pool_done_cb cb;
	void *arg;
};

/* A number for pool_cancel(), never 0; 0 if the queue is full: nothing was
 * taken, come again when jobs have ended. */
uint64_t pool_submit(struct pool *p, struct pool_job *job);
bool pool_is_full(const struct pool *p);
/* Its callback will not come. Running work goes on, its answer is dropped. */
void pool_cancel(struct pool *p, uint64_t job);

/* New inherited descriptors (duplicated): idle children are replaced now, busy
 * ones after their job. Jobs not yet begun run on new children only. */
NW_MUST_CHECK int pool_replace(
	struct pool *p, const int *fds, size_t n_fds, struct err *err);

struct pool_stats {
	unsigned children; /* ready: idle or busy */
	unsigned busy;
	size_t queued;
	uint64_t done, crashed, timed_out;
	uint64_t started; /* children, ever */
	uint64_t start_failures;
	int64_t busy_ms; /* summed over jobs */
};
void pool_stats_read(const struct pool *p, struct pool_stats *out);

/*
 * The child's side: says that it is ready, then for each job calls handler and
 * sends what it put into reply, until the parent closes the channel. job lives
 * until the handler returns; reply is empty and bounded by max_reply_bytes.
 * Needs only read and write on fd. -1 if the channel breaks.
 */
typedef void (*pool_handler)(struct span job, struct strbuf *reply, void *arg);
NW_MUST_CHECK int pool_child_run(int fd, size_t max_job_bytes,
	size_t max_reply_bytes, pool_handler handler, void *arg,
	struct err *err);

#endif
