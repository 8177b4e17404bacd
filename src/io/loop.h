/*
 * The event loop of a process: timers, descriptors, signals, deferred calls.
 *
 * One loop, one thread: nothing here is thread safe and nothing needs to be.
 * Callbacks come only from inside loop_run(). A callback may free any handle,
 * its own too: the handle is dead at once (no callback comes any more) and its
 * memory goes away after the turn. A turn is one round of callbacks for all
 * that was ready at the same time.
 */
#ifndef NW_IO_LOOP_H
#define NW_IO_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
struct loop_timer;
struct loop_fd;
struct loop_signal;

typedef void (*loop_cb)(void *arg);
/* what: LOOP_READ, LOOP_WRITE or both. */
typedef void (*loop_fd_cb)(int fd, unsigned what, void *arg);

#define LOOP_READ 1u
#define LOOP_WRITE 2u

/* Ignores SIGPIPE for the process. ERR_TEMP if the kernel gives no epoll. */
NW_MUST_CHECK int loop_new(struct loop **out, struct err *err);
/* Runs what is still deferred. Handles must be freed before. */
void loop_free(struct loop **l);

/* Runs until loop_stop(). */
void loop_run(struct loop *l);
/* Runs until loop_stop() (true) or until limit_ms have passed (false). */
bool loop_run_for(struct loop *l, int64_t limit_ms);
/* The present loop_run() returns after this turn; without one, the next
 * returns at once. */
void loop_stop(struct loop *l);

/*
 * Call cb(arg) once, after the present turn; before loop_run(), at its start.
 * In the order of the calls. What a deferred call defers comes a turn later.
 */
void loop_defer(struct loop *l, loop_cb cb, void *arg);
/* Drops every deferred call with this arg. */
void loop_defer_cancel(struct loop *l, const void *arg);
/* Frees memory (of mem_*) after the turn; takes p. NULL is fine. */
void loop_free_later(struct loop *l, void *p);

/*
 * A timer that is not running. Freed with loop_timer_free().
 */
struct loop_timer *loop_timer_new(struct loop *l, loop_cb cb, void *arg);
void loop_timer_free(struct loop_timer **t);
/* Fire once, delay_ms from now (0: in the next turn; negative counts as 0). A
 * running timer is set anew. */
void loop_timer_set(struct loop_timer *t, int64_t delay_ms);
/* Fire every period_ms (> 0) from now, until stopped or set. Rounds that were
 * missed are left out, not made up for. */
void loop_timer_every(struct loop_timer *t, int64_t period_ms);
void loop_timer_stop(struct loop_timer *t);
bool loop_timer_is_set(const struct loop_timer *t);

/*
 * Watch a descriptor that can be polled (not a regular file), level triggered,
 * until freed. what: LOOP_READ, LOOP_WRITE, both, or 0 (nothing for now). A
 * hangup or an error counts as whatever is watched. The descriptor stays the
 * caller's; free the watch before closing it.
 */
struct loop_fd *loop_fd_new(
	struct loop *l, int fd, unsigned what, loop_fd_cb cb, void *arg);
void loop_fd_set(struct loop_fd *w, unsigned what);
void loop_fd_free(struct loop_fd **w);

/* cb(arg) in the loop for every signal signo (several may count as one). The
 * previous disposition comes back with the free. */
struct loop_signal *loop_signal_new(
	struct loop *l, int signo, loop_cb cb, void *arg);
void loop_signal_free(struct loop_signal **s);

/*
 * Lag: by how much timers fire later than they were due, which is how long
 * callbacks kept the loop from its work. Measured on every timer; with
 * loop_lag_watch() also on a heartbeat of its own, so that stalls longer than
 * the period cannot go unseen (it costs a wakeup per period).
 */
#define LOOP_LAG_BUCKETS 11

struct loop_lag {
	uint64_t n; /* timers fired */
	int64_t max_ms;
	int64_t sum_ms;
	/* Counts of lag <= loop_lag_bound_ms(i); the last takes the rest. Each
	 * timer counts in one bucket. */
	uint64_t buckets[LOOP_LAG_BUCKETS];
};

/* period_ms 0: no heartbeat. */
void loop_lag_watch(struct loop *l, int64_t period_ms);
/* What was measured since the start or the last call with reset. */
void loop_lag_read(struct loop *l, struct loop_lag *out, bool reset);
/* 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, INT64_MAX */
int64_t loop_lag_bound_ms(size_t bucket);

#endif
