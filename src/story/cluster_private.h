/* What cluster.c and cluster_state.c share. */
#ifndef NW_STORY_CLUSTER_PRIVATE_H
#define NW_STORY_CLUSTER_PRIVATE_H

#include "base/heap.h"
#include "base/map.h"
#include "base/vec.h"
#include "story/cluster.h"
#include "story/merged.h"
#include "story/postings.h"
#include "story/story.h"

struct cluster {
	struct cluster_limits limits;
	struct frequency *frequency;
	struct postings *postings;
	struct heap *silence; /* slot by time of the latest item */
	struct map *slots; /* id -> slot + 1 */
	struct merged *merged;
	VEC(struct story *) stories; /* by slot; NULL: free */
	VEC(uint32_t) unused;
	uint64_t serial;
	int64_t now_ms;
	uint64_t compared;
	/* of the item at hand */
	struct vector vector;
	VEC(float) score; /* by slot; 0: not touched */
	VEC(uint32_t) touched;
};

struct story *cluster_find(const struct cluster *c, const struct item_key *id);
/* Takes s: it is open, and found by its terms. Returns its slot. */
uint32_t cluster_open(struct cluster *c, struct story *s);
void cluster_close(struct cluster *c, uint32_t slot);

#endif
