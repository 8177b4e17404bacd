/* See wire.h. Pure. */
#include "base/wire.h"

#include <assert.h>

#define WIRE_NULL UINT32_MAX

static void
put_le(struct strbuf *b, uint64_t v, size_t n)
{
	uint8_t out[8];

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(v >> (8 * i));
	strbuf_put(b, out, n);
}

static uint64_t
get_le(struct wire *w, size_t n)
{
	uint8_t in[8];
	uint64_t v = 0;

	wire_bytes(w, in, n);
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)in[i] << (8 * i);
	return v;
}

void
wire_put_u8(struct strbuf *b, uint8_t v)
{
	put_le(b, v, 1);
}

void
wire_put_u32(struct strbuf *b, uint32_t v)
{
	put_le(b, v, 4);
}

void
wire_put_i64(struct strbuf *b, int64_t v)
{
	put_le(b, (uint64_t)v, 8);
}

void
wire_put_double(struct strbuf *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	put_le(b, bits, 8);
}

void
wire_put_bytes(struct strbuf *b, const void *p, size_t n)
{
	strbuf_put(b, p, n);
}

void
wire_put_span(struct strbuf *b, struct span s)
{
	assert(s.n < WIRE_NULL);
	wire_put_u32(b, s.p == NULL ? WIRE_NULL : (uint32_t)s.n);
	strbuf_put(b, s.p, s.p == NULL ? 0 : s.n);
}

void
wire_bytes(struct wire *w, void *out, size_t n)
{
	if (w->bad || w->rest.n < n) {
		w->bad = true;
		memset(out, 0, n);
		return;
	}
	memcpy(out, w->rest.p, n);
	w->rest.p += n;
	w->rest.n -= n;
}

uint8_t
wire_u8(struct wire *w)
{
	return (uint8_t)get_le(w, 1);
}

uint32_t
wire_u32(struct wire *w)
{
	return (uint32_t)get_le(w, 4);
}

int64_t
wire_i64(struct wire *w)
{
	return (int64_t)get_le(w, 8);
}

double
wire_double(struct wire *w)
{
	uint64_t bits = get_le(w, 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

struct span
wire_span(struct wire *w)
{
	uint32_t n = wire_u32(w);
	struct span s;

	if (w->bad || n == WIRE_NULL)
		return SPAN_NULL;
	if (w->rest.n < n) {
		w->bad = true;
		return SPAN_NULL;
	}
	s = span_make(w->rest.p, n);
	w->rest.p += n;
	w->rest.n -= n;
	return s;
}

size_t
wire_count(struct wire *w, size_t min_bytes)
{
	uint32_t n = wire_u32(w);

	assert(min_bytes > 0);
	if (n > w->rest.n / min_bytes)
		w->bad = true;
	return w->bad ? 0 : n;
}

unsigned
wire_below(struct wire *w, unsigned n)
{
	unsigned v = wire_u8(w);

	if (v < n)
		return v;
	w->bad = true;
	return 0;
}
