/*
 * Who has a part in an event: the entity in the right role of the trigger's
 * sentence, or of the one before it when the sentence begins with "the
 * company". Inside event only.
 */
#ifndef NW_EVENT_ATTACH_H
#define NW_EVENT_ATTACH_H

#include "event/sentence.h"

struct part {
	struct span role;
	double certainty; /* 0: none */
};

/* The part of an entity in a trigger of r. before: the sentence before r's in
 * the same field, or NULL. */
struct part attach_entity(const struct reading *r, const struct trigger *t,
	const struct hit_entity *entity, const struct sentence *before);

#endif
