/*
 * Plain data as bytes, between daemon and analysers and in what is stored:
 * little-endian fixed-width numbers, text as u32 length and bytes, the same on
 * every machine. A reader trusts nothing: when it runs out of bytes it turns
 * bad and then gives zeros and empty spans. A format that outlives its process
 * begins with a version of its own.
 */
#ifndef NW_BASE_WIRE_H
#define NW_BASE_WIRE_H

#include "base/span.h"
#include "base/strbuf.h"

void wire_put_u8(struct strbuf *b, uint8_t v);
void wire_put_u32(struct strbuf *b, uint32_t v);
void wire_put_i64(struct strbuf *b, int64_t v);
void wire_put_double(struct strbuf *b, double v);
void wire_put_bytes(struct strbuf *b, const void *p, size_t n);
void wire_put_span(struct strbuf *b, struct span s); /* NULL stays NULL */

struct wire {
	struct span rest;
	bool bad; /* read past the end, or a number out of its range */
};

uint8_t wire_u8(struct wire *w);
uint32_t wire_u32(struct wire *w);
int64_t wire_i64(struct wire *w);
double wire_double(struct wire *w);
void wire_bytes(struct wire *w, void *out, size_t n);
struct span wire_span(struct wire *w); /* borrows from the input */
/* A count of things of at least min_bytes each: bad if they cannot be there,
 * so that a lying count never allocates. */
size_t wire_count(struct wire *w, size_t min_bytes);
/* A number below n: bad, and 0, otherwise. For enums. */
unsigned wire_below(struct wire *w, unsigned n);

#endif
