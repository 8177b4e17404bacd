/*
 * What newswatch remembers: one SQLite file with the state of each feed, the
 * items seen, and every hit until its deliveries are confirmed and its
 * retention is over (doc/STORE.md has the schema).
 *
 * Only the daemon opens it, one connection, exclusively, WAL and
 * synchronous=FULL: what store_commit() reported as committed survives kill -9
 * and power loss. All calls are from the loop's thread and block for the time
 * of the disk.
 *
 * The unit of work is everything that one fetched feed changes: feed state
 * and validators, items, hits. It happens as a whole or not at all. Units are
 * grouped: store_unit_end() puts a unit behind the others that wait, and one
 * store_commit() writes them all with one fsync; the caller's timer calls it
 * 5-20 ms after the first. A unit that fails is rolled back alone (savepoint).
 * When the commit itself fails (disk full, I/O error) all waiting units are
 * rolled back and told so; nothing is half done, the daemon goes on trying.
 * Nothing outside may act on a unit before its `done` says it is committed.
 */
#ifndef NW_STORE_STORE_H
#define NW_STORE_STORE_H

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/span.h"
#include "model/feed.h"
#include "model/hit.h"
#include "model/item.h"

struct store;

/* Names of one item that are remembered; beyond: the oldest but the first go.
 */
#define STORE_ITEM_ALIASES 16

/*
 * Open or create the database at path; its directory must exist. A new file
 * has mode 0600. Older schemas are migrated in one transaction.
 * ERR_TEMP: another process has it open (the message names the process), disk
 * full, I/O error. ERR_CONF: not permitted, not a database, another program's,
 * written by a newer newswatch, damaged; the message says what to do.
 * No integrity scan is made here: WAL frames carry checksums, so a crash leaves
 * no damage to find; bit rot is reported when a page is read, and
 * store_verify() reads all of them.
 */
NW_MUST_CHECK int store_open(
	const char *path, struct store **out, struct err *err);
/* Commits what waits, checkpoints and closes. NULL is fine. An open unit is
 * rolled back. */
void store_close(struct store **s);

/* PRAGMA quick_check: about a second per GB. ERR_PERM with the first finding.
 */
NW_MUST_CHECK int store_verify(struct store *s, struct err *err);

/* 32 hex digits that name this database's line of hits in Redis. */
const char *store_producer(const struct store *s);

struct store_stats {
	int64_t feeds, items, hits;
	int64_t unpublished; /* committed hits above the published mark */
	int64_t unconfirmed; /* committed hits without an outcome */
	struct wall oldest_unconfirmed; /* when stored; FEED_NEVER: none */
	int64_t last_seq; /* of the newest committed hit; 0: none */
	int64_t file_bytes, free_bytes; /* of the main file */
	uint64_t commits, units, failed_units; /* since open */
};
NW_MUST_CHECK int store_stats(
	struct store *s, struct store_stats *out, struct err *err);

/* -- feed state ----------------------------------------------------------- */

/* f is borrowed for the call. Return false to stop. */
typedef bool (*store_feed_cb)(const struct feed_state *f, void *arg);
/* Every feed that has state, in no particular order; a few us per feed. */
NW_MUST_CHECK int store_feeds_each(
	struct store *s, store_feed_cb cb, void *arg, struct err *err);
/* cb once, or not at all if there is no state. */
NW_MUST_CHECK int store_feed_get(struct store *s, struct span url,
	store_feed_cb cb, void *arg, struct err *err);

/*
 * item_digest.known of the entries in the feed's last document, for the
 * analyser to drop what is known. In no particular order; an unknown feed has
 * none.
 */
struct store_known_list {
	uint64_t *p;
	size_t n;
	size_t cap;
};
/* Appends to *out (zeroed by the caller); free with vec_fini. */
NW_MUST_CHECK int store_known(struct store *s, struct span feed_url,
	struct store_known_list *out, struct err *err);

/* -- the unit of work ----------------------------------------------------- */

struct store_unit;

/* err is NULL if the unit is on disk, else says why it is not (ERR_TEMP: try
 * the feed again later with the old validators). May begin new units. */
typedef void (*store_done_cb)(void *arg, const struct err *err);

/* One unit may be open at a time: begin, write, end within one turn of the
 * loop. After a failure of any call on it the unit is rolled back: further
 * calls fail, ending and cancelling it do nothing more. */
NW_MUST_CHECK int store_unit_begin(
	struct store *s, struct store_unit **out, struct err *err);
/* Queue the finished unit for the next commit, which calls done (may be NULL)
 * exactly once. -1: rolled back; done is not called. *u is NULL in any case. */
