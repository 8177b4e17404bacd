/*
 * UTF-8 out of the Unicode encodings and out of broken UTF-8, without tables
 * and without libraries. Used by charset.c; everything behind it is valid.
 * Pure. Sources: RFC 3629; WHATWG Encoding (windows-1252).
 */
#ifndef NW_TEXT_UTF8_H
#define NW_TEXT_UTF8_H

#include "base/span.h"
#include "base/strbuf.h"

/* What the non-ASCII bytes of a document look like. */
struct utf8_census {
	size_t valid; /* well-formed sequences of two to four bytes */
	size_t invalid; /* bytes in no such sequence */
	bool escape; /* an ESC byte, of ISO-2022 */
};

void utf8_count(struct span s, struct utf8_census *c);

/*
 * Bytes at the start of s that are valid UTF-8 and, with xml_chars, hold no
 * character that XML 1.0 forbids and no C1 control. s.n if all of it is.
 */
size_t utf8_clean_prefix(struct span s, bool xml_chars);

/*
 * Append s as UTF-8, with what is not that made good: invalid bytes are
 * windows-1252, with xml_chars forbidden characters are dropped and C1
 * controls are windows-1252 too. A character that is cut off at the end is
 * dropped. True if something was made good.
 */
bool utf8_repair(struct span s, bool xml_chars, struct strbuf *out);

/* The character of a windows-1252 byte; U+FFFD for the five it lacks. */
uint32_t utf8_of_windows_1252(unsigned char byte);
/* Append windows-1252 bytes as UTF-8; returns how many were undefined. */
size_t utf8_from_windows_1252(struct span s, struct strbuf *out);

enum utf8_order { UTF8_LITTLE, UTF8_BIG };

/* Append UTF-16 or UTF-32 as UTF-8. What is no character becomes U+FFFD; an
 * incomplete unit at the end is dropped. Returns the number of both. */
size_t utf8_from_utf16(struct span s, enum utf8_order o, struct strbuf *out);
size_t utf8_from_utf32(struct span s, enum utf8_order o, struct strbuf *out);

#endif
