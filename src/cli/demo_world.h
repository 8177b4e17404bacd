/*
 * The demo's small world: a directory with its configuration, its watchlist,
 * and one feed for each outlet. A scene is a list of entries for some of them;
 * it is played by putting them in front of what these feeds have.
 */
#ifndef NW_CLI_DEMO_WORLD_H
#define NW_CLI_DEMO_WORLD_H

#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

struct demo_world;

/* start: what the times of the entries are counted from. The directory is a new
 * one in $TMPDIR; the first scene, which has every feed, is played. */
NW_MUST_CHECK int demo_world_new(
	struct wall start, struct demo_world **out, struct err *err);
/* Removes the directory. */
void demo_world_free(struct demo_world **w);

const char *demo_world_dir(const struct demo_world *w);
size_t demo_world_left(const struct demo_world *w); /* scenes to be played */
NW_MUST_CHECK int demo_world_play(struct demo_world *w, struct err *err);

#endif
