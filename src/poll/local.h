/*
 * Feeds in local files: `file:` URLs, which only the configuration can name.
 * Regular files only: a pipe or device could block or never end.
 */
#ifndef NW_POLL_LOCAL_H
#define NW_POLL_LOCAL_H

#include "base/err.h"
#include "base/strbuf.h"

bool local_is(struct span url);
/* What changes when the file changes (inode, size, time), appended to tag. */
NW_MUST_CHECK int local_stat(
	struct span url, struct strbuf *tag, struct err *err);
/* The path that it means. mem_free it. */
char *local_path(struct span url);
/* The file, appended; more than out->max bytes is ERR_INPUT. */
NW_MUST_CHECK int local_read(
	struct span url, struct strbuf *out, struct err *err);

#endif
