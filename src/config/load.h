/*
 * One run of loading: what the readers of the parts share. Internal to config.
 */
#ifndef NW_CONFIG_LOAD_H
#define NW_CONFIG_LOAD_H

#include "base/id_index.h"
#include "base/map.h"
#include "base/vec.h"
#include "config/config.h"
#include "config/events.h"
#include "config/feed_entry.h"
#include "config/keys.h"

/* The snapshot and what it owns; pub comes first. */
struct snapshot {
	struct config pub;
	unsigned refs;
	struct arena *arena;
	VEC(struct config_feed) feeds;
	VEC(struct entity) entities;
	VEC(const char *) tests;
	VEC(struct channel_conf) channels;
	VEC(struct route_conf) routes;
	VEC(struct inhibit_conf) inhibits;
	VEC(struct publisher) publishers;
	struct event_catalog *events;
};

struct load {
	struct snapshot *snap;
	struct diag *diag;
	unsigned parts; /* of enum config_parts */
	struct id_index *seen_feeds; /* URL -> number in snap->feeds */
	struct map *seen_entities; /* id -> struct entity_text, its name */
	struct strbuf hashed; /* CONFIG_WATCH_HASH: a digest a file */
	bool keep; /* config_options.keep */
	bool on_trial; /* ids made of names may collide: number them */
	struct event_loading *events; /* NULL without CONFIG_EVENTS */
	struct map *seen_publishers; /* name, lower case -> index + 1 */
	struct map *seen_domains; /* of publishers -> index + 1 */
	struct map *seen_files; /* path -> itself */
	size_t tolerated; /* mistakes before the present row of bulk data */
	const struct config_feed_set *last_set; /* of the last feed */
	struct feed_entry feed_defaults;
	struct entity entity_defaults;
	struct route_conf route_defaults;
	struct inhibit_conf inhibit_defaults;
};

/* A reader for one file; its file's name lives as long as the snapshot. */
struct key_reader load_reader(struct load *l, const char *file);
/* Reads a whole file of at most max bytes; false: told, at the place that
 * names it. The caller frees with strbuf_fini. */
bool load_file(struct load *l, const char *file, size_t max, struct place at,
	struct strbuf *out);
/* CONFIG_WATCH_HASH: this file's text holds a watchlist. */
void load_hash(struct load *l, const char *file, struct span text);
/*
 * Around the rows of bulk data (CSV, lists, OPML): what is wrong with one costs
 * that row only, unless `strict`. row: after each one. end: also before, where
 * the mistake is not the row's: one more than a limit allows.
 */
void load_bulk_begin(struct load *l, const char *what_happens);
void load_bulk_row(struct load *l);
void load_bulk_end(struct load *l);
/* Appends "FILE:LINE:COL" of a place, for "the first is at". */
void load_place(const struct place *p, struct strbuf *out);

/* The parts that may stand in any file. */
struct load_part {
	const char *key;
	unsigned part; /* of enum config_parts */
	void (*load)(struct load *l, const char *file,
		const struct yaml_node *value);
};
#define LOAD_PARTS 9
extern const struct load_part load_parts[LOAD_PARTS];
const struct load_part *load_part_find(struct span key); /* NULL: none */

/* The text's root, a map; NULL: told. */
struct yaml_node *load_tree(struct load *l, const char *file,
	struct strbuf *text, struct arena *scratch);
/* Everything that a pattern of `include` matches. */
void load_include(struct load *l, const char *main_file,
	const struct entity_text *pattern);

/* Readers of the parts. value is what stands behind the key. */
void load_feeds(
	struct load *l, const char *file, const struct yaml_node *value);
void load_entities(
	struct load *l, const char *file, const struct yaml_node *value);
void load_channels(
	struct load *l, const char *file, const struct yaml_node *value);
void load_routes(
	struct load *l, const char *file, const struct yaml_node *value);
void load_inhibits(
	struct load *l, const char *file, const struct yaml_node *value);
void load_publishers(
	struct load *l, const char *file, const struct yaml_node *value);
void load_event_words(
	struct load *l, const char *file, const struct yaml_node *value);
void load_event_types(
	struct load *l, const char *file, const struct yaml_node *value);
void load_event_cues(
	struct load *l, const char *file, const struct yaml_node *value);
/* The table that is built in: before all files. */
void load_publishers_builtin(struct load *l);

/* Takes an entity: an id made, duplicates told. False: told and not kept. */
bool load_entity(struct load *l, const struct entity *e);
/* A watchlist as CSV; at is the place that names the file. */
void load_watchlist_csv(struct load *l, const char *file, struct place at);

/* For seen_feeds; arg is the snapshot. */
struct span load_feed_url(uint32_t number, const void *arg);
/* Takes a feed: the URL (still without a meaning) is checked, a relative file:
 * URL resolved, a duplicate warned of. from_config: file: URLs are allowed. All
 * texts but the URL are in the snapshot's arena. */
void load_feed(struct load *l, const char *file, struct feed_entry *f,
	bool from_config);

/* The feeds of an OPML file, with the settings of `like`; place names it. */
void load_opml(struct load *l, struct feed_entry *like, const char *file);
/* The same of text that was read already; place is the file as a whole. */
void load_opml_text(struct load *l, const struct feed_entry *like,
	const char *file, struct span text);
void load_list_text(struct load *l, const struct feed_entry *like,
	const char *file, struct span text);

/* "ai" for "watchlists.d/ai.yaml"; in the snapshot's arena. */
struct span load_stem(struct load *l, const char *file);

#endif
