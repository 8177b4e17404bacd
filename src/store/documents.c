/*
 * Which items are in the last document of each feed. An item is held by as
 * many feeds as it is in; one that no feed holds any more is `gone`, and only
 * such items grow old (store_unit_prune).
 */
#include <stdlib.h>

#include "base/wire.h"
#include "model/limits.h"
#include "store/private.h"

/* A document and what an incomplete one leaves of the list before. */
#define HELD_MAX (2 * (size_t)LIMIT_ITEMS)
#define ROW_BYTES_MAX 10 /* of a 63-bit increment, 7 bits a byte */

static int
compare_held(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

void
held_sort(held_list *l)
{
	if (l->n > 1)
		qsort(l->p, l->n, sizeof(l->p[0]), compare_held);
}

void
held_format(const held_list *l, struct strbuf *rows, struct strbuf *digests)
{
	int64_t last = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct held *h = &l->p[i];
		uint64_t step = (uint64_t)(h->row - last);

		for (; step >= 0x80; step >>= 7)
			strbuf_char(rows, (char)(step | 0x80));
		strbuf_char(rows, (char)step);
		last = h->row;
		wire_put_i64(digests, (int64_t)h->digest.known);
		wire_put_i64(digests, (int64_t)h->digest.whole);
	}
}

static int
parse_rows(struct span bytes, held_list *out)
{
	uint64_t row = 0, step = 0;
	unsigned shift = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		uint8_t b = (uint8_t)bytes.p[i];

		if (shift >= 7 * ROW_BYTES_MAX - 7)
			break;
		step |= (uint64_t)(b & 0x7f) << shift;
		shift += 7;
		if (b & 0x80)
			continue;
		row += step;
		vec_push(out, ((struct held){.row = (int64_t)row}));
		step = 0;
		shift = 0;
	}
	return shift == 0 ? 0 : -1;
}

static int
parse_digests(struct span bytes, held_list *l)
{
	struct wire w = {.rest = bytes};

	if (bytes.p == NULL)
		return 0;
	for (size_t i = 0; i < l->n; i++) {
		l->p[i].digest.known = (uint64_t)wire_i64(&w);
		l->p[i].digest.whole = (uint64_t)wire_i64(&w);
	}
	return w.bad || w.rest.n > 0 ? -1 : 0;
}

int
held_parse(
	struct span rows, struct span digests, held_list *out, struct err *err)
{
	if (parse_rows(rows, out) == 0 && parse_digests(digests, out) == 0)
		return 0;
	return err_set(
		err, ERR_PERM, "table `document`: a damaged list of items");
}

int
document_get(struct store *s, int64_t feed, held_list *out, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_DOCUMENT_GET);
	enum db_step step;
	int rc = 0;

	db_bind_int(q, 1, feed);
	step = db_step(q, err);
	if (step == DB_ROW)
		rc = held_parse(db_span(q, 0), db_span(q, 1), out, err);
	db_reset(q);
	return step == DB_FAILED ? -1 : rc;
}

static int
join(struct store_unit *u, int64_t row, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_ITEM_JOIN);

	db_bind_int(q, 1, row);
	return db_run(q, err);
}

static int
leave(struct store_unit *u, int64_t row, struct wall now, struct err *err)
{
	struct db_stmt *q = unit_stmt(u, SQL_ITEM_LEAVE);

	db_bind_int(q, 1, row);
	db_bind_time(q, 2, now);
	return db_run(q, err);
}

/* Both lists are sorted: what is in one only came or went. */
static int
count_in_and_out(struct store_unit *u, const held_list *old,
	const held_list *held, struct wall now, struct err *err)
{
	size_t i = 0, j = 0;

	while (i < old->n || j < held->n) {
		int64_t a = i < old->n ? old->p[i].row : INT64_MAX;
		int64_t b = j < held->n ? held->p[j].row : INT64_MAX;
		int rc = 0;

		if (a < b)
			rc = leave(u, a, now, err);
		else if (b < a && !held->p[j].fresh)
			rc = join(u, b, err);
		if (rc < 0)
			return -1;
		i += a <= b;
		j += b <= a;
	}
	return 0;
}

static int
write_held(struct store_unit *u, int64_t feed, const held_list *held,
	struct err *err)
{
	struct strbuf rows = STRBUF_INIT(HELD_MAX * ROW_BYTES_MAX);
	struct strbuf digests = STRBUF_INIT(HELD_MAX * ITEM_DIGEST_BYTES);
	struct db_stmt *q = unit_stmt(u, SQL_DOCUMENT_PUT);
	int rc;

	held_format(held, &rows, &digests);
	db_bind_int(q, 1, feed);
	db_bind_blob(q, 2, span_make(strbuf_cstr(&rows), rows.n));
	db_bind_blob(q, 3, span_make(strbuf_cstr(&digests), digests.n));
	rc = db_run(q, err);
	strbuf_fini(&rows);
	strbuf_fini(&digests);
	return rc;
}

static bool
is_same(const struct held *a, const struct held *b)
{
	return a->row == b->row && a->digest.known == b->digest.known &&
		a->digest.whole == b->digest.whole;
}

static bool
are_same(const held_list *a, const held_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!is_same(&a->p[i], &b->p[i]))
			return false;
	return true;
}

int
document_put(struct store_unit *u, int64_t feed, const held_list *old,
	const held_list *held, struct wall now, struct err *err)
{
	held_list kept = *held;

	if (kept.n > HELD_MAX) {
		kept.p += kept.n - HELD_MAX;
		kept.n = HELD_MAX;
	}
	if (are_same(old, &kept))
		return 0;
	if (count_in_and_out(u, old, &kept, now, err) < 0)
		return -1;
	return write_held(u, feed, &kept, err);
}

int
document_drop(
	struct store_unit *u, int64_t feed, struct wall now, struct err *err)
{
	static const held_list none;
	held_list old = {0};
	struct db_stmt *q;
	int rc = document_get(u->store, feed, &old, err);

	if (rc == 0)
		rc = document_put(u, feed, &old, &none, now, err);
	vec_fini(&old);
	if (rc < 0)
		return -1;
	q = unit_stmt(u, SQL_DOCUMENT_DROP);
	db_bind_int(q, 1, feed);
	return db_run(q, err);
}
