#include "text/section.h"

#include "base/strbuf.h"
#include "text/tokens.h"

void
section_put(struct strbuf *out, struct section *s, const void *p, size_t n)
{
	static const char zeros[SECTION_ALIGN] = {0};

	if (out->n % SECTION_ALIGN)
		strbuf_put(out, zeros, SECTION_ALIGN - out->n % SECTION_ALIGN);
	*s = (struct section){out->n, n};
	if (n > 0)
		strbuf_put(out, p, n);
}

const void *
section_records(const void *block, uint64_t block_bytes,
	const struct section *s, size_t size, size_t *n)
{
	if (s->offset % SECTION_ALIGN || s->offset > block_bytes ||
		s->n_bytes > block_bytes - s->offset || s->n_bytes % size)
		return NULL;
	*n = (size_t)s->n_bytes / size;
	return (const char *)block + s->offset;
}

uint64_t
section_checksum(const char *p, size_t n, size_t skip)
{
	uint64_t h = n;
	size_t i;

	for (i = 0; i + 8 <= n; i += 8)
		if (i != skip)
			h = token_mix(h ^ token_load(p + i, 8), TOKEN_K1);
	return token_mix(h ^ token_load(p + i, n - i), TOKEN_K2);
}
