/*
 * One connection of the server: a bufferevent, and the door to libevent.
 *
 * It reads a head (HEAD) and its body (BODY), waits for the handler (BUSY) or
 * streams (STREAM), sends what is left (FLUSH), and begins anew or closes;
 * after an error it lingers until the client has seen the answer (LINGER;
 * closing with input unread would reset it away). One thread.
 *
 * Hazards: a handler may answer at once or later; gone() may do anything but
 * is never called from inside a call of the owner of the stream.
 */
#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "base/mem.h"
#include "io/http_server_private.h"
#include "io/loop_private.h"

#define LINGER_MS 1000

#define TO(s) (1u << (s))
static const unsigned moves[CONN_N_STATES] = {
	[CONN_HEAD] = TO(CONN_BODY) | TO(CONN_BUSY) | TO(CONN_FLUSH),
	[CONN_BODY] = TO(CONN_BUSY) | TO(CONN_FLUSH),
	[CONN_BUSY] = TO(CONN_STREAM) | TO(CONN_FLUSH),
	[CONN_STREAM] = TO(CONN_FLUSH),
	[CONN_FLUSH] = TO(CONN_HEAD) | TO(CONN_LINGER),
	[CONN_LINGER] = 0,
};

static void read_request(struct conn *c);

static void
set_state(struct conn *c, enum conn_state to)
{
	assert(moves[c->state] & TO(to));
	c->state = to;
}

/* -- answers and the end --------------------------------------------------- */

void
http_conn_close(struct conn *c)
{
	struct http_server *s = c->s;

	if (c->x && (c->state == CONN_BUSY || c->state == CONN_STREAM))
		http_exchange_orphan(c->x);
	else if (c->x)
		http_exchange_free(c->x);
	c->x = NULL;
	*c->prev = c->next;
	if (c->next)
		c->next->prev = c->prev;
	s->stats.connections--;
	bufferevent_setcb(c->bev, NULL, NULL, NULL, NULL);
	bufferevent_free(c->bev);
	c->bev = NULL;
	loop_timer_free(&c->timer);
	loop_defer_cancel(s->loop, c);
	loop_free_later(s->loop, c);
}

size_t
http_conn_unsent(const struct conn *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->bev));
}

static void
on_next_request(void *arg)
{
	struct conn *c = arg;

	if (c->state == CONN_HEAD)
		read_request(c);
}

/* The answer is out. */
static void
flushed(struct conn *c)
{
	if (c->keep_alive && !c->ended) {
		set_state(c, CONN_HEAD);
		loop_timer_set(c->timer, c->s->o.idle_ms);
		/* It may have been sent already; not from in here, or a
		 * client could build our stack as high as it likes. */
		loop_defer(c->s->loop, on_next_request, c);
	} else if (c->refused && !c->ended) {
		set_state(c, CONN_LINGER);
		shutdown(bufferevent_getfd(c->bev), SHUT_WR);
		loop_timer_set(c->timer, LINGER_MS);
	} else {
		http_conn_close(c);
	}
}

void
http_conn_flush(struct conn *c)
{
	struct http_exchange *x = c->x;

	c->x = NULL;
	if (x)
		http_exchange_free(x);
	set_state(c, CONN_FLUSH);
	c->unsent = http_conn_unsent(c);
	loop_timer_set(c->timer, c->s->o.idle_ms);
	if (!c->unsent)
		flushed(c);
}

void
http_conn_write(struct conn *c, const void *p, size_t n)
{
	int rc = n ? bufferevent_write(c->bev, p, n) : 0;

	assert(rc == 0);
}

void
http_conn_stream(struct conn *c)
{
	set_state(c, CONN_STREAM);
	loop_timer_stop(c->timer);
	if (c->ended) {
		http_conn_close(c);
	} else if (c->x->head_only) {
		/* There is nothing more to send to this one. */
		http_exchange_orphan(c->x);
		c->x = NULL;
		http_conn_flush(c);
	}
}

/* -- requests -------------------------------------------------------------- */

/* Answers a request that is not, or not completely, read. */
static void
refuse(struct conn *c, unsigned status, const char *message)
{
	struct http_exchange *x = c->x ? c->x : http_exchange_new(c);

	c->s->stats.refused++;
	c->keep_alive = false;
	c->refused = true;
	http_reply_error(x, status, message);
}

static const char *
refusal(unsigned status)
{
	switch (status) {
	case 414:
		return "the URL is too long";
	case 431:
		return "the headers are too large";
	case 501:
		return "send the body with Content-Length, not in chunks";
	case 505:
		return "only HTTP/1.0 and 1.1 are spoken here";
	default:
		return "this is no well-formed HTTP request";
	}
}

/* Does the route's path match? *rest: what its '*' stands for. */
static bool
matches(const char *pattern, struct span path, struct span *rest)
{
	size_t n = strlen(pattern);

	*rest = SPAN_NULL;
	if (n && pattern[n - 1] == '*') {
		if (path.n < n - 1 || memcmp(path.p, pattern, n - 1) != 0)
			return false;
		*rest = span_sub(path, n - 1, path.n);
		return true;
	}
	return span_eq_str(path, pattern);
}

static void
reply_405(struct http_exchange *x, const char *allow)
{
	http_set_header(x, "Allow", allow);
	http_reply_error(x, 405, "this resource has no such method");
}

