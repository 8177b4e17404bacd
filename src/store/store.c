/*
 * Opening, and the group of units that the next commit writes.
 *
 * One transaction is open from the first unit of a group to its commit; each
 * unit is a savepoint in it. What memory knows of the database (`counts`,
 * `last_seq`) is what is committed; `delta` is what the waiting units add.
 */
#include <assert.h>

#include "base/failpoint.h"
#include "store/private.h"
#include "store/schema.h"

static const struct db_registry registry = {statement_sql, STATEMENTS};

/* -- open and close ------------------------------------------------------- */

static int
load_last_seq(struct store *s, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_STORE_LAST_SEQ);
	enum db_step step = db_step(q, err);

	if (step == DB_ROW)
		s->last_seq = db_int(q, 0);
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

static int
load(struct store *s, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_STORE_GET);
	enum db_step step = db_step(q, err);
	struct span producer;

	if (step == DB_FAILED)
		return -1;
	producer = step == DB_ROW ? db_span(q, 0) : SPAN_NULL;
	if (producer.n != HEX128_SIZE - 1) {
		db_reset(q);
		return err_set(err, ERR_PERM,
			"%s: the table `store` is damaged; restore a backup",
			db_path(s->db));
	}
	memcpy(s->producer, producer.p, producer.n);
	s->published = db_int(q, 1);
	s->counts = (struct counts){
		.feeds = db_int(q, 2),
		.items = db_int(q, 3),
		.hits = db_int(q, 4),
		.unconfirmed = db_int(q, 5),
	};
	db_reset(q);
	return load_last_seq(s, err);
}

int
store_open(const char *path, struct store **out, struct err *err)
{
	struct store *s = mem_new(s);

	s->unit.arena = arena_new();
	if (db_open(path, &registry, &s->db, err) < 0 ||
		schema_apply(s->db, err) < 0 || load(s, err) < 0) {
		store_close(&s);
		return -1;
	}
	*out = s;
	return 0;
}

void
store_close(struct store **s)
{
	struct store *old = *s;
	struct store_unit *u;

	*s = NULL;
	if (!old)
		return;
	u = &old->unit;
	store_unit_cancel(&u);
	/* On failure each unit hears it from its own callback. */
	if (old->db)
		(void)!store_commit(old, NULL);
	db_close(&old->db);
	vec_fini(&old->waiting);
	arena_free(&old->unit.arena);
	mem_free(&old);
}

int
store_verify(struct store *s, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_QUICK_CHECK);
	enum db_step step = db_step(q, err);
	int rc = 0;

	if (step == DB_FAILED)
		return -1;
	if (step == DB_ROW && !span_eq_str(db_span(q, 0), "ok"))
		rc = err_set(err, ERR_PERM,
			"%s: damaged: %.*s; restore a backup, or stop "
			"newswatchd and run: sqlite3 FILE .recover | sqlite3 "
			"NEW",
			db_path(s->db), SPAN_ARG(db_span(q, 0)));
	db_reset(q);
	return rc;
}

const char *
store_producer(const struct store *s)
{
	return s->producer;
}

int64_t
store_last_seq(const struct store *s)
{
	return s->last_seq;
}

int64_t
store_published(const struct store *s)
{
	return s->published;
}

static int
count_unpublished(struct store *s, int64_t *out, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_HIT_UNPUBLISHED);
	enum db_step step;

	db_bind_int(q, 1, s->published);
	db_bind_int(q, 2, s->last_seq);
	step = db_step(q, err);
	*out = step == DB_ROW ? db_int(q, 0) : 0;
	db_reset(q);
	return step == DB_ROW ? 0 : -1;
}

static int
find_oldest_open(struct store *s, struct wall *out, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_HIT_OLDEST_OPEN);
	enum db_step step = db_step(q, err);

	*out = step == DB_ROW ? db_time(q, 0) : (struct wall){FEED_NEVER};
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

int
store_stats(struct store *s, struct store_stats *out, struct err *err)
{
	int64_t page, pages, free_pages;

	*out = (struct store_stats){
		.feeds = s->counts.feeds,
		.items = s->counts.items,
		.hits = s->counts.hits,
		.unconfirmed = s->counts.unconfirmed,
		.last_seq = s->last_seq,
		.commits = s->commits,
		.units = s->units,
		.failed_units = s->failed_units,
	};
	if (db_query_int(s->db, "PRAGMA page_size", &page, err) < 0 ||
		db_query_int(s->db, "PRAGMA page_count", &pages, err) < 0 ||
		db_query_int(s->db, "PRAGMA freelist_count", &free_pages, err) <
			0 ||
		count_unpublished(s, &out->unpublished, err) < 0 ||
		find_oldest_open(s, &out->oldest_unconfirmed, err) < 0)
		return -1;
	out->file_bytes = page * pages;
	out->free_bytes = page * free_pages;
	return 0;
}

/* -- the group ------------------------------------------------------------ */

static void
counts_add(struct counts *c, const struct counts *more)
{
	c->feeds += more->feeds;
	c->items += more->items;
	c->hits += more->hits;
	c->unconfirmed += more->unconfirmed;
}

/* Tell everybody who waited. They may begin new units, so the list is taken
 * away first. */
static void
settle(struct store *s, const struct err *failure)
{
	waiting_units all = s->waiting;

	s->waiting = (waiting_units){0};
	s->delta = (struct counts){0};
	s->in_group = false;
	s->lost = false;
	vec_each (struct waiting_unit *, w, &all) {
		if (failure)
			s->failed_units++;
		else
			s->units++;
		if (w->done)
			w->done(w->arg, failure);
	}
	vec_fini(&all);
}

