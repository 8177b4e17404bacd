/*
 * Bytes from outside become valid UTF-8: once, here, at the parse door. Inside
 * the program nobody checks again.
 *
 * The precedence: byte-order mark; UTF-16/32 seen by its zero bytes; charset
 * of the HTTP content type; declaration of the document; UTF-8. A label is
 * believed only as far as the bytes agree: labels that are unknown, or say
 * UTF-16 of text without zero bytes, are passed over; UTF-8 under another
 * label is UTF-8; where nothing usable is declared and the bytes are not
 * UTF-8, libuchardet guesses, and windows-1252 is the last resort. Labels mean
 * what the WHATWG Encoding Standard says (latin1 and ASCII are windows-1252,
 * gb2312 is gb18030, shift_jis is cp932).
 *
 * The door to libuchardet and iconv is charset.c. One thread: the converters
 * are kept open and shared.
 */
#ifndef NW_TEXT_CHARSET_H
#define NW_TEXT_CHARSET_H

#include "base/span.h"
#include "base/strbuf.h"

enum charset_source {
	CHARSET_BY_BOM, /* a byte-order mark */
	CHARSET_BY_SHAPE, /* UTF-16/32 without mark, EBCDIC: first bytes */
	CHARSET_BY_HTTP, /* the label of the HTTP content type */
	CHARSET_BY_DOCUMENT, /* the label in the document */
	CHARSET_BY_DEFAULT, /* UTF-8 or, if it is not that, windows-1252 */
	CHARSET_BY_CONTENT, /* valid UTF-8 under another label */
	CHARSET_BY_DETECTION /* libuchardet's guess */
};

/* Labels as found, any case, also quoted or bogus; empty: none. */
struct charset_labels {
	struct span http; /* see charset_of_content_type() */
	struct span document; /* see charset_of_xml(), charset_of_html() */
};

/* Drop the characters that XML 1.0 forbids (C0 controls but \t \n \r, U+FFFE,
 * U+FFFF) and read U+0080..U+009F as the windows-1252 bytes that they were
 * meant to be. For every document that is parsed; JSON forbids them too. */
#define CHARSET_XML_CHARS 1u

struct charset_result {
	/* Valid UTF-8 without byte-order mark. Lies in the caller's bytes if
	 * nothing had to change, else in its strbuf. */
	struct span text;
	const char
		*name; /* WHATWG name, e.g. "UTF-8", "windows-1252"; static */
	enum charset_source source;
	bool mismatch; /* a label was tried, and denied by the bytes or unknown
			*/
	bool repaired; /* something was replaced or dropped on the way */
	bool cut; /* out was full: the rest is lost */
};

/*
 * Make UTF-8 of bytes. labels may be NULL. out is cleared first, its maximum
 * bounds the result; it stays empty if the bytes can be used as they are.
 * Never fails. UTF-8 with some invalid bytes keeps its valid sequences; the
 * other bytes are read as windows-1252, one by one.
 * The result may still contain an XML declaration that names the old charset:
 * tell the XML reader to ignore it (XML_PARSE_IGNORE_ENC).
 * Source: WHATWG Encoding; RFC 7303 3; XML 1.0 appendix F.
 */
void charset_decode(struct span bytes, const struct charset_labels *labels,
	unsigned flags, struct strbuf *out, struct charset_result *res);

/*
 * Append s to out as valid UTF-8: invalid bytes are read as windows-1252.
 * True if something had to be changed.
 */
bool charset_repair_utf8(struct span s, unsigned flags, struct strbuf *out);

/* Is s valid UTF-8 and, with CHARSET_XML_CHARS, free of what that drops? */
bool charset_is_clean(struct span s, unsigned flags);

/* The charset parameter of a content type, without quotes; SPAN_NULL if none.
 */
struct span charset_of_content_type(struct span content_type);
/* The encoding of an XML declaration within the first 1 KiB, also behind white
 * space or junk, of any ASCII-compatible document; SPAN_NULL if none. */
struct span charset_of_xml(struct span bytes);
/* The charset of an HTML page's <meta> within the first 4 KiB; SPAN_NULL if
 * none. */
struct span charset_of_html(struct span bytes);

/* The WHATWG name of a label, static; NULL if unknown. "-", "_", quotes and
 * case make no difference. */
const char *charset_name(struct span label);

/*
 * Open every converter that charset_decode() may use and keep it: glibc loads
 * them from files, which a sandboxed process cannot. Call before the filter;
 * without it they are opened at first use. Returns how many of them the system
 * lacks (their labels are then passed over).
 */
unsigned charset_warm_up(void);
/* Close them all again (leak checkers). */
void charset_cool_down(void);

#endif
