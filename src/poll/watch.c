/* See watch.h. */
#include "poll/watch.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"

/* Writers often write twice; the last word counts. */
#define SETTLE_MS 50
#define EVENTS \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | \
		IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

struct file {
	uint32_t feed;
	int directory; /* inotify's number; -1: none at present */
	char *path;
	const char *name; /* within its directory; in path */
	bool changed;
};

struct watch {
	struct loop *loop;
	int fd; /* -1: no inotify here */
	struct loop_fd *readable;
	struct loop_timer *settle;
	VEC(struct file) files;
	watch_cb cb;
	void *arg;
};

static void
on_settled(void *arg)
{
	struct watch *w = arg;

	/* The callback may add or remove files. */
	for (size_t i = 0; i < w->files.n; i++) {
		if (!w->files.p[i].changed)
			continue;
		w->files.p[i].changed = false;
		w->cb(w->files.p[i].feed, w->arg);
	}
}

static void
take_event(struct watch *w, const struct inotify_event *e)
{
	bool lost = (e->mask & IN_Q_OVERFLOW) != 0;
	bool gone =
		(e->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0;

	for (size_t i = 0; i < w->files.n; i++) {
		struct file *f = &w->files.p[i];

		if (!lost && f->directory != e->wd)
			continue;
		if (gone)
			f->directory = -1;
		else if (!lost &&
			(e->len == 0 || strcmp(f->name, e->name) != 0))
			continue;
		f->changed = true;
	}
	if ((e->mask & IN_MOVE_SELF) != 0)
		inotify_rm_watch(w->fd, e->wd);
}

static void
on_readable(int fd, unsigned what, void *arg)
{
	struct watch *w = arg;
	union {
		struct inotify_event event; /* for its alignment */
		char bytes[64 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	} buf;
	ssize_t n = read(fd, buf.bytes, sizeof(buf.bytes));

	(void)what;
	for (ssize_t at = 0; at < n;) {
		struct inotify_event head;
		const struct inotify_event *e =
			(const struct inotify_event *)(const void *)(buf.bytes +
				at);

		memcpy(&head, e, sizeof(head));
		take_event(w, e);
		at += (ssize_t)(sizeof(head) + head.len);
	}
	if (!loop_timer_is_set(w->settle))
		loop_timer_set(w->settle, SETTLE_MS);
}

struct watch *
watch_new(struct loop *loop, watch_cb cb, void *arg)
{
	struct watch *w = mem_new(w);

	w->loop = loop;
	w->cb = cb;
	w->arg = arg;
	w->settle = loop_timer_new(loop, on_settled, w);
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd >= 0)
		w->readable =
			loop_fd_new(loop, w->fd, LOOP_READ, on_readable, w);
	else
		log_warn("no_inotify",
			"error=\"%s\" hint=\"files are looked at in their "
			"intervals only\"",
			strerror(errno));
	return w;
}

void
watch_free(struct watch **out)
{
	struct watch *w = *out;

	if (w == NULL)
		return;
	*out = NULL;
	loop_fd_free(&w->readable);
	loop_timer_free(&w->settle);
	if (w->fd >= 0)
		close(w->fd);
	for (size_t i = 0; i < w->files.n; i++)
		mem_free(&w->files.p[i].path);
	vec_fini(&w->files);
	mem_free(&w);
}

static struct file *
find(struct watch *w, uint32_t feed)
{
	for (size_t i = 0; i < w->files.n; i++)
		if (w->files.p[i].feed == feed)
			return &w->files.p[i];
	return NULL;
}

/* The file's directory, with the slash for a root. */
static int
watch_directory(struct watch *w, const struct file *f)
{
	size_t n = (size_t)(f->name - f->path);
	char *dir = span_dup(span_make(f->path, n > 1 ? n - 1 : n));
	int wd = w->fd >= 0 ? inotify_add_watch(w->fd, dir, EVENTS) : -1;

	mem_free(&dir);
	return wd;
}

bool
watch_add(struct watch *w, uint32_t feed, const char *path)
{
	struct file *f = find(w, feed);
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return false;
	if (f == NULL) {
		struct file new = {feed, -1, mem_strdup(path), NULL, false};

		new.name = new.path + (slash - path) + 1;
		vec_push(&w->files, new);
		f = &w->files.p[w->files.n - 1];
	}
	if (f->directory < 0)
		f->directory = watch_directory(w, f);
	return f->directory >= 0;
}

void
watch_del(struct watch *w, uint32_t feed)
{
	struct file *f = find(w, feed);
	int wd;

	if (f == NULL)
		return;
	wd = f->directory;
	mem_free(&f->path);
	vec_remove(&w->files, (size_t)(f - w->files.p));
	for (size_t i = 0; i < w->files.n; i++)
		if (w->files.p[i].directory == wd)
			return;
	if (wd >= 0)
		inotify_rm_watch(w->fd, wd);
}
