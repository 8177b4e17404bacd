/*
 * What a template can name: one table of fields, each of a scope. A section
 * over a list goes to the scope of its elements; a field that the innermost
 * scope does not know is looked for in those around it. Pure.
 */
#ifndef NW_DELIVER_FIELD_H
#define NW_DELIVER_FIELD_H

#include "deliver/view.h"

enum scope {
	SCOPE_MESSAGE, /* struct view */
	SCOPE_STORY, /* struct view_story */
	SCOPE_ENTITY, /* struct hit_entity */
	SCOPE_EVENT, /* struct hit_event */
	SCOPE_FACT, /* struct hit_fact */
	SCOPE_SOURCE, /* struct hit_story: its primary source */
	SCOPE_WORD /* struct span */
};

enum field_type {
	FIELD_WORDS, /* text, absent if empty */
	FIELD_LINK, /* a URL, absent unless http or https */
	FIELD_NUMBER, /* absent if 0 */
	FIELD_FLAG, /* for sections only */
	FIELD_LIST, /* for sections only */
	FIELD_NEXT /* for sections: is there an element after this one? */
};

/* One element that a section is at. */
struct node {
	enum scope scope;
	const struct view *view;
	const void *p;
	size_t i, n; /* element i of n of its list */
};

struct value {
	struct span text;
	size_t n; /* number, elements of a list, or 1 for a flag that is set */
};

struct field {
	enum scope scope;
	const char *name;
	enum field_type type;
	enum scope of; /* of a list's elements */
	void (*get)(const struct node *node, struct value *out);
	/* Element i of a list. */
	const void *(*at)(const struct node *node, size_t i);
	const char *doc; /* one line, for the manual */
};

/* The i-th field, NULL at the end. */
const struct field *field_at(size_t i);
/* NULL if the scope has none of that name. */
const struct field *field_find(enum scope scope, struct span name);
/* "story"; for messages. */
const char *scope_name(enum scope scope);

#endif
