/*
 * What http_server.c (listeners), http_conn.c (connections and requests; the
 * door to libevent) and http_exchange.c (answers and streams) share.
 */
#ifndef NW_IO_HTTP_SERVER_PRIVATE_H
#define NW_IO_HTTP_SERVER_PRIVATE_H

#include "base/vec.h"
#include "io/http_parse.h"
#include "io/http_server.h"

struct bufferevent;
struct listener;

enum conn_state {
	CONN_HEAD, /* nothing or a part of a head has come */
	CONN_BODY,
	CONN_BUSY, /* the handler has the exchange */
	CONN_STREAM, /* it is streaming */
	CONN_FLUSH, /* the answer is on its way */
	CONN_LINGER, /* no more from us; what comes is thrown away */
	CONN_N_STATES
};

struct conn {
	struct http_server *s;
	struct conn *next, **prev;
	enum conn_state state;
	struct bufferevent *bev;
	struct loop_timer *timer; /* the state's limit */
	struct http_exchange *x; /* HEAD: NULL */
	bool local;
	bool keep_alive;
	bool refused; /* input of this request is left unread */
	bool ended; /* the client sends no more */
	size_t unsent; /* FLUSH: at the last look, to see progress */
};

struct http_exchange {
	struct loop *loop;
	struct conn *c; /* NULL: the client or the server is gone */
	struct arena *arena;
	struct http_parsed parsed;
	struct http_server_request q;
	struct strbuf headers; /* of the answer */
	bool head_only;
	bool streaming, chunked;
	bool answered;
	loop_cb gone;
	void *gone_arg;
};

struct http_server {
	struct loop *loop;
	struct http_server_options o;
	VEC(struct listener *) listeners;
	struct loop_timer *pause; /* of all listeners */
	struct conn *conns;
	unsigned port;
	struct http_server_stats stats;
};

/* http_conn.c */
/* Of an accepted socket, which it closes; local: of a Unix socket. */
void http_conn_new(struct http_server *s, int fd, bool local);
void http_conn_write(struct conn *c, const void *p, size_t n);
size_t http_conn_unsent(const struct conn *c);
/* All of the answer has been written; the exchange is gone. */
void http_conn_flush(struct conn *c);
void http_conn_close(struct conn *c);
/* The exchange streams from now on. */
void http_conn_stream(struct conn *c);

/* http_exchange.c */
struct http_exchange *http_exchange_new(struct conn *c);
void http_exchange_free(struct http_exchange *x);
/* It loses its connection: a stream is told, after the turn; a handler that
 * has still to answer may do so, to nobody. */
void http_exchange_orphan(struct http_exchange *x);

#endif