static int
put_counts(struct store *s, const struct counts *c, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_STORE_COUNTS);

	db_bind_int(q, 1, c->feeds);
	db_bind_int(q, 2, c->items);
	db_bind_int(q, 3, c->hits);
	db_bind_int(q, 4, c->unconfirmed);
	return db_run(q, err);
}

static int
commit_group(struct store *s, struct counts *after, struct err *err)
{
	static const struct counts none;

	*after = s->counts;
	counts_add(after, &s->delta);
	if (memcmp(&s->delta, &none, sizeof(none)) != 0 &&
		put_counts(s, after, err) < 0)
		return -1;
	if (unit_failpoint("store.commit.before", err) < 0 ||
		db_run(db_stmt(s->db, SQL_COMMIT), err) < 0)
		return -1;
	(void)failpoint("store.commit.after");
	return 0;
}

/*
 * SQLite ends the transaction when a statement has no memory or no disk, also
 * one that only reads, whose caller may go on without. What came after it would
 * be on disk one by one, and what came before it would not.
 */
static void
note_end(struct store *s)
{
	if (!s->in_group || s->lost || db_in_transaction(s->db))
		return;
	s->lost = true;
	err_set(&s->lost_err, ERR_TEMP,
		"the transaction ended early: reading had no memory or no "
		"disk");
}

/* Nothing of the group is on disk after this, whatever state it was in. */
static void
abandon(struct store *s)
{
	/* Fails only if there is no transaction any more. */
	if (db_in_transaction(s->db) &&
		db_run(db_stmt(s->db, SQL_ROLLBACK), NULL) < 0)
		assert(!db_in_transaction(s->db));
}

int
store_commit(struct store *s, struct err *err)
{
	struct err failure = {0};
	struct counts after;

	assert(!s->unit.open);
	if (!s->in_group)
		return 0;
	note_end(s);
	if (s->lost)
		failure = s->lost_err;
	else if (commit_group(s, &after, &failure) == 0) {
		s->counts = after;
		s->commits++;
		/* Cannot fail after a commit that read the same page; if it
		 * does, the hits are published after the next one. */
		(void)!load_last_seq(s, NULL);
		settle(s, NULL);
		return 0;
	}
	abandon(s);
	settle(s, &failure);
	if (err)
		*err = failure;
	return -1;
}

size_t
store_waiting(const struct store *s)
{
	return s->waiting.n;
}

/* -- units ---------------------------------------------------------------- */

struct db_stmt *
unit_stmt(struct store_unit *u, enum statement id)
{
	return db_stmt(u->store->db, id);
}

int
unit_failpoint(const char *site, struct err *err)
{
	if (failpoint(site))
		return err_set(err, ERR_TEMP, "%s: failpoint", site);
	return 0;
}

/*
 * After a failure. SQLite may have ended the transaction: then all units that
 * wait are gone too, which the next store_commit() tells them. With nobody
 * waiting there is nothing to keep.
 */
static void
note_failure(struct store *s)
{
	if (s->waiting.n == 0) {
		abandon(s);
		s->in_group = false;
		s->lost = false;
	} else if (!s->lost && !db_in_transaction(s->db)) {
		s->lost = true;
		s->lost_err = *db_last_error(s->db);
	}
}

static int
begin_group(struct store *s, struct err *err)
{
	note_end(s);
	if (s->lost) {
		*err = s->lost_err;
		return -1;
	}
	if (s->in_group)
		return 0;
	if (db_run(db_stmt(s->db, SQL_BEGIN), err) < 0)
		return -1;
	s->in_group = true;
	return 0;
}

int
store_unit_begin(struct store *s, struct store_unit **out, struct err *err)
{
	struct store_unit *u = &s->unit;
	struct err own;

	assert(!u->open);
	if (begin_group(s, &own) < 0 ||
		db_run(db_stmt(s->db, SQL_SAVEPOINT), &own) < 0) {
		note_failure(s);
		if (err)
			*err = own;
		return -1;
	}
	arena_reset(u->arena);
	u->store = s;
	u->open = true;
	u->delta = (struct counts){0};
	*out = u;
	return 0;
}

static void
roll_back(struct store_unit *u)
{
	struct store *s = u->store;

	u->open = false;
	s->failed_units++;
	note_failure(s);
	if (!s->in_group || s->lost)
		return;
	if (db_run(db_stmt(s->db, SQL_ROLLBACK_TO), NULL) < 0 ||
		db_run(db_stmt(s->db, SQL_RELEASE), NULL) < 0) {
		abandon(s);
		note_failure(s);
	}
}

int
unit_check(struct store_unit *u, struct err *err)
{
	if (u->open) {
		note_end(u->store);
		if (!u->store->lost)
			return 0;
		roll_back(u);
	}
	return err_set(err, ERR_TEMP,
		"the unit of work was rolled back after an earlier failure");
}

int
unit_result(struct store_unit *u, int rc)
{
	if (rc < 0)
		roll_back(u);
	return rc;
}

void
store_unit_cancel(struct store_unit **u)
{
	struct store_unit *old = *u;

	*u = NULL;
	if (old && old->open)
		roll_back(old);
}

static int
release(struct store_unit *u, struct err *err)
{
	if (unit_failpoint("store.unit.end", err) < 0)
		return -1;
	return db_run(db_stmt(u->store->db, SQL_RELEASE), err);
}

int
store_unit_end(
	struct store_unit **u, store_done_cb done, void *arg, struct err *err)
{
	struct store_unit *old = *u;
	struct store *s = old->store;

	*u = NULL;
	if (unit_check(old, err) < 0 || unit_result(old, release(old, err)) < 0)
		return -1;
	old->open = false;
	counts_add(&s->delta, &old->delta);
	vec_push(&s->waiting, (struct waiting_unit){done, arg});
	return 0;
}
