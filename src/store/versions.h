/* The history of items (store.h says what is kept). Private to the store room.
 */
#ifndef NW_STORE_VERSIONS_H
#define NW_STORE_VERSIONS_H

#include "store/private.h"

/* What an item's row says of its version so far; borrowed. */
struct version_before {
	bool own; /* the document is of the feed that had the item first */
	struct span print; /* empty: stored before there were any */
	struct span url, title;
	struct wall first_seen, published;
};

/* A new item: its first version, if its text is to be kept. */
NW_MUST_CHECK int versions_begin(struct store_unit *u,
	const struct store_item *it, struct wall now, struct err *err);
/* A known item as it is now; the row's fingerprint is brought up to date. */
NW_MUST_CHECK int versions_note(struct store_unit *u,
	const struct store_item *it, const struct version_before *before,
	struct wall now, struct err *err);
NW_MUST_CHECK int versions_drop(
	struct store_unit *u, int64_t item, struct err *err);

struct span print_span(const struct item_print *p);

#endif
