/*
 * What the two files of a pool's parent share: pool.c has its children's life
 * and the caller's functions, pool_channel.c the jobs and what is sent and
 * read.
 */
#ifndef NW_IO_POOL_PRIVATE_H
#define NW_IO_POOL_PRIVATE_H

#include "base/rng.h"
#include "io/loop.h"
#include "io/pool.h"
#include "io/pool_frame.h"

#define POOL_END_LIMIT_MS 1000 /* for a child whose channel was closed */

enum child_state {
	CHILD_GONE, /* no process; the timer starts one */
	CHILD_STARTING, /* executed, READY not yet seen */
	CHILD_IDLE,
	CHILD_BUSY, /* has a job */
	CHILD_ENDING, /* killed or told to go; its exit is awaited */
	CHILD_N_STATES
};

struct job {
	uint64_t id;
	struct strbuf payload;
	int64_t limit_ms;
	pool_done_cb cb; /* NULL: cancelled */
	void *arg;
	struct job *next;
};

struct child {
	struct pool *pool;
	enum child_state state;
	uint64_t generation; /* of its descriptors */
	struct proc *proc;
	int fd; /* its channel; -1: closed */
	struct loop_fd *w;
	struct loop_timer *timer; /* the state's time limit */
	struct job *job; /* BUSY; ENDING if it was */
	int64_t busy_since_ms;
	struct pool_frame head; /* of the job being sent */
	size_t sent; /* of head and payload */
	struct pool_frame got_head; /* of the frame being received */
	size_t got; /* of head and body */
	struct strbuf body;
	bool timed_out; /* we killed it at the job's limit */
	bool wanted; /* we told it to go: no failure */
	bool was_ready;
	char reason[160]; /* why we killed it; empty: we did not */
	unsigned deaths; /* in a row, without a job done in between */
};

struct pool {
	struct loop *loop;
	char **argv;
	int fds[POOL_MAX_FDS];
	size_t n_fds;
	uint64_t generation; /* of fds */
	struct child *children;
	unsigned n_children;
	size_t max_queue, max_reply_bytes;
	int64_t start_limit_ms;
	struct job *first, **last; /* the queue */
	size_t queued;
	uint64_t next_id;
	struct rng rng;
	bool closed;
	struct pool_stats stats;
};

/* The only way to another state; asserts that it is a legal move. */
void pool_set_state(struct child *c, enum child_state to);
void pool_free_job(struct job **j);
/* Tells and forgets a job that is off its child. The last thing to do. */
void pool_tell(struct job *j, enum pool_outcome outcome, struct span reply,
	const char *message);
/* The first of the queue, off it; NULL if it is empty. */
struct job *pool_next_job(struct pool *p);
/* Off the child; NULL if it has none. */
struct job *pool_take_job(struct child *c);
void pool_close_channel(struct child *c);
/* It ends, and its exit is awaited. */
void pool_kill_child(struct child *c, const char *reason);
/* Its descriptors are old: no more jobs for it. */
void pool_retire(struct child *c);
/* Queued jobs to idle children. */
void pool_dispatch(struct pool *p);
/* Of a child's loop_fd. */
void pool_on_channel(int fd, unsigned what, void *arg);

#endif
