/*
 * A store in a directory of its own, and documents in one line of text:
 * "u1,g1,t1=a u2,g2=b" are two entries with three and two keys, in versions a
 * and b. What the store makes of them comes back as "N1 C2 S3": new, changed or
 * same, and a number for the item, counted from 1 in order of appearance.
 */
#ifndef NW_TESTS_STORE_FIXTURE_H
#define NW_TESTS_STORE_FIXTURE_H

#include "testing.h"

#include <unistd.h>

#include "base/vec.h"
#include "model/limits.h"
#include "store/private.h"

#define UNUSED __attribute__((unused))

struct fixture {
	char *dir, *path;
	struct store *s;
	struct err err;
	int64_t now_ms;
	VEC(int64_t) seen; /* item rows in order of appearance */
	/* Of the last document */
	struct store_item items[64];
	struct item_keys keys[64];
	char text[512];
	struct span told[64];
};

/* Fails the test with the message. */
#define OK(call) ok_((call), &f->err, __FILE__, __LINE__)

UNUSED static void
ok_(int rc, const struct err *err, const char *file, int line)
{
	if (rc == 0)
		return;
	print_error("# %s\n", err->msg);
	_fail(file, line);
}

UNUSED static void
reopen(struct fixture *f)
{
	store_close(&f->s);
	OK(store_open(f->path, &f->s, &f->err));
}

UNUSED static int
setup(void **state)
{
	struct fixture *f = mem_new(f);

	f->dir = test_dir();
	f->path = mem_printf("%s/newswatch.db", f->dir);
	f->now_ms = 1000000;
	OK(store_open(f->path, &f->s, &f->err));
	*state = f;
	return 0;
}

UNUSED static int
teardown(void **state)
{
	struct fixture *f = *state;

	store_close(&f->s);
	test_dir_free(&f->dir);
	mem_free(&f->path);
	vec_fini(&f->seen);
	mem_free(&f);
	return 0;
}

UNUSED static int64_t
number(struct fixture *f, const char *sql)
{
	int64_t n;

	OK(db_query_int(f->s->db, sql, &n, &f->err));
	return n;
}

UNUSED static struct item_key
key_of(struct span word)
{
	uint8_t sum[SHA256_BYTES];
	struct item_key k;

	hash_sha256(word, sum);
	memcpy(k.b, sum, sizeof(k.b));
	return k;
}

UNUSED static struct feed_state
feed_of(const char *url)
{
	return (struct feed_state){
		.url = span_of(url),
		.first_ok = {FEED_NEVER},
		.last_poll = {FEED_NEVER},
		.last_ok = {FEED_NEVER},
		.last_new = {FEED_NEVER},
		.next_due = {FEED_NEVER},
		.retry_after = {FEED_NEVER},
		.validated = {FEED_NEVER},
	};
}

UNUSED static void
parse_entry(struct fixture *f, size_t i, struct span entry)
{
	struct span keys, key;

	f->keys[i].n = 0;
	assert_true(span_next(&entry, '=', &keys));
	while (span_next(&keys, ',', &key))
		f->keys[i].k[f->keys[i].n++] = key_of(key);
	f->items[i] = (struct store_item){
		.keys = &f->keys[i],
		.version = key_of(entry),
		.title = entry,
		.published = {ITEM_UNDATED},
		.updated = {ITEM_UNDATED},
	};
}

UNUSED static unsigned
item_number(struct fixture *f, int64_t row)
{
	for (size_t i = 0; i < f->seen.n; i++) {
		if (f->seen.p[i] == row)
			return (unsigned)i + 1;
	}
	vec_push(&f->seen, row);
	return (unsigned)f->seen.n;
}

UNUSED static struct store_unit *
begin(struct fixture *f)
{
	struct store_unit *u;

	OK(store_unit_begin(f->s, &u, &f->err));
	return u;
}

UNUSED static void
end(struct fixture *f, struct store_unit *u)
{
	OK(store_unit_end(&u, NULL, NULL, &f->err));
}

