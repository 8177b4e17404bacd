/*
 * A hash map from byte strings to pointers. Keys are copied. Hashing is keyed
 * with a random seed per process (SipHash-1-3), so that input from outside
 * cannot force collisions. Iteration order is insertion order as long as
 * nothing is deleted.
 */
#ifndef NW_BASE_MAP_H
#define NW_BASE_MAP_H

#include "base/span.h"

struct map;

/* free_value may be NULL; called for values replaced, deleted or left over. */
struct map *map_new(void (*free_value)(void *value));
void map_free(struct map **m);
size_t map_count(const struct map *m);
/* NULL if absent. Lives until the key is replaced or deleted. */
void *map_get(const struct map *m, struct span key);
bool map_has(const struct map *m, struct span key);
/* Takes value. True if the key is new, false if a value was replaced. */
bool map_put(struct map *m, struct span key, void *value);
/* True if the key was there. */
bool map_del(struct map *m, struct span key);
/* Takes the value out without freeing it; NULL if absent. */
void *map_take(struct map *m, struct span key);

struct map_iter {
	size_t i;
	struct span key;
	void *value;
};
/* Start with {0}. Deleting the current key while iterating is allowed,
 * putting is not. */
bool map_next(const struct map *m, struct map_iter *it);

#endif
