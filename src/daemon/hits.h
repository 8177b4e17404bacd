/* From an analysed item to its story and its hit. */
#ifndef NW_DAEMON_HITS_H
#define NW_DAEMON_HITS_H

#include "analyse/codec.h"
#include "daemon/stories.h"

/* What all hits of one document share. Spans are borrowed for the call. */
struct hit_source {
	struct hit_feed feed;
	struct wall received, now;
	bool first_sight; /* the feed was never read before */
	int64_t backfill_ms; /* at first sight: alert on items up to so old */
	int64_t feed_row;
};

/*
 * Put an item into its story, and store its hit, if it makes one: a new item
 * that names an entity (at a feed's first sight only within backfill), or a
 * changed one that names an entity or event that was not told yet, or that
 * changes a story of which an alert has told. What an item names without making
 * a hit counts as told. *made: whether there is a new hit in the outbox. What
 * changes in memory is noted in touched, also on failure.
 */
NW_MUST_CHECK int hits_put(struct stories *stories, struct store_unit *u,
	const struct hit_source *src, const struct analyse_item *item,
	const struct store_item *stored, struct stories_touched *touched,
	bool *made, struct err *err);

#endif
