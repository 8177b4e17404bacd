/*
 * Hits, which are their own outbox: a row is to be published from its commit
 * on, and is kept after its outcome is known, so that a lost Redis can be
 * filled again.
 */
#include <assert.h>
#include <string.h>

#include "base/rng.h"
#include "model/limits.h"
#include "store/private.h"

/* Marks of all hits of one item; beyond, later marks are not remembered. */
#define TOLD_BYTES_MAX KIB(64)
#define ENTITIES_BYTES_MAX (LIMIT_HIT_ENTITIES * ((size_t)LIMIT_NAME_BYTES + 1))

/* -- marks ---------------------------------------------------------------- */

bool
store_told_has(struct span told, struct span mark)
{
	struct span line;

	while (span_next(&told, '\n', &line)) {
		if (span_eq(line, mark))
			return true;
	}
	return false;
}

static void
add_marks(const struct span *marks, size_t n, struct strbuf *told)
{
	for (size_t i = 0; i < n; i++) {
		if (marks[i].n == 0 ||
			told->n + marks[i].n + 1 > TOLD_BYTES_MAX ||
			store_told_has(strbuf_as_span(told), marks[i]))
			continue;
		strbuf_span(told, marks[i]);
		strbuf_char(told, '\n');
	}
}

static int
set_told(struct store_unit *u, int64_t item, unsigned revision,
	struct span told, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_ITEM_SET_TOLD);

	db_bind_int(q, 1, revision);
	db_bind_text(q, 2, text_or_null(told));
	db_bind_int(q, 3, item);
	return db_run(q, err);
}

/* The item remembers what was said of it. revision: that its next hit has at
 * least. */
static int
remember(struct store_unit *u, int64_t item, unsigned revision,
	const struct span *marks, size_t n, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_ITEM_TOLD);
	struct strbuf told = STRBUF_INIT(TOLD_BYTES_MAX);
	enum db_step step;
	int rc;

	db_bind_int(q, 1, item);
	step = db_step(q, err);
	if (step == DB_ROW) {
		if (db_int(q, 0) > revision)
			revision = (unsigned)db_int(q, 0);
		strbuf_span(&told, db_span(q, 1));
	}
	db_reset(q);
	add_marks(marks, n, &told);
	rc = step == DB_FAILED
		? -1
		: set_told(u, item, revision, strbuf_as_span(&told), err);
	strbuf_fini(&told);
	return rc;
}

/* -- storing -------------------------------------------------------------- */

static struct span
hit_key(const char *id, uint8_t bytes[ITEM_KEY_BYTES])
{
	bool good = hash_from_hex(span_of(id), bytes, ITEM_KEY_BYTES);

	assert(good);
	return span_make((const char *)bytes, ITEM_KEY_BYTES);
}

/* seq 0: there is none. */
static int
find_hit(struct store_unit *u, struct span key, int64_t *seq, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_HIT_SEQ);
	enum db_step step;

	db_bind_blob(q, 1, key);
	step = db_step(q, err);
	*seq = step == DB_ROW ? db_int(q, 0) : 0;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

static void
format_entities(const struct store_hit *h, struct strbuf *out)
{
	for (size_t i = 0; i < h->n_entities; i++) {
		if (h->entities[i].n == 0)
			continue;
		strbuf_span(out, h->entities[i]);
		strbuf_char(out, '\n');
	}
}

static int
insert_hit(struct store_unit *u, struct store_hit *h, struct span key,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_HIT_INSERT);
	struct strbuf entities = STRBUF_INIT(ENTITIES_BYTES_MAX);
	int rc;

	format_entities(h, &entities);
	db_bind_blob(q, 1, key);
	if (h->item != 0)
		db_bind_int(q, 2, h->item);
	db_bind_int(q, 3, h->feed);
	db_bind_int(q, 4, h->kind);
	db_bind_int(q, 5, h->revision);
	db_bind_time(q, 6, h->stored);
	db_bind_text(q, 7, span_make(strbuf_cstr(&entities), entities.n));
	db_bind_text(q, 8, h->json);
	rc = db_run(q, err);
	strbuf_fini(&entities);
	if (rc < 0)
		return -1;
	h->seq = db_last_row(u->store->db);
	u->delta.hits++;
	u->delta.unconfirmed++;
	if (h->item == 0)
		return 0;
	return remember(u, h->item, h->revision + 1, h->marks, h->n_marks, err);
}

static int
put_hit(struct store_unit *u, struct store_hit *h, struct err *err)
{
	uint8_t bytes[ITEM_KEY_BYTES];
	struct span key = hit_key(h->id, bytes);

	assert(h->json.n > 2 && h->json.p[0] == '{');
	if (h->json.n > LIMIT_HIT_BYTES)
		return err_set(err, ERR_INPUT,
			"hit %s has %zu bytes of JSON, at most %zu are stored",
			h->id, h->json.n, LIMIT_HIT_BYTES);
	if (unit_failpoint("store.unit.hit", err) < 0 ||
		find_hit(u, key, &h->seq, err) < 0)
		return -1;
	h->fresh = h->seq == 0;
	return h->fresh ? insert_hit(u, h, key, err) : 0;
}

