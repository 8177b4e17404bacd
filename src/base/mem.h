/*
 * Memory that never fails: running out aborts with a message. Every size that
 * comes from outside must be bounded before it gets here (model/limits.h).
 */
#ifndef NW_BASE_MEM_H
#define NW_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t n_bytes) __attribute__((malloc, returns_nonnull));
/* Zeroed; n * size is checked for overflow (aborts). */
void *mem_calloc(size_t n, size_t size)
	__attribute__((malloc, returns_nonnull));
void *mem_realloc(void *p, size_t n, size_t size)
	__attribute__((returns_nonnull));
char *mem_strdup(const char *s) __attribute__((malloc, returns_nonnull));
/* Copies n bytes and terminates them. */
char *mem_strndup(const char *s, size_t n)
	__attribute__((malloc, returns_nonnull));
char *mem_printf(const char *fmt, ...)
	__attribute__((malloc, returns_nonnull, format(printf, 1, 2)));

/* For where a library has said so: the same message, the same end. */
void mem_exhausted(void) __attribute__((noreturn));

/* Frees *pp (NULL is fine) and sets it to NULL: `mem_free(&s)`. */
#define mem_free(pp) \
	mem_free_(__extension__({ \
		void *nw_p_ = *(pp); \
		*(pp) = NULL; \
		nw_p_; \
	}))
void mem_free_(void *p);

/* A zeroed object of the type that p points to: `p = mem_new(p)`. */
#define mem_new(p) ((__typeof__(p))mem_calloc(1, sizeof(*(p))))

#endif
