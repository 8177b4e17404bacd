/*
 * Which items a document has: known, changed or new.
 *
 * First an entry that the last document had as it is takes the item it was
 * then; nothing of that is read. Of the others, every entry is given the known
 * item that its strongest known key names. An item is given once. Then each of
 * these entries is brought in: a known item gets the entry's keys as further
 * names, what is left is inserted.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "store/aliases.h"
#include "store/private.h"
#include "store/versions.h"

/* Items of the old list that stay beside an incomplete document: the newest. */
#define PARTIAL_KEPT 1000

struct work {
	struct store_unit *u;
	struct store_document *d;
	held_list old; /* the last document */
	struct item_digest *digests; /* of the entries */
	struct map *claimed; /* item rows that entries of this document have */
	bool contested; /* a key became ambiguous */
	held_list held;
	struct err *err;
};

/* -- claims --------------------------------------------------------------- */

static struct span
row_span(const int64_t *row)
{
	return span_make((const char *)row, sizeof(*row));
}

static bool
is_claimed(const struct work *w, int64_t row)
{
	return map_has(w->claimed, row_span(&row));
}

static void
claim(struct work *w, struct store_item *it, int64_t row)
{
	struct held h = {.row = row, .digest = w->digests[it - w->d->items]};

	it->row = row;
	map_put(w->claimed, row_span(&row), w);
	vec_push(&w->held, h);
}

static int
compare_digests(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return (x->digest.whole > y->digest.whole) -
		(x->digest.whole < y->digest.whole);
}

/* An entry that comes again as it is, is what it was. */
static void
claim_same(struct work *w)
{
	held_list *old = &w->old;
	struct held *same;

	if (old->n == 0)
		return;
	qsort(old->p, old->n, sizeof(old->p[0]), compare_digests);
	for (size_t i = 0; i < w->d->n_items; i++) {
		struct store_item *it = &w->d->items[i];
		struct held key = {.digest = w->digests[i]};

		same = bsearch(
			&key, old->p, old->n, sizeof(key), compare_digests);
		if (same == NULL)
			continue;
		it->what = STORE_ITEM_SAME;
		if (is_claimed(w, same->row))
			it->row = same->row;
		else
			claim(w, it, same->row);
	}
	held_sort(old);
}

/* The items that the keys of each entry name; 0: none. */
struct names {
	int64_t row[ITEM_KEYS_MAX];
};

static int
find_names(struct work *w, struct names *names)
{
	for (size_t i = 0; i < w->d->n_items; i++) {
		const struct item_keys *keys = w->d->items[i].keys;

		if (w->d->items[i].row != 0)
			continue;
		for (unsigned k = 0; k < keys->n; k++) {
			if (alias_find(w->u, &keys->k[k], &names[i].row[k],
				    w->err) == ALIAS_FAILED)
				return -1;
		}
	}
	return 0;
}

static void
claim_if_free(struct work *w, struct store_item *it, int64_t row)
{
	if (it->row == 0 && row != 0 && !is_claimed(w, row))
		claim(w, it, row);
}

/* The item that all keys name; 0: they do not agree. */
static int64_t
all_name(const struct item_keys *keys, const struct names *names)
{
	for (unsigned k = 1; k < keys->n; k++) {
		if (names->row[k] != names->row[0])
			return 0;
	}
	return names->row[0];
}

/* First entries whose keys agree, then all by their strongest key, then by
 * their second, ...: no entry gets by a weak key what is another's. */
static int
claim_known(struct work *w)
{
	struct names *names =
		arena_array(w->u->arena, w->d->n_items, sizeof(names[0]));
	struct store_item *items = w->d->items;

	claim_same(w);
	if (find_names(w, names) < 0)
		return -1;
	for (size_t i = 0; i < w->d->n_items; i++)
		claim_if_free(w, &items[i], all_name(items[i].keys, &names[i]));
	for (unsigned k = 0; k < ITEM_KEYS_MAX; k++) {
		for (size_t i = 0; i < w->d->n_items; i++)
			claim_if_free(w, &items[i], names[i].row[k]);
	}
	return 0;
}

/* -- one entry ------------------------------------------------------------ */

