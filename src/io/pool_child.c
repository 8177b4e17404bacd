/*
 * The child's side of a pool. Runs in the sandbox: read and write on one
 * descriptor, memory, nothing else.
 */
#include <errno.h>
#include <unistd.h>

#include "io/pool.h"
#include "io/pool_frame.h"

/* Bytes read: n, less at the end of the stream; -1 on failure. */
static ssize_t
read_all(int fd, char *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t rc = read(fd, p + got, n - got);

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc < 0)
			return -1;
		if (rc == 0)
			break;
		got += (size_t)rc;
	}
	return (ssize_t)got;
}

static int
write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t rc = write(fd, p, n);

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc < 0)
			return -1;
		p += rc;
		n -= (size_t)rc;
	}
	return 0;
}

static int
send_frame(int fd, struct pool_frame head, struct span s, struct err *err)
{
	head.n = (uint32_t)s.n;

	if (write_all(fd, (const char *)&head, sizeof(head)) < 0 ||
		write_all(fd, s.p, s.n) < 0)
		return err_errno(err, ERR_TEMP, errno, "writing to the parent");
	return 0;
}

/* 1: a job; 0: the parent has closed the channel. */
static int
read_job(int fd, size_t max, struct pool_frame *head, struct strbuf *job,
	struct err *err)
{
	ssize_t n = read_all(fd, (char *)head, sizeof(*head));

	if (n == 0)
		return 0;
	if (n < 0)
		return err_errno(err, ERR_TEMP, errno, "reading a job");
	if (n < (ssize_t)sizeof(*head) || head->type != POOL_FRAME_JOB ||
		head->n > max)
		return err_set(err, ERR_PERM, "this is no job frame");
	strbuf_clear(job);
	if (head->n &&
		(strbuf_room(job, head->n) < head->n ||
			read_all(fd, job->p, head->n) != head->n))
		return err_set(err, ERR_TEMP, "a job broke off");
	job->n = head->n;
	return 1;
}

int
pool_child_run(int fd, size_t max_job_bytes, size_t max_reply_bytes,
	pool_handler handler, void *arg, struct err *err)
{
	struct strbuf job = STRBUF_INIT(max_job_bytes);
	struct strbuf reply = STRBUF_INIT(max_reply_bytes);
	struct pool_frame head = {.type = POOL_FRAME_READY};
	int rc = send_frame(fd, head, SPAN_NULL, err);

	while (rc == 0 &&
		(rc = read_job(fd, max_job_bytes, &head, &job, err)) > 0) {
		strbuf_clear(&reply);
		reply.full = false;
		handler(strbuf_as_span(&job), &reply, arg);
		head.type = POOL_FRAME_REPLY;
		rc = send_frame(fd, head, strbuf_as_span(&reply), err);
	}
	strbuf_fini(&job);
	strbuf_fini(&reply);
	return rc;
}
