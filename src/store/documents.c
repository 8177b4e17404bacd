/*
 * Which items are in the last document of each feed. An item is held by as
 * many feeds as it is in; one that no feed holds any more is `gone`, and only
 * such items grow old (store_unit_prune).
 */
#include <stdlib.h>

#include "model/limits.h"
#include "store/private.h"

/* A document and what an incomplete one leaves of the list before. */
#define ROWS_MAX (2 * (size_t)LIMIT_ITEMS)
#define ROW_BYTES_MAX 10 /* of a 63-bit increment, 7 bits a byte */

static int
compare_rows(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
rows_sort(row_list *rows)
{
	size_t n = 0;

	if (rows->n < 2)
		return;
	qsort(rows->p, rows->n, sizeof(rows->p[0]), compare_rows);
	for (size_t i = 1; i < rows->n; i++) {
		if (rows->p[i] != rows->p[n])
			rows->p[++n] = rows->p[i];
	}
	rows->n = n + 1;
}

void
rows_format(const row_list *rows, struct strbuf *out)
{
	int64_t last = 0;

	for (size_t i = 0; i < rows->n; i++) {
		uint64_t step = (uint64_t)(rows->p[i] - last);

		for (; step >= 0x80; step >>= 7)
			strbuf_char(out, (char)(step | 0x80));
		strbuf_char(out, (char)step);
		last = rows->p[i];
	}
}

int
rows_parse(struct span bytes, row_list *out, struct err *err)
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
		vec_push(out, (int64_t)row);
		step = 0;
		shift = 0;
	}
	if (shift != 0)
		return err_set(err, ERR_PERM,
			"table `document`: a damaged list of items");
	return 0;
}

int
document_get(struct store *s, int64_t feed, row_list *out, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_DOCUMENT_GET);
	enum db_step step;
	int rc = 0;

	db_bind_int(q, 1, feed);
	step = db_step(q, err);
	if (step == DB_ROW)
		rc = rows_parse(db_span(q, 0), out, err);
	db_reset(q);
	return step == DB_FAILED ? -1 : rc;
}

static bool
has_row(const row_list *rows, int64_t row)
{
	return rows->n > 0 &&
		bsearch(&row, rows->p, rows->n, sizeof(rows->p[0]),
			compare_rows) != NULL;
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
count_in_and_out(struct store_unit *u, const row_list *old,
	const row_list *rows, const row_list *fresh, struct wall now,
	struct err *err)
{
	size_t i = 0, j = 0;

	while (i < old->n || j < rows->n) {
		int64_t a = i < old->n ? old->p[i] : INT64_MAX;
		int64_t b = j < rows->n ? rows->p[j] : INT64_MAX;
		int rc = 0;

		if (a < b)
			rc = leave(u, a, now, err);
		else if (b < a && !has_row(fresh, b))
			rc = join(u, b, err);
		if (rc < 0)
			return -1;
		i += a <= b;
		j += b <= a;
	}
	return 0;
}

static int
write_rows(struct store_unit *u, int64_t feed, const row_list *rows,
	struct err *err)
{
	struct strbuf bytes = STRBUF_INIT(ROWS_MAX * ROW_BYTES_MAX);
	struct db_stmt *q = unit_stmt(u, SQL_DOCUMENT_PUT);
	int rc;

	rows_format(rows, &bytes);
	db_bind_int(q, 1, feed);
	db_bind_blob(q, 2, span_make(strbuf_cstr(&bytes), bytes.n));
	rc = db_run(q, err);
	strbuf_fini(&bytes);
	return rc;
}

static bool
same_rows(const row_list *a, const row_list *b)
{
	return a->n == b->n &&
		(a->n == 0 || memcmp(a->p, b->p, a->n * sizeof(a->p[0])) == 0);
}

int
document_put(struct store_unit *u, int64_t feed, const row_list *rows,
	const row_list *fresh, struct wall now, struct err *err)
{
	row_list old = {0};
	row_list kept = *rows;
	int rc = -1;

	if (kept.n > ROWS_MAX) {
		kept.p += kept.n - ROWS_MAX;
		kept.n = ROWS_MAX;
	}
	if (document_get(u->store, feed, &old, err) < 0)
		goto out;
	if (same_rows(&old, &kept))
		rc = 0;
	else if (count_in_and_out(u, &old, &kept, fresh, now, err) == 0)
		rc = write_rows(u, feed, &kept, err);
out:
	vec_fini(&old);
	return rc;
}

int
document_drop(
	struct store_unit *u, int64_t feed, struct wall now, struct err *err)
{
	static const row_list none;
	struct db_stmt *q;

	if (document_put(u, feed, &none, &none, now, err) < 0)
		return -1;
	q = unit_stmt(u, SQL_DOCUMENT_DROP);
	db_bind_int(q, 1, feed);
	return db_run(q, err);
}
