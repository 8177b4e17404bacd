/* What a document is, by its bytes alone. Pure. */
#ifndef NW_PARSE_SNIFF_H
#define NW_PARSE_SNIFF_H

#include "base/span.h"

enum sniff_kind {
	SNIFF_EMPTY, /* nothing but white space */
	SNIFF_BINARY, /* a picture, an archive, ... */
	SNIFF_JSON,
	SNIFF_HTML, /* a page */
	SNIFF_XML, /* anything else with a tag */
	SNIFF_TEXT /* neither */
};

/* Before decoding: is it plainly no text? *name says what it is. */
bool sniff_is_binary(struct span bytes, const char **name);
/* After: text is valid UTF-8 without byte-order mark. */
enum sniff_kind sniff_text(struct span text);

#endif
