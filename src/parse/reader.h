/*
 * The state of reading one XML feed, shared by xml_feed.c (events), action.c
 * (what elements do) and capture.c (text). Private to the room.
 *
 * Every open element has a frame: in what place its children stand, which draft
 * they fill, its base URL and language. At most one element is captured at a
 * time: its text, and the tags inside it written out as markup again.
 */
#ifndef NW_PARSE_READER_H
#define NW_PARSE_READER_H

#include "model/limits.h"
#include "parse/builder.h"
#include "parse/pace.h"
#include "parse/xml_feed.h"

enum frame_kind {
	FRAME_PLACE, /* its children count, its own text does not */
	FRAME_TEXT, /* captured */
	FRAME_INLINE, /* inside a captured element */
	FRAME_PERSON, /* text and children count */
	FRAME_WORDS, /* markup in a person's text */
	FRAME_SOURCE /* likewise */
};

struct frame {
	enum frame_kind kind;
	unsigned place; /* of its children: a dialect_place; 0: none counts */
	const struct dialect_row *row;
	unsigned rank;
	struct draft *draft; /* takes what the element itself gives */
	struct draft *inner; /* takes what its children give */
	struct span base, language;
	size_t tag_at, tag_n; /* FRAME_INLINE: its name in the capture */
};

/* Which family a root is of: elements of the other one are weaker. */
enum family { FAMILY_NONE, FAMILY_RSS, FAMILY_ATOM };

/* How captured text is to be understood. */
enum text_type {
	TYPE_GUESS, /* RSS, Atom's "text" */
	TYPE_HTML,
	TYPE_XHTML, /* text beside tags is text, not markup */
	TYPE_DROP /* of a type that is no text */
};

struct capture {
	size_t depth; /* of its frame; 0: nothing is captured */
	struct strbuf text;
	enum text_type type;
	bool is_base64;
	bool has_inline;
	bool is_permalink; /* of a guid */
};

struct reader {
	struct builder *b;
	struct xml_feed_result *out;
	struct frame frames[LIMIT_XML_DEPTH + 1]; /* [0] is the document */
	size_t depth;
	enum family family;
	bool is_sitemap;
	bool is_channel_root; /* CDF, or RSS that lost its root */
	bool is_cdf;
	bool is_guessed_atom;
	bool is_full; /* LIMIT_ITEMS */
	struct capture capture;
	struct strbuf person_text; /* of the person being read */
	struct span person_name, person_address, person_page;
	struct strbuf source_text; /* of the RSS source being read */
	struct pace pace;
};

/* A const table of what each dialect_action does; f is the element's frame,
 * r->frames[r->depth]. */
typedef void (*action_fn)(
	struct reader *r, struct frame *f, const struct xml_element *el);
extern const action_fn action_table[];

/* An attribute without namespace, trimmed; names without case. */
struct span action_attr(const struct xml_element *el, const char *name);
/* Set the document's format once the root tells it. */
void action_finish_format(struct reader *r);

void capture_begin(
	struct reader *r, const struct frame *f, const struct xml_element *el);
void capture_text(struct reader *r, struct span s);
/* A tag inside the captured element; f is its frame. */
void capture_tag(
	struct reader *r, struct frame *f, const struct xml_element *el);
void capture_end_tag(struct reader *r, const struct frame *f);
/* What was captured, and how to read it; ends the capture. The span lives
 * until the next one. */
struct span capture_end(struct reader *r, enum plain_kind *kind);

#endif
