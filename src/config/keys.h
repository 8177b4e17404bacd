/*
 * Every key of the configuration, once: what it is called, what it may hold,
 * what holds without it, and what it is for. This table drives parsing,
 * defaults, messages, `newswatch check --keys`, reload, and the lint that
 * holds the manual page and the example file against it.
 */
#ifndef NW_CONFIG_KEYS_H
#define NW_CONFIG_KEYS_H

#include "base/arena.h"
#include "config/yaml.h"

/* Type in the file, and of the field that it is written to. */
enum key_type {
	KEY_TEXT, /* struct span; max: bytes */
	KEY_BOOL, /* bool */
	KEY_COUNT, /* unsigned */
	KEY_NUMBER, /* double */
	KEY_DURATION, /* int64_t, ms; min and max too */
	KEY_CLOCK, /* unsigned, minutes of a day: 22:00 */
	KEY_INTERVAL, /* the same, or `auto`: 0 */
	KEY_SIZE, /* size_t, bytes */
	KEY_RATE, /* double, per second; `none`: 0 */
	KEY_ENUM, /* an enum: position of the word in words */
	KEY_WORD, /* struct span: one of words */
	KEY_URL, /* struct span: an absolute URL with a scheme of words */
	KEY_LISTEN, /* struct span: address:port, or empty */
	KEY_PATH, /* struct span: beside the file, unless absolute */
	KEY_TEXTS, /* struct entity_texts; one text is a list of one */
	KEY_PLACED, /* struct entity_text */
	KEY_COMPARE, /* struct route_number */
	KEY_GROUP, /* a map whose keys are further rows */
	KEY_PART /* read by code of its own: feeds, entities, ... */
};

enum key_flags {
	KEY_RESTART = 1, /* a change takes effect with a restart only */
	KEY_NEEDED = 2, /* must be given */
	KEY_MAIN = 4 /* in the main file only, not in an included one */
};

#define KEY_NOWHERE SIZE_MAX /* offset of a row whose value nobody keeps */

struct key {
	const char *path; /* "fetch.timeout", "feeds[].url", "channels.*" */
	enum key_type type;
	size_t offset; /* in the struct of its list element, or struct config */
	const char *otherwise; /* default as it would be written; NULL: none */
	double min, max; /* in the field's unit; texts: most bytes, elements */
	const char *const *words; /* NULL at the end */
	unsigned flags;
	const char *doc; /* one line */
};

/* The i-th row, NULL at the end: for the manual, check and lint. */
const struct key *key_at(size_t i);
/* "duration", "list of texts", ...: as the manual calls it. */
const char *key_type_name(enum key_type type);
/* Appends "from 1s to 30d", "at most 100", "one of: a, b" or nothing. */
void key_range_format(const struct key *k, struct strbuf *out);

/* The rows directly under a prefix: "" for the top, "fetch.", "feeds[].". */
struct key_rows {
	const char *prefix;
	const struct key *first; /* the rows with the prefix are together */
	size_t n; /* with those of groups below */
};
struct key_rows key_rows(const char *prefix);

/* What reading a file needs. */
struct key_reader {
	struct arena *arena; /* texts are copied into it */
	struct diag *diag;
	const char *file; /* paths are beside it */
};

/* Called for every KEY_PART that is there. */
typedef void (*key_part_cb)(
	const struct key *k, const struct yaml_node *key, void *arg);

/* Sets every field of the rows to its default. */
void keys_default(struct key_reader *r, struct key_rows rows, void *out);
/*
 * Writes what map says into out, a struct as the rows describe; what it does
 * not say stays as it is. Every mistake is told: unknown keys with a
 * suggestion, wrong types, values out of range, missing keys. on_part may be
 * NULL if the rows have no KEY_PART.
 */
void keys_read(struct key_reader *r, struct key_rows rows,
	const struct yaml_node *map, void *out, key_part_cb on_part, void *arg);

/* A list of texts, or one text; elements that are none are told and left out.
 * name and max are for messages. */
struct entity_texts keys_read_texts(struct key_reader *r, const char *name,
	const struct yaml_node *value, size_t max);
/* A list element that should be a map; false (told) if it is none. */
bool keys_want(struct key_reader *r, const char *name,
	const struct yaml_node *value, enum yaml_type type);

#endif
