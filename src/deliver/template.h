/*
 * Templates: how a message looks, as a small file. Text stands for itself, and
 *
 *	{{name}}        the value, cleaned and escaped for the part's markup
 *	{{name|80}}     the same, at most 80 characters, cut between words
 *	{{#name}}...{{/name}}  for each element of a list; else if it is there
 *	{{^name}}...{{/name}}  if it is not there, or the list is empty
 *	{{@name}}       what follows is this part of the message
 *	{{! ... }}      nothing
 *
 * A line with nothing but sections, parts or comments leaves no line. Fields
 * are those of deliver/field.h; there is no way to print one unescaped. In the
 * result, blanks at the ends of lines and blank lines in a row are dropped.
 * Pure. Source: mustache(5), of which it is a part.
 */
#ifndef NW_DELIVER_TEMPLATE_H
#define NW_DELIVER_TEMPLATE_H

#include "deliver/escape.h"
#include "deliver/view.h"
#include "model/limits.h"

#define TEMPLATE_BYTES_MAX KIB(64) /* of a file; beyond: an error */
#define TEMPLATE_DEPTH 16 /* of sections; beyond: an error */
#define TEMPLATE_PARTS 4
#define TEMPLATE_CUT_MAX 100000 /* of {{name|n}} */

/* How the length of a part is counted. */
enum unit { UNIT_BYTES, UNIT_CHARACTERS, UNIT_UTF16 };

/* A part of a message, as a target has it: a subject, a text. */
struct template_part {
	const char *name; /* NULL ends a table */
	enum markup markup;
	enum unit unit;
	size_t max; /* of what is rendered, in units */
	bool one_line;
};

struct template;

/*
 * text and parts are borrowed until template_free. Text before the first
 * {{@part}} is of the first part; of several, none may be missing. name is the
 * file's, for messages. Every mistake goes to report, with line and column;
 * NULL if there was one.
 */
struct template *template_parse(struct span text, const char *name,
	const struct template_part *parts, struct report *report);
void template_free(struct template **t);

/*
 * Renders part i (of the table) within its length: what does not fit is left
 * out by stories, then by longer values of the one that is left; a template
 * that is too long even so gives the headline alone. */
void template_render(const struct template *t, size_t i, struct view *view,
	struct strbuf *out);

/* Length of text in units. */
size_t template_length(enum unit unit, struct span text);
/* The longest head of text of at most max characters that ends between words,
 * with "…" if it was cut. */
void template_cut(struct span text, size_t max, struct strbuf *out);

#endif
