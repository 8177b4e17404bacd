/*
 * Bytes of a feed in, items out: every format of architecture.md section 9
 * (CLI, `parse`), found by looking at the bytes. What is broken is read as far
 * as it goes, and `recovered` says so, also of a charset label that no bytes
 * agree with; `partial` if items may be missing. What is no feed is refused
 * with a message that says what to do. Pure: no clock, no file, no log.
 */
#ifndef NW_PARSE_PARSE_H
#define NW_PARSE_PARSE_H

#include "base/err.h"
#include "model/item.h"

struct parse_input {
	struct span bytes; /* inflated: see parse/inflate.h */
	struct span
		content_type; /* header value, for its charset; may be empty */
	/* What relative links are resolved against: Content-Location, or the
	 * feed's own URL; may be empty, relative links then stay relative
	 * unless the document says more (xml:base, the channel's link). */
	struct span base_url;
	bool truncated; /* the body is known to have broken off */
};

/*
 * in is borrowed for the call. *out: free with document_free(). ERR_INPUT: not
 * a feed (an HTML page: the message lists the feeds it links to), empty,
 * binary, or an attack (entity expansion); *out is then NULL.
 */
NW_MUST_CHECK int parse_document(
	const struct parse_input *in, struct document **out, struct err *err);

#endif