/* Fill in what the item's row says. */
static int
read_item(struct work *w, struct store_item *it, struct alias_list *keys,
	struct version_before *before)
{
	struct db_stmt *q = unit_stmt(w->u, SQL_ITEM_GET);
	struct span id, version;

	db_bind_int(q, 1, it->row);
	switch (db_step(q, w->err)) {
	case DB_FAILED:
		return -1;
	case DB_DONE:
		return err_set(w->err, ERR_PERM,
			"table `item_key` names an item that is not there");
	case DB_ROW:
		break;
	}
	id = db_span(q, 0);
	aliases_read(db_span(q, 1), keys);
	version = db_span(q, 2);
	hash_to_hex((const uint8_t *)id.p,
		id.n < ITEM_KEY_BYTES ? id.n : ITEM_KEY_BYTES, it->id);
	it->what = span_eq(version, alias_span(&it->version))
		? STORE_ITEM_SAME
		: STORE_ITEM_CHANGED;
	it->first_seen = db_time(q, 3);
	it->revision = (unsigned)db_int(q, 4);
	it->told = arena_span(w->u->arena, db_span(q, 5));
	before->own = db_int(q, 6) == w->d->feed;
	before->print = arena_span(w->u->arena, db_span(q, 7));
	before->url = arena_span(w->u->arena, db_span(q, 8));
	before->title = arena_span(w->u->arena, db_span(q, 9));
	before->first_seen = it->first_seen;
	before->published = db_time(q, 10);
	db_reset(q);
	return 0;
}

static int
make_ambiguous(struct work *w, const struct item_key *k)
{
	w->contested = true;
	return alias_make_ambiguous(w->u, k, w->d->now, w->err);
}

/* Another entry of this document has the item: both claim to be it. */
static int
contest(struct work *w, const struct item_key *k, int64_t row, int64_t own)
{
	return row != own && is_claimed(w, row) ? make_ambiguous(w, k) : 0;
}

static int
put_keys(struct work *w, int64_t row, const struct alias_list *keys)
{
	struct db_stmt *q = unit_stmt(w->u, SQL_ITEM_SET_KEYS);

	db_bind_blob(q, 1, aliases_span(keys));
	db_bind_int(q, 2, row);
	return db_run(q, w->err);
}

/* The names an item has from now on: those of the entry that are its own, then
 * the older ones, as many as are kept. */
static int
rename_item(struct work *w, const struct store_item *it,
	const struct alias_list *old)
{
	struct alias_list keys = {0};
	int64_t row;

	for (unsigned i = 0; i < it->keys->n; i++) {
		const struct item_key *k = &it->keys->k[i];
		enum alias_state state = ALIAS_TAKEN;

		row = it->row;
		if (!aliases_have(old, k))
			state = alias_find(w->u, k, &row, w->err);
		if (state == ALIAS_FAILED ||
			(state == ALIAS_FREE &&
				alias_insert(w->u, k, it->row, w->err) < 0) ||
			(state == ALIAS_TAKEN &&
				contest(w, k, row, it->row) < 0))
			return -1;
		if (state == ALIAS_FREE || row == it->row)
			aliases_add(&keys, k);
	}
	for (unsigned i = 0; i < old->n; i++)
		aliases_add(&keys, &old->k[i]);
	for (unsigned i = 0; i < old->n; i++) {
		if (!aliases_have(&keys, &old->k[i]) &&
			alias_delete(w->u, &old->k[i], it->row, w->err) < 0)
			return -1;
	}
	if (span_eq(aliases_span(&keys), aliases_span(old)))
		return 0;
	return put_keys(w, it->row, &keys);
}

static int
put_version(struct work *w, const struct store_item *it)
{
	struct db_stmt *q = unit_stmt(w->u, SQL_ITEM_VERSION);

	db_bind_blob(q, 1, alias_span(&it->version));
	db_bind_text(q, 2, text_or_null(it->url));
	db_bind_text(q, 3, text_or_null(it->title));
	db_bind_time(q, 4, it->published);
	db_bind_time(q, 5, it->updated);
	db_bind_int(q, 6, it->row);
	return db_run(q, w->err);
}

