/* See watch.h. */
#include "poll/watch.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"

/* Links on the way to a file; the kernel's own bound is 40. */
#define MAX_LINKS 40
/* Writers often write twice; the last word counts. */
#define SETTLE_MS 50
#define EVENTS \
	(IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE | \
		IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

/* A name that decides what a path means: the file's own, that of a link on the
 * way to it, or the first that is missing. */
struct point {
	int directory; /* inotify's number; -1: none at present */
	char *path;
	const char *name; /* within its directory; in path */
};

struct points {
	VEC(struct point) list;
};

struct file {
	uint32_t feed;
	char *path;
	struct points points;
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

/* A regular file that is created will be closed after writing, unless it is
 * but another name of one; links and directories are whole from the start. */
static bool
is_whole(const char *path)
{
	struct stat st;

	return lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink > 1;
}

static bool
concerns_point(struct point *p, const struct inotify_event *e)
{
	if (p->directory != e->wd)
		return false;
	if ((e->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
		p->directory = -1;
		return true;
	}
	return e->len > 0 && strcmp(p->name, e->name) == 0 &&
		((e->mask & IN_CREATE) == 0 || is_whole(p->path));
}

static bool
concerns(struct file *f, const struct inotify_event *e)
{
	bool found = (e->mask & IN_Q_OVERFLOW) != 0;

	vec_each (struct point *, p, &f->points.list)
		found |= concerns_point(p, e);
	return found;
}

static void
take_event(struct watch *w, const struct inotify_event *e)
{
	for (size_t i = 0; i < w->files.n; i++)
		if (concerns(&w->files.p[i], e))
			w->files.p[i].changed = true;
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

static void
points_fini(struct points *s)
{
	vec_each (struct point *, p, &s->list)
		mem_free(&p->path);
	vec_fini(&s->list);
}

static void
file_fini(struct file *f)
{
	points_fini(&f->points);
	mem_free(&f->path);
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
		file_fini(&w->files.p[i]);
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

/* -- the way to a file ------------------------------------------------------
 */

/* A path on its way: what is reached, and what is left. */
struct way {
	struct strbuf at, rest;
	unsigned links;
};

enum step { STEP_INTO, STEP_LINK, STEP_END };

/* The next name of the rest; empty at its end. */
static struct span
next_name(const struct way *y)
{
	struct span rest = strbuf_as_span(&y->rest), name;

	while (span_next(&rest, '/', &name))
		if (name.n > 0)
			return name;
	return SPAN_NULL;
}

/* Where a name of the rest ends in it. */
static size_t
end_of(const struct way *y, struct span name)
{
	return (size_t)(name.p + name.n - strbuf_as_span(&y->rest).p);
}

/* What has been reached, and a name in it. mem_free it. */
static char *
path_of(const struct way *y, struct span name)
{
	return mem_printf(
		"%.*s/%.*s", SPAN_ARG(strbuf_as_span(&y->at)), SPAN_ARG(name));
}

static enum step
look_at(const struct way *y, struct span name)
{
	char *path = path_of(y, name);
	enum step step = STEP_END;
	struct stat st;

	if (lstat(path, &st) != 0)
		step = STEP_END;
	else if (S_ISLNK(st.st_mode))
		step = STEP_LINK;
	else if (S_ISDIR(st.st_mode) && end_of(y, name) < y->rest.n)
		step = STEP_INTO;
	mem_free(&path);
	return step;
}

static void
add_point(struct watch *w, struct points *out, struct way *y, struct span name)
{
	const char *dir = y->at.n > 0 ? strbuf_cstr(&y->at) : "/";
	struct point p = {.path = path_of(y, name)};

	p.name = strrchr(p.path, '/') + 1;
	p.directory = w->fd >= 0 ? inotify_add_watch(w->fd, dir, EVENTS) : -1;
	vec_push(&out->list, p);
}

static void
walk_into(struct way *y, struct span name)
{
	size_t end = end_of(y, name);

	strbuf_printf(&y->at, "/%.*s", SPAN_ARG(name));
	strbuf_del(&y->rest, 0, end);
}

/* What the link leads to stands in its place. */
static bool
walk_link(struct way *y, struct span name)
{
	struct span rest = strbuf_as_span(&y->rest);
	char *path = path_of(y, name), target[PATH_MAX], *all;
	ssize_t n = readlink(path, target, sizeof(target));

	mem_free(&path);
	if (n <= 0 || ++y->links > MAX_LINKS)
		return false;
	all = mem_printf("%.*s%.*s", (int)n, target,
		SPAN_ARG(span_sub(rest, end_of(y, name), rest.n)));
	if (target[0] == '/')
		strbuf_clear(&y->at);
	strbuf_clear(&y->rest);
	strbuf_str(&y->rest, all);
	mem_free(&all);
	return true;
}

/* Watch whatever may change the meaning of a path. Each directory is watched
 * before the name in it is taken for what it is. */
static void
walk(struct watch *w, const char *path, struct points *out)
{
	struct way y = {STRBUF_INIT(PATH_MAX), STRBUF_INIT(PATH_MAX), 0};
	bool go_on = path[0] == '/';

	strbuf_str(&y.rest, path);
	while (go_on) {
		struct span name = next_name(&y);

		if (name.n == 0 || y.at.full || y.rest.full)
			break;
		if (look_at(&y, name) == STEP_INTO) {
			walk_into(&y, name);
			continue;
		}
		add_point(w, out, &y, name);
		switch (look_at(&y, name)) {
		case STEP_INTO:
			walk_into(&y, name);
			break;
		case STEP_LINK:
			go_on = walk_link(&y, name);
			break;
		case STEP_END:
			go_on = false;
			break;
		}
	}
	strbuf_fini(&y.at);
	strbuf_fini(&y.rest);
}

/* -- files ------------------------------------------------------------------
 */

static bool
is_used(const struct watch *w, int directory)
{
	for (size_t i = 0; i < w->files.n; i++) {
		const struct points *s = &w->files.p[i].points;

		for (size_t k = 0; k < s->list.n; k++)
			if (s->list.p[k].directory == directory)
				return true;
	}
	return false;
}

/* Directories that nothing else needs are watched no more. */
static void
release(struct watch *w, struct points *old)
{
	vec_each (struct point *, p, &old->list)
		if (p->directory >= 0 && !is_used(w, p->directory))
			inotify_rm_watch(w->fd, p->directory);
	points_fini(old);
}

void
watch_add(struct watch *w, uint32_t feed, const char *path)
{
	struct file *f = find(w, feed);
	struct points old;

	if (f == NULL) {
		struct file new = {.feed = feed, .path = mem_strdup(path)};

		vec_push(&w->files, new);
		f = &w->files.p[w->files.n - 1];
	}
	old = f->points;
	f->points = (struct points){0};
	walk(w, path, &f->points);
	release(w, &old);
}

void
watch_del(struct watch *w, uint32_t feed)
{
	struct file *f = find(w, feed);
	struct points old;

	if (f == NULL)
		return;
	old = f->points;
	mem_free(&f->path);
	vec_remove(&w->files, (size_t)(f - w->files.p));
	release(w, &old);
}
