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
#include "io/pool_private.h"
#include "io/proc.h"

#define START_LIMIT_MS 10000
#define RETRY_BASE_MS 100
#define RETRY_MAX_MS 30000

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
	struct job *j = pool_take_job(c);
	char message[300];

	describe(c, r, message, sizeof(message));
	count_death(c, j, message);
	pool_close_channel(c);
	proc_free(&c->proc);
	pool_set_state(c, CHILD_GONE);
	start_later(c);
	if (j)
		pool_tell(j, outcome, SPAN_NULL, message);
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
	c->w = loop_fd_new(c->pool->loop, c->fd, LOOP_READ, pool_on_channel, c);
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
		pool_set_state(c, CHILD_STARTING);
		loop_timer_set(c->timer, p->start_limit_ms);
		break;
	case CHILD_STARTING:
		pool_kill_child(c, "it was not ready in time");
		break;
	case CHILD_BUSY:
		c->timed_out = true;
		pool_kill_child(c, "it exceeded the job's time limit");
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

		pool_close_channel(c);
		proc_free(&c->proc);
		loop_timer_free(&c->timer);
		strbuf_fini(&c->body);
	}
	close_fds(p);
	for (unsigned i = 0; i < p->n_children; i++)
		if ((j = pool_take_job(&p->children[i])))
			pool_tell(j, POOL_CLOSED, SPAN_NULL,
				"the pool was closed");
	while ((j = pool_next_job(p)))
		pool_tell(j, POOL_CLOSED, SPAN_NULL, "the pool was closed");
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
	pool_dispatch(p);
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
		pool_free_job(&j);
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
			pool_retire(&p->children[i]);
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
