/*
 * Ids of stories that were merged into others, so that an id which was given
 * out once still leads to its story. Bounded: the oldest is forgotten. Pure.
 */
#ifndef NW_STORY_MERGED_H
#define NW_STORY_MERGED_H

#include "model/item.h"

struct merged;

struct merged *merged_new(size_t max);
void merged_free(struct merged **m);
void merged_put(struct merged *m, const struct item_key *from,
	const struct item_key *into);
/* Forgets it, as though it had never been put. */
void merged_del(struct merged *m, const struct item_key *from);
/* The last story of the chain; id itself if it was not merged. */
struct item_key merged_get(const struct merged *m, const struct item_key *id);

#endif
