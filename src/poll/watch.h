/*
 * Files that feeds are in, watched with inotify: a new version is noticed when
 * it is moved into place or closed after writing. Watches directories, so that
 * a file may be replaced, or not be there yet. A watch that cannot be had
 * (directory missing, too many) is no failure: the feed's interval remains.
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
/* Watch a feed's file from now on; again is fine and tries again. path is
 * absolute. False: not now. */
bool watch_add(struct watch *w, uint32_t feed, const char *path);
void watch_del(struct watch *w, uint32_t feed);

#endif