UNUSED static void
commit(struct fixture *f)
{
	OK(store_commit(f->s, &f->err));
}

/* Entries of a document into an open unit; what became of them as text. */
UNUSED static const char *
put_document(struct fixture *f, struct store_unit *u, const char *url,
	bool whole, const char *entries)
{
	struct feed_state feed = feed_of(url);
	struct store_document d = {
		.whole = whole, .now = {f->now_ms}, .items = f->items};
	struct span rest = span_of(entries), entry;
	struct strbuf out = STRBUF_INIT(sizeof(f->text) - 1);

	while (span_next(&rest, ' ', &entry))
		parse_entry(f, d.n_items++, entry);
	OK(store_unit_feed(u, &feed, &d.feed, &f->err));
	OK(store_unit_items(u, &d, &f->err));
	for (size_t i = 0; i < d.n_items; i++)
		strbuf_printf(&out, "%s%c%u", i ? " " : "",
			"NCS"[f->items[i].what],
			item_number(f, f->items[i].row));
	snprintf(f->text, sizeof(f->text), "%s", strbuf_cstr(&out));
	strbuf_fini(&out);
	return f->text;
}

/* The same as a unit of its own, committed. */
UNUSED static const char *
document(struct fixture *f, const char *url, const char *entries)
{
	struct store_unit *u = begin(f);

	put_document(f, u, url, true, entries);
	end(f, u);
	commit(f);
	return f->text;
}

/* A hit of item i of the last document; returns its seq. */
UNUSED static int64_t
put_hit(struct fixture *f, struct store_unit *u, size_t i, const char *entity)
{
	const struct store_item *it = &f->items[i];
	struct span entities[] = {span_of(entity)};
	char *mark = mem_printf("entity:%s", entity);
	struct span marks[] = {span_of(mark)};
	char *json = mem_printf("{\"v\":1,\"item\":\"%s\",\"revision\":%u}",
		it->id, it->revision);
	char id[HEX128_SIZE];
	struct store_hit h = {
		.id = id,
		.item = it->row,
		.kind = HIT_NEW,
		.revision = it->revision,
		.stored = {f->now_ms},
		.json = span_of(json),
		.entities = entities,
		.n_entities = 1,
		.marks = marks,
		.n_marks = 1,
	};

	hit_id(it->id, HIT_NEW, it->revision, id);
	OK(store_unit_hit(u, &h, &f->err));
	mem_free(&json);
	mem_free(&mark);
	return h.seq;
}

/* What must hold whatever happened. */
UNUSED static void
check_invariants(struct fixture *f)
{
	static const char *const none[] = {
		"SELECT count(*) - (SELECT feeds FROM store) FROM feed",
		"SELECT count(*) - (SELECT items FROM store) FROM item",
		"SELECT count(*) - (SELECT hits FROM store) FROM hit",
		"SELECT count(*) - (SELECT unconfirmed FROM store) FROM hit"
		" WHERE confirmed IS NULL",
		"SELECT count(*) FROM item"
		" WHERE (documents = 0) <> (gone IS NOT NULL)",
		"SELECT count(*) FROM item WHERE documents < 0",
		"SELECT count(*) FROM item_key WHERE item IS NOT NULL AND"
		" NOT EXISTS (SELECT 1 FROM item WHERE row = item_key.item)",
		"SELECT count(*) FROM item_key"
		" WHERE (item IS NULL) <> (ambiguous IS NOT NULL)",
		"SELECT count(*) FROM document"
		" WHERE NOT EXISTS (SELECT 1 FROM feed WHERE row = feed)",
		"SELECT count(*) FROM item_version"
		" WHERE (n = 0) <> (changed = 0)",
	};

	for (size_t i = 0; i < N_ROWS(none); i++) {
		if (number(f, none[i]) != 0)
			fail_msg("%s: %lld", none[i],
				(long long)number(f, none[i]));
	}
}

#endif
