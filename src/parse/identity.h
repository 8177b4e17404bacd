/*
 * The canonical URLs by which a document's items are known. Several items may
 * share a page (comments, a live blog, a channel's front page): its URL then
 * tells none of them from the others.
 */
#ifndef NW_PARSE_IDENTITY_H
#define NW_PARSE_IDENTITY_H

#include "model/item.h"

/*
 * The canonical URL of each item (text/url.h), empty if it has none or if
 * another item of the document has the same. One per item, in the document's
 * arena. Pure. Used for item_keys().
 */
const struct span *document_canonical_urls(struct document *d);

#endif
