/*
 * Writes to a descriptor that somebody else owns (standard output) without
 * stopping the loop when its reader is slow, and without making it
 * non-blocking, which would change it for everybody who shares it.
 */
#ifndef NW_DELIVER_WRITER_H
#define NW_DELIVER_WRITER_H

#include "base/span.h"

struct loop;
struct writer;

/* error: 0, or errno. Comes once, from the loop or from inside writer_put. */
typedef void (*writer_cb)(int error, void *arg);

/* closed(arg) comes once when the reader is gone: of a pipe as soon as it goes,
 * else with the first text that cannot be written. It may be NULL. */
struct writer *writer_new(
	struct loop *l, int fd, void (*closed)(void *arg), void *arg);
/* A text under way ends without its callback. */
void writer_free(struct writer **w);
/* text is copied. One at a time: not before the callback of the one before. */
void writer_put(struct writer *w, struct span text, writer_cb done, void *arg);

#endif
