/*
 * A document under construction. The readers of XML and JSON say what they
 * found; the builder knows which value wins, makes plain text, absolute URLs
 * and times of it, and inherits from the feed what an item lacks.
 *
 * Which value wins: a stronger rank (smaller number) over a weaker one; among
 * equals the last one that is not empty, as most readers have it, but the
 * first of several links.
 */
#ifndef NW_PARSE_BUILDER_H
#define NW_PARSE_BUILDER_H

#include "base/vec.h"
#include "model/item.h"
#include "parse/dialect.h"
#include "parse/plain.h"

#define RANK_NONE 255 /* weaker than every rank */

/* Spans that grow in the arena. */
struct draft_list {
	struct span *p;
	size_t n, cap;
};

/* An item, or the feed, or an item's source. */
struct draft {
	struct item item; /* published, updated, url, language, ... */
	struct plain summary, content;
	struct draft_list authors, categories, enclosures, images;
	struct draft *source; /* of an item: atom:source, RSS source */
	uint8_t rank[N_FIELDS]; /* of the value that is held */
	bool url_is_relative;
	bool guid_is_link; /* may stand in for a missing link */
};

struct builder {
	struct document *doc;
	struct arena *arena; /* the document's */
	struct plain_scratch scratch;
	struct strbuf url;
	struct draft feed;
	VEC(struct draft *) items; /* in the arena */
};

void builder_init(struct builder *b);
/* Also frees a document that builder_finish() did not give away. */
void builder_fini(struct builder *b);

/* A new item at the end of the document; NULL beyond LIMIT_ITEMS. */
struct draft *builder_item(struct builder *b);
/* The item's source; made at first use. */
struct draft *builder_source(struct builder *b, struct draft *item);

/* Raw values are borrowed for the call. rank: 0 strongest, below RANK_NONE. */
void put_title(struct builder *b, struct draft *d, unsigned rank,
	enum plain_kind kind, struct span raw);
/* field: F_SUMMARY or F_CONTENT. */
void put_body(struct builder *b, struct draft *d, enum dialect_field field,
	unsigned rank, enum plain_kind kind, struct span raw, struct span base);
/* first: an equal rank does not replace. */
void put_link(struct builder *b, struct draft *d, unsigned rank,
	struct span ref, struct span base, bool first);
void put_guid(struct builder *b, struct draft *d, unsigned rank,
	struct span raw, bool is_link);
/* field: F_PUBLISHED, F_UPDATED or F_DATE. What is no date is passed over. */
void put_date(struct draft *d, enum dialect_field field, unsigned rank,
	struct span raw);
void put_author(
	struct builder *b, struct draft *d, unsigned rank, struct span label);
void put_category(struct builder *b, struct draft *d, struct span raw);
/* Categories with commas between them. */
void put_keywords(struct builder *b, struct draft *d, struct span raw);
void put_enclosure(
	struct builder *b, struct draft *d, struct span ref, struct span base);
void put_image(
	struct builder *b, struct draft *d, struct span ref, struct span base);
void put_language(
	struct builder *b, struct draft *d, unsigned rank, struct span raw);

/* An absolute URL in the arena; what cannot be made absolute comes back
 * trimmed. Empty beyond LIMIT_URL_BYTES. */
struct span builder_url(struct builder *b, struct span base, struct span ref,
	bool *is_relative);

/* The finished document; the builder keeps nothing of it. */
struct document *builder_finish(struct builder *b);

#endif
