/*
 * The charsets that we read, and the labels under which documents name them.
 * charset.c decides which one a document is in; nobody else needs this.
 * Source: WHATWG Encoding 4.2; names beyond it are those that libuchardet
 * answers.
 */
#ifndef NW_TEXT_CHARSET_LABEL_H
#define NW_TEXT_CHARSET_LABEL_H

#include "base/span.h"

enum charset_kind {
	CHARSET_UTF8,
	CHARSET_UTF16LE, /* these six are told by the first bytes only: their */
	CHARSET_UTF16BE, /* labels on bytes that look otherwise are wrong */
	CHARSET_UTF32LE,
	CHARSET_UTF32BE,
	CHARSET_EBCDIC,
	CHARSET_WINDOWS_1252,
	CHARSET_SINGLE, /* one byte a character */
	CHARSET_MULTI, /* several */
	CHARSET_ESCAPED /* ISO-2022: seven bits and escape sequences */
};

struct charset {
	const char *name; /* WHATWG's, or libuchardet's */
	const char *iconv; /* what glibc calls it; NULL: decoded here */
	const char *labels; /* " a b ", lower case, letters and digits only */
	enum charset_kind kind;
};

/* No more than this; the table has its own check. */
#define CHARSETS_MAX 96

/* Static; NULL at the end. */
const struct charset *charset_at(size_t i);
/* NULL if the label says nothing to us. */
const struct charset *charset_by_label(struct span label);
/* Of a kind that has one member only. */
const struct charset *charset_by_kind(enum charset_kind kind);

#endif
