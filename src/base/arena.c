/*
 * A list of blocks. A new one is as large as a quarter of what was handed out,
 * so that what is free in it is little beside that, between BLOCK_LEAST and
 * BLOCK_MAX. What does not fit into half a block gets one of its own. The first
 * block is part of no list: it stays over a reset.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>

#include "base/mem.h"

#define BLOCK_FIRST ((size_t)4 << 10)
#define BLOCK_LEAST ((size_t)8 << 10)
#define BLOCK_MAX ((size_t)1 << 20)

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

struct arena {
	struct block *filling; /* `first` or one of `later` */
	struct block *first;
	struct block *later; /* the newest first */
	size_t handed_out;
};

static struct block *
block_new(size_t size)
{
	struct block *b = mem_alloc(sizeof(*b) + size);

	b->next = NULL;
	b->used = 0;
	b->size = size;
	return b;
}

struct arena *
arena_new(void)
{
	struct arena *a = mem_new(a);

	a->first = a->filling = block_new(BLOCK_FIRST);
	return a;
}

void
arena_reset(struct arena *a)
{
	while (a->later) {
		struct block *b = a->later;

		a->later = b->next;
		mem_free(&b);
	}
	a->first->used = 0;
	a->filling = a->first;
	a->handed_out = 0;
}

void
arena_free(struct arena **ap)
{
	struct arena *a = *ap;

	if (!a)
		return;
	*ap = NULL;
	arena_reset(a);
	mem_free(&a->first);
	mem_free(&a);
}

size_t
arena_bytes(const struct arena *a)
{
	return a->handed_out;
}

/* A further block of which n bytes are taken. */
static struct block *
add_block(struct arena *a, size_t size, size_t n)
{
	struct block *b = block_new(size);

	b->used = n;
	b->next = a->later;
	a->later = b;
	return b;
}

static size_t
next_size(const struct arena *a)
{
	size_t part = a->handed_out / 4;

	return part < BLOCK_LEAST  ? BLOCK_LEAST
		: part > BLOCK_MAX ? BLOCK_MAX
				   : part;
}

/* align: a power of two. */
static inline void *
take(struct arena *a, size_t n, size_t align)
{
	struct block *b = a->filling;
	size_t at = (b->used + align - 1) & ~(align - 1), size;

	assert(n <= PTRDIFF_MAX / 2);
	a->handed_out += n;
	if (at <= b->size && n <= b->size - at) {
		b->used = at + n;
		return b->data + at;
	}
	size = next_size(a);
	if (n > size / 2)
		return add_block(a, n, n)->data;
	a->filling = add_block(a, size, n);
	return a->filling->data;
}

void *
arena_alloc(struct arena *a, size_t n_bytes)
{
	return memset(take(a, n_bytes, alignof(max_align_t)), 0, n_bytes);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	assert(!__builtin_mul_overflow(n, size, &total));
	return arena_alloc(a, total);
}

struct span
arena_span(struct arena *a, struct span s)
{
	char *p = take(a, s.n + 1, 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return span_make(p, s.n);
}

char *
arena_strdup(struct arena *a, const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(take(a, n, 1), s, n);
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	assert(n >= 0);
	p = take(a, (size_t)n + 1, 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p;
}