static void
handle(struct conn *c)
{
	struct http_exchange *x = c->x;
	const struct http_server_options *o = &c->s->o;
	const char *method = x->parsed.method;
	const char *allow = NULL;

	set_state(c, CONN_BUSY);
	loop_timer_stop(c->timer);
	c->s->stats.requests++;
	x->q.method = method;
	x->q.path = x->parsed.path;
	x->head_only = strcmp(method, "HEAD") == 0;
	for (const struct http_route *r = o->routes; r->method; r++) {
		if (!matches(r->path, x->q.path, &x->q.rest))
			continue;
		if (strcmp(r->method, x->head_only ? "GET" : method) != 0) {
			allow = r->method;
			continue;
		}
		if (r->local_only && !c->local)
			http_reply_error(x, 403,
				"this works over the control socket only");
		else
			r->handler(x, &x->q, o->arg);
		return;
	}
	if (allow)
		reply_405(x, allow);
	else
		http_reply_error(x, 404, "there is nothing at this path");
}

static void
read_body(struct conn *c)
{
	struct http_exchange *x = c->x;
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t n = (size_t)x->parsed.content_length;
	char *p;

	if (evbuffer_get_length(in) < n)
		return;
	p = arena_alloc(x->arena, n + 1);
	if (n)
		evbuffer_remove(in, p, n);
	x->q.body = span_make(p, n);
	handle(c);
}

/* A whole head of n bytes is there. */
static void
read_head(struct conn *c, size_t n)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	struct http_exchange *x = http_exchange_new(c);
	char *p = arena_alloc(x->arena, n + 1);
	unsigned status;

	evbuffer_remove(in, p, n);
	status = http_parse_head(span_make(p, n), x->arena, &x->parsed);
	if (status) {
		refuse(c, status, refusal(status));
		return;
	}
	c->keep_alive = x->parsed.keep_alive;
	if (x->parsed.content_length > c->s->o.max_body_bytes) {
		refuse(c, 413, "the body is too large");
		return;
	}
	set_state(c, CONN_BODY);
	if (x->parsed.expects_continue &&
		evbuffer_get_length(in) < x->parsed.content_length)
		http_conn_write(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
	read_body(c);
}

static void
read_request(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t max = c->s->o.max_header_bytes;
	struct evbuffer_ptr end;

	/* RFC 9112 2.2: an empty line before a request is nothing. */
	while (evbuffer_get_length(in) >= 2 &&
		memcmp(evbuffer_pullup(in, 2), "\r\n", 2) == 0)
		evbuffer_drain(in, 2);
	end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	if (end.pos >= 0 && (size_t)end.pos + 4 <= max)
		read_head(c, (size_t)end.pos + 4);
	else if (end.pos >= 0 || evbuffer_get_length(in) >= max)
		refuse(c, 431, refusal(431));
	else if (c->ended)
		http_conn_close(c);
}

/* -- events of a connection ------------------------------------------------ */

static void
discard(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);

	evbuffer_drain(in, evbuffer_get_length(in));
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;

	(void)bev;
	switch (c->state) {
	case CONN_HEAD:
		read_request(c);
		break;
	case CONN_BODY:
		read_body(c);
		break;
	case CONN_STREAM:
	case CONN_LINGER:
		discard(c);
		break;
	case CONN_FLUSH:
		if (!c->keep_alive)
			discard(c);
		break;
	case CONN_BUSY: /* stays in the buffer, up to the watermark */
	case CONN_N_STATES:
		break;
	}
}

static void
on_written(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;

	(void)bev;
	if (c->state == CONN_FLUSH && !http_conn_unsent(c))
		flushed(c);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct conn *c = arg;

	c->ended = true;
	/* A client may send its request, end, and wait for the answer. */
	if (what & BEV_EVENT_EOF &&
		(c->state == CONN_BUSY || c->state == CONN_FLUSH)) {
		bufferevent_disable(bev, EV_READ);
		return;
	}
	http_conn_close(c);
}

static void
on_timer(void *arg)
{
	struct conn *c = arg;
	size_t left;

	switch (c->state) {
	case CONN_HEAD:
		if (evbuffer_get_length(bufferevent_get_input(c->bev)))
			refuse(c, 408, "the request took too long");
		else
			http_conn_close(c);
		break;
	case CONN_BODY:
		refuse(c, 408, "the request took too long");
		break;
	case CONN_FLUSH:
		left = http_conn_unsent(c);
		if (left >= c->unsent) { /* nothing was taken */
			http_conn_close(c);
			break;
		}
		c->unsent = left;
		loop_timer_set(c->timer, c->s->o.idle_ms);
		break;
	case CONN_LINGER:
		http_conn_close(c);
		break;
	case CONN_BUSY:
	case CONN_STREAM:
	case CONN_N_STATES:
		break;
	}
}

/* -- the beginning --------------------------------------------------------- */

void
http_conn_new(struct http_server *s, int fd, bool local)
{
	struct conn *c = mem_new(c);
	size_t most = s->o.max_header_bytes > s->o.max_body_bytes
		? s->o.max_header_bytes
		: s->o.max_body_bytes;
	int on = 1;

	if (!local) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	}
	c->s = s;
	c->local = local;
	c->next = s->conns;
	c->prev = &s->conns;
	if (c->next)
		c->next->prev = &c->next;
	s->conns = c;
	s->stats.connections++;
	c->timer = loop_timer_new(s->loop, on_timer, c);
	loop_timer_set(c->timer, s->o.idle_ms);
	c->bev = bufferevent_socket_new(
		loop_base(s->loop), fd, BEV_OPT_CLOSE_ON_FREE);
	assert(c->bev);
	/* One byte more, so that what is too long can be told. */
	bufferevent_setwatermark(c->bev, EV_READ, 0, most + 1);
	bufferevent_setcb(c->bev, on_read, on_written, on_event, c);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}
