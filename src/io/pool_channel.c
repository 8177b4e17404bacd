/*
 * A pool's jobs, and the channel to each child: a job goes out as a frame, its
 * reply comes back as one. Whoever breaks that is killed. The hazard of pool.c
 * holds here: after pool_tell() nothing is touched unasked.
 */
#include "io/pool_private.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/proc.h"

#define KEEP_BUFFER ((size_t)1 << 20) /* larger ones are freed after a job */

#define TO(s) (1u << (s))
static const unsigned moves[CHILD_N_STATES] = {
	[CHILD_GONE] = TO(CHILD_STARTING),
	[CHILD_STARTING] = TO(CHILD_IDLE) | TO(CHILD_ENDING) | TO(CHILD_GONE),
	[CHILD_IDLE] = TO(CHILD_BUSY) | TO(CHILD_ENDING) | TO(CHILD_GONE),
	[CHILD_BUSY] = TO(CHILD_IDLE) | TO(CHILD_ENDING) | TO(CHILD_GONE),
	[CHILD_ENDING] = TO(CHILD_GONE),
};

void
pool_set_state(struct child *c, enum child_state to)
{
	assert(moves[c->state] & TO(to));
	c->state = to;
}

/* -- jobs ----------------------------------------------------------------- */

void
pool_free_job(struct job **jp)
{
	struct job *j = *jp;

	*jp = NULL;
	strbuf_fini(&j->payload);
	mem_free(&j);
}

/* Tells and forgets a job that is off its child. The last thing to do. */
void
pool_tell(struct job *j, enum pool_outcome outcome, struct span reply,
	const char *message)
{
	pool_done_cb cb = j->cb;
	void *arg = j->arg;

	pool_free_job(&j);
	if (cb)
		cb(outcome, reply, message, arg);
}

struct job *
pool_next_job(struct pool *p)
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

struct job *
pool_take_job(struct child *c)
{
	struct job *j = c->job;

	c->job = NULL;
	if (j)
		c->pool->stats.busy_ms += clock_mono().ms - c->busy_since_ms;
	return j;
}

/* -- sending a job -------------------------------------------------------- */

void
pool_close_channel(struct child *c)
{
	loop_fd_free(&c->w);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* It ends; on_end() does the rest. */
void
pool_kill_child(struct child *c, const char *reason)
{
	snprintf(c->reason, sizeof(c->reason), "%s", reason);
	pool_close_channel(c);
	loop_timer_stop(c->timer);
	pool_set_state(c, CHILD_ENDING);
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
	pool_set_state(c, CHILD_BUSY);
	c->job = j;
	c->busy_since_ms = clock_mono().ms;
	c->head = (struct pool_frame){
		POOL_FRAME_JOB, (uint32_t)j->payload.n, j->id};
	c->sent = 0;
	loop_timer_set(c->timer, j->limit_ms);
	send_more(c);
}

/* Its descriptors are old: no more jobs for it. */
void
pool_retire(struct child *c)
{
	c->wanted = true;
	pool_close_channel(c);
	pool_set_state(c, CHILD_ENDING);
	loop_timer_set(c->timer, POOL_END_LIMIT_MS);
}

void
pool_dispatch(struct pool *p)
{
	for (unsigned i = 0; i < p->n_children && p->first; i++) {
		struct child *c = &p->children[i];

		if (c->state == CHILD_IDLE && c->generation == p->generation)
			give(c, pool_next_job(p));
	}
}

/* -- receiving ------------------------------------------------------------ */

static void
on_reply(struct child *c)
{
	struct pool *p = c->pool;
	struct strbuf body = c->body;
	struct job *j = pool_take_job(c);

	strbuf_init(&c->body, p->max_reply_bytes);
	p->stats.done++;
	c->deaths = 0;
	loop_timer_stop(c->timer);
	pool_set_state(c, CHILD_IDLE);
	if (c->generation != p->generation)
		pool_retire(c);
	pool_dispatch(p);
	pool_tell(j, POOL_DONE, strbuf_as_span(&body), "");
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
		pool_set_state(c, CHILD_IDLE);
		if (c->generation != c->pool->generation)
			pool_retire(c);
		pool_dispatch(c->pool);
	} else if (c->got_head.type == POOL_FRAME_REPLY &&
		c->state == CHILD_BUSY && c->got_head.job == c->job->id &&
		c->sent >= sizeof(c->head) + c->head.n) {
		on_reply(c);
	} else {
		pool_kill_child(c, "it broke the protocol");
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
		pool_close_channel(c);
		pool_set_state(c, CHILD_ENDING);
		loop_timer_set(c->timer, POOL_END_LIMIT_MS);
		return false;
	}
	c->got += (size_t)rc;
	if (!in_head)
		c->body.n += (size_t)rc;
	return true;
}

void
pool_on_channel(int fd, unsigned what, void *arg)
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
			pool_kill_child(c, "its answer is too large");
			return;
		}
	}
	if (c->got == sizeof(c->got_head) + c->got_head.n)
		on_frame(c);
}
