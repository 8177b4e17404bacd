/*
 * YAML text as a tree with places. yaml.c is the door to libfyaml: it walks the
 * library's events into nodes of our own, so that every key and value knows
 * its line and column. All scalars are text; what they mean is the schema's.
 *
 * A subset, each refusal with its own message: one document; no anchors,
 * aliases, tags and directives; keys are scalars; no duplicate keys; valid
 * UTF-8 without control characters; LIMIT_CONFIG_BYTES, _NODES, _DEPTH.
 */
#ifndef NW_CONFIG_YAML_H
#define NW_CONFIG_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include "config/diag.h"

enum yaml_type { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_type type;
	bool quoted; /* text in quotes or as a block, so "" was meant */
	struct span text; /* of a scalar or key; valid UTF-8 */
	struct yaml_node *first; /* elements of a list, keys of a map */
	struct yaml_node *next; /* sibling */
	struct yaml_node *value; /* of a key, never NULL there */
	size_t n; /* elements or keys */
	struct place place;
};

/* for (key of map) { key->text, key->value } and for (element of list). */
#define yaml_each(it, parent) \
	for (const struct yaml_node *it = (parent)->first; it; it = it->next)

/*
 * Nodes live in a, places point to file. An empty file is an empty map. On -1
 * d has been told why; whatever is wrong beyond a syntax error is told in one
 * run.
 */
NW_MUST_CHECK int yaml_parse(struct span text, const char *file,
	struct arena *a, struct diag *d, struct yaml_node **root);

/* The value of a key of a map; NULL if it is absent or map is none. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* `key:` with nothing behind it. */
bool yaml_is_nothing(const struct yaml_node *n);
/* "a text", "a list", "a map", "nothing": for messages. */
const char *yaml_type_name(const struct yaml_node *n);

#endif
