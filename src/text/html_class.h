/*
 * What class names, ids and roles of content management systems say about a
 * part of a page: boilerplate of some kind, or text for screen readers only.
 */
#ifndef NW_TEXT_HTML_CLASS_H
#define NW_TEXT_HTML_CLASS_H

#include "base/span.h"
#include "text/boilerplate.h"

enum html_class {
	HTML_CLASS_NONE,
	HTML_CLASS_HIDDEN, /* not shown */
	HTML_CLASS_MARK /* *kind says what it is */
};

/* names: a class or id attribute's value: names between white space. */
enum html_class html_class_get(struct span names, enum text_mark_kind *kind);

/* Does a style attribute hide its element? */
bool html_style_hides(struct span style);

#endif
