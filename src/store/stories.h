/*
 * Stories as they are kept: what a story is, which items belong to it, whom it
 * is about, and the state from which the clusterer is made again at start.
 * They are written in the unit that writes their items and hits, so that a
 * crash leaves all of them or none.
 *
 * A story is open while the clusterer knows it (`state` is there), then closed;
 * a merged one leads to the story that it became. All of them go by retention
 * (store_unit_prune), when nothing was added for so long.
 */
#ifndef NW_STORE_STORIES_H
#define NW_STORE_STORIES_H

#include "base/arena.h"
#include "store/store.h"

struct store_story {
	int64_t row; /* out */
	struct item_key id;
	struct wall first_seen, last; /* first item seen, latest item's time */
	unsigned articles;
	struct span title, url; /* of its first item */
	struct span json; /* as its latest hit says it; NULL: no hit */
	struct span told; /* what an alert said of it; NULL: there was none */
	struct span state; /* the clusterer's record; NULL: closed */
	bool merged; /* it became: */
	struct item_key into;
};

/* Insert or replace the story of this id; `merged` and `into` are left alone.
 * *row may be NULL. */
NW_MUST_CHECK int store_unit_story(struct store_unit *u,
	const struct store_story *s, int64_t *row, struct err *err);
/* An item of it; an item that is in another story leaves that. */
NW_MUST_CHECK int store_unit_story_member(struct store_unit *u, int64_t story,
	int64_t item, struct span bytes, struct err *err);
/* Whom the story is about: ids. Those that are there already stay. */
NW_MUST_CHECK int store_unit_story_entities(struct store_unit *u, int64_t story,
	const struct span *ids, size_t n, struct err *err);
/* The story `from` became `into`, which must be there: its items and entities
 * go there, it is closed. An unknown `from` is fine. */
NW_MUST_CHECK int store_unit_story_merge(struct store_unit *u,
	const struct item_key *from, const struct item_key *into,
	struct err *err);

/* A count of reports (story/novelty.h); reports 0: forgotten. */
struct store_pair {
	struct item_key key;
	int64_t last_ms;
	uint32_t reports;
};
NW_MUST_CHECK int store_unit_story_pair(
	struct store_unit *u, const struct store_pair *p, struct err *err);
/* reports 0: not there. */
NW_MUST_CHECK int store_story_pair(
	struct store *s, struct store_pair *p, struct err *err);

/* Stories of which the latest item is older than that are closed, pairs that
 * were silent since `silent` are forgotten. */
NW_MUST_CHECK int store_unit_stories_close(struct store_unit *u,
	struct wall before, struct wall silent, struct err *err);
/* The clusterer's record of its terms. */
NW_MUST_CHECK int store_unit_story_terms(
	struct store_unit *u, struct span bytes, struct err *err);

/* -- reading: also of units that wait for their commit ---------------------
 */

/* Bytes are copied into the arena. A merged story is answered as such: its own
 * row, with `into`. */
NW_MUST_CHECK int store_story_get(struct store *s, const struct item_key *id,
	struct arena *a, struct store_story *out, bool *found, struct err *err);
/* The story of an item. */
NW_MUST_CHECK int store_story_of_item(struct store *s, int64_t item,
	struct arena *a, struct store_story *out, bool *found, struct err *err);

/* Members: the first ones and the latest others, as they were seen; bytes are
 * in the arena. last: the row of the last one's item; 0: there is none. */
struct store_members {
	struct item_spans bytes;
	int64_t last;
};
NW_MUST_CHECK int store_story_members(struct store *s, int64_t story,
	size_t first, size_t latest, struct arena *a, struct store_members *out,
	struct err *err);

/* Borrowed for the call, without `state`. Return false to stop. */
typedef bool (*store_story_cb)(const struct store_story *s, void *arg);
/* Stories about an entity (empty: all), begun before the story in row `before`
 * (INT64_MAX: all), the latest first, not merged, with an item since then. */
struct store_story_query {
	struct span entity;
	int64_t before;
	struct wall since;
	size_t limit;
};
NW_MUST_CHECK int store_stories_find(struct store *s,
	const struct store_story_query *q, store_story_cb cb, void *arg,
	struct err *err);
/* How many of these entities the story is about. */
NW_MUST_CHECK int store_story_common(struct store *s, int64_t story,
	const struct span *ids, size_t n, unsigned *out, struct err *err);

/* At start. terms: NULL if there is none; state: of each open story. */
struct store_stories_load {
	void (*terms)(struct span bytes, void *arg);
	void (*story)(const struct item_key *id, struct span state, void *arg);
	void (*merged)(const struct item_key *from, const struct item_key *into,
		void *arg);
	void (*pair)(const struct store_pair *p, void *arg);
	void *arg;
};
NW_MUST_CHECK int store_stories_load(
	struct store *s, const struct store_stories_load *to, struct err *err);

#endif
