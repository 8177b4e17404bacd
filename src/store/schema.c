/*
 * One row per version: what makes it from the one before. Rows are never
 * changed once released, only added.
 */
#include "store/schema.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/failpoint.h"
#include "store/db.h"

static const char version_1[] =
	/* One row: which line of hits this is, and how much there is of what
	 * (counting millions of rows for each look at the status is too slow).
	 */
	"CREATE TABLE store ("
	" one INTEGER PRIMARY KEY CHECK (one = 1),"
	" producer TEXT NOT NULL,"
	" created INTEGER NOT NULL,"
	" published INTEGER NOT NULL DEFAULT 0,"
	" feeds INTEGER NOT NULL DEFAULT 0,"
	" items INTEGER NOT NULL DEFAULT 0,"
	" hits INTEGER NOT NULL DEFAULT 0,"
	" unconfirmed INTEGER NOT NULL DEFAULT 0"
	") STRICT;"
	"INSERT INTO store (one, producer, created) VALUES"
	" (1, lower(hex(randomblob(16))), unixepoch() * 1000);"

	"CREATE TABLE feed ("
	" row INTEGER PRIMARY KEY,"
	" url TEXT NOT NULL UNIQUE,"
	" etag BLOB, last_modified BLOB,"
	" fetch_url TEXT, redirect_url TEXT, redirect_count INTEGER,"
	" title TEXT, publisher_domain TEXT,"
	" first_ok INTEGER, last_poll INTEGER, last_ok INTEGER,"
	" last_new INTEGER, next_due INTEGER, retry_after INTEGER,"
	" validated INTEGER,"
	" floor_ms INTEGER, failures INTEGER, gone INTEGER,"
	" result TEXT NOT NULL, http_status INTEGER, error TEXT,"
	" learned BLOB,"
	" polls INTEGER, unchanged INTEGER, errors INTEGER,"
	" items INTEGER, hits INTEGER, bytes INTEGER"
	") STRICT;"

	/* Apart from feed, because it is long and changes less often. */
	"CREATE TABLE document ("
	" feed INTEGER PRIMARY KEY,"
	" items BLOB NOT NULL"
	") STRICT;"

	"CREATE TABLE item ("
	" row INTEGER PRIMARY KEY,"
	" id BLOB NOT NULL,"
	" keys BLOB NOT NULL,"
	" version BLOB NOT NULL,"
	" feed INTEGER NOT NULL,"
	" url TEXT, title TEXT,"
	" first_seen INTEGER NOT NULL, published INTEGER, updated INTEGER,"
	" documents INTEGER NOT NULL,"
	" gone INTEGER,"
	" revision INTEGER NOT NULL DEFAULT 0,"
	" told TEXT"
	") STRICT;"
	"CREATE INDEX item_gone ON item (gone) WHERE gone IS NOT NULL;"

	"CREATE TABLE item_key ("
	" key BLOB PRIMARY KEY,"
	" item INTEGER,"
	" ambiguous INTEGER"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX item_key_ambiguous ON item_key (ambiguous)"
	" WHERE ambiguous IS NOT NULL;"

	"CREATE TABLE hit ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT,"
	" id BLOB NOT NULL UNIQUE,"
	" item INTEGER REFERENCES item (row),"
	" feed INTEGER,"
	" kind INTEGER NOT NULL, revision INTEGER NOT NULL,"
	" stored INTEGER NOT NULL,"
	" confirmed INTEGER,"
	" outcome TEXT,"
	" entities TEXT NOT NULL,"
	" json TEXT NOT NULL"
	") STRICT;"
	"CREATE INDEX hit_item ON hit (item) WHERE item IS NOT NULL;"
	"CREATE INDEX hit_confirmed ON hit (stored)"
	" WHERE confirmed IS NOT NULL;"
	"CREATE INDEX hit_open ON hit (seq) WHERE confirmed IS NULL;";

/* Edits of items. */
static const char version_2[] =
	"ALTER TABLE item ADD COLUMN print BLOB;"
	"CREATE TABLE item_version ("
	" row INTEGER PRIMARY KEY,"
	" item INTEGER NOT NULL REFERENCES item (row),"
	" n INTEGER NOT NULL,"
	" seen INTEGER NOT NULL,"
	" changed INTEGER NOT NULL,"
	" times INTEGER NOT NULL DEFAULT 1,"
	" url TEXT, title TEXT, guid TEXT, authors TEXT, text TEXT,"
	" published INTEGER,"
	" UNIQUE (item, n)"
	") STRICT;";

