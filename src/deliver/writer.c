#include "deliver/writer.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/loop.h"

struct writer {
	struct loop *loop;
	int fd;
	struct loop_fd *watch; /* NULL: it never makes a writer wait */
	unsigned idle; /* what is watched without a text */
	void (*closed)(void *arg); /* NULL once it was called */
	void *closed_arg;
	char *text; /* under way; NULL: none */
	size_t n, at;
	writer_cb done;
	void *arg;
};

static void
tell_closed(struct writer *w)
{
	void (*closed)(void *arg) = w->closed;

	w->closed = NULL;
	w->idle = 0;
	if (w->watch && !w->text)
		loop_fd_set(w->watch, 0);
	if (closed)
		closed(w->closed_arg);
}

static void
end(struct writer *w, int error)
{
	mem_free(&w->text);
	if (w->watch)
		loop_fd_set(w->watch, w->idle);
	w->done(error, w->arg);
	if (error == EPIPE)
		tell_closed(w);
}

/*
 * A pipe or terminal that is ready takes PIPE_BUF bytes at once (poll(2),
 * pipe(7)); of more it could make us wait.
 */
static void
write_some(struct writer *w)
{
	size_t n = w->n - w->at;
	ssize_t put;

	if (w->watch && n > PIPE_BUF)
		n = PIPE_BUF;
	put = write(w->fd, w->text + w->at, n);
	if (put >= 0)
		w->at += (size_t)put;
	else if (errno != EINTR && errno != EAGAIN)
		end(w, errno);
}

static void
on_writable(int fd, unsigned what, void *arg)
{
	struct writer *w = arg;

	struct pollfd p = {.fd = fd, .events = POLLOUT};

	(void)what;
	if (!w->text) {
		/* An error condition is all that can be seen of a pipe's end
		 * that only writes. */
		if (poll(&p, 1, 0) == 1 && (p.revents & POLLERR))
			tell_closed(w);
		return;
	}
	write_some(w);
	if (w->text && w->at == w->n)
		end(w, 0);
}

struct writer *
writer_new(struct loop *l, int fd, void (*closed)(void *arg), void *arg)
{
	struct writer *w = mem_new(w);
	struct stat st = {.st_mode = 0};
	bool is_pipe = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);

	w->loop = l;
	w->fd = fd;
	w->closed = closed;
	w->closed_arg = arg;
	w->idle = is_pipe ? LOOP_READ : 0;
	if (is_pipe || S_ISSOCK(st.st_mode) || isatty(fd))
		w->watch = loop_fd_new(l, fd, w->idle, on_writable, w);
	return w;
}

void
writer_free(struct writer **wp)
{
	struct writer *w = *wp;

	*wp = NULL;
	if (!w)
		return;
	loop_fd_free(&w->watch);
	mem_free(&w->text);
	mem_free(&w);
}

void
writer_put(struct writer *w, struct span text, writer_cb done, void *arg)
{
	assert(!w->text);
	w->done = done;
	w->arg = arg;
	w->text = span_dup(text);
	w->n = text.n;
	w->at = 0;
	if (w->watch) {
		loop_fd_set(w->watch, LOOP_WRITE);
		return;
	}
	while (w->text && w->at < w->n)
		write_some(w);
	if (w->text)
		end(w, 0);
}
