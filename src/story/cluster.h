/*
 * Stories: items that report the same happening, over outlets and days, found
 * as items come in. An item's rarest terms lead to the stories that have them
 * too, so that the cost grows with these candidates, not with all stories.
 * Copies are told by their shingles; other items by how alike title, text and
 * names are, with thresholds between those for headlines and for full texts.
 * Texts that name other names, or give other figures, are held apart.
 *
 * Times are arguments, so that a run can be repeated: the same calls give the
 * same stories. Pure; one thread at a time.
 * Source: TDT (Allan 2002) for the method; thresholds by measurement.
 */
#ifndef NW_STORY_CLUSTER_H
#define NW_STORY_CLUSTER_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/item.h"
#include "story/story.h"

/* Silence after which a story is closed: forgotten here. */
#define CLUSTER_WINDOW_MS ((int64_t)10 * 24 * 3600 * 1000)
/* Open stories; beyond, the one that was silent longest is closed. */
#define CLUSTER_STORIES_MAX 200000
/* Merged stories whose ids are still answered; beyond, the oldest is not. */
#define CLUSTER_MERGED_MAX 65536

struct cluster;

struct cluster_limits {
	int64_t window_ms;
	size_t stories, merged;
};

/* limits: NULL for the ones above. */
struct cluster *cluster_new(const struct cluster_limits *limits);
void cluster_free(struct cluster **c);

/* Where an item was put. */
struct cluster_place {
	struct item_key story; /* its first item's id: stable */
	bool begins; /* the item is the story's first */
	bool merged; /* the item showed that two stories are one: */
	struct item_key merged_from; /* this one is `story` from now on */
	uint32_t articles; /* of the story, with this item */
	int64_t first_ms; /* time of its earliest item */
	float fresh; /* how new the text is, 0..1: to its story, or, of one that
			begins, to the nearest other */
	/* Why: the story that it joined, or else the one that came nearest;
	 * compared is false if no other story had its terms. */
	bool compared;
	struct item_key nearest;
	struct story_fit fit;
};

/*
 * Puts an item into its story. when_ms: its time, wall clock; the latest one
 * given is what the window is counted from, so that the caller must not let an
 * item come from the future. An item that is put again joins the story that it
 * began.
 */
void cluster_put(struct cluster *c, const struct item_key *id, int64_t when_ms,
	const struct features *f, struct cluster_place *out);
/* Only counts the terms: for items that are known to be old. */
void cluster_learn(struct cluster *c, const struct features *f);
/* Forgets a story, open or merged, as though it had never been: to undo what a
 * failed unit of work did, before cluster_import gives it back as it was. */
void cluster_forget(struct cluster *c, const struct item_key *id);
/* Closes stories that were silent for the window before now. */
void cluster_expire(struct cluster *c, int64_t now_ms);

/* The story that a merged one became; the id itself if it was not merged. */
struct item_key cluster_resolve(
	const struct cluster *c, const struct item_key *id);
size_t cluster_count(const struct cluster *c); /* open stories */
size_t cluster_bytes(const struct cluster *c); /* memory, roughly */
uint64_t cluster_compared(const struct cluster *c); /* candidates looked at */

/*
 * The state as records, to be kept and given back in any order: one for the
 * terms, one a story, replaced by its key whenever an item was put into it,
 * one a merged story, of which the bytes are the id that it became.
 */
enum cluster_record_kind {
	CLUSTER_RECORD_TERMS,
	CLUSTER_RECORD_STORY,
	CLUSTER_RECORD_MERGED
};

struct cluster_record {
	enum cluster_record_kind kind;
	struct item_key key; /* the story's id; zero for the terms */
	struct span bytes;
};

#define CLUSTER_TERMS_BYTES_MAX (FREQUENCY_BYTES_MAX + 64)

/* The record of the terms, appended. */
void cluster_export_terms(const struct cluster *c, struct strbuf *out);
/* One open story's record, appended; false if it is not open. */
bool cluster_export_story(
	const struct cluster *c, const struct item_key *id, struct strbuf *out);
/*
 * ERR_INPUT: the record is not understood; the state is as before. Beyond the
 * limits stories are closed as usual.
 */
NW_MUST_CHECK int cluster_import(
	struct cluster *c, const struct cluster_record *r, struct err *err);

#endif
