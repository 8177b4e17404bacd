/*
 * The state of xml_mend(), shared by its three parts: xml_mend.c goes over the
 * text, xml_mend_ref.c resolves references, xml_mend_tag.c opens and closes
 * elements. Private to the room.
 *
 * Work is counted, not only text: every expansion of an entity costs its length
 * and one, so that neither text nor empty references can multiply.
 */
#ifndef NW_TEXT_XML_MENDER_H
#define NW_TEXT_XML_MENDER_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "text/xml.h"
#include "text/xml_dtd.h"
#include "text/xml_tag.h"

enum mend_state {
	MEND_ON,
	MEND_STOPPED, /* by the handler */
	MEND_ENDED, /* a bound: what was read counts */
	MEND_REFUSED /* an attack: nothing counts */
};

struct open_element {
	struct span name; /* with its prefix */
	size_t n_bindings; /* before its own */
};

struct binding {
	struct span prefix;
	int id;
};

struct mender {
	struct span doc;
	const struct xml_options *opt;
	const struct xml_handler *handler;
	void *arg;
	struct xml_flaws *flaws;
	enum mend_state state;
	struct open_element open[XML_DEPTH_MAX];
	size_t depth;
	VEC(struct binding) bindings;
	struct xml_tag tag;
	VEC(struct xml_attr) attrs;
	VEC(size_t) decoded; /* per attribute: offset in values, or SIZE_MAX */
	struct strbuf values;
	struct strbuf reference; /* the character just decoded */
	struct xml_entities *entities;
	bool external; /* an external subset: it may declare HTML's entities */
	unsigned entity_depth;
	size_t delivered;
	bool no_cdata_end, no_pi_end; /* none follows: do not search again */
};

/* Note what is wrong at this place of the document; the first one is kept. */
void mend_flaw(struct mender *m, const char *at, const char *what);
/* Note it, and read no further: what was read counts. */
void mend_end_here(struct mender *m, const char *at, const char *what);
/* Count n bytes of work. False beyond the bound: the document is refused. */
bool mend_charge(struct mender *m, size_t n);
/* The handler's answer. */
void mend_go_on(struct mender *m, bool wanted);
void mend_deliver(struct mender *m, struct span s);

/* Text with its references resolved, to the handler. */
void mend_text(struct mender *m, struct span s);
/* Likewise, appended to m->values. */
void mend_append_value(struct mender *m, struct span s);

/* s starts with '<' and a letter. Returns what follows the tag. */
struct span mend_start_tag(struct mender *m, struct span s);
void mend_close_top(struct mender *m);

/* Text and markup of the document or of an entity. */
void mend_content(struct mender *m, struct span s);

#endif
