/* See versions.h. */
#include "store/versions.h"

#include "base/hash.h"
#include "model/limits.h"
#include "store/aliases.h"

/* All authors of an item in one column. */
#define AUTHORS_BYTES_MAX (LIMIT_AUTHORS * ((size_t)LIMIT_NAME_BYTES + 1))

/* Changes of these always make a version of their own. */
#define WORDS_CHANGED (1u << ITEM_TITLE | 1u << ITEM_TEXT)

struct span
print_span(const struct item_print *p)
{
	return span_make((const char *)p->b, ITEM_PRINT_BYTES);
}

/* -- writing -------------------------------------------------------------- */

static struct span
join_authors(struct store_unit *u, const struct store_item *it)
{
	struct strbuf b = STRBUF_INIT(AUTHORS_BYTES_MAX);
	struct span all;

	for (size_t i = 0; i < it->authors.n; i++) {
		strbuf_str(&b, i > 0 ? "\n" : "");
		strbuf_span(&b, it->authors.p[i]);
	}
	all = b.n > 0 ? arena_span(u->arena, strbuf_as_span(&b)) : SPAN_NULL;
	strbuf_fini(&b);
	return all;
}

/* Parameters 1 to 10 of SQL_VERSION_INSERT and SQL_VERSION_REPEAT. */
static int
write_version(struct store_unit *u, enum statement id, int64_t item,
	const struct store_version *v, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, id);

	db_bind_int(q, 1, item);
	db_bind_int(q, 2, v->n);
	db_bind_time(q, 3, v->seen);
	if (id == SQL_VERSION_INSERT) {
		db_bind_int(q, 4, v->changed);
		db_bind_text(q, 6, text_or_null(v->title));
		db_bind_text(q, 9, text_or_null(v->text));
	}
	db_bind_text(q, 5, text_or_null(v->url));
	db_bind_text(q, 7, text_or_null(v->guid));
	db_bind_text(q, 8, text_or_null(v->authors));
	db_bind_time(q, 10, v->published);
	return db_run(q, err);
}

static void
describe(struct store_unit *u, const struct store_item *it, struct wall now,
	struct store_version *v)
{
	*v = (struct store_version){
		.seen = now,
		.url = it->url,
		.title = it->title,
		.guid = it->guid,
		.authors = join_authors(u, it),
		.text = span_utf8_head(it->text, LIMIT_TEXT_BYTES),
		.published = it->published,
	};
}

int
versions_begin(struct store_unit *u, const struct store_item *it,
	struct wall now, struct err *err)
{
	struct store_version v;

	if (!it->keep_text)
		return 0;
	describe(u, it, now, &v);
	return write_version(u, SQL_VERSION_INSERT, it->row, &v, err);
}

/* The newest number and what it changed; -1 in *n: there is no version. */
static int
find_newest(struct store_unit *u, int64_t item, int64_t *n, unsigned *changed,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_VERSION_NEWEST);
	enum db_step step;

	db_bind_int(q, 1, item);
	step = db_step(q, err);
	*n = step == DB_ROW ? db_int(q, 0) : -1;
	*changed = step == DB_ROW ? (unsigned)db_int(q, 1) : 0;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

/* What is known of an item whose first edit this is. */
static int
insert_first(struct store_unit *u, int64_t item,
	const struct version_before *before, struct err *err)
{
	struct store_version v = {
		.seen = before->first_seen,
		.url = before->url,
		.title = before->title,
		.published = before->published,
	};

	return write_version(u, SQL_VERSION_INSERT, item, &v, err);
}

static int
forget_old(struct store_unit *u, int64_t item, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_VERSION_DELETE_OLD);

	db_bind_int(q, 1, item);
	db_bind_int(q, 2, LIMIT_ITEM_VERSIONS - 1);
	if (db_run(q, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_VERSION_DELETE_TEXT);
	db_bind_int(q, 1, item);
	db_bind_int(q, 2, (int64_t)LIMIT_VERSIONS_TEXT_BYTES);
	return db_run(q, err);
}

static int
add_version(struct store_unit *u, const struct store_item *it,
	const struct version_before *before, struct store_version *v,
	struct err *err)
{
	unsigned changed;
	int64_t newest;

	if (find_newest(u, it->row, &newest, &changed, err) < 0)
		return -1;
	if (newest > 0 && changed == v->changed &&
		(changed & WORDS_CHANGED) == 0) {
		v->n = (unsigned)newest;
		return write_version(u, SQL_VERSION_REPEAT, it->row, v, err);
	}
	if (newest < 0) {
		if (insert_first(u, it->row, before, err) < 0)
			return -1;
		newest = 0;
	}
	v->n = (unsigned)newest + 1;
	if (write_version(u, SQL_VERSION_INSERT, it->row, v, err) < 0)
		return -1;
	return forget_old(u, it->row, err);
}

static int
put_print(struct store_unit *u, const struct store_item *it, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_ITEM_SET_PRINT);

	db_bind_blob(q, 1, print_span(&it->print));
	db_bind_text(q, 2, text_or_null(it->url));
	db_bind_time(q, 3, it->published);
	db_bind_int(q, 4, it->row);
	return db_run(q, err);
}

