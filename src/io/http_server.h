/*
 * A small HTTP server for the status API, on TCP and on a Unix socket.
 *
 * Routes are a table of the caller. Everything is bounded: connections, sizes,
 * idle time, what a slow reader may leave unread. Answers are complete or
 * streamed (chunked; server-sent events). One thread.
 */
#ifndef NW_IO_HTTP_SERVER_H
#define NW_IO_HTTP_SERVER_H

#include "base/err.h"
#include "base/strbuf.h"
#include "io/loop.h"

struct http_server;
struct http_exchange; /* one request and its answer */

/* Lives until the answer is finished, or the handler's gone() came. */
struct http_server_request {
	const char *method; /* "GET" */
	struct span path; /* decoded, without query */
	struct span rest; /* what a route's "*" stands for */
	struct span body;
	bool local; /* came in on the Unix socket */
};

/*
 * Called for a request that matches. It must answer with http_reply() or
 * http_stream_start(), now or later; until then x stays valid.
 */
typedef void (*http_handler)(struct http_exchange *x,
	const struct http_server_request *q, void *arg);

struct http_route {
	const char *method; /* "GET" answers HEAD too; NULL ends the table */
	const char *path; /* "/api/feeds"; a last "*" matches any rest */
	http_handler handler;
	bool local_only; /* on the Unix socket only; elsewhere 403 */
};

struct http_server_options {
	const struct http_route *routes; /* borrowed; first match wins */
	void *arg; /* for the handlers */
	size_t max_body_bytes; /* 0: 1 MiB; beyond: 413 */
	size_t max_header_bytes; /* 0: 16 KiB; beyond: 431 */
	unsigned max_connections; /* 0: 256; beyond: 503 and closed */
	int64_t idle_ms; /* a connection without traffic; 0: 60000 */
	size_t max_unsent_bytes; /* of a stream; 0: 1 MiB; beyond: it is cut */
};

NW_MUST_CHECK int http_server_new(struct loop *l,
	const struct http_server_options *o, struct http_server **out,
	struct err *err);
/* Closes connections; streams get gone(). Removes its Unix socket file. */
void http_server_free(struct http_server **s);

/* "127.0.0.1:8642", "[::1]:0"; port 0 picks one. ERR_CONF if that address
 * cannot be used (and what is in the way). */
NW_MUST_CHECK int http_server_listen(
	struct http_server *s, const char *where, struct err *err);
/* The port in use after http_server_listen(); 0 before. */
unsigned http_server_port(const struct http_server *s);
/* A stale socket file is replaced; one that answers is ERR_CONF (somebody
 * runs already). */
NW_MUST_CHECK int http_server_listen_unix(struct http_server *s,
	const char *path, unsigned mode, struct err *err);

/* Request, while x is valid: */
struct span http_request_header(
	const struct http_exchange *x, const char *name); /* empty if absent */
/* A parameter of the query, decoded; NULL if absent. */
const char *http_request_query(const struct http_exchange *x, const char *name);

/* More header lines for the answer, before it starts. */
void http_set_header(
	struct http_exchange *x, const char *name, const char *value);
/* The whole answer; x is gone. type NULL: no body type. body is copied. */
void http_reply(struct http_exchange *x, unsigned status, const char *type,
	struct span body);
/* {"error":"..."} with that status; x is gone. */
void http_reply_error(
	struct http_exchange *x, unsigned status, const char *message);

/* Begin a streamed answer. gone(arg) comes once, when the client went away, was
 * too slow, or the server closes; x is gone then. It does not come after
 * http_stream_end(). */
void http_stream_start(struct http_exchange *x, unsigned status,
	const char *type, loop_cb gone, void *arg);
/* False if the client is too slow or gone: gone() will come, stop sending. */
bool http_stream_send(struct http_exchange *x, struct span data);
void http_stream_end(struct http_exchange *x);

struct http_server_stats {
	unsigned connections;
	uint64_t requests, refused, streams_cut;
};
void http_server_stats_read(
	const struct http_server *s, struct http_server_stats *out);

#endif
