#include "deliver/writer.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/loop.h"

struct writer {
	struct loop *loop;
	int fd;
	struct loop_fd *watch; /* NULL: it never makes a writer wait */
	char *text; /* under way; NULL: none */
	size_t n, at;
	writer_cb done;
	void *arg;
};

static void
end(struct writer *w, int error)
{
	mem_free(&w->text);
	if (w->watch)
		loop_fd_set(w->watch, 0);
	w->done(error, w->arg);
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

	(void)fd;
	(void)what;
	if (!w->text)
		return;
	write_some(w);
	if (w->text && w->at == w->n)
		end(w, 0);
}

static bool
can_wait(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return false;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || isatty(fd);
}

struct writer *
writer_new(struct loop *l, int fd)
{
	struct writer *w = mem_new(w);

	w->loop = l;
	w->fd = fd;
	if (can_wait(fd))
		w->watch = loop_fd_new(l, fd, 0, on_writable, w);
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
