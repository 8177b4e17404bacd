/*
 * How new a report is, 0..100, for each entity and type of event: 100 for the
 * first, less for each that follows within a day, and 100 again after a day of
 * silence; times how new its text is to its story. Times are arguments. Pure;
 * one thread at a time.
 * Source: the novelty scores of RavenPack News Analytics.
 */
#ifndef NW_STORY_NOVELTY_H
#define NW_STORY_NOVELTY_H

#include "base/span.h"
#include "model/item.h"

/* Silence after which a pair of entity and type is new again. */
#define NOVELTY_SILENCE_MS ((int64_t)24 * 3600 * 1000)
/* Pairs remembered; beyond, the one that was silent longest is forgotten. */
#define NOVELTY_PAIRS_MAX 1000000

struct novelty;

/* What is remembered of one pair, to be kept and given back. */
struct novelty_pair {
	struct item_key key; /* hash of entity and type */
	int64_t last_ms; /* time of its latest report */
	uint32_t reports; /* 0: forgotten */
};

/* pairs_max: 0 for the limit above. */
struct novelty *novelty_new(size_t pairs_max);
void novelty_free(struct novelty **n);

/*
 * Counts a report and says how new it is. entity: an id; where no event was
 * found, type is the story's id, and where there is no entity either, entity
 * is that and type empty. fresh: 0..1, how new the text is
 * (cluster_place.fresh); however old it is, a quarter of the novelty stays. A
 * time before the latest is taken as that. after: the pair as it is now, or
 * NULL.
 */
unsigned novelty_count(struct novelty *n, struct span entity, struct span type,
	int64_t when_ms, float fresh, struct novelty_pair *after);
/* 100, 75, 56, ... for the nth report, from 0. */
unsigned novelty_of_rank(unsigned rank);
size_t novelty_pairs(const struct novelty *n);

/* Gives a pair back, as it was before a restart, or before a count that is to
 * be undone. */
void novelty_put(struct novelty *n, const struct novelty_pair *p);

#endif
