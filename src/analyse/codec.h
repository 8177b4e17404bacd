/*
 * What goes to an analyser and what comes back.
 *
 * A job is the bytes of a document as received, plus what stands for the items
 * that the feed showed before; the result is what the document says, with the
 * mentions, events and story features of every item that is new or changed.
 */
#ifndef NW_ANALYSE_CODEC_H
#define NW_ANALYSE_CODEC_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "model/hit.h"
#include "model/item.h"
#include "story/sources.h"

struct analyse_job {
	struct span feed_url; /* as configured */
	struct span url; /* where the bytes came from, after redirects */
	struct span content_type, content_encoding, content_location;
	struct span body; /* as received: not inflated */
	const uint64_t *known; /* item_digest.known of what was seen, any order
				*/
	size_t n_known;
};

struct analyse_item {
	struct item_keys keys;
	struct item_key version;
	struct item_print print;
	/* Seen in this version: nothing below but the dates, guid, URL and
	 * authors, which may have changed. */
	bool known;
	struct item item;
	const struct hit_entity *entities; /* above their threshold */
	size_t n_entities;
	const struct hit_event *events;
	size_t n_events;
	struct span features; /* story/features.h, encoded: also without
				 entities, so that terms are counted */
	struct item_sources sources; /* of an item with entities */
};

struct analyse_result {
	bool refused; /* no feed; `message` says why and what to do */
	bool whole; /* the encoding's stream ended properly */
	bool recovered; /* broken, but this could be read */
	bool partial; /* broken so that items may be missing */
	uint32_t bytes; /* of the document, inflated */
	struct span message; /* of refused or recovered; else empty */
	struct span format, title, url, language;
	int64_t ttl_s; /* -1: unsaid */
	uint32_t skip_hours;
	uint8_t skip_days;
	const struct analyse_item *items;
	size_t n_items;
};

/* Largest frame either way; beyond: the job is not sent, or counts as crashed.
 */
#define ANALYSE_FRAME_BYTES ((size_t)256 << 20)

void analyse_job_format(const struct analyse_job *j, struct strbuf *out);
/* Borrows from bytes; arrays come from the arena. */
NW_MUST_CHECK int analyse_job_parse(struct span bytes, struct arena *a,
	struct analyse_job *out, struct err *err);

void analyse_result_format(const struct analyse_result *r, struct strbuf *out);
NW_MUST_CHECK int analyse_result_parse(struct span bytes, struct arena *a,
	struct analyse_result *out, struct err *err);

#endif
