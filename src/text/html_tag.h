/* The elements of HTML and what they mean for plain text: one const table. */
#ifndef NW_TEXT_HTML_TAG_H
#define NW_TEXT_HTML_TAG_H

#include "base/span.h"

enum html_tag_flags {
	HTML_BLOCK = 1, /* a line break before and after */
	HTML_CELL = 2, /* a space before and after */
	HTML_VOID = 4, /* never has content or an end tag */
	HTML_DROP = 8, /* its content is no text of the article */
	HTML_PRE = 16, /* blank lines in it part paragraphs */
	HTML_SCRIPT = 32 /* raw, and without an end tag to the end of all */
};

/* Who closes whom without an end tag (WHATWG HTML 13.1.2.4). */
enum html_tag_group {
	HTML_IN_P = 1,
	HTML_IN_LI = 2,
	HTML_IN_DT = 4,
	HTML_IN_CELL = 8,
	HTML_IN_ROW = 16,
	HTML_IN_SECTION = 32,
	HTML_IN_HEAD = 64,
	HTML_IN_A = 128,
	HTML_IN_LIST = 256,
	HTML_IN_DL = 512,
	HTML_IN_TABLE = 1024,
	HTML_IN_BLOCK = 2048 /* all but inline elements */
};

/* An end tag closes no element of a higher level than its own on the way to the
 * one it names. */
enum html_tag_level {
	HTML_LEVEL_INLINE,
	HTML_LEVEL_BLOCK,
	HTML_LEVEL_TABLE, /* a table and its parts */
	HTML_LEVEL_PAGE
};

enum html_tag_id {
	HTML_TAG_OTHER,
	HTML_TAG_A,
	HTML_TAG_ADDRESS,
	HTML_TAG_AUDIO,
	HTML_TAG_BASE,
	HTML_TAG_BODY,
	HTML_TAG_EMBED,
	HTML_TAG_HEAD,
	HTML_TAG_HTML,
	HTML_TAG_IMG,
	HTML_TAG_LINK,
	HTML_TAG_NAV,
	HTML_TAG_SOURCE,
	HTML_TAG_TITLE,
	HTML_TAG_VIDEO
};

struct html_tag {
	char name[11];
	uint8_t flags; /* enum html_tag_flags */
	uint8_t level; /* enum html_tag_level */
	uint8_t id; /* enum html_tag_id */
	/* Not 0: content is raw up to the end tag, this is its bit */
	uint8_t raw;
	uint16_t group; /* enum html_tag_group: what it is */
	uint16_t closes; /* what its start tag closes */
	uint16_t within; /* but not beyond one of these */
};

/* The unknown element's row if there is none of that name. Never NULL. */
const struct html_tag *html_tag_get(struct span name);
const struct html_tag *html_tag_unknown(void);

#endif
