#include "store/statements.h"

#define FEED_COLUMNS \
	"url, etag, last_modified, fetch_url, redirect_url, redirect_count," \
	" title, publisher_domain, first_ok, last_poll, last_ok, last_new," \
	" next_due, retry_after, validated, floor_ms, failures, gone, result," \
	" http_status, error, learned, polls, unchanged, errors, items, hits," \
	" bytes, validator_url, ttl_ms, skip_hours, skip_days"

#define STORY_COLUMNS \
	"story.row, story.id, first_seen, last, articles, title, url, json," \
	" told, into_id"

const char *const statement_sql[STATEMENTS] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_SAVEPOINT] = "SAVEPOINT unit",
	[SQL_RELEASE] = "RELEASE unit",
	[SQL_ROLLBACK_TO] = "ROLLBACK TO unit",
	[SQL_QUICK_CHECK] = "PRAGMA quick_check(1)",

	[SQL_STORE_GET] = "SELECT producer, published, feeds, items, hits,"
			  " unconfirmed FROM store",
	[SQL_STORE_COUNTS] = "UPDATE store SET feeds = ?, items = ?, hits = ?,"
			     " unconfirmed = ?",
	[SQL_STORE_PUBLISHED] = "UPDATE store SET published = ?",
	[SQL_STORE_PRODUCER] = "UPDATE store SET producer = ?",
	/* AUTOINCREMENT's own record: it survives the rows. */
	[SQL_STORE_LAST_SEQ] = "SELECT seq FROM sqlite_sequence"
			       " WHERE name = 'hit'",

	[SQL_FEED_EACH] = "SELECT " FEED_COLUMNS " FROM feed",
	[SQL_FEED_GET] = "SELECT " FEED_COLUMNS " FROM feed WHERE url = ?",
	[SQL_FEED_ROW] = "SELECT row FROM feed WHERE url = ?",
	[SQL_FEED_PUT] =
		"INSERT INTO feed (" FEED_COLUMNS
		") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
		" ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,"
		" ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)"
		" ON CONFLICT (url) DO UPDATE SET etag = ?2,"
		" last_modified = ?3, fetch_url = ?4, redirect_url = ?5,"
		" redirect_count = ?6, title = ?7, publisher_domain = ?8,"
		" first_ok = ?9, last_poll = ?10, last_ok = ?11,"
		" last_new = ?12, next_due = ?13, retry_after = ?14,"
		" validated = ?15, floor_ms = ?16, failures = ?17, gone = ?18,"
		" result = ?19, http_status = ?20, error = ?21, learned = ?22,"
		" polls = ?23, unchanged = ?24, errors = ?25, items = ?26,"
		" hits = ?27, bytes = ?28, validator_url = ?29,"
		" ttl_ms = ?30, skip_hours = ?31, skip_days = ?32",
	[SQL_FEED_DROP] = "DELETE FROM feed WHERE row = ?",

	[SQL_DOCUMENT_GET] = "SELECT items, digests FROM document"
			     " WHERE feed = ?",
	[SQL_DOCUMENT_PUT] = "INSERT INTO document (feed, items, digests)"
			     " VALUES (?, ?, ?)"
			     " ON CONFLICT (feed) DO UPDATE SET"
			     " items = excluded.items,"
			     " digests = excluded.digests",
	[SQL_DOCUMENT_DROP] = "DELETE FROM document WHERE feed = ?",

	[SQL_ITEM_GET] = "SELECT id, keys, version, first_seen, revision, told,"
			 " feed, print, url, title, published"
			 " FROM item WHERE row = ?",
	[SQL_ITEM_INSERT] =
		"INSERT INTO item (id, keys, version, feed, url, title,"
		" first_seen, published, updated, print, documents)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
	[SQL_ITEM_VERSION] = "UPDATE item SET version = ?, url = ?, title = ?,"
			     " published = ?, updated = ? WHERE row = ?",
	[SQL_ITEM_SET_KEYS] = "UPDATE item SET keys = ? WHERE row = ?",
	[SQL_ITEM_JOIN] = "UPDATE item SET documents = documents + 1,"
			  " gone = NULL WHERE row = ?",
	[SQL_ITEM_LEAVE] =
		"UPDATE item SET documents = documents - 1,"
		" gone = CASE WHEN documents = 1 THEN ?2 END WHERE row = ?1",
	[SQL_ITEM_TOLD] = "SELECT revision, told FROM item WHERE row = ?",
	[SQL_ITEM_SET_TOLD] = "UPDATE item SET revision = ?, told = ?"
			      " WHERE row = ?",
	[SQL_ITEM_OLD] = "SELECT row, keys FROM item WHERE gone < ? AND"
			 " NOT EXISTS (SELECT 1 FROM hit"
			 " WHERE hit.item = item.row) LIMIT ?",
	[SQL_ITEM_DELETE] = "DELETE FROM item WHERE row = ?",

	[SQL_VERSION_EACH] = "SELECT n, seen, changed, times, url, title, guid,"
			     " authors, text, published FROM item_version"
			     " WHERE item = ? ORDER BY n",
	[SQL_VERSION_NEWEST] = "SELECT n, changed FROM item_version"
			       " WHERE item = ? ORDER BY n DESC LIMIT 1",
	[SQL_VERSION_INSERT] =
		"INSERT INTO item_version (item, n, seen, changed, url, title,"
		" guid, authors, text, published)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_VERSION_REPEAT] =
		"UPDATE item_version SET times = times + 1, seen = ?3,"
		" url = ?5, guid = ?7, authors = ?8, published = ?10"
		" WHERE item = ?1 AND n = ?2",
	/* The first stays: it is what was told of. */
	[SQL_VERSION_DELETE_OLD] =
		"DELETE FROM item_version WHERE item = ?1 AND n > 0 AND"
		" n IN (SELECT n FROM item_version WHERE item = ?1"
		" ORDER BY n DESC LIMIT -1 OFFSET ?2)",
	/* Sizes summed from the newest on: what is beyond the bound goes. */
	[SQL_VERSION_DELETE_TEXT] =
		"UPDATE item_version SET text = NULL WHERE item = ?1 AND"
		" text IS NOT NULL AND n <= coalesce((SELECT max(n) FROM"
		" (SELECT n, sum(octet) OVER (ORDER BY n DESC) AS total FROM"
		" (SELECT n, length(CAST(text AS BLOB)) AS octet"
		" FROM item_version WHERE item = ?1 AND text IS NOT NULL))"
		" WHERE total > ?2), -1)",
	[SQL_VERSION_DELETE] = "DELETE FROM item_version WHERE item = ?",
	[SQL_ITEM_SET_PRINT] = "UPDATE item SET print = ?1, url = ?2,"
			       " published = ?3 WHERE row = ?4",
	[SQL_ITEM_INFO] =
		"SELECT i.id, f.url, i.url, i.title, i.told, i.first_seen,"
		" i.published, i.updated, i.gone,"
		" (SELECT count(*) FROM hit WHERE hit.item = i.row)"
		" FROM item i LEFT JOIN feed f ON f.row = i.feed"
		" WHERE i.row = ?",

	[SQL_KEY_GET] = "SELECT item, ambiguous FROM item_key WHERE key = ?",
	[SQL_KEY_INSERT] = "INSERT INTO item_key (key, item) VALUES (?, ?)",
	[SQL_KEY_AMBIGUOUS] = "UPDATE item_key SET item = NULL, ambiguous = ?2"
			      " WHERE key = ?1",
	[SQL_KEY_DELETE] = "DELETE FROM item_key WHERE key = ? AND item = ?",
	[SQL_KEY_DELETE_OLD] =
		"DELETE FROM item_key WHERE key IN (SELECT key FROM item_key"
		" WHERE ambiguous < ? LIMIT ?)",

	[SQL_HIT_INSERT] =
		"INSERT INTO hit (id, item, feed, kind, revision, stored,"
		" entities, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_HIT_SEQ] = "SELECT seq FROM hit WHERE id = ?",
	[SQL_HIT_ITEM] = "SELECT item FROM hit WHERE id = ?",
	[SQL_HIT_OF_ITEM] = "SELECT id, revision, kind, stored, confirmed,"
			    " outcome, entities FROM hit WHERE item = ?"
			    " ORDER BY seq",
	/* Where reading for a refill begins: past what is confirmed and old. */
	[SQL_HIT_FIRST] =
		"SELECT min(seq) FROM (SELECT min(seq) AS seq FROM hit"
		" WHERE confirmed IS NULL AND seq > ?1 UNION ALL"
		" SELECT seq FROM (SELECT seq FROM hit WHERE confirmed"
		" IS NOT NULL AND stored >= ?2 ORDER BY stored LIMIT 1))",
	[SQL_HIT_READ] = "SELECT seq, id, confirmed, entities, json FROM hit"
			 " WHERE seq > ?1 AND seq <= ?2 AND"
			 " (confirmed IS NULL OR stored >= ?3)"
			 " ORDER BY seq LIMIT ?4",
	[SQL_HIT_ID] = "SELECT id FROM hit WHERE seq = ?",
	[SQL_HIT_CONFIRM] = "UPDATE hit SET confirmed = ?2, outcome = ?3"
			    " WHERE seq = ?1 AND confirmed IS NULL",
	[SQL_HIT_UNPUBLISHED] = "SELECT count(*) FROM hit"
				" WHERE seq > ? AND seq <= ?",
	[SQL_HIT_DELETE_OLD] =
		"DELETE FROM hit WHERE seq IN (SELECT seq FROM hit"
		" WHERE confirmed IS NOT NULL AND stored < ? LIMIT ?)",
	[SQL_HIT_EXPIRE] =
		"UPDATE hit SET confirmed = ?1, outcome = 'expired'"
		" WHERE seq IN (SELECT seq FROM hit WHERE confirmed IS NULL"
		" AND stored < ?2 ORDER BY seq LIMIT ?3)",
	[SQL_HIT_OLDEST_OPEN] = "SELECT stored FROM hit WHERE confirmed IS NULL"
				" ORDER BY seq LIMIT 1",

	[SQL_STORY_ROW] = "SELECT row FROM story WHERE id = ?",
	[SQL_STORY_PUT] =
		"INSERT INTO story (id, first_seen, last, articles, title, url,"
		" json, told, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
		" ?9) ON CONFLICT (id) DO UPDATE SET first_seen = ?2,"
		" last = ?3, articles = ?4, title = ?5, url = ?6, json = ?7,"
		" told = ?8, state = ?9",
	[SQL_STORY_GET] = "SELECT " STORY_COLUMNS ", state FROM story"
			  " WHERE id = ?",
	[SQL_STORY_OF_ITEM] = "SELECT " STORY_COLUMNS ", state FROM story"
			      " JOIN member ON member.story = story.row"
			      " WHERE member.item = ?",
	[SQL_STORY_OF_ENTITY] =
		"SELECT " STORY_COLUMNS " FROM story_entity"
		" JOIN story ON story.row = story_entity.story"
		" WHERE entity = ?4 AND story_entity.story < ?1 AND"
		" last >= ?2 AND into_id IS NULL"
		" ORDER BY story_entity.story DESC LIMIT ?3",
	[SQL_STORY_LATEST] = "SELECT " STORY_COLUMNS " FROM story"
			     " WHERE row < ?1 AND last >= ?2 AND"
			     " into_id IS NULL ORDER BY row DESC LIMIT ?3",
	[SQL_STORY_MERGE] = "UPDATE story SET into_id = ?2, state = NULL"
			    " WHERE row = ?1",
	[SQL_STORY_CLOSE] = "UPDATE story SET state = NULL"
			    " WHERE state IS NOT NULL AND last < ?",
	[SQL_STORY_OLD] = "SELECT row FROM story WHERE last < ? LIMIT ?",
	[SQL_STORY_DELETE] = "DELETE FROM story WHERE row = ?",
	[SQL_STORY_EACH_OPEN] = "SELECT id, state FROM story"
				" WHERE state IS NOT NULL ORDER BY last",
	[SQL_STORY_EACH_MERGED] = "SELECT id, into_id FROM story"
				  " WHERE into_id IS NOT NULL ORDER BY last",
	[SQL_STORY_ENTITY_PUT] =
		"INSERT OR IGNORE INTO story_entity (entity, story)"
		" VALUES (?, ?)",
	[SQL_STORY_ENTITY_HAS] = "SELECT 1 FROM story_entity"
				 " WHERE entity = ? AND story = ?",
	[SQL_STORY_ENTITY_COPY] =
		"INSERT OR IGNORE INTO story_entity (entity, story)"
		" SELECT entity, ?2 FROM story_entity WHERE story = ?1",
	[SQL_STORY_ENTITY_DROP] = "DELETE FROM story_entity WHERE story = ?",

	[SQL_MEMBER_PUT] = "INSERT OR REPLACE INTO member (item, story, bytes)"
			   " VALUES (?, ?, ?)",
	[SQL_MEMBER_FIRST] = "SELECT item, bytes FROM member WHERE story = ?"
			     " ORDER BY item LIMIT ?",
	[SQL_MEMBER_LATEST] = "SELECT item, bytes FROM member WHERE story = ?"
			      " ORDER BY item DESC LIMIT ?",
	[SQL_MEMBER_MOVE] = "UPDATE member SET story = ?2 WHERE story = ?1",
	[SQL_MEMBER_DROP] = "DELETE FROM member WHERE story = ?",

	[SQL_PAIR_GET] = "SELECT last, reports FROM report_pair WHERE key = ?",
	[SQL_PAIR_PUT] = "INSERT OR REPLACE INTO report_pair"
			 " (key, last, reports) VALUES (?, ?, ?)",
	[SQL_PAIR_DELETE] = "DELETE FROM report_pair WHERE key = ?",
	[SQL_PAIR_DELETE_OLD] = "DELETE FROM report_pair WHERE last < ?",
	[SQL_PAIR_EACH] = "SELECT key, last, reports FROM report_pair",

	[SQL_TERMS_GET] = "SELECT bytes FROM story_terms",
	[SQL_TERMS_PUT] = "INSERT OR REPLACE INTO story_terms (one, bytes)"
			  " VALUES (1, ?)",
};
