/*
 * Sixteen bytes at a time: compares all of them at once, in one register where
 * the machine has such. GCC and clang vector extension, no intrinsics.
 */
#ifndef NW_TEXT_BLOCK_H
#define NW_TEXT_BLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t block __attribute__((vector_size(16)));

/* All bytes x. Comparisons give 0xff or 0 for each byte: (block)(a < b). */
#define BLOCK_OF(x) \
	((block){(x), (x), (x), (x), (x), (x), (x), (x), (x), (x), (x), (x), \
		(x), (x), (x), (x)})

/* The 16 bytes at p, of any alignment. */
static inline block
block_load(const void *p)
{
	block b;

	memcpy(&b, p, sizeof(b));
	return b;
}

/* Is any byte not 0? */
static inline bool
block_any(block b)
{
	uint64_t half[2];

	memcpy(half, &b, sizeof(half));
	return (half[0] | half[1]) != 0;
}

#endif
