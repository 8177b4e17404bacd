/*
 * The hit: one item with all its matched entities, events and its story; the
 * unit on the queue. Version 1 of its JSON is doc/HIT.md; hit_json.c writes
 * it. Borrowed strings: whoever fills it keeps them alive until it is written.
 */
#ifndef NW_MODEL_HIT_H
#define NW_MODEL_HIT_H

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/span.h"
#include "base/strbuf.h"
#include "model/entity.h"
#include "model/item.h"

enum hit_field { FIELD_TITLE, FIELD_TEXT };

struct mention {
	enum hit_field field;
	uint32_t start, end; /* bytes into the field */
	struct span text; /* the bytes themselves */
};

struct hit_entity {
	struct span id, name;
	enum entity_kind kind;
	struct item_spans tickers;
	struct span watchlist;
	struct span role; /* "actor", "target", ...; empty: not known */
	unsigned relevance; /* 0..100 */
	double confidence; /* 0..1, calibrated */
	const struct mention *mentions;
	size_t n_mentions;
};

struct hit_fact {
	struct span kind; /* money, percent, count, date, ... */
	double value;
	struct span currency; /* ISO 4217; empty if none */
	struct span text;
	uint32_t start, end; /* in the event's field */
};

struct hit_event {
	struct span type;
	struct span entity; /* name; empty: null */
	struct span role, stage, modality;
	int polarity; /* -1, 0, 1 */
	double confidence;
	enum hit_field field;
	uint32_t start, end;
	struct span sentence;
	const struct hit_fact *facts;
	size_t n_facts;
};

struct hit_company {
	struct span name, role;
	unsigned relevance;
};

struct hit_story {
	char id[HEX128_SIZE];
	struct wall first_seen;
	unsigned novelty; /* 0..100 */
	unsigned articles, publishers, independent;
	struct span status;
	struct span key_company;
	const struct hit_company *companies;
	size_t n_companies;
	struct span primary_name, primary_class,
		primary_url; /* name empty: null */
	struct span
		primary_quote; /* the sentence that names it; may be empty */
	struct span status_quote; /* the sentence that the status rests on */
	struct item_spans conflicts, related;
};

struct hit_feed {
	struct span url, title, publisher, domain;
};

enum hit_kind { HIT_NEW, HIT_UPDATE };

struct hit {
	char id[HEX128_SIZE];
	enum hit_kind kind;
	unsigned revision;
	struct wall detected;
	char item_id[HEX128_SIZE]; /* from a feed; else see item_name */
	struct span
		item_name; /* JSON Lines input keeps its own id; else empty */
	const struct item *item;
	struct hit_feed feed;
	const struct hit_entity *entities;
	size_t n_entities;
	const struct hit_event *events;
	size_t n_events;
	const struct hit_story *story; /* NULL until a stage exists */
	struct item_spans changed; /* of an update */
	int64_t published_to_seen_ms; /* < 0: unknown, written as null */
	int64_t seen_to_stored_ms;
};

const char *hit_kind_name(enum hit_kind kind); /* "hit", "update" */
const char *hit_field_name(enum hit_field field); /* "title", "text" */

/* SHA-256 of item id, kind and revision, first 32 hex digits. */
void hit_id(const char *item_id, enum hit_kind kind, unsigned revision,
	char out[HEX128_SIZE]);
/*
 * Appends one line of JSON without a newline. Text is cut at LIMIT_TEXT_BYTES;
 * mentions beyond it are left out, an event or fact there has start and end 0.
 * If out would be full, fewer mentions of each entity are written, then less
 * text: only a hit that is still too large leaves out->full set (and no JSON).
 */
void hit_format(const struct hit *h, struct strbuf *out);

struct json_w;
/* The story alone, as in a hit. */
void hit_story_format(const struct hit_story *s, struct json_w *w);
/* The events alone, as in a hit: an array, all offsets as they are. */
void hit_events_format(
	const struct hit_event *events, size_t n, struct json_w *w);

/*
 * A hit read back from JSON, as workers and subscribers see it. Borrows
 * nothing. Unknown fields are ignored and absent ones have their empty value;
 * another version, an id that is none, an unknown kind or offsets outside of
 * their field are ERR_INPUT.
 */
struct hit_view;
NW_MUST_CHECK int hit_view_parse(
	struct span json, struct hit_view **out, struct err *err);
void hit_view_free(struct hit_view **v);
const struct hit *hit_view_get(const struct hit_view *v);

#endif
