/* What messages look like, apart from how they travel. Pure. */
#ifndef NW_DELIVER_FORMAT_H
#define NW_DELIVER_FORMAT_H

#include "deliver/channel.h"
#include "model/hit.h"

/* {"type":"newswatch.hits","timestamp":"...","data":{"channel":"desk","hits":
 * [...]}}: bodies of webhooks, input of commands. */
void format_envelope(const struct message_hits *hits, struct strbuf *body);
/* One hit a line. */
void format_json_lines(const struct message_hits *hits, struct strbuf *body);

/*
 * A hit for a person at a terminal, two lines:
 *	12:00:03  Meta, Alexandr Wang  Meta unveils a new model
 *	          Example News, relevance 98, planned, https://...
 * time is when it was detected, as the person's clock shows it.
 */
struct format_style {
	bool colour;
};
void format_terminal(const struct hit *h, const char *time,
	struct format_style style, struct strbuf *out);

/* Colours if fd is a terminal that has them and NO_COLOR is not set. */
struct format_style format_style_of(int fd);
/* The same of a hit's JSON, with the local time. ERR_INPUT if it is no hit. */
NW_MUST_CHECK int format_readable(struct span json, struct format_style style,
	struct strbuf *out, struct err *err);

#endif
