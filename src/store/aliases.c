#include "store/aliases.h"

#include <string.h>

#include "store/private.h"

struct span
alias_span(const struct item_key *k)
{
	return span_make((const char *)k->b, ITEM_KEY_BYTES);
}

enum alias_state
alias_find(struct store_unit *u, const struct item_key *k, int64_t *row,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_KEY_GET);
	enum alias_state state = ALIAS_FREE;

	*row = 0;
	db_bind_blob(q, 1, alias_span(k));
	switch (db_step(q, err)) {
	case DB_FAILED:
		return ALIAS_FAILED;
	case DB_DONE:
		return ALIAS_FREE;
	case DB_ROW:
		*row = db_int(q, 0);
		state = *row != 0 ? ALIAS_TAKEN : ALIAS_AMBIGUOUS;
		break;
	}
	db_reset(q);
	return state;
}

int
alias_insert(struct store_unit *u, const struct item_key *k, int64_t row,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_KEY_INSERT);

	db_bind_blob(q, 1, alias_span(k));
	db_bind_int(q, 2, row);
	return db_run(q, err);
}

int
alias_make_ambiguous(struct store_unit *u, const struct item_key *k,
	struct wall now, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_KEY_AMBIGUOUS);

	db_bind_blob(q, 1, alias_span(k));
	db_bind_time(q, 2, now);
	return db_run(q, err);
}

int
alias_delete(struct store_unit *u, const struct item_key *k, int64_t row,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_KEY_DELETE);

	db_bind_blob(q, 1, alias_span(k));
	db_bind_int(q, 2, row);
	return db_run(q, err);
}

/* -- lists ----------------------------------------------------------------- */

bool
aliases_have(const struct alias_list *l, const struct item_key *k)
{
	for (unsigned i = 0; i < l->n; i++) {
		if (memcmp(&l->k[i], k, sizeof(*k)) == 0)
			return true;
	}
	return false;
}

void
aliases_add(struct alias_list *l, const struct item_key *k)
{
	if (l->n < STORE_ITEM_ALIASES && !aliases_have(l, k))
		l->k[l->n++] = *k;
}

struct span
aliases_span(const struct alias_list *l)
{
	return span_make((const char *)l->k, l->n * ITEM_KEY_BYTES);
}

void
aliases_read(struct span bytes, struct alias_list *out)
{
	out->n = 0;
	for (; bytes.n >= ITEM_KEY_BYTES && out->n < STORE_ITEM_ALIASES;
		bytes = span_sub(bytes, ITEM_KEY_BYTES, bytes.n))
		memcpy(out->k[out->n++].b, bytes.p, ITEM_KEY_BYTES);
}
