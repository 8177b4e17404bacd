/*
 * What the files of the store room share. Nothing outside includes this.
 */
#ifndef NW_STORE_PRIVATE_H
#define NW_STORE_PRIVATE_H

#include "base/arena.h"
#include "base/vec.h"
#include "store/db.h"
#include "store/statements.h"
#include "store/store.h"

struct counts {
	int64_t feeds, items, hits, unconfirmed;
};

struct waiting_unit {
	store_done_cb done; /* may be NULL */
	void *arg;
};
typedef VEC(struct waiting_unit) waiting_units;

struct store_unit {
	struct store *store;
	bool open; /* false after a failure: rolled back already */
	struct counts delta;
	struct arena *arena; /* emptied when the next unit begins */
};

struct store {
	struct db *db;
	char producer[HEX128_SIZE];
	int64_t published;
	int64_t last_seq; /* committed */
	struct counts counts; /* committed */
	struct counts delta; /* of the units that wait */
	bool in_group; /* a transaction is open, or was until it was lost */
	bool lost; /* SQLite ended the transaction: all that wait fail */
	struct err lost_err;
	waiting_units waiting;
	struct store_unit unit;
	uint64_t commits, units, failed_units;
};

/* A statement of the unit's store. */
struct db_stmt *unit_stmt(struct store_unit *u, enum statement id);
/* How every call on a unit begins, */
NW_MUST_CHECK int unit_check(struct store_unit *u, struct err *err);
/* and how it returns: a failure rolls the unit back. */
int unit_result(struct store_unit *u, int rc);
/* The failpoint `site`, as a failure of the unit's call. */
NW_MUST_CHECK int unit_failpoint(const char *site, struct err *err);

/* Text that may be missing: NULL for an empty span. */
static inline struct span
text_or_null(struct span s)
{
	return s.n == 0 ? SPAN_NULL : s;
}

typedef VEC(int64_t) row_list;

/* -- documents.c: what a feed's last document holds ------------------------ */

/* An item, and what stands for the entry that is it. */
struct held {
	int64_t row;
	struct item_digest digest; /* 0: from before there were digests */
	bool fresh; /* inserted with this document: counted already */
};
typedef VEC(struct held) held_list;

/* Sorts by row; no row may be there twice. */
void held_sort(held_list *l);
/* Appends the rows as increments, base-128 numbers, low digits first; and the
 * digests in the same order. */
void held_format(
	const held_list *l, struct strbuf *rows, struct strbuf *digests);
/* digests NULL: there are none. ERR_PERM: not what held_format made. */
NW_MUST_CHECK int held_parse(
	struct span rows, struct span digests, held_list *out, struct err *err);

/* Ascending by row; nothing for a feed without one. */
NW_MUST_CHECK int document_get(
	struct store *s, int64_t feed, held_list *out, struct err *err);
/* What the document of a feed holds from now on instead of old: counts items
 * in and out. Both are sorted. */
NW_MUST_CHECK int document_put(struct store_unit *u, int64_t feed,
	const held_list *old, const held_list *held, struct wall now,
	struct err *err);
NW_MUST_CHECK int document_drop(
	struct store_unit *u, int64_t feed, struct wall now, struct err *err);

/* -- stories.c: retention; adds the stories deleted to *n ------------------ */

NW_MUST_CHECK int stories_prune(struct store_unit *u, struct wall before,
	size_t limit, size_t *n, struct err *err);

#endif
