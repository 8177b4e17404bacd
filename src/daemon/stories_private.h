/* What stories.c and story_put.c share. */
#ifndef NW_DAEMON_STORIES_PRIVATE_H
#define NW_DAEMON_STORIES_PRIVATE_H

#include "daemon/stories.h"
#include "story/cluster.h"
#include "story/novelty.h"
#include "story/shelf.h"

struct stories {
	struct store *store;
	struct cluster *cluster;
	struct novelty *novelty;
	struct publishers *publishers;
	struct shelf *shelf; /* members of the stories reported last */
	uint64_t learned; /* items since the terms were kept */
	int64_t terms_kept_ms; /* 0: not yet */
	uint64_t put, begun, merged;
};

struct stories_members {
	const struct story_member *p;
	size_t n, at; /* at: of the item asked for; SIZE_MAX: not there */
	const struct alike *alike; /* NULL: not at hand */
};

/* The members of the story in this row, in the arena. One of another version
 * of the format is left out. */
NW_MUST_CHECK int stories_members(struct store *s, int64_t row,
	const struct item_key *item, struct arena *a,
	struct stories_members *out, struct err *err);

#endif
