/*
 * An index of small numbers by byte strings that stand in the caller's own
 * table: what a map is without its copy of every key, in 11 to 22 bytes an
 * entry. Hashing is keyed with a random seed per process, so that input from
 * outside cannot force collisions.
 */
#ifndef NW_BASE_ID_INDEX_H
#define NW_BASE_ID_INDEX_H

#include "base/span.h"

struct id_index;

/* The key of an id that is in the index: always the same bytes while it is. */
typedef struct span (*id_index_key_cb)(uint32_t id, const void *arg);

/* arg is borrowed. */
struct id_index *id_index_new(id_index_key_cb key, const void *arg);
void id_index_free(struct id_index **x);
size_t id_index_count(const struct id_index *x);
bool id_index_get(const struct id_index *x, struct span key, uint32_t *id);
/* id is not UINT32_MAX, and its key can be asked for from now on. False, and
 * nothing changed, if another id has that key. */
bool id_index_put(struct id_index *x, uint32_t id);
/* The key of the id that goes can still be asked for. True if it was there. */
bool id_index_del(struct id_index *x, struct span key);
size_t id_index_bytes(const struct id_index *x); /* resident size */

#endif
