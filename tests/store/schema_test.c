/* Databases of every older version, made as it made them, are brought up to
 * date with what is in them. */
#include "fixture.h"
#include "store/schema.h"

static const struct db_registry no_statements;

/* The file that a newswatch of this version left behind. */
static void
left_by(struct fixture *f, int version)
{
	struct db *d;
	char header[96];

	store_close(&f->s);
	assert_int_equal(unlink(f->path), 0);
	OK(db_open(f->path, &no_statements, &d, &f->err));
	for (int v = 1; v <= version; v++)
		OK(db_exec(d, schema_step(v), &f->err));
	snprintf(header, sizeof(header),
		"PRAGMA application_id=%d; PRAGMA user_version=%d",
		SCHEMA_APPLICATION_ID, version);
	OK(db_exec(d, header, &f->err));
	OK(db_exec(d,
		"INSERT INTO feed (row, url, result, etag) VALUES"
		" (1, 'http://a.example/f', 'new', X'2261');"
		"INSERT INTO item (row, id, keys, version, feed, title,"
		" first_seen, documents) VALUES"
		" (1, zeroblob(16), X'', X'', 1, 'Kept', 5, 1);"
		"INSERT INTO hit (seq, id, item, feed, kind, revision, stored,"
		" entities, json) VALUES"
		" (1, zeroblob(16), 1, 1, 0, 0, 5, 'meta', '{}');"
		"UPDATE store SET feeds = 1, items = 1, hits = 1,"
		" unconfirmed = 1",
		&f->err));
	db_close(&d);
}

static void
a_database_of_any_version_becomes_todays_with_what_is_in_it(void **state)
{
	static const char shape[] =
		"SELECT sum(length(sql)) FROM sqlite_schema";
	struct fixture *f = *state;
	int64_t newest = number(f, shape);

	for (int v = 1; v <= schema_version(); v++) {
		left_by(f, v);
		OK(store_open(f->path, &f->s, &f->err));
		assert_int_equal(
			number(f, "PRAGMA user_version"), schema_version());
		assert_int_equal(number(f, shape), newest);
		assert_int_equal(number(f,
					 "SELECT count(*) FROM item JOIN feed"
					 " ON feed.row = item.feed JOIN hit"
					 " ON hit.item = item.row"
					 " WHERE item.title = 'Kept' AND etag "
					 "= X'2261'"),
			1);
		assert_int_equal(number(f, "SELECT hits FROM store"), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_database_of_any_version_becomes_todays_with_what_is_in_it,
			setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
