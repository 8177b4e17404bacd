#include "base/strbuf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

#define FIRST_CAP 64

void
strbuf_init(struct strbuf *b, size_t max_bytes)
{
	*b = STRBUF_INIT(max_bytes);
}

void
strbuf_fini(struct strbuf *b)
{
	mem_free(&b->p);
	strbuf_init(b, b->max);
}

void
strbuf_clear(struct strbuf *b)
{
	strbuf_cut(b, 0);
}

size_t
strbuf_room(struct strbuf *b, size_t n)
{
	size_t left = b->max > b->n ? b->max - b->n : 0;
	size_t need, cap;

	if (n > left)
		n = left;
	need = b->n + n + 1; /* the NUL */
	if (need <= b->cap)
		return n;
	cap = b->cap > FIRST_CAP / 2 ? b->cap * 2 : FIRST_CAP;
	if (cap > b->max)
		cap = b->max + 1;
	if (cap < need)
		cap = need;
	b->p = mem_realloc(b->p, cap, 1);
	b->cap = cap;
	b->p[b->n] = '\0';
	return n;
}

/* Once something was cut off nothing follows it: no gaps in the content. */
static void
append(struct strbuf *b, const char *p, size_t n, bool is_text)
{
	size_t fits;

	if (b->full || n == 0)
		return;
	fits = strbuf_room(b, n);
	if (fits < n) {
		b->full = true;
		if (is_text)
			fits = span_utf8_head(span_make(p, n), fits).n;
	}
	if (fits == 0)
		return;
	memcpy(b->p + b->n, p, fits);
	b->n += fits;
	b->p[b->n] = '\0';
}

void
strbuf_put(struct strbuf *b, const void *p, size_t n)
{
	append(b, p, n, false);
}

void
strbuf_span(struct strbuf *b, struct span s)
{
	append(b, s.p, s.n, true);
}

void
strbuf_unescape(struct strbuf *b, struct span s)
{
	char byte;

	for (size_t i = 0; i < s.n; i++) {
		if (span_escape(s, i, &byte)) {
			strbuf_char(b, byte);
			i += 2;
		} else {
			strbuf_char(b, s.p[i]);
		}
	}
}

void
strbuf_str(struct strbuf *b, const char *s)
{
	append(b, s, strlen(s), true);
}

void
strbuf_char(struct strbuf *b, char c)
{
	append(b, &c, 1, false);
}

void
strbuf_rune(struct strbuf *b, uint32_t rune)
{
	char bytes[4];

	append(b, bytes, span_rune_bytes(rune, bytes), true);
}

void
strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	assert(n >= 0);
	if ((size_t)n < sizeof(small)) {
		append(b, small, (size_t)n, true);
	} else {
		char *large = mem_alloc((size_t)n + 1);

		vsnprintf(large, (size_t)n + 1, fmt, again);
		append(b, large, (size_t)n, true);
		mem_free(&large);
	}
	va_end(again);
	va_end(ap);
}

void
strbuf_cut(struct strbuf *b, size_t n)
{
	if (n < b->n)
		b->n = n;
	b->full = false;
	if (b->p)
		b->p[b->n] = '\0';
}

void
strbuf_del(struct strbuf *b, size_t start, size_t n)
{
	if (start > b->n)
		start = b->n;
	if (n > b->n - start)
		n = b->n - start;
	if (n == 0)
		return;
	memmove(b->p + start, b->p + start + n, b->n - start - n);
	b->n -= n;
	b->p[b->n] = '\0';
}

struct span
strbuf_as_span(const struct strbuf *b)
{
	return span_make(b->p ? b->p : "", b->n);
}

const char *
strbuf_cstr(struct strbuf *b)
{
	return b->p ? b->p : "";
}

char *
strbuf_take(struct strbuf *b)
{
	char *p = b->p ? b->p : mem_strdup("");

	strbuf_init(b, b->max);
	return p;
}
