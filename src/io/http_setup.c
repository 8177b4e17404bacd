/*
 * What is asked of a libcurl handle. Setting all options anew costs more than
 * the poll of an unchanged feed, so a handle keeps those that are the same for
 * most requests and remembers those that differ from one to the next; a handle
 * that was used for something else (another method, a proxy, credentials) is
 * reset before it is used again.
 */
#include <assert.h>
#include <string.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/http_private.h"

static_assert(HTTP_DETAIL_SIZE >= CURL_ERROR_SIZE, "libcurl's words fit");

/* A kept connection may have died unnoticed; then libcurl asks again over a new
 * one, but 7.88 does so only five times until the handle is reset. */
#define MAX_OPENED 4
/* As many as there are polls at once; 5.6 KiB each. */
#define MAX_IDLE_HANDLES 256

#define SET(easy, option, value) \
	do { \
		CURLcode rc_ = curl_easy_setopt((easy), (option), (value)); \
		assert(rc_ == CURLE_OK); \
	} while (0)

/* -- the URL -------------------------------------------------------------- */

/* Scheme, host and port; only what we are willing to fetch. */
static int
read_url(struct http_transfer *t, CURLU *u, struct err *err)
{
	char *host = NULL, *port = NULL, *user = NULL;
	int64_t n = 0;
	int result = -1;

	if (curl_url_set(u, CURLUPART_URL, t->url, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_HOST, &host, CURLU_PUNYCODE) !=
			CURLUE_OK ||
		curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) !=
			CURLUE_OK ||
		!span_i64(span_of(port), 1, 65535, &n)) {
		err_set(err, ERR_PERM, "the URL is malformed");
		goto out;
	}
	if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK) {
		err_set(err, ERR_PERM,
			"user and password do not belong into the URL");
		goto out;
	}
	t->port = (unsigned)n;
	t->host = host[0] == '['
		? span_dup(span_sub(span_of(host), 1, strlen(host) - 2))
		: mem_strdup(host);
	result = 0;
out:
	curl_free(host);
	curl_free(port);
	curl_free(user);
	return result;
}

int
http_easy_check_url(struct http_transfer *t, struct err *err)
{
	struct span url = span_of(t->url), host;
	CURLU *u;
	int result;

	if (!http_is_url_text(url))
		return err_set(err, ERR_PERM,
			"the URL contains blanks or control characters");
	if (!span_caseeq_str(span_sub(url, 0, 7), "http://") &&
		!span_caseeq_str(span_sub(url, 0, 8), "https://"))
		return err_set(err, ERR_PERM,
			"only http and https URLs can be fetched");
	if (http_url_is_plain(url, &host, &t->port)) {
		t->host = span_dup(host);
		return 0;
	}
	u = curl_url();
	assert(u);
	result = read_url(t, u, err);
	curl_url_cleanup(u);
	return result;
}

/* -- handles -------------------------------------------------------------- */

/* What no request changes. */
static void
set_constants(struct http_handle *h, const struct http_client *c)
{
	CURL *easy = h->easy;

	SET(easy, CURLOPT_PRIVATE, h);
	SET(easy, CURLOPT_ERRORBUFFER, h->detail);
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	SET(easy, CURLOPT_SHARE, c->share);
	SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* Empty: not even the one in the environment. */
	SET(easy, CURLOPT_PROXY, "");
	if (c->ca_file)
		SET(easy, CURLOPT_CAINFO, c->ca_file);
	http_easy_set_callbacks(h);
}

static void
handle_reset(struct http_handle *h, const struct http_client *c)
{
	curl_easy_reset(h->easy);
	set_constants(h, c);
	h->is_special = false;
	h->opened = 0;
	h->set = (struct http_settings){0};
}

static struct http_handle *
handle_new(const struct http_client *c)
{
	struct http_handle *h = mem_new(h);

	h->easy = curl_easy_init();
	assert(h->easy);
	set_constants(h, c);
	return h;
}

void
http_handle_free(struct http_handle **hp)
{
	struct http_handle *h = *hp;

	if (h)
		curl_easy_cleanup(h->easy);
	mem_free(hp);
}

