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

/* -- documents.c: lists of item rows as bytes ------------------------------ */

typedef VEC(int64_t) row_list;

/* Sorts rows, drops doubles; appends increments as base-128 numbers, low
 * digits first. */
void rows_sort(row_list *rows);
void rows_format(const row_list *rows, struct strbuf *out);
/* ERR_PERM: not what rows_format made. */
NW_MUST_CHECK int rows_parse(struct span bytes, row_list *out, struct err *err);

NW_MUST_CHECK int document_get(
	struct store *s, int64_t feed, row_list *out, struct err *err);
/* What the document of a feed holds from now on: counts its items in and out.
 * rows is sorted. Rows in `fresh` (sorted) were inserted as held already. */
NW_MUST_CHECK int document_put(struct store_unit *u, int64_t feed,
	const row_list *rows, const row_list *fresh, struct wall now,
	struct err *err);
NW_MUST_CHECK int document_drop(
	struct store_unit *u, int64_t feed, struct wall now, struct err *err);

/* -- stories.c: retention; adds the stories deleted to *n ------------------ */

NW_MUST_CHECK int stories_prune(struct store_unit *u, struct wall before,
	size_t limit, size_t *n, struct err *err);

#endif
