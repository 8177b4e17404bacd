/*
 * XML from outside as a stream of events: start, text, end.
 *
 * Two readers with one interface. xml_read() is libxml2's push parser and
 * believes nothing that is not well-formed; the caller then throws away what it
 * built and asks xml_mend(), a small tokenizer that never gives up: raw '&' and
 * '<', HTML entities without a DTD, unquoted attributes, tags that cross or
 * never close, documents that break off. (libxml2's own recovery drops text at
 * every raw '&', pairs end tags with the wrong elements and cannot say so.)
 *
 * Safety: libxml2 never sees a DOCTYPE, so that none of its DTD code runs. A
 * document with an internal subset is xml_mend()'s, which honours internal
 * entities and counts what it delivers. Nothing external is ever opened; there
 * is no code that could. Depth, start tags and expansion are bounded by the
 * options. Time is linear in the input plus what is delivered.
 *
 * Input is valid UTF-8 without characters that XML forbids: charset_decode()
 * with CHARSET_XML_CHARS. An encoding named in the document is ignored. Pure;
 * the door to libxml2 is xml.c.
 */
#ifndef NW_TEXT_XML_H
#define NW_TEXT_XML_H

#include "base/err.h"
#include "base/span.h"

/* Namespaces are small numbers: those of the caller's table, from 2 on, and */
#define XML_NS_UNKNOWN \
	(-1) /* neither its URI nor its prefix is in the table \
	      */
#define XML_NS_NONE 0 /* an attribute or element without one */
#define XML_NS_XML 1 /* xml:base, xml:lang */

/*
 * A namespace of the caller's. URIs are compared without letter case and
 * without a final '/' or '#'. The prefix decides where the URI is not in the
 * table or the prefix was never declared; NULL: by URI only.
 */
struct xml_ns {
	const char *uri;
	const char *prefix;
	int id;
};

struct xml_attr {
	int ns;
	struct span local;
	struct span value; /* references decoded */
};

struct xml_element {
	int ns;
	bool prefixed; /* written with a prefix */
	struct span local;
	const struct xml_attr *attrs; /* without xmlns */
	size_t n_attrs;
};

/* All spans live until the callback returns. False ends the reading, and
 * nothing more is called. */
struct xml_handler {
	bool (*start)(void *arg, const struct xml_element *el);
	bool (*text)(void *arg, struct span text); /* any number of pieces */
	bool (*end)(void *arg); /* of the innermost open element */
};

struct xml_options {
	const struct xml_ns *namespaces;
	size_t n_namespaces;
	size_t max_depth; /* open elements, at most XML_DEPTH_MAX */
	size_t max_start_tag_bytes;
	size_t max_delivered_bytes; /* text and attributes */
};

#define XML_DEPTH_MAX 256
#define XML_BINDINGS_MAX 128 /* namespace declarations in scope */

/* What was wrong with a document that could be read all the same. */
struct xml_flaws {
	unsigned n; /* how many; 0: well-formed */
	unsigned line; /* of the first one, from 1 */
	const char *first; /* what the first one was; static */
};

/*
 * Read a well-formed document. ERR_INPUT: it is not. ERR_PERM: it may be, but
 * it is for the other reader: an internal DTD subset, a start tag beyond a few
 * KiB, too deep, too many namespaces. What was delivered so far means nothing
 * then. A prefix that is not declared is only a flaw.
 */
NW_MUST_CHECK int xml_read(struct span doc, const struct xml_options *opt,
	const struct xml_handler *handler, void *arg, struct xml_flaws *flaws,
	struct err *err);

/*
 * Read any document as far as it goes; every start gets its end. Beyond
 * max_depth and max_start_tag_bytes reading ends, beyond XML_BINDINGS_MAX
 * declarations are passed over; both are flaws. ERR_INPUT
 * only for an attack: entities that expand beyond max_delivered_bytes.
 */
NW_MUST_CHECK int xml_mend(struct span doc, const struct xml_options *opt,
	const struct xml_handler *handler, void *arg, struct xml_flaws *flaws,
	struct err *err);

/* What stands before the root element. */
struct xml_prolog {
	size_t root; /* offset of the root's '<'; doc.n if there is none */
	struct span name; /* of the root, with its prefix; may be empty */
	bool junk; /* text where none may be */
	bool external; /* the DOCTYPE names an external subset */
	struct span subset; /* the internal subset, between [ and ]; or empty */
};

void xml_prolog(struct span doc, struct xml_prolog *out);

/* The attribute's value, or SPAN_NULL. Names are compared without case. */
struct span xml_attr(const struct xml_element *el, int ns, const char *local);

#endif
