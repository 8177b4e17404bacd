/*
 * The event loop: a thin layer over libevent that adds what a daemon needs and
 * libevent 2.1 has not: work after a turn, handles that may be freed from
 * their own callback, and a measure of how late the loop is.
 *
 * A turn is one event_base_loop(EVLOOP_ONCE). Memory of freed handles lies in
 * the list of deferred calls until the turn is over, so that libevent's active
 * queue never sees a dead handle. loop_private.h gives the base to the other
 * two doors. One thread.
 */
#include "io/loop.h"

#include <assert.h>
#include <signal.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "io/loop_private.h"

struct deferred {
	loop_cb cb; /* NULL: cancelled */
	void *arg;
};

/* A VEC with a name, so that two can be swapped. */
struct deferred_list {
	struct deferred *p;
	size_t n;
	size_t cap;
};

struct loop {
	struct event_base *base;
	struct deferred_list deferred; /* for the end of this turn */
	struct deferred_list batch; /* being called now */
	bool running;
	bool stop;
	struct loop_timer *heartbeat; /* NULL: none */
	struct loop_lag lag;
};

struct loop_timer {
	struct loop *loop;
	struct event ev;
	loop_cb cb;
	void *arg;
	int64_t due_ms; /* monotonic; while set */
	int64_t period_ms; /* 0: fires once */
	bool set;
};

struct loop_fd {
	struct loop *loop;
	struct event ev;
	loop_fd_cb cb;
	void *arg;
	int fd;
	unsigned what; /* watched now */
};

struct loop_signal {
	struct loop *loop;
	struct event ev;
	loop_cb cb;
	void *arg;
};

static const int64_t lag_bounds_ms[LOOP_LAG_BUCKETS] = {
	1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, INT64_MAX};

int
loop_new(struct loop **out, struct err *err)
{
	struct event_config *conf = event_config_new();
	struct event_base *base = NULL;
	struct loop *l;

	*out = NULL;
	if (conf) {
		/* Delays count from when they are set, not from the start of
		 * the turn; and in milliseconds, not in scheduler ticks. */
		event_config_set_flag(conf,
			EVENT_BASE_FLAG_NO_CACHE_TIME |
				EVENT_BASE_FLAG_PRECISE_TIMER |
				EVENT_BASE_FLAG_NOLOCK |
				EVENT_BASE_FLAG_IGNORE_ENV);
		base = event_base_new_with_config(conf);
		event_config_free(conf);
	}
	if (!base)
		return err_set(err, ERR_TEMP,
			"cannot make an event loop (too many open files?)");
	signal(SIGPIPE, SIG_IGN);
	l = mem_new(l);
	l->base = base;
	*out = l;
	return 0;
}

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

/* -- deferred calls ------------------------------------------------------- */

void
loop_defer(struct loop *l, loop_cb cb, void *arg)
{
	vec_push(&l->deferred, (struct deferred){cb, arg});
}

void
loop_free_later(struct loop *l, void *p)
{
	if (p)
		loop_defer(l, mem_free_, p);
}

static void
cancel(struct deferred_list *list, const void *arg)
{
	vec_each (struct deferred *, d, list)
		/* Memory on its way out has itself as arg, and must go. */
		if (d->arg == arg && d->cb != mem_free_)
			d->cb = NULL;
}

void
loop_defer_cancel(struct loop *l, const void *arg)
{
	cancel(&l->batch, arg);
	cancel(&l->deferred, arg);
}

static void
run_deferred(struct loop *l)
{
	/* What a call defers goes into the other list: for the next turn. */
	struct deferred_list batch = l->deferred;

	l->deferred = l->batch;
	l->batch = batch;
	for (size_t i = 0; i < l->batch.n; i++) {
		struct deferred d = l->batch.p[i];
		l->batch.p[i].cb = NULL;
		if (d.cb)
			d.cb(d.arg);
	}
	vec_clear(&l->batch);
}

/* -- running -------------------------------------------------------------- */

void
loop_run(struct loop *l)
{
	assert(!l->running);
	l->running = true;
	run_deferred(l);
	while (!l->stop) {
		int flags = EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY;
		int rc;

		if (l->deferred.n)
			flags |= EVLOOP_NONBLOCK;
		rc = event_base_loop(l->base, flags);
		assert(rc >= 0);
		run_deferred(l);
	}
	l->stop = false;
	l->running = false;
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
}

struct limit {
	struct loop *loop;
	bool reached;
};

static void
on_limit(void *arg)
{
	struct limit *limit = arg;

	limit->reached = true;
	loop_stop(limit->loop);
}

bool
loop_run_for(struct loop *l, int64_t limit_ms)
{
	struct limit limit = {.loop = l};
	struct loop_timer *t = loop_timer_new(l, on_limit, &limit);

	loop_timer_set(t, limit_ms);
	loop_run(l);
	loop_timer_free(&t);
	return !limit.reached;
}

void
loop_free(struct loop **lp)
{
	struct loop *l = *lp;

	if (!l)
		return;
	*lp = NULL;
	assert(!l->running);
	loop_timer_free(&l->heartbeat);
	while (l->deferred.n)
		run_deferred(l);
	vec_fini(&l->deferred);
	vec_fini(&l->batch);
	event_base_free(l->base);
	mem_free(&l);
}

/* -- timers --------------------------------------------------------------- */

static void
add_lag(struct loop_lag *lag, int64_t late_ms)
{
	size_t i = 0;

	if (late_ms < 0)
		late_ms = 0;
	while (late_ms > lag_bounds_ms[i])
		i++;
	lag->buckets[i]++;
	lag->n++;
	lag->sum_ms += late_ms;
	if (late_ms > lag->max_ms)
		lag->max_ms = late_ms;
}

