/*
 * A message as mail: headers and two bodies, text and HTML. Nothing of what is
 * put in can end a header. Pure.
 * Source: RFC 5322, RFC 2045, RFC 2046 5.1.4, RFC 2047, RFC 2919, RFC 3834.
 */
#ifndef NW_DELIVER_MAIL_H
#define NW_DELIVER_MAIL_H

#include "base/clock.h"
#include "base/strbuf.h"

/* All spans are UTF-8; ids are without brackets. */
struct mail {
	struct span from_name, from; /* from: an address */
	const struct span *to; /* addresses */
	size_t n_to;
	struct span subject;
	struct span id; /* the same at every try */
	struct span thread; /* an id that all mails of a story refer to */
	struct span
		reply_to; /* id of the mail that this one follows; or empty */
	struct span list_id; /* "desk.newswatch.example.com" */
	struct wall date;
	struct span text, html;
};

/* Appends the mail, lines ended by CRLF, none beyond 998 bytes. */
void mail_format(const struct mail *m, struct strbuf *out);
/* Is it an address that can be written without quotes: local@domain, ASCII,
 * no blanks, no control characters, none of ()<>[]:;,\" ? */
bool mail_is_address(struct span s);
/* Behind the @; empty if there is none. */
struct span mail_domain(struct span address);

#endif
