/* Retention: a few rows at a time, so that the loop never waits for it. */
#include "store/private.h"
#include "store/versions.h"

/* Free pages are used again, so they are given back only when they are many:
 * more than a quarter of the file and 4 MiB; then 1 MiB at a time. */
#define FREE_PAGES_MIN 1024
#define FREE_PART 4

static int
delete_hits(struct store_unit *u, struct wall before, size_t limit, size_t *n,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_HIT_DELETE_OLD);
	int64_t changes;

	db_bind_time(q, 1, before);
	db_bind_int(q, 2, (int64_t)limit);
	if (db_run(q, err) < 0)
		return -1;
	changes = db_changes(u->store->db);
	u->delta.hits -= changes;
	*n += (size_t)changes;
	return 0;
}

struct old_item {
	int64_t row;
	struct span keys; /* in the unit's arena */
};
typedef VEC(struct old_item) old_items;

static int
find_items(struct store_unit *u, struct wall before, size_t limit,
	old_items *out, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_ITEM_OLD);
	struct old_item it;
	enum db_step step;

	db_bind_time(q, 1, before);
	db_bind_int(q, 2, (int64_t)limit);
	while ((step = db_step(q, err)) == DB_ROW) {
		it.row = db_int(q, 0);
		it.keys = arena_span(u->arena, db_span(q, 1));
		vec_push(out, it);
	}
	return step == DB_DONE ? 0 : -1;
}

static int
delete_item(struct store_unit *u, const struct old_item *it, struct err *err)
{
	struct db_stmt *q;

	for (size_t i = 0; i + ITEM_KEY_BYTES <= it->keys.n;
		i += ITEM_KEY_BYTES) {
		q = unit_stmt(u, SQL_KEY_DELETE);
		db_bind_blob(q, 1, span_sub(it->keys, i, ITEM_KEY_BYTES));
		db_bind_int(q, 2, it->row);
		if (db_run(q, err) < 0)
			return -1;
	}
	if (versions_drop(u, it->row, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_ITEM_DELETE);
	db_bind_int(q, 1, it->row);
	u->delta.items--;
	return db_run(q, err);
}

static int
delete_items(struct store_unit *u, struct wall before, size_t limit, size_t *n,
	struct err *err)
{
	old_items old = {0};
	int rc = find_items(u, before, limit, &old, err);

	for (size_t i = 0; i < old.n && rc == 0; i++)
		rc = delete_item(u, &old.p[i], err);
	*n += old.n;
	vec_fini(&old);
	return rc;
}

static int
delete_ambiguous(struct store_unit *u, struct wall before, size_t limit,
	size_t *n, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_KEY_DELETE_OLD);

	db_bind_time(q, 1, before);
	db_bind_int(q, 2, (int64_t)limit);
	if (db_run(q, err) < 0)
		return -1;
	*n += (size_t)db_changes(u->store->db);
	return 0;
}

static int
give_back_pages(struct store *s, struct err *err)
{
	int64_t pages, free_pages;

	if (db_query_int(s->db, "PRAGMA page_count", &pages, err) < 0 ||
		db_query_int(s->db, "PRAGMA freelist_count", &free_pages, err) <
			0)
		return -1;
	if (free_pages < FREE_PAGES_MIN || free_pages < pages / FREE_PART)
		return 0;
	return db_exec(s->db, "PRAGMA incremental_vacuum(256)", err);
}

int
store_unit_prune(struct store_unit *u, struct wall before, size_t limit,
	size_t *n, struct err *err)
{
	int rc = -1;

	*n = 0;
	if (unit_check(u, err) < 0)
		return -1;
	if (unit_failpoint("store.unit.prune", err) == 0 &&
		delete_hits(u, before, limit, n, err) == 0 &&
		delete_items(u, before, limit - *n, n, err) == 0 &&
		delete_ambiguous(u, before, limit - *n, n, err) == 0 &&
		stories_prune(u, before, limit - *n, n, err) == 0)
		rc = give_back_pages(u->store, err);
	return unit_result(u, rc);
}

int
store_unit_expire(struct store_unit *u, struct wall before, struct wall now,
	size_t limit, size_t *n, struct err *err)
{
	struct db_stmt *q;
	int64_t changes;

	*n = 0;
	if (unit_check(u, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_HIT_EXPIRE);
	db_bind_time(q, 1, now);
	db_bind_time(q, 2, before);
	db_bind_int(q, 3, (int64_t)limit);
	if (db_run(q, err) < 0)
		return unit_result(u, -1);
	changes = db_changes(u->store->db);
	u->delta.unconfirmed -= changes;
	*n = (size_t)changes;
	return unit_result(u, 0);
}