static void
arm(struct loop_timer *t, int64_t delay_ms)
{
	struct timeval tv = {
		.tv_sec = delay_ms / 1000,
		.tv_usec = (suseconds_t)(delay_ms % 1000 * 1000),
	};
	int rc;

	rc = event_add(&t->ev, &tv);
	assert(rc == 0);
	t->set = true;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct loop_timer *t = arg;
	int64_t now_ms = clock_mono().ms;

	(void)fd;
	(void)what;
	add_lag(&t->loop->lag, now_ms - t->due_ms);
	t->set = false;
	if (t->period_ms) {
		int64_t missed = (now_ms - t->due_ms) / t->period_ms;

		t->due_ms += (missed + 1) * t->period_ms;
		arm(t, t->due_ms - now_ms);
	}
	t->cb(t->arg);
}

struct loop_timer *
loop_timer_new(struct loop *l, loop_cb cb, void *arg)
{
	struct loop_timer *t = mem_new(t);
	int rc = event_assign(&t->ev, l->base, -1, 0, on_timer, t);

	assert(rc == 0);
	t->loop = l;
	t->cb = cb;
	t->arg = arg;
	return t;
}

void
loop_timer_set(struct loop_timer *t, int64_t delay_ms)
{
	int64_t due_ms = clock_mono().ms + (delay_ms > 0 ? delay_ms : 0);

	t->period_ms = 0;
	/* Many are set again and again to the same time. */
	if (t->set && t->due_ms == due_ms)
		return;
	t->due_ms = due_ms;
	arm(t, delay_ms > 0 ? delay_ms : 0);
}

void
loop_timer_every(struct loop_timer *t, int64_t period_ms)
{
	assert(period_ms > 0);
	loop_timer_set(t, period_ms);
	t->period_ms = period_ms;
}

void
loop_timer_stop(struct loop_timer *t)
{
	event_del(&t->ev);
	t->period_ms = 0;
	t->set = false;
}

bool
loop_timer_is_set(const struct loop_timer *t)
{
	return t->set;
}

void
loop_timer_free(struct loop_timer **tp)
{
	struct loop_timer *t = *tp;

	if (!t)
		return;
	*tp = NULL;
	loop_timer_stop(t);
	loop_free_later(t->loop, t);
}

/* -- descriptors ---------------------------------------------------------- */

static void
on_fd(evutil_socket_t fd, short what, void *arg)
{
	struct loop_fd *w = arg;
	unsigned ready = 0;

	if (what & EV_READ)
		ready |= LOOP_READ;
	if (what & EV_WRITE)
		ready |= LOOP_WRITE;
	w->cb(fd, ready, w->arg);
}

void
loop_fd_set(struct loop_fd *w, unsigned what)
{
	short events = EV_PERSIST;
	int rc;

	if (what == w->what)
		return;
	if (w->what)
		event_del(&w->ev);
	w->what = what;
	if (!what)
		return;
	if (what & LOOP_READ)
		events |= EV_READ;
	if (what & LOOP_WRITE)
		events |= EV_WRITE;
	rc = event_assign(&w->ev, w->loop->base, w->fd, events, on_fd, w);
	assert(rc == 0);
	rc = event_add(&w->ev, NULL);
	assert(rc == 0);
}

struct loop_fd *
loop_fd_new(struct loop *l, int fd, unsigned what, loop_fd_cb cb, void *arg)
{
	struct loop_fd *w = mem_new(w);

	w->loop = l;
	w->fd = fd;
	w->cb = cb;
	w->arg = arg;
	loop_fd_set(w, what);
	return w;
}

void
loop_fd_free(struct loop_fd **wp)
{
	struct loop_fd *w = *wp;

	if (!w)
		return;
	*wp = NULL;
	loop_fd_set(w, 0);
	loop_free_later(w->loop, w);
}

/* -- signals -------------------------------------------------------------- */

static void
on_signal(evutil_socket_t signo, short what, void *arg)
{
	struct loop_signal *s = arg;

	(void)signo;
	(void)what;
	s->cb(s->arg);
}

struct loop_signal *
loop_signal_new(struct loop *l, int signo, loop_cb cb, void *arg)
{
	struct loop_signal *s = mem_new(s);
	int rc = event_assign(
		&s->ev, l->base, signo, EV_SIGNAL | EV_PERSIST, on_signal, s);

	assert(rc == 0);
	s->loop = l;
	s->cb = cb;
	s->arg = arg;
	rc = event_add(&s->ev, NULL);
	assert(rc == 0);
	return s;
}

void
loop_signal_free(struct loop_signal **sp)
{
	struct loop_signal *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	event_del(&s->ev);
	loop_free_later(s->loop, s);
}

/* -- lag ------------------------------------------------------------------ */

static void
on_heartbeat(void *arg)
{
	(void)arg; /* on_timer() has measured */
}

void
loop_lag_watch(struct loop *l, int64_t period_ms)
{
	loop_timer_free(&l->heartbeat);
	if (period_ms <= 0)
		return;
	l->heartbeat = loop_timer_new(l, on_heartbeat, NULL);
	loop_timer_every(l->heartbeat, period_ms);
}

void
loop_lag_read(struct loop *l, struct loop_lag *out, bool reset)
{
	*out = l->lag;
	if (reset)
		l->lag = (struct loop_lag){0};
}

int64_t
loop_lag_bound_ms(size_t bucket)
{
	assert(bucket < LOOP_LAG_BUCKETS);
	return lag_bounds_ms[bucket];
}