NW_MUST_CHECK int store_unit_end(
	struct store_unit **u, store_done_cb done, void *arg, struct err *err);
/* Undo an open unit. NULL is fine. */
void store_unit_cancel(struct store_unit **u);

/* Units waiting for the next commit. */
size_t store_waiting(const struct store *s);
/* Commit all of them with one fsync, then call their done in order. With
 * nothing waiting it does nothing. -1: all of them were rolled back. */
NW_MUST_CHECK int store_commit(struct store *s, struct err *err);

/* Insert or update the state of f->url, all of it. *row names the feed below;
 * may be NULL. */
NW_MUST_CHECK int store_unit_feed(struct store_unit *u,
	const struct feed_state *f, int64_t *row, struct err *err);
/* Forget a feed: its state and its hold on items. Items and hits stay. An
 * unknown one is fine. */
NW_MUST_CHECK int store_unit_feed_drop(struct store_unit *u, struct span url,
	struct wall now, struct err *err);

enum store_item_what {
	STORE_ITEM_NEW, /* under none of its keys known: stored now */
	STORE_ITEM_CHANGED, /* known, with another version: updated */
	STORE_ITEM_SAME /* known as it is, or a double within the document */
};

struct store_item {
	/* in */
	const struct item_keys *keys;
	struct item_key version;
	struct item_print print;
	struct span url, title, guid;
	struct item_spans authors;
	struct span text; /* empty: not at hand, because it is known */
	bool keep_text; /* it may be told of: keep its text from the start */
	struct wall published, updated; /* .ms ITEM_UNDATED: unknown */
	/* out */
	enum store_item_what what;
	int64_t row;
	/* of NEW and CHANGED ones; of SAME ones only if they were read */
	char id[HEX128_SIZE]; /* persistent, whatever its keys are today */
	struct wall first_seen;
	unsigned revision; /* that its next hit has; 0: none yet */
	struct span told; /* marks of its hits, for store_told_has; until end */
};

/*
 * The items of one document of a feed.
 *
 * All of them, known or not. An entry that the feed's last document had as it
 * is (item_digest.whole) is the item it was then, unread. Else an item is found
 * by any of its keys, strongest first over the whole document; its other keys
 * become aliases. A known item
 * answers to one entry of a document only: a weaker key (guid, title and day)
 * under which two entries meet is ambiguous and names nothing from then on, so
 * that a feed of equal titles, or with one guid for all, loses no item. An
 * entry without a key of its own is known by its version.
 *
 * whole: the document arrived complete, so items not in it have left the feed;
 * else the newest 1000 of the old list stay as well. Items that are in some
 * feed's last document are never pruned. now is first_seen of new ones. feed is
 * the row from store_unit_feed.
 */
struct store_document {
	int64_t feed;
	bool whole;
	struct wall now;
	struct store_item *items;
	size_t n_items;
};
NW_MUST_CHECK int store_unit_items(
	struct store_unit *u, struct store_document *d, struct err *err);

/*
 * History. An edit is a new version of an item, kept with what changed: title,
 * text, URL (but for tracking parameters), guid, authors or date. It is told by
 * the feed that had the item first: another feed's copy differs without being
 * an edit. What is kept is bounded by LIMIT_ITEM_VERSIONS and
 * LIMIT_VERSIONS_TEXT_BYTES. Edits of the same fields in a row, but for title
 * and text, are one version seen so many times (feeds that date everything
 * anew).
 */
struct store_version {
	unsigned n; /* 0: the first; numbers may be missing */
	struct wall seen;
	unsigned
		changed; /* bits 1 << enum item_field; against the one before */
	unsigned times; /* it was seen changed so; 1, or more in a row */
	/* p NULL: not kept, or (text) as in the version before. */
	struct span url, title, guid, authors /* one a line */, text;
	struct wall published;
};
struct store_item_info {
	char id[HEX128_SIZE];
	int64_t row;
	struct span feed_url; /* that had it first; empty: forgotten */
	struct span url, title, told;
	struct wall first_seen, published, updated;
	struct wall gone; /* in no feed since then; FEED_NEVER: in one */
	unsigned hits;
};
/* Borrowed for the call; return false to stop. */
typedef bool (*store_version_cb)(const struct store_version *v, void *arg);
typedef void (*store_item_cb)(const struct store_item_info *i, void *arg);
/* The item that has this name, or this id or the id of one of its hits: cb
 * once, or not at all. An id is 32 hex digits, else ERR_INPUT. */
NW_MUST_CHECK int store_item_by_key(struct store *s, const struct item_key *key,
	store_item_cb cb, void *arg, struct err *err);
NW_MUST_CHECK int store_item_by_id(struct store *s, struct span id,
	store_item_cb cb, void *arg, struct err *err);
