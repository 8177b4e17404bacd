#include "base/vec.h"

#include <assert.h>
#include <stdint.h>

void *
vec_grow_(void *p, size_t used, size_t *cap, size_t more, size_t size)
{
	size_t need;

	assert(!__builtin_add_overflow(used, more, &need));
	if (need <= *cap)
		return p;
	*cap = *cap > SIZE_MAX / 2 ? need : *cap * 2;
	if (*cap < 8)
		*cap = 8;
	if (*cap < need)
		*cap = need;
	return mem_realloc(p, *cap, size);
}

void *
vec_trim_(void *p, size_t used, size_t *cap, size_t size)
{
	if (used == *cap)
		return p;
	*cap = used;
	if (used > 0)
		return mem_realloc(p, used, size);
	mem_free(&p);
	return NULL;
}
