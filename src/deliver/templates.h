/* The shipped templates, built in: etc/templates. */
#ifndef NW_DELIVER_TEMPLATES_H
#define NW_DELIVER_TEMPLATES_H

#include "base/span.h"

struct template_builtin {
	const char *name; /* "slack"; NULL at the end */
	struct span text;
};

/* Made by templates.awk. */
extern const struct template_builtin templates_builtin[];

#endif
