/*
 * Text or bytes that we own and that grow up to a maximum.
 *
 * The append that goes beyond the maximum adds what still fits (text is never
 * cut within a UTF-8 sequence; strbuf_put and strbuf_char are for bytes) and
 * sets `full`. Later appends add nothing, so that the content has no gaps,
 * until strbuf_cut or strbuf_clear. Whether `full` is an error is the caller's
 * choice. The content is always followed by a NUL that is not counted.
 */
#ifndef NW_BASE_STRBUF_H
#define NW_BASE_STRBUF_H

#include "base/span.h"

struct strbuf {
	char *p; /* NULL until the first byte */
	size_t n; /* bytes used */
	size_t cap;
	size_t max; /* most bytes it may hold */
	bool full; /* something was cut off */
};

#define STRBUF_INIT(max_bytes) ((struct strbuf){.max = (max_bytes)})

void strbuf_init(struct strbuf *b, size_t max_bytes);
void strbuf_fini(struct strbuf *b); /* usable again afterwards, same maximum */
void strbuf_clear(struct strbuf *b); /* keeps the memory */

void strbuf_put(struct strbuf *b, const void *p, size_t n);
void strbuf_span(struct strbuf *b, struct span s);
/* With escapes %XX undone; a broken one stays as it is. RFC 3986 2.1 */
void strbuf_unescape(struct strbuf *b, struct span s);
void strbuf_str(struct strbuf *b, const char *s);
void strbuf_char(struct strbuf *b, char c);
void strbuf_rune(struct strbuf *b, uint32_t rune); /* as UTF-8; bad -> U+FFFD */
void strbuf_printf(struct strbuf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Room for n more bytes to be written by the caller at b->p + b->n; returns
 * how many may be written (less at the maximum). Add to b->n what was. */
size_t strbuf_room(struct strbuf *b, size_t n);
void strbuf_cut(
	struct strbuf *b, size_t n); /* keep the first n bytes, not full */
void strbuf_del(struct strbuf *b, size_t start, size_t n);

struct span strbuf_as_span(const struct strbuf *b);
/* Never NULL. */
const char *strbuf_cstr(struct strbuf *b);
/* Gives the memory to the caller (never NULL; free with mem_free), empties b.
 */
char *strbuf_take(struct strbuf *b);

#endif
