/*
 * Names of items: the table of keys, and the list of them in an item's row.
 * Private to the store room.
 */
#ifndef NW_STORE_ALIASES_H
#define NW_STORE_ALIASES_H

#include "base/clock.h"
#include "base/err.h"
#include "model/item.h"
#include "store/store.h"

enum alias_state {
	ALIAS_FAILED, /* err is set */
	ALIAS_FREE, /* no item has this name */
	ALIAS_AMBIGUOUS, /* more than one had: it names nothing */
	ALIAS_TAKEN /* of one item */
};

/* *row: the item that has the name; 0: none. */
enum alias_state alias_find(struct store_unit *u, const struct item_key *k,
	int64_t *row, struct err *err);
NW_MUST_CHECK int alias_insert(struct store_unit *u, const struct item_key *k,
	int64_t row, struct err *err);
NW_MUST_CHECK int alias_make_ambiguous(struct store_unit *u,
	const struct item_key *k, struct wall now, struct err *err);
/* Only if it is this item's. */
NW_MUST_CHECK int alias_delete(struct store_unit *u, const struct item_key *k,
	int64_t row, struct err *err);
struct span alias_span(const struct item_key *k);

/* The names of one item, strongest first. */
struct alias_list {
	struct item_key k[STORE_ITEM_ALIASES];
	unsigned n;
};

bool aliases_have(const struct alias_list *l, const struct item_key *k);
/* Unless it is there, or the list is full. */
void aliases_add(struct alias_list *l, const struct item_key *k);
struct span aliases_span(const struct alias_list *l);
void aliases_read(struct span bytes, struct alias_list *out);

#endif