/* Versions, ascending; none if the item never changed and named nothing. */
NW_MUST_CHECK int store_versions(struct store *s, int64_t item,
	store_version_cb cb, void *arg, struct err *err);
/* A hit of an item as it is in the outbox. */
struct store_item_hit {
	char id[HEX128_SIZE];
	unsigned revision;
	enum hit_kind kind;
	struct wall stored, confirmed; /* FEED_NEVER: not yet */
	struct span outcome, entities; /* ids, one a line */
};
typedef bool (*store_item_hit_cb)(const struct store_item_hit *h, void *arg);
NW_MUST_CHECK int store_item_hits(struct store *s, int64_t item,
	store_item_hit_cb cb, void *arg, struct err *err);

/*
 * A hit, and with it its outbox row. Marks are short words of what the hit
 * says ("entity:meta", "event:meta:product_launch"), without white space: an
 * edit of the item makes a new hit only if it has a mark that is not told yet.
 */
struct store_hit {
	/* in */
	const char *id; /* 32 hex digits */
	int64_t item, feed; /* rows; item 0: an item that is not stored */
	enum hit_kind kind;
	unsigned revision;
	struct wall stored;
	struct span json; /* one object, at most LIMIT_HIT_BYTES */
	const struct span *entities; /* ids, for the pub/sub channels */
	size_t n_entities;
	const struct span *marks;
	size_t n_marks;
	/* out */
	int64_t seq; /* ascending in order of commit, never reused */
	bool fresh; /* false: a hit of this id was there already */
};
NW_MUST_CHECK int store_unit_hit(
	struct store_unit *u, struct store_hit *h, struct err *err);
/* These marks of an item count as told though there is no hit: what it said at
 * a feed's first sight. */
NW_MUST_CHECK int store_unit_tell(struct store_unit *u, int64_t item,
	const struct span *marks, size_t n, struct err *err);
/* Is mark among `told` of a store_item? */
bool store_told_has(struct span told, struct span mark);

/* -- the outbox ----------------------------------------------------------- */

/* Borrowed for the call. */
struct store_outbox_row {
	int64_t seq;
	char id[HEX128_SIZE];
	bool confirmed;
	struct span json;
	struct span entities; /* ids, one a line, each ended by \n */
};
/* Return false to stop after this row. */
typedef bool (*store_outbox_cb)(const struct store_outbox_row *r, void *arg);
/*
 * Committed hits with a higher seq than `after`, ascending, at most limit.
 * Confirmed ones that were stored before confirmed_since are left out.
 */
NW_MUST_CHECK int store_outbox_read(struct store *s, int64_t after,
	size_t limit, struct wall confirmed_since, store_outbox_cb cb,
	void *arg, struct err *err);
/* Hit id of a seq, "" if there is no such row (pruned, or never was). */
NW_MUST_CHECK int store_outbox_id(
	struct store *s, int64_t seq, char out[HEX128_SIZE], struct err *err);
int64_t store_last_seq(const struct store *s); /* newest committed; 0: none */
int64_t store_published(const struct store *s); /* highest known in Redis */
/* Every hit up to seq is in Redis. Never goes down. */
NW_MUST_CHECK int store_unit_published(
	struct store_unit *u, int64_t seq, struct err *err);
/* What became of a hit. Unknown or confirmed ones are left as they are. */
struct store_outcome {
	int64_t seq;
	struct span outcome; /* a word, e.g. "delivered", "no_route", "dead" */
};
NW_MUST_CHECK int store_unit_confirm(struct store_unit *u,
	const struct store_outcome *o, size_t n, struct wall now,
	struct err *err);
/* Take a new producer name, because Redis has seen more under the old one than
 * this database holds. Committed before it returns. */
NW_MUST_CHECK int store_producer_renew(struct store *s, struct err *err);

/* -- retention ------------------------------------------------------------ */

/*
 * Delete up to `limit` rows that ended before `before`: confirmed hits stored
 * then, items gone from every document since then that no hit refers to, and
 * stories with what belongs to them.
 * Returns pages to the file system a few at a time. *n: rows deleted; equal to
 * limit: call again soon.
 */
NW_MUST_CHECK int store_unit_prune(struct store_unit *u, struct wall before,
	size_t limit, size_t *n, struct err *err);

/*
 * Up to `limit` hits that were stored before `before` and still have no outcome
 * get the outcome "expired": nobody has told them for so long that nobody will.
 * Then they are pruned as the others. *n: how many.
 */
NW_MUST_CHECK int store_unit_expire(struct store_unit *u, struct wall before,
	struct wall now, size_t limit, size_t *n, struct err *err);

#endif
