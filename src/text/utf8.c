/*
 * Scanning and repair of UTF-8. Clean text, which is nearly all there is, is
 * looked at in blocks of 16 bytes; everything else character by character.
 */
#include "text/utf8.h"

#include "text/block.h"

#define REPLACEMENT 0xfffdu

/* Bytes at the start of s, in whole blocks, that are ASCII and, with xml_chars,
 * no controls but \t \n \r. */
static size_t
plain_blocks(struct span s, bool xml_chars)
{
	size_t i = 0;

	for (; s.n - i >= sizeof(block); i += sizeof(block)) {
		block b = block_load(s.p + i);
		block odd = (block)(b >= BLOCK_OF(0x80));

		if (xml_chars)
			odd |= (block)(b < BLOCK_OF(0x20)) &
				(block)(b != BLOCK_OF('\t')) &
				(block)(b != BLOCK_OF('\n')) &
				(block)(b != BLOCK_OF('\r'));
		if (block_any(odd))
			break;
	}
	return i;
}

static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * Length of the character at p if it is of the common ones: ASCII but controls,
 * U+00A0..U+07FF, and U+1000..U+FEFF without surrogates. 0 says: look closer.
 */
static inline size_t
common_char(const unsigned char *p)
{
	unsigned char c = p[0];

	if (c >= 0x20 && c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0 && is_tail(p[1]))
		return c > 0xc2 || p[1] >= 0xa0 ? 2 : 0;
	if (c > 0xe0 && c < 0xef && c != 0xed && is_tail(p[1]) && is_tail(p[2]))
		return 3;
	return 0;
}

/* Length of the clean character at the start of s; 0 if it is none. */
static size_t
clean_char(struct span s, bool xml_chars)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = span_utf8_len(s);

	if (!xml_chars || n == 0 || n == 4)
		return n;
	if (n == 1) /* a control that XML forbids */
		return *p < 0x20 && *p != '\t' && *p != '\n' && *p != '\r' ? 0
									   : 1;
	if (n == 2) /* C1 */
		return p[0] == 0xc2 && p[1] < 0xa0 ? 0 : 2;
	/* U+FFFE, U+FFFF */
	return p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe ? 0 : 3;
}

size_t
utf8_clean_prefix(struct span s, bool xml_chars)
{
	const unsigned char *bytes = (const unsigned char *)s.p;
	size_t i = 0;

	while (i < s.n) {
		size_t n = plain_blocks(span_sub(s, i, s.n), xml_chars);
		size_t end;

		/* The characters of the block that is not plain, then again. */
		i += n;
		end = s.n - i < sizeof(block) ? s.n : i + sizeof(block);
		while (i < end) {
			n = s.n - i < 4 ? 0 : common_char(bytes + i);
			if (n == 0)
				n = clean_char(span_sub(s, i, s.n), xml_chars);
			if (n == 0)
				return i;
			i += n;
		}
	}
	return i;
}

/*
 * Is s the rest of a text that was cut inside a character? Of one that has at
 * least its second byte: a single odd byte at the end may be a letter.
 */
static bool
is_cut(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t want = s.n && p[0] >= 0xf0 ? 4 : 3;

	if (s.n < 2 || s.n >= want || p[0] < 0xe0 || p[0] > 0xf4)
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return false;
	return true;
}

void
utf8_count(struct span s, struct utf8_census *c)
{
	size_t i = 0;

	*c = (struct utf8_census){0};
	while (i < s.n) {
		size_t n;

		i += plain_blocks(span_make(s.p + i, s.n - i), true);
		if (i == s.n || is_cut(span_sub(s, i, s.n)))
			break;
		n = span_utf8_len(span_make(s.p + i, s.n - i));
		c->valid += n > 1;
		c->invalid += n == 0;
		c->escape |= s.p[i] == 0x1b;
		i += n ? n : 1;
	}
}

bool
utf8_repair(struct span s, bool xml_chars, struct strbuf *out)
{
	bool changed = false;

	for (;;) {
		size_t n = utf8_clean_prefix(s, xml_chars);
		unsigned char c;

		strbuf_span(out, span_make(s.p, n));
		if (n == s.n)
			return changed;
		changed = true;
		s = span_sub(s, n, s.n);
		if (is_cut(s))
			return true;
		n = span_utf8_len(s);
		c = (unsigned char)s.p[n == 2];
		/* An invalid byte or a C1 control; else it is forbidden. */
		if (n == 0 || n == 2)
			strbuf_rune(out, utf8_of_windows_1252(c));
		s = span_sub(s, n ? n : 1, s.n);
	}
}

uint32_t
utf8_of_windows_1252(unsigned char byte)
{
	static const uint16_t c1[32] = {0x20ac, REPLACEMENT, 0x201a, 0x0192,
		0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
		0x0152, REPLACEMENT, 0x017d, REPLACEMENT, REPLACEMENT, 0x2018,
		0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
		0x0161, 0x203a, 0x0153, REPLACEMENT, 0x017e, 0x0178};

	return byte >= 0x80 && byte < 0xa0 ? c1[byte - 0x80] : byte;
}

size_t
utf8_from_windows_1252(struct span s, struct strbuf *out)
{
	size_t i = 0, bad = 0;

	while (i < s.n) {
		size_t n = plain_blocks(span_make(s.p + i, s.n - i), false);
		unsigned char c;
		uint32_t rune;

		strbuf_span(out, span_make(s.p + i, n));
		i += n;
		if (i == s.n)
			break;
		c = (unsigned char)s.p[i++];
		rune = utf8_of_windows_1252(c);
		bad += rune == REPLACEMENT;
		if (c < 0x80)
			strbuf_char(out, (char)c);
		else
			strbuf_rune(out, rune);
	}
	return bad;
}

static uint32_t
unit16(const char *s, enum utf8_order o)
{
	const unsigned char *p = (const unsigned char *)s;

	return o == UTF8_LITTLE ? p[0] | (uint32_t)p[1] << 8
				: p[1] | (uint32_t)p[0] << 8;
}

static bool
is_surrogate(uint32_t rune, uint32_t first)
{
	return (rune & 0xfffffc00u) == first;
}

size_t
utf8_from_utf16(struct span s, enum utf8_order o, struct strbuf *out)
{
	size_t bad = s.n % 2;

	for (size_t i = 0; i + 1 < s.n; i += 2) {
		uint32_t rune = unit16(s.p + i, o), low;

		if (is_surrogate(rune, 0xd800) && i + 3 < s.n) {
			low = unit16(s.p + i + 2, o);
			if (is_surrogate(low, 0xdc00)) {
				rune = 0x10000 + ((rune & 0x3ff) << 10) +
					(low & 0x3ff);
				i += 2;
			}
		}
		bad += rune >= 0xd800 && rune < 0xe000;
		strbuf_rune(out, rune);
	}
	return bad;
}

size_t
utf8_from_utf32(struct span s, enum utf8_order o, struct strbuf *out)
{
	size_t bad = s.n % 4 != 0;

	for (size_t i = 0; i + 3 < s.n; i += 4) {
		uint32_t a = unit16(s.p + i, o), b = unit16(s.p + i + 2, o);
		uint32_t rune = o == UTF8_LITTLE ? a | b << 16 : b | a << 16;

		bad += rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000);
		strbuf_rune(out, rune);
	}
	return bad;
}
