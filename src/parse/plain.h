/*
 * Text of a feed's element to plain text: markup or not, on one line or in
 * paragraphs, with the links, images and boilerplate that were in it.
 */
#ifndef NW_PARSE_PLAIN_H
#define NW_PARSE_PLAIN_H

#include "base/arena.h"
#include "model/item.h"
#include "text/html.h"

enum plain_kind {
	PLAIN_GUESS, /* markup if it looks like it: RSS, Atom's "text" */
	PLAIN_TEXT, /* no markup, whatever it looks like */
	PLAIN_HTML
};

struct plain {
	struct span text;
	const struct item_link *links;
	size_t n_links;
	struct item_spans images; /* URLs */
	const struct item_mark *marks;
	size_t n_marks;
};

/* Scratch memory that is used again from one text to the next. Zeroed. */
struct plain_scratch {
	struct html_result html;
	struct strbuf text, mended;
};

void plain_scratch_fini(struct plain_scratch *s);

/* A title: one line, at most LIMIT_TITLE_BYTES. In the arena. */
struct span plain_title(struct plain_scratch *s, struct arena *arena,
	enum plain_kind kind, struct span raw);

/*
 * A summary or content, with all that is in it; everything in the arena. base:
 * what links are resolved against; may be empty.
 */
void plain_body(struct plain_scratch *s, struct arena *arena,
	enum plain_kind kind, struct span raw, struct span base,
	struct plain *out);

/* White space collapsed to one space, none at the ends; in the arena. */
struct span plain_line(
	struct plain_scratch *s, struct arena *arena, struct span raw);

#endif
