/*
 * The door to libcurl: its multi interface driven by our loop.
 *
 * A transfer first has its host looked up by resolve.c (libcurl's own way is a
 * thread per lookup), then it is an easy handle in the multi. Its end is
 * collected after libcurl has returned, so that a callback may start or cancel
 * anything, and free the client: `closed` is looked at after each call out.
 * One thread.
 */
#include "io/http_client.h"

#include <assert.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/http_private.h"

#define DEFAULT_CONNECT_MS 10000
#define DEFAULT_TOTAL_MS 30000
#define DEFAULT_BODY_BYTES ((size_t)16 << 20)
#define DEFAULT_HEAD_BYTES ((size_t)64 << 10)

/* -- the end of a transfer ------------------------------------------------ */

static void
leave_multi(struct http_transfer *t)
{
	if (t->in_multi)
		curl_multi_remove_handle(t->c->curl.multi, t->handle->easy);
	t->in_multi = false;
}

/* Gone for the client; its memory goes after the turn. */
static void
drop(struct http_transfer *t)
{
	struct http_client *c = t->c;

	leave_multi(t);
	resolve_cancel(&t->query);
	loop_timer_free(&t->timer);
	*t->prev = t->next;
	if (t->next)
		t->next->prev = t->prev;
	c->stats.under_way--;
	if (t->handle)
		http_handle_put(c, &t->handle);
	mem_free(&t->headers);
	curl_slist_free_all(t->addresses);
	http_head_fini(&t->head);
	strbuf_fini(&t->body);
	mem_free(&t->url);
	mem_free(&t->host);
	loop_free_later(c->loop, t);
}

static void
count(struct http_client *c, const struct http_response *r, unsigned opened)
{
	if (r->failure == HTTP_DONE)
		c->stats.done++;
	else
		c->stats.failed++;
	c->stats.connections_opened += opened;
	c->stats.connections_reused += r->reused;
	c->stats.bytes_in += (uint64_t)r->bytes_in;
	c->stats.bytes_out += (uint64_t)r->bytes_out;
}

/* The one callback of a transfer. r has failure and err. */
static void
finish(struct http_transfer *t, struct http_response *r)
{
	struct http_client *c = t->c;
	struct http_header *headers;
	struct http_head head;
	http_done_cb cb = t->cb;
	void *arg = t->arg;
	char *url = t->url;

	leave_multi(t);
	count(c, r, http_easy_facts(t, r));
	/* Out of the transfer: the callback may free the client. */
	head = t->head;
	t->head = (struct http_head){0};
	t->url = NULL;
	headers = http_head_fields(&head, &r->n_headers);
	r->headers = headers;
	r->url = span_of(url);
	r->body = t->body;
	strbuf_init(&t->body, 0);
	drop(t);
	cb(r, arg);
	strbuf_fini(&r->body);
	mem_free(&headers);
	http_head_fini(&head);
	mem_free(&url);
}

static void
collect(void *arg)
{
	struct http_client *c = arg;
	CURLMsg *m;
	int left;

	while (!c->closed && (m = curl_multi_info_read(c->curl.multi, &left))) {
		struct http_response r = {.failure = HTTP_DONE};
		struct http_handle *h = NULL;
		struct http_transfer *t;
		CURLcode code = m->data.result;

		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &h);
		t = h->transfer;
		/* A head that was cut off is fine with libcurl. */
		if (code == CURLE_OK && !t->head_ended)
			code = CURLE_PARTIAL_FILE;
		if (code != CURLE_OK && !t->cut)
			http_easy_failure(t, (int)code, &r);
		finish(t, &r);
	}
}

/* -- starting ------------------------------------------------------------- */

static void
enter_multi(struct http_transfer *t)
{
	http_easy_set_limits(t);
	curl_loop_add(&t->c->curl, t->handle->easy);
	t->in_multi = true;
}

static void
on_resolved(
	const struct resolve_answer *answer, const struct err *err, void *arg)
{
	struct http_transfer *t = arg;
	struct http_response r = {.failure = HTTP_RESOLVE};

	t->query = NULL;
	loop_timer_free(&t->timer);
	t->name_us = clock_mono_us() - t->start_us;
	if (err) {
		if (answer->is_ours)
			r.failure = HTTP_OURS;
		r.err = *err;
		finish(t, &r);
		return;
	}
	http_easy_set_addresses(t, answer);
	enter_multi(t);
}

static void
on_resolve_timeout(void *arg)
{
	struct http_transfer *t = arg;
	struct http_response r = {.failure = HTTP_TIMEOUT};

	err_set(&r.err, ERR_TEMP, "no address for %s in time", t->host);
	finish(t, &r);
}

/* An address as a host is judged here: behind a proxy nobody else would. */
static void
on_refused(void *arg)
{
	struct http_transfer *t = arg;
	struct http_response r = {.failure = HTTP_FORBIDDEN};

	http_easy_failure(t, CURLE_COULDNT_CONNECT, &r);
	finish(t, &r);
}

