/*
 * The parent's side of a pool of child processes.
 *
 * A child goes STARTING -> IDLE <-> BUSY -> ENDING -> GONE -> STARTING. Its end
 * is always noticed by its exit (proc.c), never by its channel alone, so that
 * the message can say how it ended; whoever wants it gone kills it or closes
 * the channel and waits for that. One thread.
 *
 * Hazard: a job's callback may do anything, pool_free() too. Before it, the job
 * is off the child and the child's state is settled; after it, nothing of the
 * pool is touched without looking at `closed`.
 */
#include "io/pool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"
#include "io/pool_frame.h"
#include "io/proc.h"

#define START_LIMIT_MS 10000
#define END_LIMIT_MS 1000 /* for a child whose channel was closed */
#define RETRY_BASE_MS 100
#define RETRY_MAX_MS 30000
#define KEEP_BUFFER ((size_t)1 << 20) /* larger ones are freed after a job */

enum child_state {
	CHILD_GONE, /* no process; the timer starts one */
	CHILD_STARTING, /* executed, READY not yet seen */
	CHILD_IDLE,
	CHILD_BUSY, /* has a job */
	CHILD_ENDING, /* killed or told to go; its exit is awaited */
	CHILD_N_STATES
};

#define TO(s) (1u << (s))
static const unsigned moves[CHILD_N_STATES] = {
	[CHILD_GONE] = TO(CHILD_STARTING),
	[CHILD_STARTING] = TO(CHILD_IDLE) | TO(CHILD_ENDING) | TO(CHILD_GONE),
	[CHILD_IDLE] = TO(CHILD_BUSY) | TO(CHILD_ENDING) | TO(CHILD_GONE),
	[CHILD_BUSY] = TO(CHILD_IDLE) | TO(CHILD_ENDING) | TO(CHILD_GONE),
	[CHILD_ENDING] = TO(CHILD_GONE),
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

static void
set_state(struct child *c, enum child_state to)
{
	assert(moves[c->state] & TO(to));
	c->state = to;
}

/* -- jobs ----------------------------------------------------------------- */

static void
free_job(struct job **jp)
{
	struct job *j = *jp;

	*jp = NULL;
	strbuf_fini(&j->payload);
	mem_free(&j);
}

/* Tells and forgets a job that is off its child. The last thing to do. */
static void
tell(struct job *j, enum pool_outcome outcome, struct span reply,
	const char *message)
{
	pool_done_cb cb = j->cb;
	void *arg = j->arg;

	free_job(&j);
	if (cb)
		cb(outcome, reply, message, arg);
}

static struct job *
next_job(struct pool *p)
{
	struct job *j = p->first;

	if (!j)
		return NULL;
	p->first = j->next;
	if (!p->first)
		p->last = &p->first;
	p->queued--;
	return j;
}

static struct job *
take_job(struct child *c)
{
	struct job *j = c->job;

	c->job = NULL;
	if (j)
		c->pool->stats.busy_ms += clock_mono().ms - c->busy_since_ms;
	return j;
}

/* -- sending a job -------------------------------------------------------- */

static void
close_channel(struct child *c)
{
	loop_fd_free(&c->w);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* It ends; on_end() does the rest. */
static void
kill_child(struct child *c, const char *reason)
{
	snprintf(c->reason, sizeof(c->reason), "%s", reason);
	close_channel(c);
	loop_timer_stop(c->timer);
	set_state(c, CHILD_ENDING);
	proc_signal(c->proc, SIGKILL);
}

static void
send_more(struct child *c)
{
	struct job *j = c->job;
	size_t all = sizeof(c->head) + j->payload.n;

	while (c->sent < all) {
		const char *p = (const char *)&c->head + c->sent;
		size_t n = sizeof(c->head) - c->sent;
		ssize_t rc;

		if (c->sent >= sizeof(c->head)) {
			p = j->payload.p + (c->sent - sizeof(c->head));
			n = all - c->sent;
		}
		rc = send(c->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (rc < 0 && errno == EINTR)
			continue;
		/* Any other failure: it is dead, and on_end() will come. */
		if (rc < 0) {
			loop_fd_set(c->w, LOOP_READ | LOOP_WRITE);
			return;
		}
		c->sent += (size_t)rc;
	}
	/* The child has it all; it may be large. */
	strbuf_fini(&j->payload);
	loop_fd_set(c->w, LOOP_READ);
}

static void
give(struct child *c, struct job *j)
{
	set_state(c, CHILD_BUSY);
	c->job = j;
	c->busy_since_ms = clock_mono().ms;
	c->head = (struct pool_frame){
		POOL_FRAME_JOB, (uint32_t)j->payload.n, j->id};
	c->sent = 0;
	loop_timer_set(c->timer, j->limit_ms);
	send_more(c);
}

/* Its descriptors are old: no more jobs for it. */
static void
retire(struct child *c)
{
	c->wanted = true;
	close_channel(c);
	set_state(c, CHILD_ENDING);
	loop_timer_set(c->timer, END_LIMIT_MS);
}

static void
dispatch(struct pool *p)
{
	for (unsigned i = 0; i < p->n_children && p->first; i++) {
		struct child *c = &p->children[i];

		if (c->state == CHILD_IDLE && c->generation == p->generation)
			give(c, next_job(p));
	}
}

/* -- receiving ------------------------------------------------------------ */

static void
on_reply(struct child *c)
{
	struct pool *p = c->pool;
	struct strbuf body = c->body;
	struct job *j = take_job(c);

	strbuf_init(&c->body, p->max_reply_bytes);
	p->stats.done++;
	c->deaths = 0;
	loop_timer_stop(c->timer);
	set_state(c, CHILD_IDLE);
	if (c->generation != p->generation)
		retire(c);
	dispatch(p);
	tell(j, POOL_DONE, strbuf_as_span(&body), "");
	/* p may be free now, but not its memory. */
	if (!p->closed && !c->body.p && body.cap <= KEEP_BUFFER) {
		strbuf_clear(&body);
		c->body = body;
	} else {
		strbuf_fini(&body);
	}
}

/* A whole frame is there. */
static void
on_frame(struct child *c)
{
	c->got = 0;
	if (c->got_head.type == POOL_FRAME_READY &&
		c->state == CHILD_STARTING) {
		c->was_ready = true;
		loop_timer_stop(c->timer);
		set_state(c, CHILD_IDLE);
		if (c->generation != c->pool->generation)
			retire(c);
		dispatch(c->pool);
	} else if (c->got_head.type == POOL_FRAME_REPLY &&
		c->state == CHILD_BUSY && c->got_head.job == c->job->id &&
		c->sent >= sizeof(c->head) + c->head.n) {
		on_reply(c);
	} else {
		kill_child(c, "it broke the protocol");
	}
}

/* Reads what is missing of the frame. False: nothing to read now, or dead. */
static bool
read_some(struct child *c)
{
	size_t head = sizeof(c->got_head);
	bool in_head = c->got < head;
	char *to = (char *)&c->got_head + c->got;
	size_t n = head - c->got;
	ssize_t rc;

	if (!in_head) {
		size_t have = c->got - head;

		n = c->got_head.n - have;
		strbuf_room(&c->body, n);
		to = c->body.p + have;
	}
	rc = recv(c->fd, to, n, MSG_DONTWAIT);
	if (rc < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (rc <= 0) {
		/* It died, or is about to: its exit says how. */
		close_channel(c);
		set_state(c, CHILD_ENDING);
		loop_timer_set(c->timer, END_LIMIT_MS);
		return false;
	}
	c->got += (size_t)rc;
	if (!in_head)
		c->body.n += (size_t)rc;
	return true;
}

static void
on_channel(int fd, unsigned what, void *arg)
{
	struct child *c = arg;

	(void)fd;
	if (what & LOOP_WRITE && c->state == CHILD_BUSY)
		send_more(c);
	if (!(what & LOOP_READ) || !read_some(c))
		return;
	if (c->got < sizeof(c->got_head))
		return;
	if (c->got == sizeof(c->got_head)) {
		strbuf_clear(&c->body);
		if (c->got_head.n > c->pool->max_reply_bytes) {
			kill_child(c, "its answer is too large");
			return;
		}
	}
	if (c->got == sizeof(c->got_head) + c->got_head.n)
		on_frame(c);
}

/* -- life and death ------------------------------------------------------- */

static void
start_later(struct child *c)
{
	int64_t delay_ms = 0;

	/* One death is bad input; several in a row are our own trouble. */
	if (c->deaths > 1)
		delay_ms = backoff_ms(c->deaths - 1, RETRY_BASE_MS,
			RETRY_MAX_MS, (uint32_t)rng_next(&c->pool->rng));
	loop_timer_set(c->timer, delay_ms);
}

/* How it ended, in words. */
static void
describe(const struct child *c, const struct proc_result *r, char *out,
	size_t size)
{
	char name[80];

	if (r->outcome == PROC_EXITED) {
		snprintf(out, size, "%s%sit exited with code %d", c->reason,
			c->reason[0] ? "; " : "", r->code);
	} else if (c->reason[0] && r->signo == SIGKILL) {
		snprintf(out, size, "%s", c->reason);
	} else {
		proc_signal_name(r->signo, name, sizeof(name));
		snprintf(out, size, "it was killed by %s%s", name,
			r->signo == SIGKILL ? ": out of memory?"
				: r->signo == SIGSYS
				? ": the sandbox forbids what it did"
				: "");
	}
}

static void
count_death(struct child *c, const struct job *j, const char *message)
{
	struct pool *p = c->pool;

	if (c->wanted)
		return;
	c->deaths++;
	if (j && c->timed_out)
		p->stats.timed_out++;
	else if (j)
		p->stats.crashed++;
	if (!c->was_ready)
		p->stats.start_failures++;
	/* The job's owner reports a job's death. */
	if (!j)
		log_warn("pool_child_died", "role=%s %s=\"%s\"", p->argv[0],
			c->was_ready ? "idle" : "starting", message);
}

static void
on_end(const struct proc_result *r, void *arg)
{
	struct child *c = arg;
	enum pool_outcome outcome = c->timed_out ? POOL_TIMEOUT : POOL_CRASHED;
	struct job *j = take_job(c);
	char message[300];

	describe(c, r, message, sizeof(message));
	count_death(c, j, message);
	close_channel(c);
	proc_free(&c->proc);
	set_state(c, CHILD_GONE);
	start_later(c);
	if (j)
		tell(j, outcome, SPAN_NULL, message);
}

static int
exec_child(struct child *c, int channel, struct err *err)
{
	struct pool *p = c->pool;
	struct proc_fd fds[1 + POOL_MAX_FDS] = {{channel, POOL_CHANNEL_FD}};
	struct proc_spec spec = PROC_SPEC_INIT;

	for (size_t i = 0; i < p->n_fds; i++)
		fds[1 + i] =
			(struct proc_fd){p->fds[i], POOL_FIRST_FD + (int)i};
	spec.exec_fd = proc_self_fd(err);
	if (spec.exec_fd < 0)
		return -1;
	spec.argv = (const char *const *)p->argv;
	spec.fds = fds;
	spec.n_fds = 1 + p->n_fds;
	spec.cb = on_end;
	spec.arg = c;
	return proc_start(p->loop, &spec, &c->proc, err);
}

static int
start_child(struct child *c, struct err *err)
{
	int ends[2];
	int rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_errno(err, ERR_TEMP, errno, "making a socket pair");
	rc = exec_child(c, ends[1], err);
	close(ends[1]);
	if (rc < 0) {
		close(ends[0]);
		return -1;
	}
	c->generation = c->pool->generation;
	c->fd = ends[0];
	c->w = loop_fd_new(c->pool->loop, c->fd, LOOP_READ, on_channel, c);
	c->got = 0;
	c->timed_out = false;
	c->wanted = false;
	c->was_ready = false;
	c->reason[0] = '\0';
	return 0;
}

static void
on_timer(void *arg)
{
	struct child *c = arg;
	struct pool *p = c->pool;
	struct err err;

	switch (c->state) {
	case CHILD_GONE:
		if (start_child(c, &err) < 0) {
			c->deaths++;
			p->stats.start_failures++;
			log_error("pool_start_failed", "role=%s error=\"%s\"",
				p->argv[0], err.msg);
			start_later(c);
			break;
		}
		p->stats.started++;
		set_state(c, CHILD_STARTING);
		loop_timer_set(c->timer, p->start_limit_ms);
		break;
	case CHILD_STARTING:
		kill_child(c, "it was not ready in time");
		break;
	case CHILD_BUSY:
		c->timed_out = true;
		kill_child(c, "it exceeded the job's time limit");
		break;
	case CHILD_ENDING:
		snprintf(c->reason, sizeof(c->reason),
			"it closed its channel and did not end");
		proc_signal(c->proc, SIGKILL);
		break;
	case CHILD_IDLE:
	case CHILD_N_STATES:
		break;
	}
}

/* -- the caller's --------------------------------------------------------- */

static void
close_fds(struct pool *p)
{
	for (size_t i = 0; i < p->n_fds; i++)
		close(p->fds[i]);
	p->n_fds = 0;
}

static int
copy_fds(struct pool *p, const int *fds, size_t n, struct err *err)
{
	assert(n <= POOL_MAX_FDS);
	for (p->n_fds = 0; p->n_fds < n; p->n_fds++) {
		int fd = fcntl(fds[p->n_fds], F_DUPFD_CLOEXEC, 0);

		if (fd < 0) {
			int errnum = errno;

			close_fds(p);
			return err_errno(err, ERR_TEMP, errnum,
				"duplicating a descriptor for the children");
		}
		p->fds[p->n_fds] = fd;
	}
	return 0;
}

int
pool_new(struct loop *l, const struct pool_options *o, struct pool **out,
	struct err *err)
{
	struct pool *p = mem_new(p);
	size_t argc = 0;

	*out = NULL;
	assert(o->n_children >= 1 && o->n_children <= POOL_MAX_CHILDREN);
	if (copy_fds(p, o->fds, o->n_fds, err) < 0) {
		mem_free(&p);
		return -1;
	}
	p->loop = l;
	while (o->argv[argc])
		argc++;
	p->argv = mem_calloc(argc + 1, sizeof(*p->argv));
	for (size_t i = 0; i < argc; i++)
		p->argv[i] = mem_strdup(o->argv[i]);
	p->max_queue = o->max_queue;
	p->max_reply_bytes = o->max_reply_bytes;
	p->start_limit_ms =
		o->start_limit_ms ? o->start_limit_ms : START_LIMIT_MS;
	p->last = &p->first;
	rng_init_system(&p->rng);
	p->n_children = o->n_children;
	p->children = mem_calloc(p->n_children, sizeof(*p->children));
	for (unsigned i = 0; i < p->n_children; i++) {
		struct child *c = &p->children[i];

		c->pool = p;
		c->fd = -1;
		strbuf_init(&c->body, p->max_reply_bytes);
		c->timer = loop_timer_new(l, on_timer, c);
		start_later(c);
	}
	*out = p;
	return 0;
}

void
pool_free(struct pool **pp)
{
	struct pool *p = *pp;
	struct job *j;

	if (!p)
		return;
	*pp = NULL;
	p->closed = true;
	for (unsigned i = 0; i < p->n_children; i++) {
		struct child *c = &p->children[i];

		close_channel(c);
		proc_free(&c->proc);
		loop_timer_free(&c->timer);
		strbuf_fini(&c->body);
	}
	close_fds(p);
	for (unsigned i = 0; i < p->n_children; i++)
		if ((j = take_job(&p->children[i])))
			tell(j, POOL_CLOSED, SPAN_NULL, "the pool was closed");
	while ((j = next_job(p)))
		tell(j, POOL_CLOSED, SPAN_NULL, "the pool was closed");
	for (char **word = p->argv; *word; word++)
		mem_free(word);
	mem_free(&p->argv);
	loop_free_later(p->loop, p->children);
	loop_free_later(p->loop, p);
}

bool
pool_is_full(const struct pool *p)
{
	return p->closed || p->queued >= p->max_queue;
}

uint64_t
pool_submit(struct pool *p, struct pool_job *job)
{
	struct job *j;

	if (pool_is_full(p) || job->payload.n > UINT32_MAX)
		return 0;
	assert(job->limit_ms > 0);
	j = mem_new(j);
	j->id = ++p->next_id;
	j->payload = job->payload;
	strbuf_init(&job->payload, j->payload.max);
	j->limit_ms = job->limit_ms;
	j->cb = job->cb;
	j->arg = job->arg;
	*p->last = j;
	p->last = &j->next;
	p->queued++;
	dispatch(p);
	return p->next_id;
}

void
pool_cancel(struct pool *p, uint64_t id)
{
	for (unsigned i = 0; i < p->n_children; i++)
		if (p->children[i].job && p->children[i].job->id == id)
			p->children[i].job->cb = NULL;
	for (struct job **at = &p->first; *at; at = &(*at)->next) {
		struct job *j = *at;

		if (j->id != id)
			continue;
		*at = j->next;
		if (p->last == &j->next)
			p->last = at;
		p->queued--;
		free_job(&j);
		return;
	}
}

int
pool_replace(struct pool *p, const int *fds, size_t n_fds, struct err *err)
{
	struct pool old = {.n_fds = p->n_fds};

	memcpy(old.fds, p->fds, sizeof(old.fds));
	if (copy_fds(p, fds, n_fds, err) < 0) {
		memcpy(p->fds, old.fds, sizeof(old.fds));
		p->n_fds = old.n_fds;
		return -1;
	}
	close_fds(&old);
	p->generation++;
	for (unsigned i = 0; i < p->n_children; i++)
		if (p->children[i].state == CHILD_IDLE)
			retire(&p->children[i]);
	return 0;
}

void
pool_stats_read(const struct pool *p, struct pool_stats *out)
{
	*out = p->stats;
	out->queued = p->queued;
	for (unsigned i = 0; i < p->n_children; i++) {
		enum child_state state = p->children[i].state;

		out->busy += state == CHILD_BUSY;
		out->children += state == CHILD_IDLE || state == CHILD_BUSY;
	}
}