int
store_unit_hit(struct store_unit *u, struct store_hit *h, struct err *err)
{
	if (unit_check(u, err) < 0)
		return -1;
	return unit_result(u, put_hit(u, h, err));
}

int
store_unit_tell(struct store_unit *u, int64_t item, const struct span *marks,
	size_t n, struct err *err)
{
	if (unit_check(u, err) < 0)
		return -1;
	return unit_result(u, remember(u, item, 0, marks, n, err));
}

/* -- the outbox ----------------------------------------------------------- */

static void
read_row(const struct db_stmt *q, struct store_outbox_row *r)
{
	struct span id = db_span(q, 1);

	r->seq = db_int(q, 0);
	r->id[0] = '\0';
	if (id.n == ITEM_KEY_BYTES)
		hash_to_hex((const uint8_t *)id.p, id.n, r->id);
	r->confirmed = db_span(q, 2).p != NULL;
	r->entities = db_span(q, 3);
	r->json = db_span(q, 4);
}

/* A refill after a wipe begins far back: past confirmed hits that nobody wants
 * any more, without looking at each. */
static int
skip_old(struct store *s, int64_t *after, struct wall since, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_HIT_FIRST);
	enum db_step step;

	db_bind_int(q, 1, *after);
	db_bind_time(q, 2, since);
	step = db_step(q, err);
	if (step == DB_ROW && db_int(q, 0) - 1 > *after)
		*after = db_int(q, 0) - 1;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

int
store_outbox_read(struct store *s, int64_t after, size_t limit,
	struct wall confirmed_since, store_outbox_cb cb, void *arg,
	struct err *err)
{
	struct store_outbox_row r;
	struct db_stmt *q;
	enum db_step step;

	if (after < s->published &&
		skip_old(s, &after, confirmed_since, err) < 0)
		return -1;
	q = db_stmt(s->db, SQL_HIT_READ);
	db_bind_int(q, 1, after);
	db_bind_int(q, 2, s->last_seq);
	db_bind_int(q, 3, confirmed_since.ms);
	db_bind_int(q, 4, (int64_t)limit);
	while ((step = db_step(q, err)) == DB_ROW) {
		read_row(q, &r);
		if (!cb(&r, arg)) {
			db_reset(q);
			return 0;
		}
	}
	return step == DB_DONE ? 0 : -1;
}

int
store_outbox_id(
	struct store *s, int64_t seq, char out[HEX128_SIZE], struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_HIT_ID);
	enum db_step step;
	struct span id;

	out[0] = '\0';
	db_bind_int(q, 1, seq);
	step = db_step(q, err);
	if (step == DB_ROW) {
		id = db_span(q, 0);
		if (id.n == ITEM_KEY_BYTES)
			hash_to_hex((const uint8_t *)id.p, id.n, out);
	}
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

static int
put_published(struct store_unit *u, int64_t seq, struct err *err)
{
	struct db_stmt *q;

	if (seq <= u->store->published)
		return 0;
	q = unit_stmt(u, SQL_STORE_PUBLISHED);
	db_bind_int(q, 1, seq);
	if (db_run(q, err) < 0)
		return -1;
	/* True whether or not this is committed. */
	u->store->published = seq;
	return 0;
}

int
store_unit_published(struct store_unit *u, int64_t seq, struct err *err)
{
	if (unit_check(u, err) < 0)
		return -1;
	return unit_result(u, put_published(u, seq, err));
}

static int
confirm(struct store_unit *u, const struct store_outcome *o, struct wall now,
	struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_HIT_CONFIRM);

	db_bind_int(q, 1, o->seq);
	db_bind_time(q, 2, now);
	db_bind_text(q, 3, o->outcome);
	if (db_run(q, err) < 0)
		return -1;
	u->delta.unconfirmed -= db_changes(u->store->db);
	return 0;
}

int
store_unit_confirm(struct store_unit *u, const struct store_outcome *o,
	size_t n, struct wall now, struct err *err)
{
	int rc;

	if (unit_check(u, err) < 0)
		return -1;
	rc = unit_failpoint("store.unit.confirm", err);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = confirm(u, &o[i], now, err);
	return unit_result(u, rc);
}

int
store_producer_renew(struct store *s, struct err *err)
{
	uint8_t secret[ITEM_KEY_BYTES];
	char name[HEX128_SIZE];
	struct store_unit *u;
	struct db_stmt *q;

	rng_secret(secret, sizeof(secret));
	hash_to_hex(secret, sizeof(secret), name);
	if (store_unit_begin(s, &u, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_STORE_PRODUCER);
	db_bind_text(q, 1, span_of(name));
	if (db_run(q, err) < 0) {
		store_unit_cancel(&u);
		return -1;
	}
	if (store_unit_end(&u, NULL, NULL, err) < 0 || store_commit(s, err) < 0)
		return -1;
	memcpy(s->producer, name, sizeof(name));
	return 0;
}
