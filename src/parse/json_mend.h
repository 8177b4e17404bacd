/*
 * JSON that breaks off or breaks the rules, made whole: open strings and
 * brackets are closed, half a member is dropped, raw line ends in strings are
 * escaped, bad escapes and lone surrogates replaced, trailing commas removed,
 * NaN and Infinity are null, integers beyond 64 bits become strings. Pure.
 */
#ifndef NW_PARSE_JSON_MEND_H
#define NW_PARSE_JSON_MEND_H

#include "base/strbuf.h"

/* Appends to out. False if it cannot be JSON at all, or is nested too deep. */
bool json_mend(struct span text, struct strbuf *out);

#endif
