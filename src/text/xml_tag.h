/* The words of one start tag, well-formed or not. Private to the room. */
#ifndef NW_TEXT_XML_TAG_H
#define NW_TEXT_XML_TAG_H

#include "base/span.h"
#include "base/vec.h"

struct xml_raw_attr {
	struct span name; /* with its prefix */
	struct span value; /* as written, without quotes */
};

struct xml_tag {
	struct span name;
	VEC(struct xml_raw_attr) attrs;
	bool empty; /* "/>" */
	const char *flaw; /* what is wrong with it; static; NULL: nothing */
};

enum xml_tag_end {
	XML_TAG_WHOLE,
	XML_TAG_CUT, /* the input ends inside */
	XML_TAG_LONG /* it goes beyond max */
};

/*
 * s starts with '<' and a letter. *used: bytes of the tag. The spans lie in s.
 * A value whose closing quote is missing ends at the first '>'; a tag that
 * runs into the next one ends there.
 */
enum xml_tag_end xml_tag_scan(
	struct span s, size_t max, struct xml_tag *tag, size_t *used);

#endif