void
http_handle_put(struct http_client *c, struct http_handle **hp)
{
	struct http_handle *h = *hp;

	h->transfer = NULL;
	if (c->idle.n >= MAX_IDLE_HANDLES || c->closed) {
		http_handle_free(hp);
		return;
	}
	vec_push(&c->idle, h);
	*hp = NULL;
}

static struct http_handle *
handle_get(struct http_client *c)
{
	struct http_handle *h;

	if (c->idle.n == 0)
		return handle_new(c);
	h = c->idle.p[--c->idle.n];
	if (h->is_special || h->opened >= MAX_OPENED)
		handle_reset(h, c);
	return h;
}

/* -- header lines --------------------------------------------------------- */

/* The lines of a request, as libcurl takes them: nodes and text in one piece
 * of memory. */
struct lines {
	struct curl_slist *nodes;
	char *text; /* of the next line */
	size_t n;
};

static void
line_put(struct lines *l, struct span a, const char *between, struct span b)
{
	struct curl_slist *node = &l->nodes[l->n];
	size_t n_between = strlen(between);

	node->data = l->text;
	node->next = NULL;
	if (l->n > 0)
		l->nodes[l->n - 1].next = node;
	l->n++;
	memcpy(l->text, a.p, a.n);
	memcpy(l->text + a.n, between, n_between);
	if (b.n > 0)
		memcpy(l->text + a.n + n_between, b.p, b.n);
	l->text += a.n + n_between + b.n;
	*l->text++ = '\0';
}

/* Beyond those of the request: agent, bearer, two that are taken away. */
#define OWN_LINES 4
#define OWN_LINES_BYTES 128

static struct lines
lines_new(const struct http_request *q, struct span agent)
{
	size_t n = q->n_headers + OWN_LINES;
	size_t bytes = OWN_LINES_BYTES + agent.n + q->bearer.n;
	struct lines l = {0};

	for (size_t i = 0; i < q->n_headers; i++)
		bytes += q->headers[i].name.n + q->headers[i].value.n + 4;
	l.nodes = mem_alloc(n * sizeof(*l.nodes) + bytes);
	l.text = (char *)(l.nodes + n);
	return l;
}

static void
add_headers(struct http_transfer *t, const struct http_request *q)
{
	struct span agent = span_of(t->c->user_agent);
	struct lines l = lines_new(q, agent);
	bool has_type = false, has_agent = agent.n == 0;

	for (size_t i = 0; i < q->n_headers; i++)
		has_agent = has_agent ||
			span_caseeq_str(q->headers[i].name, "User-Agent");
	/* As a line like others: libcurl would format its own option twice. */
	if (!has_agent)
		line_put(&l, SPAN_LIT("User-Agent"), ": ", agent);
	for (size_t i = 0; i < q->n_headers; i++) {
		const struct http_header *h = &q->headers[i];

		has_type = has_type || span_caseeq_str(h->name, "Content-Type");
		/* libcurl's way to say "empty", else it would be left out. */
		line_put(&l, h->name, h->value.n > 0 ? ": " : ";", h->value);
	}
	if (q->bearer.n)
		line_put(&l, SPAN_LIT("Authorization"), ": Bearer ", q->bearer);
	/* What libcurl would add to a body of its own accord: */
	if (q->method) {
		line_put(&l, SPAN_LIT("Expect"), ":", SPAN_NULL);
		if (!has_type)
			line_put(&l, SPAN_LIT("Content-Type"), ":", SPAN_NULL);
	}
	t->headers = l.nodes;
	SET(t->handle->easy, CURLOPT_HTTPHEADER, l.n > 0 ? l.nodes : NULL);
}

/* -- options -------------------------------------------------------------- */

static void
set_method(struct http_handle *h, const struct http_request *q)
{
	CURL *easy = h->easy;

	if (!q->method || strcmp(q->method, "GET") == 0)
		return;
	h->is_special = true;
	if (strcmp(q->method, "HEAD") == 0) {
		SET(easy, CURLOPT_NOBODY, 1L);
		return;
	}
	SET(easy, CURLOPT_POST, 1L);
	SET(easy, CURLOPT_POSTFIELDS, q->body.p ? q->body.p : "");
	SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
	if (strcmp(q->method, "POST") != 0)
		SET(easy, CURLOPT_CUSTOMREQUEST, q->method);
}

