/*
 * A growing array of one element type.
 *
 *	VEC(int) v = {0};
 *	vec_push(&v, 3);
 *	vec_each (int *, it, &v) { ... }
 *	vec_fini(&v);
 *
 * Pointers into it end with the next push. No bound of its own: callers bound
 * what comes from outside.
 */
#ifndef NW_BASE_VEC_H
#define NW_BASE_VEC_H

#include <stddef.h>

#define VEC(T) \
	struct { \
		T *p; \
		size_t n; \
		size_t cap; \
	}

/* Grow so that n more fit. Returns the (perhaps moved) array. */
void *vec_grow_(void *p, size_t used, size_t *cap, size_t more, size_t size);
void *vec_trim_(void *p, size_t used, size_t *cap, size_t size);

#define vec_reserve(v, more) \
	((v)->p = vec_grow_((v)->p, (v)->n, &(v)->cap, (more), sizeof(*(v)->p)))
#define vec_push(v, ...) \
	(vec_reserve((v), 1), (v)->p[(v)->n++] = (__VA_ARGS__), (void)0)
/* Pointer to a new zeroed element at the end. */
#define vec_add(v) \
	(vec_reserve((v), 1), memset(&(v)->p[(v)->n], 0, sizeof(*(v)->p)), \
		&(v)->p[(v)->n++])
/* Give back what lies beyond the last element. */
#define vec_trim(v) \
	((v)->p = vec_trim_((v)->p, (v)->n, &(v)->cap, sizeof(*(v)->p)), \
		(void)0)
#define vec_last(v) (&(v)->p[(v)->n - 1])
#define vec_clear(v) ((v)->n = 0)
#define vec_fini(v) (mem_free(&(v)->p), (v)->n = 0, (v)->cap = 0, (void)0)
#define vec_each(T, it, v) for (T it = (v)->p; it && it < (v)->p + (v)->n; it++)
/* Remove element i, moving the rest down (order kept). */
#define vec_remove(v, i) \
	(memmove(&(v)->p[(i)], &(v)->p[(i) + 1], \
		 ((v)->n - (i)-1) * sizeof(*(v)->p)), \
		(v)->n--, (void)0)

#include <string.h>

#include "base/mem.h"

#endif
