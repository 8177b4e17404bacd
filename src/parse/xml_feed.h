/* RSS, Atom, CDF and sitemaps: XML events into a builder. */
#ifndef NW_PARSE_XML_FEED_H
#define NW_PARSE_XML_FEED_H

#include "parse/builder.h"

/* What the root turned out to be. */
enum xml_feed_kind {
	XML_FEED_NONE, /* no root that anybody knows */
	XML_FEED_YES,
	XML_FEED_HTML,
	XML_FEED_OPML,
	XML_FEED_SITEMAP_INDEX
};

struct xml_feed_result {
	enum xml_feed_kind kind;
	struct span root; /* the first element's local name; in the arena */
	bool recovered;
	const char *why; /* in the arena or static; NULL if not recovered */
};

/*
 * Read doc (valid UTF-8, without characters that XML forbids) into b, which
 * is new and may be replaced. ERR_INPUT: an attack.
 */
NW_MUST_CHECK int xml_feed_read(struct span doc, struct span base_url,
	struct builder *b, struct xml_feed_result *out, struct err *err);

#endif
