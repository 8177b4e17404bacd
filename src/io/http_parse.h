/*
 * The head of an HTTP request, strictly. Pure; for http_conn.c.
 * Source: RFC 9110, RFC 9112.
 */
#ifndef NW_IO_HTTP_PARSE_H
#define NW_IO_HTTP_PARSE_H

#include "base/arena.h"
#include "base/span.h"

#define HTTP_PARSE_FIELDS 100 /* beyond: 431 */

struct http_field {
	struct span name, value;
};

/* Spans into the head, or into the arena where they were decoded. */
struct http_parsed {
	const char *method;
	struct span path; /* decoded, begins with '/' */
	struct span query; /* as sent, without '?' */
	struct http_field fields[HTTP_PARSE_FIELDS];
	size_t n_fields;
	uint64_t content_length;
	bool has_length;
	bool keep_alive;
	bool expects_continue;
	unsigned minor; /* HTTP/1.minor: 0 or 1 */
};

/*
 * head: request line to the empty line, with its CRLF CRLF. Returns 0, or the
 * status to answer with: 400, 414, 431, 501 (transfer codings), 505.
 */
unsigned http_parse_head(
	struct span head, struct arena *a, struct http_parsed *out);
/* The first field of that name; empty if absent. */
struct span http_parse_field(const struct http_parsed *p, const char *name);
/* The first parameter of that name in a query, decoded; NULL if absent or not
 * to be decoded. */
const char *http_parse_query(
	struct span query, const char *name, struct arena *a);

#endif
