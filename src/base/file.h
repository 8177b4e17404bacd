/* Files as a whole: read with a limit, replace atomically. */
#ifndef NW_BASE_FILE_H
#define NW_BASE_FILE_H

#include "base/err.h"
#include "base/strbuf.h"

/*
 * Appends the whole file to out. More than out->max bytes is ERR_INPUT; a
 * missing, forbidden or impossible path ERR_CONF; another failure ERR_TEMP. The
 * message starts with the path. (The same kinds hold for all functions here.)
 * "-" is standard input.
 */
NW_MUST_CHECK int file_read(
	const char *path, struct strbuf *out, struct err *err);
/* Reads to the end of fd. name is for messages. */
NW_MUST_CHECK int file_read_fd(
	int fd, const char *name, struct strbuf *out, struct err *err);
/* Write to a temporary file beside it, fsync, rename, fsync the directory. */
NW_MUST_CHECK int file_replace(
	const char *path, struct span content, unsigned mode, struct err *err);
/* Write all of it; EINTR and short writes handled. */
NW_MUST_CHECK int file_write_fd(
	int fd, const char *name, struct span s, struct err *err);
/* Create a directory and its parents. An existing one is fine. */
NW_MUST_CHECK int file_mkdirs(const char *path, unsigned mode, struct err *err);
/* A secret: one line, trailing newline cut, not empty, at most 4096 bytes. A
 * file that others may read is ERR_CONF. Caller frees *out with mem_free. */
NW_MUST_CHECK int file_read_secret(
	const char *path, char **out, struct err *err);
/* dir of `base` joined with path, unless path is absolute. mem_free it. */
char *file_beside(const char *base, const char *path);
/* Sorted paths that match the pattern (glob(3), no ~); none is not an error. */
NW_MUST_CHECK int file_glob(
	const char *pattern, char ***paths, size_t *n, struct err *err);
void file_glob_free(char ***paths, size_t n);

#endif
