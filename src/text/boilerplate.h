/*
 * Parts of an article's plain text that are no reporting: share links,
 * "related stories", author footers, "About X" paragraphs of press releases,
 * photo credits, "(Reporting by ...)" lines. They are marked, not removed: who
 * looks for names decides what a mention there is worth.
 *
 * html.c marks what the markup tells (classes, rel=author, ...) and calls this
 * for what the words tell. Pure.
 */
#ifndef NW_TEXT_BOILERPLATE_H
#define NW_TEXT_BOILERPLATE_H

#include "base/span.h"
#include "base/vec.h"

enum text_mark_kind {
	TEXT_MARK_SHARE, /* share, follow, subscribe, comment prompts */
	TEXT_MARK_RELATED, /* links to other stories: related, read more */
	TEXT_MARK_AUTHOR, /* byline, author biography, "Reporting by" */
	TEXT_MARK_ABOUT, /* what a company says of itself, contacts, disclaimer
			  */
	TEXT_MARK_CREDIT /* who took or owns a picture */
};

/* Bytes [start, end) of the text. */
struct text_mark {
	enum text_mark_kind kind;
	uint32_t start, end;
};

struct text_marks {
	struct text_mark *p; /* sorted by start; may not overlap */
	size_t n;
	size_t cap;
};

#define TEXT_MARKS_MAX 256 /* per text; later ones are dropped */

/*
 * Mark the lines of text (paragraphs separated by '\n', valid UTF-8) that read
 * like boilerplate. Marks already in m are kept; the result is sorted and
 * merged, of two overlapping marks the one that starts first wins.
 * Linear in the text. Caller frees with text_marks_fini().
 */
void text_marks_find(struct span text, struct text_marks *m);
/* Sort by start, cut overlaps, join neighbours of one kind. */
void text_marks_normalize(struct text_marks *m);
void text_marks_fini(struct text_marks *m);

#endif
