/*
 * What a message says, frozen: the rendered parts of its template, and what
 * targets want besides (a link to open, the story it is about). How it is
 * wrapped up for the target is the business of `send`, so that a delivery made
 * before an upgrade or a change of settings is still understood. JSON; holds no
 * secret. Pure.
 */
#ifndef NW_DELIVER_CONTENT_H
#define NW_DELIVER_CONTENT_H

#include "deliver/template.h"

struct json;

struct content {
	struct json *root; /* owns the rest */
	struct span parts[TEMPLATE_PARTS]; /* as the table has them */
	struct span headline; /* of the first story, plain */
	struct span url; /* of the first story; empty if it is no link */
	struct span story; /* its id */
	struct span entity, event, status;
	bool update; /* the first story was told before */
	unsigned stories; /* that it is about */
	struct wall made;
};

/* Appends the frozen content of a message. */
void content_format(const struct template *t, const struct template_part *parts,
	const struct message_hits *hits, struct strbuf *body);
/* Reads it back; ERR_INPUT if it is none. */
NW_MUST_CHECK int content_parse(struct span body,
	const struct template_part *parts, struct content *out,
	struct err *err);
void content_fini(struct content *c);

#endif
