/* See local.h. */
#include "poll/local.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

bool
local_is(struct span url)
{
	return span_starts(url, "file:");
}

/* file:///path, file:/path, file:path; %XX undone. mem_free it. */
char *
local_path(struct span url)
{
	struct strbuf b = STRBUF_INIT(4096);
	struct span s = span_sub(url, strlen("file:"), url.n);

	if (span_starts(s, "//"))
		s = span_sub(s, 2, s.n);
	strbuf_unescape(&b, s);
	return strbuf_take(&b);
}

static int
open_regular(const char *path, struct stat *st, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, ERR_TEMP, errno, "%s", path);
	if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) {
		close(fd);
		return err_set(err, ERR_TEMP,
			"%s is not a regular file: a feed must be one", path);
	}
	return fd;
}

int
local_stat(struct span url, struct strbuf *tag, struct err *err)
{
	char *path = local_path(url);
	struct stat st;
	int fd = open_regular(path, &st, err);

	mem_free(&path);
	if (fd < 0)
		return -1;
	close(fd);
	strbuf_printf(tag, "%llu-%lld-%lld.%09ld",
		(unsigned long long)st.st_ino, (long long)st.st_size,
		(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	return 0;
}

int
local_read(struct span url, struct strbuf *out, struct err *err)
{
	char *path = local_path(url);
	struct stat st;
	int fd = open_regular(path, &st, err);
	int rc = -1;

	if (fd >= 0) {
		rc = file_read_fd(fd, path, out, err);
		close(fd);
	}
	mem_free(&path);
	return rc;
}
