/* Feed state: one row per feed that has been asked at least once. */
#include <string.h>

#include "store/private.h"

/* Results are stored by their names, which outlive the order of the enum. */
static enum feed_result
result_of(struct span name)
{
	for (int r = 0; r < FEED_RESULTS; r++) {
		if (span_eq_str(name, feed_result_name((enum feed_result)r)))
			return (enum feed_result)r;
	}
	return FEED_NONE;
}

/* The order of FEED_COLUMNS. */
static void
bind_feed(struct db_stmt *q, const struct feed_state *f)
{
	int i = 0;

	db_bind_text(q, ++i, f->url);
	db_bind_blob(q, ++i, f->etag);
	db_bind_blob(q, ++i, f->last_modified);
	db_bind_text(q, ++i, f->fetch_url);
	db_bind_text(q, ++i, f->redirect_url);
	db_bind_int(q, ++i, f->redirect_count);
	db_bind_text(q, ++i, text_or_null(f->title));
	db_bind_text(q, ++i, text_or_null(f->publisher_domain));
	db_bind_time(q, ++i, f->first_ok);
	db_bind_time(q, ++i, f->last_poll);
	db_bind_time(q, ++i, f->last_ok);
	db_bind_time(q, ++i, f->last_new);
	db_bind_time(q, ++i, f->next_due);
	db_bind_time(q, ++i, f->retry_after);
	db_bind_time(q, ++i, f->validated);
	db_bind_int(q, ++i, f->floor_ms);
	db_bind_int(q, ++i, f->failures);
	db_bind_int(q, ++i, f->gone);
	db_bind_text(q, ++i, span_of(feed_result_name(f->result)));
	db_bind_int(q, ++i, f->http_status);
	db_bind_text(q, ++i, f->error);
	db_bind_blob(q, ++i, text_or_null(f->learned));
	db_bind_int(q, ++i, (int64_t)f->polls);
	db_bind_int(q, ++i, (int64_t)f->unchanged);
	db_bind_int(q, ++i, (int64_t)f->errors);
	db_bind_int(q, ++i, (int64_t)f->items);
	db_bind_int(q, ++i, (int64_t)f->hits);
	db_bind_int(q, ++i, (int64_t)f->bytes);
	db_bind_text(q, ++i, f->validator_url);
	db_bind_int(q, ++i, f->ttl_ms);
	db_bind_int(q, ++i, f->skip_hours);
	db_bind_int(q, ++i, f->skip_days);
}

static void
read_feed(const struct db_stmt *q, struct feed_state *f)
{
	int i = 0;

	f->url = db_span(q, i++);
	f->etag = db_span(q, i++);
	f->last_modified = db_span(q, i++);
	f->fetch_url = db_span(q, i++);
	f->redirect_url = db_span(q, i++);
	f->redirect_count = (unsigned)db_int(q, i++);
	f->title = db_span(q, i++);
	f->publisher_domain = db_span(q, i++);
	f->first_ok = db_time(q, i++);
	f->last_poll = db_time(q, i++);
	f->last_ok = db_time(q, i++);
	f->last_new = db_time(q, i++);
	f->next_due = db_time(q, i++);
	f->retry_after = db_time(q, i++);
	f->validated = db_time(q, i++);
	f->floor_ms = db_int(q, i++);
	f->failures = (unsigned)db_int(q, i++);
	f->gone = (unsigned)db_int(q, i++);
	f->result = result_of(db_span(q, i++));
	f->http_status = (unsigned)db_int(q, i++);
	f->error = db_span(q, i++);
	f->learned = db_span(q, i++);
	f->polls = (uint64_t)db_int(q, i++);
	f->unchanged = (uint64_t)db_int(q, i++);
	f->errors = (uint64_t)db_int(q, i++);
	f->items = (uint64_t)db_int(q, i++);
	f->hits = (uint64_t)db_int(q, i++);
	f->bytes = (uint64_t)db_int(q, i++);
	f->validator_url = db_span(q, i++);
	f->ttl_ms = db_int(q, i++);
	f->skip_hours = (uint32_t)db_int(q, i++);
	f->skip_days = (uint8_t)db_int(q, i++);
}

static int
each_row(struct db_stmt *q, store_feed_cb cb, void *arg, struct err *err)
{
	struct feed_state f;
	enum db_step step;

	while ((step = db_step(q, err)) == DB_ROW) {
		read_feed(q, &f);
		if (!cb(&f, arg)) {
			db_reset(q);
			return 0;
		}
	}
	return step == DB_DONE ? 0 : -1;
}

int
store_feeds_each(struct store *s, store_feed_cb cb, void *arg, struct err *err)
{
	return each_row(db_stmt(s->db, SQL_FEED_EACH), cb, arg, err);
}

int
store_feed_get(struct store *s, struct span url, store_feed_cb cb, void *arg,
	struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_FEED_GET);

	db_bind_text(q, 1, url);
	return each_row(q, cb, arg, err);
}

/* 0: no such feed. */
static int
find_feed(struct store *s, struct span url, int64_t *row, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_FEED_ROW);
	enum db_step step;

	db_bind_text(q, 1, url);
	step = db_step(q, err);
	*row = step == DB_ROW ? db_int(q, 0) : 0;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

static int
put_feed(struct store_unit *u, const struct feed_state *f, int64_t *row,
	struct err *err)
{
	struct db_stmt *q;

	if (unit_failpoint("store.unit.feed", err) < 0 ||
		find_feed(u->store, f->url, row, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_FEED_PUT);
	bind_feed(q, f);
	if (db_run(q, err) < 0)
		return -1;
	if (*row == 0) {
		*row = db_last_row(u->store->db);
		u->delta.feeds++;
	}
	return 0;
}

int
store_unit_feed(struct store_unit *u, const struct feed_state *f, int64_t *row,
	struct err *err)
{
	int64_t found;

	if (unit_check(u, err) < 0)
		return -1;
	return unit_result(u, put_feed(u, f, row ? row : &found, err));
}

static int
drop_feed(
	struct store_unit *u, struct span url, struct wall now, struct err *err)
{
	struct db_stmt *q;
	int64_t row;

	if (find_feed(u->store, url, &row, err) < 0)
		return -1;
	if (row == 0)
		return 0;
	if (document_drop(u, row, now, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_FEED_DROP);
	db_bind_int(q, 1, row);
	u->delta.feeds--;
	return db_run(q, err);
}

int
store_unit_feed_drop(
	struct store_unit *u, struct span url, struct wall now, struct err *err)
{
	if (unit_check(u, err) < 0)
		return -1;
	return unit_result(u, drop_feed(u, url, now, err));
}

int
store_known(struct store *s, struct span feed_url, struct store_known_list *out,
	struct err *err)
{
	held_list held = {0};
	int64_t feed;
	int rc = -1;

	if (find_feed(s, feed_url, &feed, err) < 0)
		goto out;
	if (feed != 0 && document_get(s, feed, &held, err) < 0)
		goto out;
	rc = 0;
	for (size_t i = 0; i < held.n; i++)
		if (held.p[i].digest.known != 0)
			vec_push(out, held.p[i].digest.known);
out:
	vec_fini(&held);
	return rc;
}
