/*
 * People as feeds write them: "mail (Name)", "Name (mail)", "Name <mail>",
 * "mailto:mail", name only, mail only. Pure.
 */
#ifndef NW_PARSE_PERSON_H
#define NW_PARSE_PERSON_H

#include "base/span.h"

struct person {
	struct span name; /* spans of the text, trimmed; may be empty */
	struct span email; /* without "mailto:" */
};

void person_parse(struct span text, struct person *out);

/* What a person is called: the name, else the address. */
struct span person_label(const struct person *p);

#endif
