/*
 * One item's part in its story: all that is needed to say who reports it first
 * and who repeats whom (story/attribution.h), without the item's text. Kept as
 * bytes, one record an item. Pure; any thread.
 */
#ifndef NW_STORY_MEMBER_H
#define NW_STORY_MEMBER_H

#include "story/features.h"
#include "story/sources.h"

/* Encoded; 1 to 4 KiB as a rule. */
#define MEMBER_BYTES_MAX ((size_t)1 << 20)
#define MEMBER_ENTITIES_MAX 32 /* kept: the most relevant */
#define MEMBER_EVENTS_MAX 16 /* kept: the most certain */
#define MEMBER_SENTENCE_BYTES 1024 /* of an event; cut at a character */

struct member_notes; /* story/attribution.h */

struct story_member {
	struct item_key item;
	struct wall when; /* published, but not after it was seen */
	struct wall seen;
	struct span title, url, language; /* of the item */
	struct span publisher, domain; /* of its feed: struct hit_feed */
	struct item_sources sources;
	/* Without mentions and tickers. */
	const struct hit_entity *entities;
	size_t n_entities;
	/* With their sentences and facts. */
	const struct hit_event *events;
	size_t n_events;
	struct span decision; /* why it is in this story, for people */
	uint32_t words; /* of title and text: struct features */
	uint16_t sketch[FEATURES_BINS]; /* features_resemblance: text reuse */
	/* What the table of publishers says of it; NULL: not asked yet. No
	 * part of the bytes. */
	const struct member_notes *notes;
};

/* Appends at most MEMBER_BYTES_MAX bytes. */
void story_member_format(const struct story_member *m, struct strbuf *out);
/* Arrays are in the arena, texts borrow from bytes. ERR_INPUT: not what
 * story_member_format wrote. */
NW_MUST_CHECK int story_member_parse(struct span bytes, struct arena *arena,
	struct story_member *out, struct err *err);

#endif
