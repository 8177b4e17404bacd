/*
 * One request and its answer: complete, or streamed. What is sent goes to the
 * connection in http_conn.c, if the client is still there. One thread.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "io/http_server_private.h"

#define MAX_HEADERS_OUT 4096

static const char *
reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} rows[] = {
		{200, "OK"},
		{202, "Accepted"},
		{204, "No Content"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{409, "Conflict"},
		{413, "Content Too Large"},
		{414, "URI Too Long"},
		{422, "Unprocessable Content"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{501, "Unsupported"},
		{503, "Service Unavailable"},
		{505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].reason;
	return "Status";
}

/* -- life ------------------------------------------------------------------ */

struct http_exchange *
http_exchange_new(struct conn *c)
{
	struct http_exchange *x = mem_new(x);

	x->loop = c->s->loop;
	x->c = c;
	x->arena = arena_new();
	strbuf_init(&x->headers, MAX_HEADERS_OUT);
	x->q.local = c->local;
	c->x = x;
	return x;
}

void
http_exchange_free(struct http_exchange *x)
{
	loop_defer_cancel(x->loop, x);
	arena_free(&x->arena);
	strbuf_fini(&x->headers);
	loop_free_later(x->loop, x);
}

static void
on_gone(void *arg)
{
	struct http_exchange *x = arg;
	loop_cb gone = x->gone;
	void *gone_arg = x->gone_arg;

	http_exchange_free(x);
	if (gone)
		gone(gone_arg);
}

void
http_exchange_orphan(struct http_exchange *x)
{
	x->c = NULL;
	if (x->streaming)
		loop_defer(x->loop, on_gone, x);
}

/* -- answers --------------------------------------------------------------- */

/* n_body SIZE_MAX: not known, it is streamed. */
static void
write_head(struct http_exchange *x, unsigned status, const char *type,
	size_t n_body)
{
	struct conn *c = x->c;
	struct strbuf b = STRBUF_INIT((size_t)2 * MAX_HEADERS_OUT);
	char date[DATE_TEXT_SIZE];

	date_format_http(clock_wall(), date);
	strbuf_printf(&b, "HTTP/1.1 %u %s\r\nDate: %s\r\n", status,
		reason(status), date);
	strbuf_str(&b,
		"Cache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n");
	if (type)
		strbuf_printf(&b, "Content-Type: %s\r\n", type);
	if (status == 204 || status == 304)
		; /* has no body by definition, RFC 9110 8.6 */
	else if (n_body != SIZE_MAX)
		strbuf_printf(&b, "Content-Length: %zu\r\n", n_body);
	else if (x->chunked)
		strbuf_str(&b, "Transfer-Encoding: chunked\r\n");
	if (!c->keep_alive)
		strbuf_str(&b, "Connection: close\r\n");
	else if (x->parsed.minor == 0)
		strbuf_str(&b, "Connection: keep-alive\r\n");
	strbuf_span(&b, strbuf_as_span(&x->headers));
	strbuf_str(&b, "\r\n");
	http_conn_write(c, b.p, b.n);
	strbuf_fini(&b);
}

void
http_set_header(struct http_exchange *x, const char *name, const char *value)
{
	assert(!strpbrk(name, "\r\n:") && !strpbrk(value, "\r\n"));
	strbuf_printf(&x->headers, "%s: %s\r\n", name, value);
	assert(!x->headers.full);
}

void
http_reply(struct http_exchange *x, unsigned status, const char *type,
	struct span body)
{
	struct conn *c = x->c;

	assert(!x->answered);
	assert((status != 204 && status != 304) || !body.n);
	x->answered = true;
	if (!c) {
		http_exchange_free(x);
		return;
	}
	write_head(x, status, type, body.n);
	if (!x->head_only)
		http_conn_write(c, body.p, body.n);
	http_conn_flush(c);
}

/* JSON needs escapes for quotes, backslashes and controls only. */
static void
put_json(struct strbuf *out, const char *s)
{
	for (; *s; s++) {
		unsigned char ch = (unsigned char)*s;

		if (ch == '"' || ch == '\\')
			strbuf_printf(out, "\\%c", ch);
		else if (ch < 0x20)
			strbuf_printf(out, "\\u%04x", ch);
		else
			strbuf_char(out, *s);
	}
}

void
http_reply_error(struct http_exchange *x, unsigned status, const char *message)
{
	struct strbuf b = STRBUF_INIT(4096);

	strbuf_str(&b, "{\"error\":\"");
	put_json(&b, message);
	if (b.full) /* leave room for the end; nobody writes that much */
		strbuf_cut(&b, 2048);
	strbuf_str(&b, "\"}\n");
	http_reply(x, status, "application/json", strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* -- streams --------------------------------------------------------------- */

void
http_stream_start(struct http_exchange *x, unsigned status, const char *type,
	loop_cb gone, void *arg)
{
	struct conn *c = x->c;

	assert(!x->answered);
	x->answered = true;
	x->streaming = true;
	x->gone = gone;
	x->gone_arg = arg;
	if (!c) {
		loop_defer(x->loop, on_gone, x);
		return;
	}
	x->chunked = x->parsed.minor == 1;
	if (!x->chunked)
		c->keep_alive = false; /* the end of it is the end */
	write_head(x, status, type, SIZE_MAX);
	http_conn_stream(c);
}

bool
http_stream_send(struct http_exchange *x, struct span data)
{
	struct conn *c = x->c;
	char size[24];

	assert(x->streaming);
	if (!c)
		return false;
	if (x->head_only || !data.n)
		return true;
	if (http_conn_unsent(c) + data.n > c->s->o.max_unsent_bytes) {
		c->s->stats.streams_cut++;
		http_conn_close(c);
		return false;
	}
	if (x->chunked) {
		snprintf(size, sizeof(size), "%zx\r\n", data.n);
		http_conn_write(c, size, strlen(size));
	}
	http_conn_write(c, data.p, data.n);
	if (x->chunked)
		http_conn_write(c, "\r\n", 2);
	return true;
}

void
http_stream_end(struct http_exchange *x)
{
	struct conn *c = x->c;

	assert(x->streaming);
	if (!c) {
		http_exchange_free(x); /* gone() need not come any more */
		return;
	}
	if (x->chunked && !x->head_only)
		http_conn_write(c, "0\r\n\r\n", 5);
	http_conn_flush(c);
}

/* -- the request ----------------------------------------------------------- */

struct span
http_request_header(const struct http_exchange *x, const char *name)
{
	return http_parse_field(&x->parsed, name);
}

const char *
http_request_query(const struct http_exchange *x, const char *name)
{
	return http_parse_query(x->parsed.query, name, x->arena);
}