int
versions_note(struct store_unit *u, const struct store_item *it,
	const struct version_before *before, struct wall now, struct err *err)
{
	struct store_version v;
	struct item_print old;
	unsigned changed;

	if (!before->own)
		return 0;
	if (before->print.n != ITEM_PRINT_BYTES)
		return put_print(u, it, err);
	memcpy(old.b, before->print.p, ITEM_PRINT_BYTES);
	changed = item_print_changes(&old, &it->print);
	if (changed == 0)
		return 0;
	describe(u, it, now, &v);
	v.changed = changed;
	if ((changed & 1u << ITEM_TEXT) == 0)
		v.text = SPAN_NULL;
	if (v.title.n == 0)
		v.title = before->title;
	if (add_version(u, it, before, &v, err) < 0)
		return -1;
	return put_print(u, it, err);
}

int
versions_drop(struct store_unit *u, int64_t item, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_VERSION_DELETE);

	db_bind_int(q, 1, item);
	return db_run(q, err);
}

/* -- reading -------------------------------------------------------------- */

static int
find_key(struct store *s, const struct item_key *key, int64_t *row,
	struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_KEY_GET);
	enum db_step step;

	db_bind_blob(q, 1, alias_span(key));
	step = db_step(q, err);
	*row = step == DB_ROW ? db_int(q, 0) : 0;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

static int
find_hit_item(struct store *s, const char *hit, int64_t *row, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_HIT_ITEM);
	struct item_key id;
	enum db_step step;

	*row = 0;
	if (!hash_from_hex(span_of(hit), id.b, ITEM_KEY_BYTES))
		return 0;
	db_bind_blob(q, 1, alias_span(&id));
	step = db_step(q, err);
	*row = step == DB_ROW ? db_int(q, 0) : 0;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

static void
hex_of(struct span id, char out[HEX128_SIZE])
{
	out[0] = '\0';
	if (id.n == ITEM_KEY_BYTES)
		hash_to_hex((const uint8_t *)id.p, id.n, out);
}

static int
show_item(struct store *s, int64_t row, store_item_cb cb, void *arg,
	struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_ITEM_INFO);
	struct store_item_info i = {.row = row};
	enum db_step step;

	db_bind_int(q, 1, row);
	step = db_step(q, err);
	if (step == DB_ROW) {
		hex_of(db_span(q, 0), i.id);
		i.feed_url = db_span(q, 1);
		i.url = db_span(q, 2);
		i.title = db_span(q, 3);
		i.told = db_span(q, 4);
		i.first_seen = db_time(q, 5);
		i.published = db_time(q, 6);
		i.updated = db_time(q, 7);
		i.gone = db_time(q, 8);
		i.hits = (unsigned)db_int(q, 9);
		cb(&i, arg);
	}
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

int
store_item_by_key(struct store *s, const struct item_key *key, store_item_cb cb,
	void *arg, struct err *err)
{
	int64_t row;

	if (find_key(s, key, &row, err) < 0)
		return -1;
	return row == 0 ? 0 : show_item(s, row, cb, arg, err);
}

/* An item's id is the name it was first seen under. That may have become
 * ambiguous since: then its first hit leads to it. */
int
store_item_by_id(struct store *s, struct span id, store_item_cb cb, void *arg,
	struct err *err)
{
	char hex[HEX128_SIZE], first_hit[HEX128_SIZE];
	struct item_key key;
	int64_t row;

	if (id.n != HEX128_SIZE - 1 ||
		!hash_from_hex(id, key.b, ITEM_KEY_BYTES))
		return err_set(err, ERR_INPUT,
			"'%.*s' is no id: 32 hex digits are expected",
			SPAN_ARG(id));
	hash_to_hex(key.b, ITEM_KEY_BYTES, hex);
	hit_id(hex, HIT_NEW, 0, first_hit);
	if (find_key(s, &key, &row, err) < 0 ||
		(row == 0 && find_hit_item(s, hex, &row, err) < 0) ||
		(row == 0 && find_hit_item(s, first_hit, &row, err) < 0))
		return -1;
	return row == 0 ? 0 : show_item(s, row, cb, arg, err);
}

int
store_versions(struct store *s, int64_t item, store_version_cb cb, void *arg,
	struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_VERSION_EACH);
	struct store_version v;
	enum db_step step;

	db_bind_int(q, 1, item);
	while ((step = db_step(q, err)) == DB_ROW) {
		v.n = (unsigned)db_int(q, 0);
		v.seen = db_time(q, 1);
		v.changed = (unsigned)db_int(q, 2);
		v.times = (unsigned)db_int(q, 3);
		v.url = db_span(q, 4);
		v.title = db_span(q, 5);
		v.guid = db_span(q, 6);
		v.authors = db_span(q, 7);
		v.text = db_span(q, 8);
		v.published = db_time(q, 9);
		if (!cb(&v, arg)) {
			db_reset(q);
			return 0;
		}
	}
	return step == DB_DONE ? 0 : -1;
}

int
store_item_hits(struct store *s, int64_t item, store_item_hit_cb cb, void *arg,
	struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_HIT_OF_ITEM);
	struct store_item_hit h;
	enum db_step step;

	db_bind_int(q, 1, item);
	while ((step = db_step(q, err)) == DB_ROW) {
		hex_of(db_span(q, 0), h.id);
		h.revision = (unsigned)db_int(q, 1);
		h.kind = (enum hit_kind)db_int(q, 2);
		h.stored = db_time(q, 3);
		h.confirmed = db_time(q, 4);
		h.outcome = db_span(q, 5);
		h.entities = db_span(q, 6);
		if (!cb(&h, arg)) {
			db_reset(q);
			return 0;
		}
	}
	return step == DB_DONE ? 0 : -1;
}
