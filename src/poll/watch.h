/*
 * Files that feeds are in, watched with inotify: a new version is noticed when
 * it is moved or linked into place or closed after writing. Watches
 * directories, so that a file may be replaced, or not be there yet: that of the
 * file, those of links on the way to it (a link that is turned to another
 * version is a change), and the last that exists of a path of which directories
 * are missing. A watch that cannot be had (too many) is no failure: the feed's
 * interval remains.
 */
#ifndef NW_POLL_WATCH_H
#define NW_POLL_WATCH_H

#include "base/span.h"
#include "io/loop.h"

struct watch;

/* path changed; may be told for several writes at once, a moment later. */
typedef void (*watch_cb)(uint32_t feed, void *arg);

struct watch *watch_new(struct loop *loop, watch_cb cb, void *arg);
void watch_free(struct watch **w);
/* Watch a feed's file from now on. To be told before each look at the file:
 * the way to it may be another one by now. path is absolute, and the same each
 * time. */
void watch_add(struct watch *w, uint32_t feed, const char *path);
void watch_del(struct watch *w, uint32_t feed);

#endif
