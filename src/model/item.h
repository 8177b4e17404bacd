/*
 * One entry of a feed. Plain data in the arena of its document. All text is
 * valid UTF-8; title and text are plain text, whitespace collapsed, paragraphs
 * separated by '\n'.
 */
#ifndef NW_MODEL_ITEM_H
#define NW_MODEL_ITEM_H

#include "base/clock.h"
#include "base/hash.h"
#include "base/span.h"

#define ITEM_UNDATED INT64_MIN /* in .ms of a struct wall */

struct item_spans {
	const struct span *p;
	size_t n;
};

/* A part of the text that is no reporting: share links, author footers,
 * "related stories". Offsets are bytes into item.text. */
enum item_mark_kind {
	MARK_SHARE,
	MARK_RELATED,
	MARK_AUTHOR,
	MARK_ABOUT,
	MARK_CREDIT
};

struct item_mark {
	enum item_mark_kind kind;
	uint32_t start, end;
};

struct item_link {
	struct span url;
	struct span text;
};

struct item {
	struct span guid; /* verbatim; p NULL if absent */
	struct span url; /* absolute; empty if absent */
	struct span title; /* plain text */
	struct span summary; /* plain text; may be empty */
	struct span content; /* plain text; may be empty */
	struct span text; /* content, or summary where there is none; no copy */
	struct item_spans authors;
	struct item_spans categories;
	struct item_spans enclosures; /* URLs of media */
	struct item_spans images; /* URLs of pictures, also of the content's */
	const struct item_link *links; /* outbound links of the content */
	size_t n_links;
	const struct item_mark *marks; /* in text, sorted by start */
	size_t n_marks;
	struct span source_title; /* RSS <source>: who had it first */
	struct span source_url;
	struct span
		language; /* BCP 47, of the item or its feed; may be empty */
	struct wall published; /* .ms ITEM_UNDATED if unknown */
	struct wall updated;
};

struct document {
	struct arena *arena; /* owns everything below */
	const char *format; /* "rss-2.0", ...: architecture, CLI `parse` */
	struct span title, url, language;
	struct item *items;
	size_t n_items;
	bool recovered; /* the input was broken; this is what could be read */
	bool partial; /* items may be missing: it broke off, or was too big */
	const char
		*recovered_why; /* static text or in the arena; may be NULL */
	/* What the feed says of its own pace, for the polling policy; -1:
	 * unsaid */
	int64_t ttl_s; /* RSS <ttl> (minutes there), sy: period / frequency */
	uint32_t skip_hours; /* bit h set: hour h UTC is skipped */
	uint8_t skip_days; /* bit 0 = Sunday */
};

/* An empty document: undated, nothing said of its pace. */
struct document *document_new(void);
void document_free(struct document **d);

/*
 * The keys under which an item is known, strongest first: canonical URL (only
 * if unique in its document), feed and guid, feed and title and day. Each is
 * 16 bytes of SHA-256; the item's id is the first key in hex. Without a title
 * the text stands for it; an item without both has a title key only if it has
 * no other, so that empty items are not all one.
 */
#define ITEM_KEYS_MAX 3
#define ITEM_KEY_BYTES 16

struct item_key {
	uint8_t b[ITEM_KEY_BYTES];
};

struct item_keys {
	struct item_key k[ITEM_KEYS_MAX];
	unsigned n; /* 1..ITEM_KEYS_MAX */
};

/*
 * feed_url: the configured URL. canonical_url: text/url's canonical form, empty
 * if the item has none or shares it with another item of its document.
 */
void item_keys(const struct item *it, struct span feed_url,
	struct span canonical_url, struct item_keys *out);
/* What decides whether an item is a new version of itself: title and text. */
void item_version(const struct item *it, struct item_key *out);

/* What a publisher may change of an item that stays the same item. */
enum item_field {
	ITEM_URL,
	ITEM_TITLE,
	ITEM_TEXT,
	ITEM_AUTHORS,
	ITEM_GUID,
	ITEM_PUBLISHED,
	ITEM_FIELDS
};
const char *item_field_name(enum item_field f);

/*
 * A fingerprint of each field, 4 bytes: enough to say which of them changed
 * without keeping what they were. Stored; the same on every machine. An edit
 * made to collide goes unnoticed, which hides it from nobody but the history.
 */
#define ITEM_PRINT_BYTES ((size_t)4 * ITEM_FIELDS)
struct item_print {
	uint8_t b[ITEM_PRINT_BYTES];
};
/* canonical_url as for item_keys(); where it is empty, the URL as written. */
void item_print(const struct item *it, struct span canonical_url,
	struct item_print *out);
/* A bit 1 << enum item_field for each field in which they differ. */
unsigned item_print_changes(
	const struct item_print *a, const struct item_print *b);

/*
 * What stands for an entry as its feed showed it: an entry that comes with the
 * same digest again is the same item, and nothing of it changed. Stored; the
 * same on every machine. An entry made to collide with one of its own feed's
 * hides itself only.
 */
struct item_digest {
	uint64_t known; /* of its strongest key and its version; never 0 */
	uint64_t whole; /* of all its keys, its version and print; never 0 */
};
#define ITEM_DIGEST_BYTES ((size_t)16) /* known and whole, little endian */
void item_digest(const struct item_keys *keys, const struct item_key *version,
	const struct item_print *print, struct item_digest *out);
/* Only item_digest.known. */
uint64_t item_digest_known(
	const struct item_key *strongest, const struct item_key *version);

void item_id(const struct item_key *key, char out[HEX128_SIZE]);

#endif
