/*
 * The bounds on what comes from outside, in one place: unit, reason, and what
 * happens beyond it. doc/LIMITS.md has them and those of single rooms as a user
 * meets them, with the test of each one at its edge; tests/lint/limits
 * compares.
 */
#ifndef NW_MODEL_LIMITS_H
#define NW_MODEL_LIMITS_H

#define KIB(n) ((size_t)(n) << 10)
#define MIB(n) ((size_t)(n) << 20)

/* A feed document after inflation; beyond: refused with a message. */
#define LIMIT_DOCUMENT_BYTES MIB(16)
/* Inflated size per received byte, plus LIMIT_INFLATE_SLACK; beyond: a bomb,
 * refused. Real feeds reach about 30. */
#define LIMIT_INFLATE_RATIO 200
#define LIMIT_INFLATE_SLACK MIB(1)
/* Text delivered by the XML reader per input byte, plus 1 MiB (entity bombs:
 * libxml2's push parser delivers quadratic blow-up in full). */
#define LIMIT_XML_EXPANSION 8
#define LIMIT_XML_EXPANSION_SLACK MIB(1)
#define LIMIT_XML_DEPTH 128 /* elements; beyond: parsing ends, recovered */
/* Longer start tag: parsing ends, recovered. */
#define LIMIT_XML_START_TAG_BYTES KIB(64)
/* Items of one document; later ones are dropped and `recovered` is set. */
#define LIMIT_ITEMS 10000
#define LIMIT_TITLE_BYTES KIB(2) /* cut at a character */
#define LIMIT_TEXT_BYTES KIB(32) /* plain text of an item in a hit; cut */
#define LIMIT_CONTENT_BYTES KIB(512) /* markup of one item's content; cut */
#define LIMIT_URL_BYTES KIB(8) /* longer: treated as absent */
#define LIMIT_GUID_BYTES KIB(8) /* cut */
/* History of an item: versions kept, the first and the newest; text of all of
 * them, of which the oldest goes first. */
#define LIMIT_ITEM_VERSIONS 20
#define LIMIT_VERSIONS_TEXT_BYTES KIB(64)
#define LIMIT_AUTHORS 32
#define LIMIT_CATEGORIES 64
#define LIMIT_LINKS 256 /* outbound links kept per item */
#define LIMIT_NAME_BYTES 1024 /* author, category, entity name, alias */
#define LIMIT_MENTIONS \
	200 /* per item and entity; later ones are counted only */
#define LIMIT_HIT_ENTITIES 100 /* entities of one hit, most relevant first */
#define LIMIT_EVENTS 32 /* events of one hit */
#define LIMIT_FACTS 16 /* facts of one event; later ones are left out */
/* The event language; beyond: a configuration error. */
#define LIMIT_EVENT_TYPES 1000
#define LIMIT_EVENT_PATTERNS 100000
#define LIMIT_EVENT_ELEMENTS 16 /* of one pattern */
#define LIMIT_EVENT_ATOMS 200000 /* of all, their word lists put in */
#define LIMIT_HIT_BYTES MIB(1) /* one hit as JSON */
/* Members of the stories that were reported last, kept in memory (story/
 * shelf.h), beside the story at hand; beyond: those used longest ago are read
 * from the database again. A story of 256 takes 1 MiB. */
#define LIMIT_SHELF_BYTES MIB(8)
/* Watchlists */
#define LIMIT_ENTITIES 2000000
#define LIMIT_ALIASES 10000 /* per entity; beyond: a configuration error */
/* Configuration; beyond: an error that names the file. */
#define LIMIT_CONFIG_BYTES MIB(64) /* one YAML file */
#define LIMIT_CONFIG_NODES 2000000 /* keys, values and elements of one file */
#define LIMIT_CONFIG_DEPTH 16 /* lists and maps within each other */
#define LIMIT_LIST_BYTES MIB(512) /* one CSV, feed list or OPML file */
#define LIMIT_LINE_BYTES KIB(64) /* one record of a CSV file or list */
#define LIMIT_FEEDS 1000000
#define LIMIT_CONFIG_FILES 10000 /* that includes match */
#define LIMIT_PUBLISHERS 20000 /* with those built in */
#define LIMIT_ROUTES 10000
#define LIMIT_SILENCES 1000 /* in force or lately; a further one is refused */
#define LIMIT_INHIBITS 1000 /* rules; each is held against every hit */
#define LIMIT_CHANNELS 1000
#define LIMIT_DIAGNOSTICS 1000 /* mistakes shown; more are only counted */
/* HTTP */
/* No poll begins while the documents received and not stored yet, and those
 * expected of the polls under way, take as much as so many of fetch.max_body:
 * 256 MiB by default. A poll is expected to bring as much as last time, the
 * first time a quarter of fetch.max_body. What is under way comes in, also if
 * it is larger than that. */
#define LIMIT_DOCUMENTS_BEGIN 16
#define LIMIT_HEADER_BYTES \
	KIB(64) /* all headers of one answer; beyond: failed */
#define LIMIT_REDIRECTS 10
#define LIMIT_VALIDATOR_BYTES KIB(2) /* a longer ETag is not kept */
#define LIMIT_RESPONSE_BYTES KIB(64) /* a webhook's answer; the rest unread */
/* Queue */
#define LIMIT_PUBLISH_BATCH 200 /* hits per publishing script call */
/* Hits per delivery; more wait for the next. */
#define LIMIT_DELIVERY_HITS 100
#define LIMIT_DELIVERY_HISTORY 20 /* attempts kept in a delivery's history */

#endif
