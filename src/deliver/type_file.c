/*
 * A file that grows by one line of JSON per hit. The lines of a message are
 * appended as a whole or not at all, and are on disk before it counts as sent.
 * Several workers may share a file (they lock it); one that was moved away
 * (logrotate) is noticed and made anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "base/file.h"
#include "base/mem.h"
#include "deliver/format.h"
#include "deliver/settings.h"
#include "deliver/trace.h"
#include "deliver/types.h"

#define FILE_MODE 0640

struct file {
	const struct channel_env *env;
	char *path;
	int fd; /* -1: not open */
};

static const struct setting_rule file_rules[] = {
	{"path", SETTING_PATH, true, NULL, "The file to append to."},
	{.name = NULL},
};

static int
file_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct file *f = mem_new(f);

	(void)err;
	f->env = env;
	f->path = setting_path(conf, "path");
	f->fd = -1;
	*state = f;
	return 0;
}

static void
file_reopen(void *state)
{
	struct file *f = state;

	if (f->fd != -1)
		close(f->fd);
	f->fd = -1;
}

static void
file_close(void *state)
{
	struct file *f = state;

	file_reopen(f);
	mem_free(&f->path);
	mem_free(&f);
}

/* Is the open file still what its path names? */
static bool
is_current(const struct file *f)
{
	struct stat open_st, path_st;

	return fstat(f->fd, &open_st) == 0 && stat(f->path, &path_st) == 0 &&
		open_st.st_dev == path_st.st_dev &&
		open_st.st_ino == path_st.st_ino;
}

static int
make_current(struct file *f, struct err *err)
{
	if (f->fd != -1 && is_current(f))
		return 0;
	file_reopen(f);
	f->fd = open(
		f->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, FILE_MODE);
	if (f->fd == -1)
		return err_errno(err, ERR_TEMP, errno, "%s", f->path);
	return 0;
}

/* All of it or nothing: what a full disk took of it is cut off again. */
static int
append(struct file *f, struct span text, struct err *err)
{
	struct stat st;

	if (fstat(f->fd, &st) == -1)
		return err_errno(err, ERR_TEMP, errno, "%s", f->path);
	if (!failpoint("file_append") &&
		file_write_fd(f->fd, f->path, text, err) == 0) {
		if (fdatasync(f->fd) == 0 || errno == EINVAL)
			return 0; /* EINVAL: a pipe or device has no disk */
		return err_errno(err, ERR_TEMP, errno, "%s", f->path);
	}
	if (S_ISREG(st.st_mode) && ftruncate(f->fd, st.st_size) == -1)
		return err_errno(err, ERR_TEMP, errno,
			"%s: a torn line is left", f->path);
	return -1;
}

static int
append_locked(struct file *f, struct span text, struct err *err)
{
	int rc;

	if (flock(f->fd, LOCK_EX | LOCK_NB) == -1)
		return err_errno(
			err, ERR_TEMP, errno, "%s: locked by another", f->path);
	rc = append(f, text, err);
	flock(f->fd, LOCK_UN);
	return rc;
}

static void
file_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct file *f = state;
	struct send_result r = {.outcome = OUTCOME_SENT, .retry_after_ms = -1};
	struct err err = {.kind = ERR_NONE};

	channel_trace(f->env, ">", NULL, m->body);
	if (f->env->dry) {
		done(&r, arg);
		return;
	}
	if (make_current(f, &err) == -1 ||
		append_locked(f, m->body, &err) == -1) {
		r.outcome = OUTCOME_LATER;
		r.text = span_of(err.msg);
	}
	done(&r, arg);
}

static void
file_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	(void)state;
	format_json_lines(hits, body);
}

const struct channel_type channel_type_file = {
	.name = "file",
	.doc = "Hits as JSON Lines appended to a file.",
	.rules = file_rules,
	.parallel = 1,
	.format = file_format,
	.open = file_open,
	.send = file_send,
	.reopen = file_reopen,
	.close = file_close,
};
