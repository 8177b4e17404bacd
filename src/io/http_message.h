/*
 * What of HTTP needs no library: what a request may contain, and the head of
 * an answer, line by line. For http_client.c.
 */
#ifndef NW_IO_HTTP_MESSAGE_H
#define NW_IO_HTTP_MESSAGE_H

#include "base/vec.h"
#include "io/http_client.h"

/* Can this be sent as it is? ERR_PERM says what not; the URL is not judged. */
NW_MUST_CHECK int http_request_check(
	const struct http_request *q, struct err *err);
/* RFC 9110 5.5: no CR, LF, NUL; we refuse the other controls but tabs, too. */
bool http_is_field_value(struct span s);
/* No control characters and no blanks? */
bool http_is_url_text(struct span url);
/*
 * Is it an http: or https: URL of the usual kind, about whose host and port
 * nobody can disagree? A name of ASCII letters, digits, '-', '_' and '.', or an
 * address of four plain decimal numbers; no user information. Everything else
 * (IPv6, international names, odd numbers, odd ports) is for a URL parser.
 * *host is part of url.
 */
bool http_url_is_plain(struct span url, struct span *host, unsigned *port);

/* The head of an answer. Starts from zeros but raw's maximum. */
struct http_head {
	struct strbuf raw; /* all lines so far */
	struct {
		size_t name, n_name, value, n_value; /* in raw */
	} * fields;
	size_t n_fields, cap_fields;
	size_t bytes; /* of all heads of this transfer */
	bool may_fold; /* the last line was a field */
};

void http_head_fini(struct http_head *h);
/* Take a line as received, also a status line, which begins a new head, and
 * the empty one. False if it becomes larger than max_bytes. */
bool http_head_line(struct http_head *h, struct span line, size_t max_bytes);
/* The fields as spans into h; *n of them. Caller frees with mem_free. */
struct http_header *http_head_fields(const struct http_head *h, size_t *n);

#endif
