/*
 * The plain text of HTML as it grows: white space collapsed, lines parted,
 * references decoded, invisible characters dropped. Used by html.c, and for
 * text that is no HTML by parse/plain.c.
 */
#ifndef NW_TEXT_HTML_WRITE_H
#define NW_TEXT_HTML_WRITE_H

#include "base/span.h"
#include "base/strbuf.h"

/* What stands between the text so far and the next character. */
enum html_gap { HTML_GAP_NONE, HTML_GAP_SPACE, HTML_GAP_LINE };

struct html_writer {
	struct strbuf *out;
	enum html_gap gap;
	bool one_line; /* a space for every line break */
	bool keep_blank_lines; /* blank lines of the input part paragraphs */
	struct strbuf reference; /* scratch */
};

/* The gap before the next character is at least this. */
static inline void
html_writer_gap(struct html_writer *w, enum html_gap gap)
{
	if (w->gap < gap)
		w->gap = gap;
}

/* Text as it stands in HTML, or with raw as it is meant. */
void html_writer_text(struct html_writer *w, struct span s, bool raw);
void html_writer_fini(struct html_writer *w);

#endif
