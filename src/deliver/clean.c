#include "deliver/clean.h"

/* Bytes of the sequence that starts with c; the text is valid UTF-8. */
static size_t
sequence_bytes(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static uint32_t
rune_of(const char *p, size_t n)
{
	uint32_t rune = (unsigned char)p[0];

	if (n > 1)
		rune &= 0xffu >> (n + 1);
	for (size_t i = 1; i < n; i++)
		rune = rune << 6 | ((unsigned char)p[i] & 0x3fu);
	return rune;
}

static bool
is_blank(uint32_t rune)
{
	return rune == '\t' || rune == '\n' || rune == '\r' || rune == ' ' ||
		rune == 0x85 || rune == 0x2028 || rune == 0x2029;
}

static bool
is_hidden(uint32_t rune)
{
	return rune < 0x20 || (rune >= 0x7f && rune < 0xa0) || rune == 0x061c ||
		rune == 0x200e || rune == 0x200f ||
		(rune >= 0x202a && rune <= 0x202e) ||
		(rune >= 0x2066 && rune <= 0x2069) || rune == 0xfeff;
}

void
clean_line(struct span text, struct strbuf *out)
{
	size_t n, start = out->n;
	uint32_t rune;

	for (size_t i = 0; i < text.n; i += n) {
		n = sequence_bytes((unsigned char)text.p[i]);
		if (n > text.n - i)
			return;
		rune = rune_of(text.p + i, n);
		if (is_blank(rune)) {
			if (out->n > start && out->p[out->n - 1] != ' ')
				strbuf_char(out, ' ');
		} else if (!is_hidden(rune)) {
			strbuf_put(out, text.p + i, n);
		}
	}
	if (out->n > start && out->p[out->n - 1] == ' ')
		strbuf_cut(out, out->n - 1);
}
