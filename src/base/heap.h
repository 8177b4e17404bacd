/*
 * A 4-ary min-heap of {due_ms, id}: 16 bytes an entry plus 4 for the position,
 * O(log n) put and delete. Ids are small dense numbers chosen by the caller
 * (indices into its own table); each id is in the heap at most once.
 */
#ifndef NW_BASE_HEAP_H
#define NW_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;

struct heap *heap_new(void);
void heap_free(struct heap **h);
size_t heap_count(const struct heap *h);
/* Insert, or move if the id is there already. */
void heap_put(struct heap *h, uint32_t id, int64_t due_ms);
bool heap_has(const struct heap *h, uint32_t id);
/* False if it was not there. */
bool heap_del(struct heap *h, uint32_t id);
/* The earliest (ties: lowest id); false if empty. Does not remove it. */
bool heap_top(const struct heap *h, uint32_t *id, int64_t *due_ms);
int64_t heap_due_ms(const struct heap *h, uint32_t id); /* must be in it */
/* Give back the room that growing made beyond what is in it. */
void heap_trim(struct heap *h);
size_t heap_bytes(const struct heap *h); /* resident size */

#endif
