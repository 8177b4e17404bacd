/*
 * What the elements of every feed format mean: one table of namespace, local
 * name and place to action, field and rank. RSS, Atom, CDF and sitemaps share
 * their plain names (title, link, ...), so that a feed that mixes them is read;
 * modules add the same fields with a weaker rank.
 */
#ifndef NW_PARSE_DIALECT_H
#define NW_PARSE_DIALECT_H

#include "text/xml.h"

/* Namespaces as the XML readers number them. */
enum dialect_ns {
	NS_RSS = 2, /* the many URIs of RSS 0.91 to 2.0 */
	NS_RSS090,
	NS_RSS10,
	NS_RDF,
	NS_ATOM03,
	NS_ATOM10,
	NS_CONTENT,
	NS_DC, /* and dcterms: their names do not collide */
	NS_FEEDBURNER,
	NS_IMAGE,
	NS_ITUNES, /* and what copies it */
	NS_MEDIA,
	NS_NEWS,
	NS_PRISM,
	NS_SITEMAP,
	NS_SY,
	NS_XHTML
};

extern const struct xml_ns dialect_namespaces[];
extern const size_t dialect_n_namespaces;

/* Which vocabulary an element is of, for the table. */
enum dialect_class {
	CLASS_CORE, /* RSS, Atom, CDF, sitemaps, and no namespace at all */
	CLASS_CONTENT,
	CLASS_DC,
	CLASS_FEEDBURNER,
	CLASS_IMAGE,
	CLASS_ITUNES,
	CLASS_MEDIA,
	CLASS_NEWS,
	CLASS_PRISM,
	CLASS_RDF,
	CLASS_SY,
	CLASS_XHTML,
	CLASS_FOREIGN
};

/* Where an element stands: bits, a row may allow several. */
enum dialect_place {
	IN_ROOT = 1, /* outside of a feed, or in an element nobody knows */
	IN_FEED = 2,
	IN_ITEM = 4,
	IN_PERSON = 8,
	IN_SOURCE = 16, /* atom:source */
	IN_PICTURE = 32, /* image, logo */
	IN_PUBLICATION = 64 /* news:publication */
};

enum dialect_action {
	DO_TEXT, /* its text is the field */
	DO_WRAP, /* read on inside, in the same place */
	DO_SKIP, /* with all that is in it */
	DO_RSS, /* roots */
	DO_RDF,
	DO_ATOM,
	DO_CHANNEL,
	DO_SITEMAP,
	DO_SITEMAP_URL, /* an item if the root is a sitemap */
	DO_SITEMAP_INDEX, /* refused, each with its own message */
	DO_HTML,
	DO_OPML,
	DO_ITEM,
	DO_LINK,
	DO_PERSON,
	DO_CATEGORY,
	DO_SOURCE,
	DO_MEDIA, /* attribute url is an enclosure */
	DO_PICTURE, /* attribute url or href is an image */
	DO_CREDIT, /* an author if its role says so */
	DO_PUBLICATION
};

enum dialect_field {
	F_NONE,
	F_ADDRESS, /* of a person */
	F_AUTHOR,
	F_CATEGORY,
	F_CONTENT,
	F_DATE, /* published or updated, whichever is not known better */
	F_GUID,
	F_IMAGE,
	F_KEYWORDS, /* categories with commas between them */
	F_LANGUAGE,
	F_LINK,
	F_NAME, /* of a person */
	F_PAGE, /* of a person */
	F_PUBLISHED,
	F_SKIP_DAY,
	F_SKIP_HOUR,
	F_SOURCE,
	F_SUMMARY,
	F_SY_FREQUENCY,
	F_SY_PERIOD,
	F_TITLE,
	F_TTL,
	F_UPDATED,
	N_FIELDS
};

struct dialect_row {
	enum dialect_class ns;
	const char *local; /* lower case */
	unsigned places;
	enum dialect_action action;
	enum dialect_field field;
	unsigned rank; /* 0: strongest; a field keeps its strongest value */
};

/* What the table has for this element in this place; NULL: nothing. */
const struct dialect_row *dialect_find(
	const struct xml_element *el, enum dialect_place place);
enum dialect_class dialect_class(const struct xml_element *el);

/* For the test that holds the table to its order. */
extern const struct dialect_row dialect_rows[];
extern const size_t dialect_n_rows;

#endif