static int
take_known(struct work *w, struct store_item *it)
{
	struct version_before before;
	struct alias_list old;

	if (read_item(w, it, &old, &before) < 0 ||
		rename_item(w, it, &old) < 0 ||
		versions_note(w->u, it, &before, w->d->now, w->err) < 0)
		return -1;
	return it->what == STORE_ITEM_CHANGED ? put_version(w, it) : 0;
}

/* The same thing twice in one document: the first entry counts. */
static int
take_double(struct work *w, struct store_item *it, int64_t row)
{
	struct version_before before;
	struct alias_list unused;

	it->row = row;
	if (read_item(w, it, &unused, &before) < 0)
		return -1;
	it->what = STORE_ITEM_SAME;
	return 0;
}

static int
insert_item(
	struct work *w, struct store_item *it, const struct alias_list *keys)
{
	struct db_stmt *q = unit_stmt(w->u, SQL_ITEM_INSERT);

	db_bind_blob(q, 1, alias_span(&keys->k[0]));
	db_bind_blob(q, 2, aliases_span(keys));
	db_bind_blob(q, 3, alias_span(&it->version));
	db_bind_int(q, 4, w->d->feed);
	db_bind_text(q, 5, text_or_null(it->url));
	db_bind_text(q, 6, text_or_null(it->title));
	db_bind_time(q, 7, w->d->now);
	db_bind_time(q, 8, it->published);
	db_bind_time(q, 9, it->updated);
	db_bind_blob(q, 10, print_span(&it->print));
	if (db_run(q, w->err) < 0)
		return -1;
	claim(w, it, db_last_row(w->u->store->db));
	w->held.p[w->held.n - 1].fresh = true;
	for (unsigned i = 0; i < keys->n; i++) {
		if (alias_insert(w->u, &keys->k[i], it->row, w->err) < 0)
			return -1;
	}
	w->u->delta.items++;
	it->what = STORE_ITEM_NEW;
	it->first_seen = w->d->now;
	hash_to_hex(keys->k[0].b, ITEM_KEY_BYTES, it->id);
	return versions_begin(w->u, it, w->d->now, w->err);
}

static int
add_version_key(struct work *w, const struct store_item *it)
{
	struct store_item copy = *it;
	struct version_before before;
	struct alias_list keys;

	if (read_item(w, &copy, &keys, &before) < 0)
		return -1;
	if (keys.n == STORE_ITEM_ALIASES) {
		keys.n--;
		if (alias_delete(w->u, &keys.k[keys.n], it->row, w->err) < 0)
			return -1;
	}
	aliases_add(&keys, &it->version);
	if (alias_insert(w->u, &it->version, it->row, w->err) < 0)
		return -1;
	return put_keys(w, it->row, &keys);
}

/* It has no name of its own; its version is one. */
static int
take_by_version(struct work *w, struct store_item *it)
{
	struct alias_list keys = {.k = {it->version}, .n = 1};
	int64_t row;

	switch (alias_find(w->u, &it->version, &row, w->err)) {
	case ALIAS_FREE:
		return insert_item(w, it, &keys);
	case ALIAS_TAKEN:
		if (is_claimed(w, row))
			return take_double(w, it, row);
		claim(w, it, row);
		return take_known(w, it);
	case ALIAS_AMBIGUOUS:
		return err_set(w->err, ERR_PERM,
			"table `item_key`: a version is ambiguous");
	case ALIAS_FAILED:
		break;
	}
	return -1;
}

/* An entry that no known item answers to. Its keys are free, ambiguous, or
 * names of items that other entries of the document have. */
static int
take_new(struct work *w, struct store_item *it)
{
	struct alias_list free_keys = {0};
	int64_t rows[ITEM_KEYS_MAX] = {0};
	bool one = true; /* all its keys name one and the same item */

	for (unsigned i = 0; i < it->keys->n; i++) {
		switch (alias_find(w->u, &it->keys->k[i], &rows[i], w->err)) {
		case ALIAS_FAILED:
			return -1;
		case ALIAS_FREE:
			aliases_add(&free_keys, &it->keys->k[i]);
			break;
		case ALIAS_AMBIGUOUS:
		case ALIAS_TAKEN:
			break;
		}
		one = one && rows[i] != 0 && rows[i] == rows[0];
	}
	if (one)
		return take_double(w, it, rows[0]);
	for (unsigned i = 0; i < it->keys->n; i++) {
		if (rows[i] != 0 && make_ambiguous(w, &it->keys->k[i]) < 0)
			return -1;
	}
	if (free_keys.n > 0)
		return insert_item(w, it, &free_keys);
	return take_by_version(w, it);
}

