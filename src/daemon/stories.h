/*
 * The stories of the running daemon: the clusterer and the counts of novelty
 * in memory, everything else in the store. An item's story is found, reported
 * and written within the unit of work that writes the item and its hit. When
 * that unit fails, what memory learned from it is undone from what the store
 * still has, so that both always say the same; terms are only counts of words
 * and are not undone.
 *
 * Memory is that of the clusterer (story/cluster.h: about 2.9 KB a story that
 * was open within ten days, 200 000 at most), of novelty, and of the members of
 * the stories that were reported last (story/shelf.h).
 */
#ifndef NW_DAEMON_STORIES_H
#define NW_DAEMON_STORIES_H

#include "analyse/codec.h"
#include "base/vec.h"
#include "store/stories.h"
#include "story/publishers.h"
#include "story/told.h"

/* The record of terms is written so often, if anything was learned. */
#define STORIES_TERMS_MS 600000
#define STORIES_RELATED_MS ((int64_t)90 * 24 * 3600 * 1000)

struct stories;

/* Reads what is open; s and the list are borrowed until stories_close. A record
 * that cannot be read costs that story: it is logged. */
NW_MUST_CHECK int stories_open(struct store *s,
	const struct publisher_list *publishers, struct stories **out,
	struct err *err);
void stories_close(struct stories **s);
/* After a reload; borrowed. */
void stories_set_publishers(
	struct stories *s, const struct publisher_list *publishers);

/* What a unit of work changed in memory. Zeroed by its owner. */
struct stories_touched {
	VEC(struct item_key) stories;
	VEC(struct item_key) pairs;
};
void stories_touched_fini(struct stories_touched *t);
/* After the unit was rolled back. */
void stories_undo(struct stories *s, const struct stories_touched *t);

struct stories_item {
	const struct analyse_item *item; /* with an entity at least */
	const struct store_item *stored;
	const struct hit_feed *feed;
	struct wall received;
	bool says_new; /* new, or names something that it did not before */
};

/* Where an item belongs. Texts are in the arena, static, or stay until the next
 * call for these stories. */
struct stories_place {
	struct hit_story story;
	bool told; /* an alert has said of this story before, and */
	struct span changed[STORY_CHANGES_MAX]; /* this has changed since */
	size_t n_changed;
	struct store_story row; /* as stories_keep writes it */
};

/*
 * Puts an item into its story, or, if it was edited, what it says now. The
 * caller decides whether it makes a hit, and ends with stories_keep.
 */
NW_MUST_CHECK int stories_put(struct stories *s, struct store_unit *u,
	const struct stories_item *in, struct arena *a,
	struct stories_touched *t, struct stories_place *out, struct err *err);
/* hit: the item makes one, which says all of this. */
NW_MUST_CHECK int stories_keep(struct store_unit *u, struct stories_place *p,
	bool hit, struct err *err);
/* An item that can be part of no story: its words are counted. */
void stories_learn(struct stories *s, struct span features);

/* Close what was silent for the window; keep the terms if they are due. Comes
 * after whatever deleted items or stories from the store. */
NW_MUST_CHECK int stories_tick(struct stories *s, struct store_unit *u,
	struct wall now, struct err *err);
/* Keep the terms now: before the end. */
NW_MUST_CHECK int stories_keep_terms(
	struct stories *s, struct store_unit *u, struct err *err);

struct stories_stats {
	size_t open, bytes, pairs;
	uint64_t put, begun, merged;
};
void stories_get_stats(const struct stories *s, struct stories_stats *out);

/* Stories of the last 90 days that are like this one: ids, best first. */
NW_MUST_CHECK int stories_related(struct store *s, const struct store_story *of,
	const struct span *entities, size_t n_entities, struct wall now,
	struct arena *a, struct item_spans *out, struct err *err);

#endif
