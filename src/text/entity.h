/*
 * Character references of HTML: the whole table of named ones (WHATWG HTML
 * 13.5, 2,125 names) and the rules for numeric ones. Pure.
 */
#ifndef NW_TEXT_ENTITY_H
#define NW_TEXT_ENTITY_H

#include "base/span.h"
#include "base/strbuf.h"

#define ENTITY_NAME_MAX 31 /* bytes of the longest name */

/*
 * UTF-8 text (1..6 bytes, static) of a named entity, e.g. "eacute"; name is
 * without & and ;, case matters. SPAN_NULL if there is none. For XML readers
 * that meet &eacute; without a DTD.
 */
struct span entity_get(struct span name);

/*
 * The character of a numeric reference: 0x80..0x9F read as windows-1252; 0,
 * surrogates and what is beyond Unicode are U+FFFD; characters that XML
 * forbids are 0 (drop it). Source: WHATWG HTML 13.2.5.80.
 */
uint32_t entity_of_number(uint32_t number);

/*
 * Decode the reference that starts at s.p[0] == '&' and append it to out.
 * attribute: the stricter rule of attribute values, where "&copy=1" is no
 * reference. Returns the bytes of s used; 0 if it is no reference (the '&' is
 * text). Old names (eacute, copy, ...) also count without ';' unless a letter
 * or digit follows; amp, lt, gt, quot and nbsp even then.
 */
size_t entity_decode(struct span s, bool attribute, struct strbuf *out);

#endif
