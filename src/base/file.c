#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define READ_CHUNK ((size_t)64 << 10)
#define SECRET_MAX_BYTES 4096
#define PATH_DEPTH_MAX 4096 /* bytes of a path for file_mkdirs */

/* Does this failure need the operator, or may it pass by itself? */
static enum err_kind
kind_of(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
	case EEXIST:
	case EISDIR:
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP:
	case ENAMETOOLONG:
		return ERR_CONF;
	default:
		return ERR_TEMP;
	}
}

static int
fail(struct err *err, const char *path, const char *what)
{
	int saved = errno;

	return err_errno(
		err, kind_of(saved), saved, "%s: cannot %s", path, what);
}

static ssize_t
read_some(int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static int
too_large(const char *name, const struct strbuf *out, struct err *err)
{
	return err_set(
		err, ERR_INPUT, "%s: larger than %zu bytes", name, out->max);
}

int
file_read_fd(int fd, const char *name, struct strbuf *out, struct err *err)
{
	for (;;) {
		size_t room = strbuf_room(out, READ_CHUNK);
		char beyond;
		ssize_t got = room > 0 ? read_some(fd, out->p + out->n, room)
				       : read_some(fd, &beyond, 1);

		if (got < 0)
			return fail(err, name, "read");
		if (got == 0)
			break;
		if (room == 0)
			return too_large(name, out, err);
		out->n += (size_t)got;
	}
	if (out->p)
		out->p[out->n] = '\0';
	return 0;
}

int
file_read(const char *path, struct strbuf *out, struct err *err)
{
	struct stat st;
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return file_read_fd(STDIN_FILENO, "standard input", out, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(err, path, "open");
	/* What is too large for sure is not read in first. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		(uintmax_t)st.st_size > out->max - out->n)
		rc = too_large(path, out, err);
	else
		rc = file_read_fd(fd, path, out, err);
	close(fd);
	return rc;
}

int
file_write_fd(int fd, const char *name, struct span s, struct err *err)
{
	while (s.n > 0) {
		ssize_t done = write(fd, s.p, s.n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fail(err, name, "write");
		s = span_sub(s, (size_t)done, SIZE_MAX);
	}
	return 0;
}

/* The directory that holds path, "." if it names none. */
static char *
dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	return mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* The new name is durable only when its directory is. */
static int
sync_dir_of(const char *path, struct err *err)
{
	char *dir = dir_of(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fsync(fd) != 0)
		rc = fail(err, dir, "synchronize");
	if (fd >= 0)
		close(fd);
	mem_free(&dir);
	return rc;
}

static int
write_whole(int fd, const char *path, struct span content, unsigned mode,
	struct err *err)
{
	if (file_write_fd(fd, path, content, err) != 0)
		return -1;
	if (fchmod(fd, (mode_t)mode) != 0)
		return fail(err, path, "set the mode of");
	if (fsync(fd) != 0)
		return fail(err, path, "synchronize");
	return 0;
}

int
file_replace(
	const char *path, struct span content, unsigned mode, struct err *err)
{
	char *temporary = mem_printf("%s.XXXXXX", path);
	int rc = -1;
	int fd = mkostemp(temporary, O_CLOEXEC);

	if (fd < 0) {
		fail(err, path, "create a temporary file beside");
		goto out;
	}
	if (write_whole(fd, temporary, content, mode, err) != 0)
		goto out;
	if (rename(temporary, path) != 0) {
		fail(err, path, "replace");
		goto out;
	}
	rc = sync_dir_of(path, err);
out:
	if (fd >= 0)
		close(fd);
	if (rc != 0 && fd >= 0)
		unlink(temporary); /* ENOENT once it was renamed */
	mem_free(&temporary);
	return rc;
}

static int
make_dir(const char *path, unsigned mode, struct err *err)
{
	struct stat st;
	int saved;

	if (mkdir(path, (mode_t)mode) == 0)
		return 0;
	saved = errno;
	/* It may exist though mkdir says EROFS or EACCES of its parent. */
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	errno = saved;
	return fail(err, path, "create the directory");
}

int
file_mkdirs(const char *path, unsigned mode, struct err *err)
{
	char *part;
	int rc = 0;

	if (path[0] == '\0' || strlen(path) >= PATH_DEPTH_MAX)
		return err_set(
			err, ERR_CONF, "\"%.64s\": no usable path", path);
	part = mem_strdup(path);
	for (char *p = part + 1; rc == 0 && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		rc = make_dir(part, mode, err);
		*p = '/';
	}
	if (rc == 0)
		rc = make_dir(part, mode, err);
	mem_free(&part);
	return rc;
}

static int
check_secret_mode(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(err, path, "examine");
	if (S_ISREG(st.st_mode) && (st.st_mode & S_IRWXO) != 0)
		return err_set(err, ERR_CONF,
			"%s: a secret that others may read (mode %04o): "
			"chmod o= it",
			path, (unsigned)st.st_mode & 07777);
	return 0;
}

static int
check_secret(const char *path, struct strbuf *b, struct err *err)
{
	struct span s = strbuf_as_span(b);

	if (span_ends(s, "\n"))
		strbuf_cut(b, b->n - 1);
	if (span_ends(strbuf_as_span(b), "\r"))
		strbuf_cut(b, b->n - 1);
	s = strbuf_as_span(b);
	if (s.n == 0)
		return err_set(err, ERR_CONF, "%s: the secret is empty", path);
	if (span_find(s, '\n') != SIZE_MAX || span_find(s, '\0') != SIZE_MAX)
		return err_set(err, ERR_CONF,
			"%s: a secret is one line of text", path);
	return 0;
}

int
file_read_secret(const char *path, char **out, struct err *err)
{
	/* Two more for a line end. */
	struct strbuf b = STRBUF_INIT(SECRET_MAX_BYTES + 2);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = -1;

	*out = NULL;
	if (fd < 0)
		return fail(err, path, "open");
	if (check_secret_mode(fd, path, err) != 0)
		goto out;
	if (file_read_fd(fd, path, &b, err) != 0 ||
		check_secret(path, &b, err) != 0) {
		if (err)
			err->kind = ERR_CONF;
		goto out;
	}
	if (b.n > SECRET_MAX_BYTES) {
		err_set(err, ERR_CONF, "%s: a secret has at most %d bytes",
			path, SECRET_MAX_BYTES);
		goto out;
	}
	*out = strbuf_take(&b);
	rc = 0;
out:
	close(fd);
	if (b.p)
		explicit_bzero(b.p, b.cap);
	strbuf_fini(&b);
	return rc;
}

char *
file_beside(const char *base, const char *path)
{
	const char *slash = strrchr(base, '/');

	if (path[0] == '/' || !slash)
		return mem_strdup(path);
	return mem_printf("%.*s%s", (int)(slash - base + 1), base, path);
}

/* A missing directory just matches nothing. */
static int
on_glob_error(const char *path, int errnum)
{
	(void)path;
	return errnum != ENOENT && errnum != ENOTDIR;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
file_glob(const char *pattern, char ***paths, size_t *n, struct err *err)
{
	glob_t g = {0};
	int rc = glob(pattern, GLOB_NOSORT, on_glob_error, &g);
	int saved = errno;

	*paths = NULL;
	*n = 0;
	if (rc != 0 && rc != GLOB_NOMATCH) {
		globfree(&g);
		return err_errno(err, ERR_CONF, saved,
			"%s: cannot read a directory of the pattern", pattern);
	}
	*paths = mem_calloc(g.gl_pathc, sizeof(**paths));
	for (size_t i = 0; i < g.gl_pathc; i++)
		(*paths)[(*n)++] = mem_strdup(g.gl_pathv[i]);
	globfree(&g);
	if (*n > 1)
		qsort(*paths, *n, sizeof(**paths), compare_paths);
	return 0;
}

void
file_glob_free(char ***paths, size_t n)
{
	if (!*paths)
		return;
	for (size_t i = 0; i < n; i++)
		mem_free(&(*paths)[i]);
	mem_free(paths);
}
