/* What template.c (reading) and template_render.c share. */
#ifndef NW_DELIVER_TEMPLATE_PRIVATE_H
#define NW_DELIVER_TEMPLATE_PRIVATE_H

#include "base/vec.h"
#include "deliver/field.h"
#include "deliver/template.h"

enum op_type {
	OP_TEXT,
	OP_VALUE,
	OP_SECTION, /* what is up to end, for each element or if it is there */
	OP_INVERTED
};

struct op {
	enum op_type type;
	struct span text; /* OP_TEXT */
	const struct field *field;
	unsigned up; /* scopes outwards to the field's own */
	size_t cut; /* characters of a value; 0: all */
	size_t end; /* of a section: the op behind it */
};

struct template
{
	const struct template_part *parts;
	VEC(struct op) ops;
	struct {
		size_t start, end; /* ops */
		bool given;
	} part[TEMPLATE_PARTS];
};

#endif