static const char version_3[] =
	"CREATE TABLE story ("
	" row INTEGER PRIMARY KEY,"
	" id BLOB NOT NULL UNIQUE,"
	" first_seen INTEGER NOT NULL, last INTEGER NOT NULL,"
	" articles INTEGER NOT NULL,"
	" title TEXT, url TEXT,"
	" told TEXT,"
	" into_id BLOB,"
	" json TEXT,"
	" state BLOB"
	") STRICT;"
	"CREATE INDEX story_last ON story (last);"
	"CREATE INDEX story_open ON story (last) WHERE state IS NOT NULL;"
	"CREATE INDEX story_merged ON story (last)"
	" WHERE into_id IS NOT NULL;"

	"CREATE TABLE story_entity ("
	" entity TEXT NOT NULL,"
	" story INTEGER NOT NULL,"
	" PRIMARY KEY (entity, story)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX story_entity_story ON story_entity (story);"

	"CREATE TABLE member ("
	" item INTEGER PRIMARY KEY,"
	" story INTEGER NOT NULL,"
	" bytes BLOB NOT NULL"
	") STRICT;"
	"CREATE INDEX member_story ON member (story, item);"

	"CREATE TABLE report_pair ("
	" key BLOB PRIMARY KEY,"
	" last INTEGER NOT NULL,"
	" reports INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX report_pair_last ON report_pair (last);"

	"CREATE TABLE story_terms ("
	" one INTEGER PRIMARY KEY CHECK (one = 1),"
	" bytes BLOB NOT NULL"
	") STRICT;";

/* What a document says of its pace holds for the 304s after it, too; and
 * validators belong to the address that gave them. */
static const char version_4[] =
	"ALTER TABLE feed ADD COLUMN validator_url TEXT;"
	"ALTER TABLE feed ADD COLUMN ttl_ms INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE feed ADD COLUMN skip_hours INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE feed ADD COLUMN skip_days INTEGER NOT NULL DEFAULT 0;";

/* item_digest of the entries in a document; NULL: made before there were any.
 */
static const char version_5[] = "ALTER TABLE document ADD COLUMN digests BLOB;";

static const char *const versions[] = {
	version_1,
	version_2,
	version_3,
	version_4,
	version_5,
};

int
schema_version(void)
{
	return (int)(sizeof(versions) / sizeof(versions[0]));
}

const char *
schema_step(int n)
{
	return versions[n - 1];
}

/* What the header says; a file without tables is new whatever it says. */
static int
identify(struct db *d, int64_t *version, struct err *err)
{
	int64_t tables, app;

	if (db_query_int(d, "SELECT count(*) FROM sqlite_schema", &tables,
		    err) < 0 ||
		db_query_int(d, "PRAGMA application_id", &app, err) < 0 ||
		db_query_int(d, "PRAGMA user_version", version, err) < 0)
		return -1;
	if (tables == 0) {
		*version = 0;
		return 0;
	}
	if (app != SCHEMA_APPLICATION_ID || *version < 1)
		return err_set(err, ERR_CONF,
			"%s: this database belongs to another program; move it "
			"away or choose another state_dir",
			db_path(d));
	if (*version > schema_version())
		return err_set(err, ERR_CONF,
			"%s: written by a newer newswatch (schema %" PRId64
			", this one knows %d); install that version again or "
			"restore a backup from before the upgrade",
			db_path(d), *version, schema_version());
	return 0;
}

static int
migrate(struct db *d, int64_t from, struct err *err)
{
	char sql[128];

	if (db_exec(d, "BEGIN EXCLUSIVE", err) < 0)
		return -1;
	for (int v = (int)from; v < schema_version(); v++) {
		if (db_exec(d, schema_step(v + 1), err) < 0)
			return -1;
		if (failpoint("store.migrate"))
			return err_set(err, ERR_TEMP, "failpoint");
	}
	snprintf(sql, sizeof(sql),
		"PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
		SCHEMA_APPLICATION_ID, schema_version());
	return db_exec(d, sql, err);
}

int
schema_apply(struct db *d, struct err *err)
{
	int64_t version;

	if (identify(d, &version, err) < 0)
		return -1;
	if (db_exec(d, "PRAGMA journal_mode=WAL", err) < 0)
		return -1;
	if (version == schema_version())
		return 0;
	if (migrate(d, version, err) == 0)
		return 0;
	if (db_in_transaction(d) && db_exec(d, "ROLLBACK", NULL) < 0)
		return -1;
	return err_wrap(
		err, "upgrading the schema to version %d", schema_version());
}