/* What few requests want: the handle is reset after them. */
static void
set_connection(struct http_handle *h, const struct http_request *q)
{
	CURL *easy = h->easy;

	if (q->proxy.n > 0) {
		h->is_special = true;
		curl_loop_set_text(easy, CURLOPT_PROXY, q->proxy);
	}
	if (q->unix_socket) {
		h->is_special = true;
		SET(easy, CURLOPT_UNIX_SOCKET_PATH, q->unix_socket);
	}
	if (q->insecure) {
		h->is_special = true;
		SET(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		SET(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (q->user.n || q->password.n) {
		h->is_special = true;
		SET(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_loop_set_text(easy, CURLOPT_USERNAME, q->user);
		curl_loop_set_text(easy, CURLOPT_PASSWORD, q->password);
	}
}

/* An option that is set only where the handle has another value. */
#define SET_CHANGED(h, field, option, type, value) \
	do { \
		int64_t value_ = (value); \
		if ((h)->set.field != value_) \
			SET((h)->easy, (option), (type)value_); \
		(h)->set.field = value_; \
	} while (0)

static void
set_bounds(struct http_transfer *t, const struct http_request *q)
{
	static const long versions[] = {
		[HTTP_ANY] = CURL_HTTP_VERSION_2TLS,
		[HTTP_1_1] = CURL_HTTP_VERSION_1_1,
		[HTTP_2] = CURL_HTTP_VERSION_2_0,
	};
	struct http_handle *h = t->handle;
	bool is_slow_watched = q->low_speed_ms > 0;
	/* Rather share a connection that is being made than open another. */
	bool waits = q->version == HTTP_ANY && span_starts(q->url, "https:");

	SET_CHANGED(
		h, version, CURLOPT_HTTP_VERSION, long, versions[q->version]);
	SET_CHANGED(h, pipewait, CURLOPT_PIPEWAIT, long, waits);
	SET_CHANGED(h, low_speed_s, CURLOPT_LOW_SPEED_TIME, long,
		is_slow_watched ? (q->low_speed_ms + 999) / 1000 : 0);
	SET_CHANGED(h, low_speed_bytes, CURLOPT_LOW_SPEED_LIMIT, long,
		is_slow_watched ? q->low_speed_bytes : 0);
	SET_CHANGED(h, max_bytes, CURLOPT_MAXFILESIZE_LARGE, curl_off_t,
		t->cut_body ? 0 : (int64_t)t->body.max);
}

void
http_easy_set_up(struct http_transfer *t, const struct http_request *q)
{
	struct http_handle *h = handle_get(t->c);

	t->handle = h;
	h->transfer = t;
	h->detail[0] = '\0';
	SET(h->easy, CURLOPT_URL, t->url);
	set_bounds(t, q);
	set_connection(h, q);
	set_method(h, q);
	add_headers(t, q);
}

/* -- limits --------------------------------------------------------------- */

/* What is left of a limit; 0 would mean "none" to libcurl. */
static int64_t
left_ms(int64_t elapsed_ms, int64_t limit_ms)
{
	return limit_ms > elapsed_ms ? limit_ms - elapsed_ms : 1;
}

void
http_easy_set_limits(struct http_transfer *t)
{
	struct http_handle *h = t->handle;
	int64_t elapsed_ms = (clock_mono_us() - t->start_us) / 1000;

	SET_CHANGED(h, connect_ms, CURLOPT_CONNECTTIMEOUT_MS, long,
		left_ms(elapsed_ms, t->connect_ms));
	SET_CHANGED(h, total_ms, CURLOPT_TIMEOUT_MS, long,
		left_ms(elapsed_ms, t->total_ms));
	SET(h->easy, CURLOPT_RESOLVE, t->addresses);
}

void
http_easy_set_addresses(
	struct http_transfer *t, const struct resolve_answer *answer)
{
	t->addresses = curl_loop_addresses(t->host, t->port, answer);
}
