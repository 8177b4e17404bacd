/* Memory that is freed all at once: for one document, one snapshot. */
#ifndef NW_BASE_ARENA_H
#define NW_BASE_ARENA_H

#include "base/span.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena **a);
void arena_reset(struct arena *a); /* keeps the first block */
size_t arena_bytes(const struct arena *a); /* handed out since new or reset */
/* Zeroed, aligned for any type. Lives until reset or free. */
void *arena_alloc(struct arena *a, size_t n_bytes)
	__attribute__((returns_nonnull));
void *arena_array(struct arena *a, size_t n, size_t size)
	__attribute__((returns_nonnull));
/* Copies, terminated by a NUL that is not counted; not aligned, so that texts
 * stand close. */
char *arena_strdup(struct arena *a, const char *s);
struct span arena_span(struct arena *a, struct span s);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
#define arena_new_obj(a, T) ((T *)arena_alloc((a), sizeof(T)))

#endif