static int
take_all(struct work *w)
{
	for (size_t i = 0; i < w->d->n_items; i++) {
		struct store_item *it = &w->d->items[i];

		if (it->what == STORE_ITEM_SAME)
			continue;
		if ((it->row != 0 ? take_known(w, it) : take_new(w, it)) < 0)
			return -1;
	}
	return 0;
}

/* Does one of the entry's keys lead to its item? -1: failed. */
static int
is_found_again(struct work *w, const struct store_item *it)
{
	int64_t row;

	for (unsigned i = 0; i < it->keys->n; i++) {
		if (alias_find(w->u, &it->keys->k[i], &row, w->err) ==
			ALIAS_FAILED)
			return -1;
		if (row == it->row)
			return 1;
	}
	return 0;
}

/* A later entry may have made the last key ambiguous that was an earlier
 * one's: that one is known by its version from now on. */
static int
keep_findable(struct work *w)
{
	for (size_t i = 0; i < w->d->n_items; i++) {
		const struct store_item *it = &w->d->items[i];
		int found = is_found_again(w, it);
		int64_t row;

		if (found < 0)
			return -1;
		if (found)
			continue;
		switch (alias_find(w->u, &it->version, &row, w->err)) {
		case ALIAS_FAILED:
			return -1;
		case ALIAS_FREE:
			if (add_version_key(w, it) < 0)
				return -1;
			break;
		case ALIAS_TAKEN:
		case ALIAS_AMBIGUOUS:
			break;
		}
	}
	return 0;
}

/* What an incomplete document does not show may be in the part that is
 * missing. A feed that is broken for ever must not collect items for ever. */
static void
keep_old(struct work *w)
{
	const held_list *old = &w->old;

	for (size_t i = old->n > PARTIAL_KEPT ? old->n - PARTIAL_KEPT : 0;
		i < old->n; i++)
		if (!is_claimed(w, old->p[i].row))
			vec_push(&w->held, old->p[i]);
}

static int
put_document(struct work *w)
{
	const struct store_document *d = w->d;

	if (!d->whole)
		keep_old(w);
	held_sort(&w->held);
	return document_put(w->u, d->feed, &w->old, &w->held, d->now, w->err);
}

static int
begin(struct work *w)
{
	const struct store_document *d = w->d;

	w->claimed = map_new(NULL);
	w->digests =
		arena_array(w->u->arena, d->n_items, sizeof(w->digests[0]));
	for (size_t i = 0; i < d->n_items; i++)
		item_digest(d->items[i].keys, &d->items[i].version,
			&d->items[i].print, &w->digests[i]);
	return document_get(w->u->store, d->feed, &w->old, w->err);
}

static void
clear_results(struct store_document *d)
{
	for (size_t i = 0; i < d->n_items; i++) {
		struct store_item *it = &d->items[i];

		it->what = STORE_ITEM_NEW;
		it->row = 0;
		it->id[0] = '\0';
		it->revision = 0;
		it->told = SPAN_NULL;
	}
}

int
store_unit_items(
	struct store_unit *u, struct store_document *d, struct err *err)
{
	struct work w = {.u = u, .d = d, .err = err};
	int rc = -1;

	clear_results(d);
	if (unit_check(u, err) < 0)
		return -1;
	if (unit_failpoint("store.unit.items", err) == 0 && begin(&w) == 0 &&
		claim_known(&w) == 0 && take_all(&w) == 0 &&
		(!w.contested || keep_findable(&w) == 0))
		rc = put_document(&w);
	map_free(&w.claimed);
	vec_fini(&w.held);
	vec_fini(&w.old);
	return unit_result(u, rc);
}
