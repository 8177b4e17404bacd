/* Names and namespaces, for both XML readers. Private to the room. */
#ifndef NW_TEXT_XML_NAMES_H
#define NW_TEXT_XML_NAMES_H

#include "text/xml.h"

/* May a name begin with, or hold, this byte? Of what is beyond ASCII every
 * byte counts as a letter. */
static inline bool
xml_is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		c == ':' || (unsigned char)c >= 0x80;
}

static inline bool
xml_is_name(char c)
{
	return xml_is_name_start(c) || (c >= '0' && c <= '9') || c == '-' ||
		c == '.';
}

static inline bool
xml_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The namespace of a URI bound to a prefix; by the prefix if the table has no
 * such URI. */
int xml_ns_of_uri(
	const struct xml_options *opt, struct span uri, struct span prefix);
/* Of a prefix that nobody declared; an empty one has no namespace. */
int xml_ns_of_prefix(const struct xml_options *opt, struct span prefix);

#endif
