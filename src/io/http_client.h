/*
 * HTTP requests without blocking the loop. The door to libcurl.
 *
 * One client holds a pool of connections. It asks what it is told and no more:
 * no redirects, no cookies, no referrer, no netrc, no decoding of contents (the
 * body is as received), only http and https. Every answer is bounded in bytes
 * and time. Addresses are checked at connect time against a guard, so that a
 * name that resolves to a private address is refused too. One thread.
 */
#ifndef NW_IO_HTTP_CLIENT_H
#define NW_IO_HTTP_CLIENT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "io/cidr.h"
#include "io/loop.h"

struct http_client;
struct http_transfer; /* a request under way */
struct resolve;

struct http_client_options {
	const char *user_agent; /* copied; NULL: none sent */
	unsigned max_connections; /* kept open, all hosts; 0: 256 */
	unsigned max_host_connections; /* at once per host; 0: no limit */
	unsigned max_transfers; /* under way at once; 0: 1000; then refused */
	const char *ca_file; /* copied; NULL: the system's */
	struct resolve *resolve; /* must outlive it; NULL: one of its own */
};

NW_MUST_CHECK int http_client_new(struct loop *l,
	const struct http_client_options *o, struct http_client **out,
	struct err *err);
/* Cancels what is under way: no callbacks. */
void http_client_free(struct http_client **c);

struct http_header {
	struct span name, value;
};

enum http_version { HTTP_ANY, HTTP_1_1, HTTP_2 }; /* ANY: 2 by ALPN on https */

/*
 * What to ask. Everything is copied, but body and guard, which are borrowed
 * until the callback or the cancel. A header with CR, LF or NUL is refused. An
 * empty span is "none"; 0 is the default that is named.
 */
struct http_request {
	const char *method; /* NULL: GET */
	struct span url; /* http: or https:, without user information */
	const struct http_header *headers;
	size_t n_headers;
	struct span body; /* sent with its length, if not GET */
	struct span user, password; /* basic authentication */
	struct span bearer; /* bearer token */
	int64_t connect_timeout_ms; /* name, TCP and TLS; 10000 */
	int64_t timeout_ms; /* all of it; 30000 */
	/* Fails if slower than low_speed_bytes a second for low_speed_ms (whole
	 * seconds); 0: never. */
	int64_t low_speed_ms;
	unsigned low_speed_bytes;
	size_t max_body_bytes; /* beyond: HTTP_TOO_LARGE; 16 MiB */
	size_t max_header_bytes; /* all header lines; 64 KiB */
	bool cut_body; /* keep the first max_body_bytes and call it done */
	const char *unix_socket; /* connect there; the URL's host is a name */
	struct span proxy; /* http://, https://, socks5h:// */
	enum http_version version;
	/* NULL: every address is allowed. Behind a proxy only an address that
	 * stands in the URL can be judged; a unix_socket is not judged. */
	const struct cidr_guard *guard;
	bool insecure; /* certificate not verified (the operator said so) */
};

/* Why there is no complete answer. */
enum http_failure {
	HTTP_DONE = 0,
	HTTP_BAD_REQUEST, /* the URL or a header cannot be sent */
	HTTP_RESOLVE, /* no such name, or no name server answers */
	HTTP_CONNECT, /* refused, unreachable */
	HTTP_TLS, /* handshake or certificate */
	HTTP_FORBIDDEN, /* the guard refuses the address */
	HTTP_TIMEOUT, /* connecting or in all */
	HTTP_SLOW, /* under the lowest speed */
	HTTP_BROKEN, /* cut short, reset, not HTTP */
	HTTP_TOO_LARGE, /* body or headers */
	HTTP_OURS, /* not the server's fault: memory, descriptors, or the file
		    * of trusted certificates are missing here */
	HTTP_OTHER
};

/* Lives until the callback returns; the callback may take body's memory. */
struct http_response {
	enum http_failure failure;
	struct err err; /* if failure: ERR_TEMP or ERR_PERM, and what to do */
	/* 100..599; 0 if none came. Set also on failure, if the head came. */
	unsigned status;
	unsigned version; /* 10, 11, 20 */
	const struct http_header *headers; /* of the last answer, in order */
	size_t n_headers;
	struct strbuf body; /* as received; on failure what came until then */
	struct span url; /* as asked */
	char address[CIDR_TEXT_SIZE]; /* connected to; empty if not */
	bool reused; /* an open connection was used */
	int64_t name_us, connect_us, tls_us, first_byte_us, total_us;
	int64_t bytes_in, bytes_out; /* with headers */
};

/* The first header of that name (ASCII case does not matter); empty if absent.
 * has: tells absent from empty; may be NULL. */
struct span http_response_header(
	const struct http_response *r, const char *name, bool *has);

/* A header that is a list, which may come in several lines (RFC 9110 5.3): all
 * of them, joined by commas. out is used where there are several. */
struct span http_response_list(
	const struct http_response *r, const char *name, struct strbuf *out);

typedef void (*http_done_cb)(struct http_response *r, void *arg);

/*
 * Starts a request; cb is called exactly once, from the loop, never from in
 * here. -1 if it cannot even be begun: ERR_PERM (bad URL or header), ERR_TEMP
 * (too many under way); then cb is not called. out may be NULL.
 */
NW_MUST_CHECK int http_client_start(struct http_client *c,
	const struct http_request *q, http_done_cb cb, void *arg,
	struct http_transfer **out, struct err *err);
/* cb will not come. Not after cb came: the transfer is gone then. */
void http_client_cancel(struct http_transfer **t);

struct http_client_stats {
	uint64_t started, done, failed;
	uint64_t connections_opened, connections_reused;
	uint64_t bytes_in, bytes_out;
	unsigned under_way;
};
void http_client_stats_read(
	const struct http_client *c, struct http_client_stats *out);
/* "timeout"; for logs and counters. */
const char *http_failure_name(enum http_failure f);

#endif
