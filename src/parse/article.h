/*
 * An article out of its page: what it says, and who wrote it when. Pages carry
 * navigation, teasers, comments and notices around it; what they say of
 * themselves (JSON-LD, OpenGraph, meta, microdata) is believed in that order.
 * Pure: no clock, no file, no log.
 */
#ifndef NW_PARSE_ARTICLE_H
#define NW_PARSE_ARTICLE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/item.h"

/* Texts are plain, valid UTF-8, and empty where the page does not say. */
struct article {
	struct span url; /* canonical, absolute; else the page's own */
	struct span title, description;
	struct span site; /* of whom: "Example News" */
	struct span language; /* BCP 47 */
	struct item_spans authors;
	struct wall published, updated; /* .ms ITEM_UNDATED: not said */
	struct span text; /* paragraphs parted by '\n', without boilerplate */
};

/*
 * page: valid UTF-8, at most LIMIT_DOCUMENT_BYTES. page_url: where it came
 * from; may be empty. out lives in the arena. ERR_INPUT: there is no text of
 * an article in it (a page of links, or one that scripts fill); out then has
 * what the page says of itself all the same.
 */
NW_MUST_CHECK int article_extract(struct span page, struct span page_url,
	struct arena *arena, struct article *out, struct err *err);

#endif
