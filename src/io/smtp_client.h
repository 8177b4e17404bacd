/*
 * Mail handed to an SMTP server without blocking the loop. A door to libcurl,
 * which speaks ESMTP, STARTTLS and AUTH. Names are looked up by resolve.c. One
 * thread. Source: RFC 5321, RFC 3207, RFC 4954, RFC 8314.
 */
#ifndef NW_IO_SMTP_CLIENT_H
#define NW_IO_SMTP_CLIENT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "io/loop.h"

#define SMTP_REPLY_BYTES 512 /* of the server's last reply */

struct smtp_client;
struct smtp_transfer; /* a mail under way */

enum smtp_tls {
	SMTP_PLAIN, /* the operator said so */
	SMTP_STARTTLS, /* or nothing is sent */
	SMTP_TLS /* from the first byte */
};

/* Everything is copied but data, which is borrowed until the callback. */
struct smtp_mail {
	struct span host; /* name, or address without brackets */
	unsigned port;
	enum smtp_tls tls;
	const char *ca_file; /* NULL: the system's */
	struct span user, password; /* empty: none */
	struct span from; /* addresses alone; CR, LF, <, > are refused */
	const struct span *to;
	size_t n_to;
	struct span data; /* header and body, CRLF; dots are stuffed here */
	int64_t timeout_ms; /* all of it */
};

/* Lives until the callback returns. */
struct smtp_result {
	bool done; /* the server took it, for every recipient */
	unsigned code; /* of its last reply; 0: there was none */
	struct span reply; /* its last line; empty if none */
	struct err err; /* if not done */
};

typedef void (*smtp_done_cb)(const struct smtp_result *r, void *arg);

NW_MUST_CHECK int smtp_client_new(
	struct loop *l, struct smtp_client **out, struct err *err);
/* Cancels what is under way: no callbacks. */
void smtp_client_free(struct smtp_client **c);
/* cb is called once, from the loop. -1, ERR_PERM: an address cannot be sent;
 * cb is not called. */
NW_MUST_CHECK int smtp_client_start(struct smtp_client *c,
	const struct smtp_mail *m, smtp_done_cb cb, void *arg,
	struct smtp_transfer **out, struct err *err);
/* cb will not come. */
void smtp_client_cancel(struct smtp_transfer **t);

#endif
