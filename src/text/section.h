/*
 * Sections of a compiled block: arrays of records behind a header, found by
 * their offsets, so that the block means the same wherever it is mapped. What
 * the watchlist's and the event patterns' blocks have in common. Pure.
 */
#ifndef NW_TEXT_SECTION_H
#define NW_TEXT_SECTION_H

#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* Of a cache line: a bucket of a hash table never lies in two. */
#define SECTION_ALIGN 64

struct section {
	uint64_t offset, n_bytes; /* from the block's start */
};

/* Appends n bytes of records, aligned, and says where in s. */
void section_put(
	struct strbuf *out, struct section *s, const void *p, size_t n);
/*
 * A section's records of `size` bytes each, their number in *n. NULL if it is
 * not aligned, not made of whole records or lies outside of the block.
 */
const void *section_records(const void *block, uint64_t block_bytes,
	const struct section *s, size_t size, size_t *n);
/* Of all n bytes but the 8 at skip (a multiple of 8), where it is kept. */
uint64_t section_checksum(const char *p, size_t n, size_t skip);

#endif
