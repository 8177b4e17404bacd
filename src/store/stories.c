/* Writing stories: see stories.h. */
#include "store/stories.h"

#include "store/private.h"

static struct span
key_span(const struct item_key *k)
{
	return span_make((const char *)k->b, sizeof(k->b));
}

/* -- stories -------------------------------------------------------------- */

/* 0: there is none. */
static int
find_row(struct store_unit *u, const struct item_key *id, int64_t *row,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_STORY_ROW);
	enum db_step step;

	db_bind_blob(q, 1, key_span(id));
	step = db_step(q, err);
	*row = step == DB_ROW ? db_int(q, 0) : 0;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

static int
put_story(struct store_unit *u, const struct store_story *s, int64_t *row,
	struct err *err)
{
	struct db_stmt *q;

	if (unit_failpoint("store.unit.story", err) < 0)
		return -1;
	q = unit_stmt(u, SQL_STORY_PUT);
	db_bind_blob(q, 1, key_span(&s->id));
	db_bind_time(q, 2, s->first_seen);
	db_bind_time(q, 3, s->last);
	db_bind_int(q, 4, s->articles);
	db_bind_text(q, 5, text_or_null(s->title));
	db_bind_text(q, 6, text_or_null(s->url));
	db_bind_text(q, 7, text_or_null(s->json));
	db_bind_text(q, 8, text_or_null(s->told));
	db_bind_blob(q, 9, s->state);
	if (db_run(q, err) < 0)
		return -1;
	return row == NULL ? 0 : find_row(u, &s->id, row, err);
}

int
store_unit_story(struct store_unit *u, const struct store_story *s,
	int64_t *row, struct err *err)
{
	if (unit_check(u, err) < 0)
		return -1;
	return unit_result(u, put_story(u, s, row, err));
}

int
store_unit_story_member(struct store_unit *u, int64_t story, int64_t item,
	struct span bytes, struct err *err)
{
	struct db_stmt *q;
	int rc;

	if (unit_check(u, err) < 0)
		return -1;
	rc = unit_failpoint("store.unit.member", err);
	if (rc == 0) {
		q = unit_stmt(u, SQL_MEMBER_PUT);
		db_bind_int(q, 1, item);
		db_bind_int(q, 2, story);
		db_bind_blob(q, 3, bytes);
		rc = db_run(q, err);
	}
	return unit_result(u, rc);
}

int
store_unit_story_entities(struct store_unit *u, int64_t story,
	const struct span *ids, size_t n, struct err *err)
{
	int rc = 0;

	if (unit_check(u, err) < 0)
		return -1;
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct db_stmt *q = unit_stmt(u, SQL_STORY_ENTITY_PUT);

		db_bind_text(q, 1, ids[i]);
		db_bind_int(q, 2, story);
		rc = db_run(q, err);
	}
	return unit_result(u, rc);
}

static int
move(struct store_unit *u, enum statement what, int64_t from, int64_t into,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, what);

	db_bind_int(q, 1, from);
	db_bind_int(q, 2, into);
	return db_run(q, err);
}

static int
merge(struct store_unit *u, const struct item_key *from,
	const struct item_key *into, struct err *err)
{
	int64_t from_row, into_row;
	struct db_stmt *q;

	if (unit_failpoint("store.unit.merge", err) < 0 ||
		find_row(u, from, &from_row, err) < 0 ||
		find_row(u, into, &into_row, err) < 0)
		return -1;
	if (from_row == 0 || into_row == 0)
		return 0;
	if (move(u, SQL_MEMBER_MOVE, from_row, into_row, err) < 0 ||
		move(u, SQL_STORY_ENTITY_COPY, from_row, into_row, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_STORY_ENTITY_DROP);
	db_bind_int(q, 1, from_row);
	if (db_run(q, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_STORY_MERGE);
	db_bind_int(q, 1, from_row);
	db_bind_blob(q, 2, key_span(into));
	return db_run(q, err);
}

int
store_unit_story_merge(struct store_unit *u, const struct item_key *from,
	const struct item_key *into, struct err *err)
{
	if (unit_check(u, err) < 0)
		return -1;
	return unit_result(u, merge(u, from, into, err));
}

/* -- what the clusterer and novelty remember ------------------------------ */

int
store_unit_story_pair(
	struct store_unit *u, const struct store_pair *p, struct err *err)
{
	struct db_stmt *q;

	if (unit_check(u, err) < 0)
		return -1;
	q = unit_stmt(u, p->reports > 0 ? SQL_PAIR_PUT : SQL_PAIR_DELETE);
	db_bind_blob(q, 1, key_span(&p->key));
	if (p->reports > 0) {
		db_bind_int(q, 2, p->last_ms);
		db_bind_int(q, 3, p->reports);
	}
	return unit_result(u, db_run(q, err));
}

int
store_unit_story_terms(struct store_unit *u, struct span bytes, struct err *err)
{
	struct db_stmt *q;

	if (unit_check(u, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_TERMS_PUT);
	db_bind_blob(q, 1, bytes);
	return unit_result(u, db_run(q, err));
}

int
store_unit_stories_close(struct store_unit *u, struct wall before,
	struct wall silent, struct err *err)
{
	struct db_stmt *q;
	int rc;

	if (unit_check(u, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_STORY_CLOSE);
	db_bind_int(q, 1, before.ms);
	rc = db_run(q, err);
	if (rc == 0) {
		q = unit_stmt(u, SQL_PAIR_DELETE_OLD);
		db_bind_int(q, 1, silent.ms);
		rc = db_run(q, err);
	}
	return unit_result(u, rc);
}

/* -- retention ------------------------------------------------------------ */

static int
find_old(struct store_unit *u, struct wall before, size_t limit, row_list *out,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_STORY_OLD);
	enum db_step step;

	db_bind_int(q, 1, before.ms);
	db_bind_int(q, 2, (int64_t)limit);
	while ((step = db_step(q, err)) == DB_ROW)
		vec_push(out, db_int(q, 0));
	return step == DB_DONE ? 0 : -1;
}

static int
delete_story(struct store_unit *u, int64_t row, struct err *err)
{
	static const enum statement parts[] = {
		SQL_MEMBER_DROP, SQL_STORY_ENTITY_DROP, SQL_STORY_DELETE};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct db_stmt *q = unit_stmt(u, parts[i]);

		db_bind_int(q, 1, row);
		if (db_run(q, err) < 0)
			return -1;
	}
	return 0;
}

int
stories_prune(struct store_unit *u, struct wall before, size_t limit, size_t *n,
	struct err *err)
{
	row_list old = {0};
	int rc = find_old(u, before, limit, &old, err);

	for (size_t i = 0; i < old.n && rc == 0; i++)
		rc = delete_story(u, old.p[i], err);
	*n += old.n;
	vec_fini(&old);
	return rc;
}