static int
start_resolving(struct http_transfer *t, struct err *err)
{
	struct http_client *c = t->c;
	int64_t limit_ms =
		t->connect_ms < t->total_ms ? t->connect_ms : t->total_ms;

	if (!c->resolve) {
		if (resolve_new(c->loop, NULL, &c->resolve, err) < 0)
			return -1;
		c->own_resolve = true;
	}
	t->timer = loop_timer_new(c->loop, on_resolve_timeout, t);
	loop_timer_set(t->timer, limit_ms);
	t->query = resolve_start(c->resolve, t->host, on_resolved, t);
	return 0;
}

static int
begin(struct http_transfer *t, const struct http_request *q, struct err *err)
{
	struct cidr_addr a;
	bool numeric = cidr_addr_parse(span_of(t->host), &a);

	/* The operator's own socket or proxy may be where it likes. */
	t->guard = q->unix_socket ? NULL : q->guard;
	if (numeric && !http_guard_allows(t, &a)) {
		t->timer = loop_timer_new(t->c->loop, on_refused, t);
		loop_timer_set(t->timer, 0);
		return 0;
	}
	if (q->proxy.n)
		t->guard = NULL;
	if (!numeric && !q->proxy.n && !q->unix_socket)
		return start_resolving(t, err);
	enter_multi(t);
	return 0;
}

static struct http_transfer *
new_transfer(struct http_client *c, const struct http_request *q,
	http_done_cb cb, void *arg)
{
	struct http_transfer *t = mem_new(t);

	t->c = c;
	t->cb = cb;
	t->arg = arg;
	t->url = span_dup(q->url);
	t->start_us = clock_mono_us();
	t->connect_ms = q->connect_timeout_ms ? q->connect_timeout_ms
					      : DEFAULT_CONNECT_MS;
	t->total_ms = q->timeout_ms ? q->timeout_ms : DEFAULT_TOTAL_MS;
	t->max_head_bytes =
		q->max_header_bytes ? q->max_header_bytes : DEFAULT_HEAD_BYTES;
	t->cut_body = q->cut_body;
	strbuf_init(&t->body,
		q->max_body_bytes ? q->max_body_bytes : DEFAULT_BODY_BYTES);
	t->next = c->transfers;
	t->prev = &c->transfers;
	if (t->next)
		t->next->prev = &t->next;
	c->transfers = t;
	c->stats.under_way++;
	return t;
}

int
http_client_start(struct http_client *c, const struct http_request *q,
	http_done_cb cb, void *arg, struct http_transfer **out, struct err *err)
{
	struct http_transfer *t;

	if (out)
		*out = NULL;
	if (c->stats.under_way >= c->max_transfers)
		return err_set(err, ERR_TEMP,
			"%u requests are under way already",
			c->stats.under_way);
	if (http_request_check(q, err) < 0)
		return -1;
	t = new_transfer(c, q, cb, arg);
	if (http_easy_check_url(t, err) < 0) {
		drop(t);
		return -1;
	}
	http_easy_set_up(t, q);
	if (begin(t, q, err) < 0) {
		drop(t);
		return -1;
	}
	c->stats.started++;
	if (out)
		*out = t;
	return 0;
}

void
http_client_cancel(struct http_transfer **tp)
{
	if (*tp)
		drop(*tp);
	*tp = NULL;
}

/* -- the client ----------------------------------------------------------- */

static void
set_up_multi(struct http_client *c, const struct http_client_options *o)
{
	CURLM *m = c->curl.multi;
	long connections = o->max_connections ? (long)o->max_connections : 256;

	curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, connections);
	curl_multi_setopt(m, CURLMOPT_MAX_HOST_CONNECTIONS,
		(long)o->max_host_connections);
}

int
http_client_new(struct loop *l, const struct http_client_options *o,
	struct http_client **out, struct err *err)
{
	struct http_client *c;

	*out = NULL;
	c = mem_new(c);
	c->loop = l;
	if (!curl_loop_init(&c->curl, l, collect, c)) {
		mem_free(&c);
		return err_set(err, ERR_TEMP, "libcurl cannot be initialised");
	}
	c->share = curl_share_init();
	assert(c->share);
	curl_share_setopt(
		c->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	c->resolve = o->resolve;
	c->user_agent = o->user_agent ? mem_strdup(o->user_agent) : NULL;
	c->ca_file = o->ca_file ? mem_strdup(o->ca_file) : NULL;
	c->max_transfers = o->max_transfers ? o->max_transfers : 1000;
	set_up_multi(c, o);
	*out = c;
	return 0;
}

void
http_client_free(struct http_client **cp)
{
	struct http_client *c = *cp;

	if (!c)
		return;
	*cp = NULL;
	c->closed = true;
	while (c->transfers)
		drop(c->transfers);
	vec_each (struct http_handle **, h, &c->idle)
		http_handle_free(h);
	vec_fini(&c->idle);
	curl_loop_fini(&c->curl);
	curl_share_cleanup(c->share);
	if (c->own_resolve)
		resolve_free(&c->resolve);
	mem_free(&c->user_agent);
	mem_free(&c->ca_file);
	loop_free_later(c->loop, c);
}

void
http_client_stats_read(
	const struct http_client *c, struct http_client_stats *out)
{
	*out = c->stats;
}
