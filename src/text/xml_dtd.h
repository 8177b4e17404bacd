/*
 * The entities that a document declares in its internal subset. Only their
 * text: external ones are declared as empty and never loaded, parameter
 * entities are passed over. Private to the room.
 */
#ifndef NW_TEXT_XML_DTD_H
#define NW_TEXT_XML_DTD_H

#include "base/span.h"

struct xml_entity {
	struct span
		text; /* replacement text; general references not expanded */
	bool open; /* being expanded just now: against loops */
};

struct xml_entities; /* NULL is an empty set */

/* NULL if the subset declares none. Free with xml_entities_free(). */
struct xml_entities *xml_entities_parse(struct span subset);
void xml_entities_free(struct xml_entities **e);
/* NULL if it is not declared. */
struct xml_entity *xml_entities_get(
	const struct xml_entities *e, struct span name);

#endif
