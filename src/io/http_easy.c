/*
 * One libcurl handle: what is asked of it, what it asks us back during a
 * transfer, and what it can tell afterwards. See http_client.c for the rest.
 *
 * The address guard is asked twice: when a socket is opened, and before a
 * request is sent, since an open connection may be one that another transfer,
 * with another guard, had opened.
 */
#include <assert.h>
#include <stdio.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/http_private.h"

static_assert(HTTP_DETAIL_SIZE >= CURL_ERROR_SIZE, "libcurl's words fit");

/* -- failures ------------------------------------------------------------- */

/*
 * What libcurl's codes mean; those that are not here are HTTP_OTHER. Source:
 * libcurl-errors(3).
 */
static const struct failure {
	CURLcode code;
	enum http_failure failure;
	enum err_kind kind;
	const char *text;
} failures[] = {
	{CURLE_URL_MALFORMAT, HTTP_BAD_REQUEST, ERR_PERM,
		"the URL is malformed"},
	{CURLE_COULDNT_RESOLVE_PROXY, HTTP_RESOLVE, ERR_TEMP,
		"the proxy's name cannot be resolved; check the proxy setting"},
	{CURLE_COULDNT_RESOLVE_HOST, HTTP_RESOLVE, ERR_TEMP,
		"the host's name cannot be resolved"},
	{CURLE_COULDNT_CONNECT, HTTP_CONNECT, ERR_TEMP,
		"the server cannot be reached"},
	{CURLE_PROXY, HTTP_CONNECT, ERR_TEMP, "the proxy does not let us pass"},
	{CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT, ERR_TEMP,
		"the server took too long"},
	{CURLE_SSL_CONNECT_ERROR, HTTP_TLS, ERR_TEMP,
		"the TLS handshake failed"},
	{CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS, ERR_PERM,
		"the server's certificate is refused"},
	{CURLE_SSL_ISSUER_ERROR, HTTP_TLS, ERR_PERM,
		"the server's certificate is refused"},
	{CURLE_SSL_CACERT_BADFILE, HTTP_TLS, ERR_PERM,
		"the file of trusted certificates cannot be read; install "
		"ca-certificates"},
	{CURLE_SSL_CIPHER, HTTP_TLS, ERR_PERM,
		"no TLS cipher in common with the server"},
	{CURLE_WEIRD_SERVER_REPLY, HTTP_BROKEN, ERR_TEMP,
		"the server's answer is no HTTP"},
	{CURLE_UNSUPPORTED_PROTOCOL, HTTP_BROKEN, ERR_TEMP,
		"the server's answer is no HTTP"},
	{CURLE_PARTIAL_FILE, HTTP_BROKEN, ERR_TEMP, "the answer was cut short"},
	{CURLE_GOT_NOTHING, HTTP_BROKEN, ERR_TEMP,
		"the server closed the connection without an answer"},
	{CURLE_SEND_ERROR, HTTP_BROKEN, ERR_TEMP,
		"the connection broke while sending"},
	{CURLE_RECV_ERROR, HTTP_BROKEN, ERR_TEMP,
		"the connection broke while receiving"},
	{CURLE_HTTP2, HTTP_BROKEN, ERR_TEMP, "the HTTP/2 connection broke"},
	{CURLE_HTTP2_STREAM, HTTP_BROKEN, ERR_TEMP,
		"the HTTP/2 stream was ended by the server"},
	{CURLE_BAD_CONTENT_ENCODING, HTTP_BROKEN, ERR_TEMP,
		"the answer's chunks are broken"},
	{CURLE_FILESIZE_EXCEEDED, HTTP_TOO_LARGE, ERR_PERM,
		"the answer is larger than allowed"},
	/* 7.88 says so of a header line beyond its own bound of 100 KiB; when
	 * memory is really out, we are told by mem_alloc(). */
	{CURLE_OUT_OF_MEMORY, HTTP_TOO_LARGE, ERR_PERM,
		"a header line of the answer is too long"},
};

static const struct failure *
failure_of(CURLcode code)
{
	static const struct failure other = {
		CURLE_OK, HTTP_OTHER, ERR_TEMP, "the request failed"};

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if (failures[i].code == code)
			return &failures[i];
	return &other;
}

static bool
is_connected(const struct http_transfer *t)
{
	curl_off_t us = 0;

	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &us);
	return us > 0;
}

static void
set_timeout(struct http_transfer *t, struct http_response *r)
{
	if (strncmp(t->detail, "Operation too slow", 18) == 0) {
		r->failure = HTTP_SLOW;
		err_set(&r->err, ERR_TEMP,
			"the server sends too slowly (%lld bytes came)",
			(long long)t->body.n);
	} else if (!is_connected(t)) {
		r->failure = HTTP_TIMEOUT;
		err_set(&r->err, ERR_TEMP,
			"no connection to %s port %u in time", t->host,
			t->port);
	} else {
		r->failure = HTTP_TIMEOUT;
		err_set(&r->err, ERR_TEMP,
			"no complete answer within %lld ms (%zu bytes came)",
			(long long)t->total_ms, t->body.n);
	}
}

void
http_easy_failure(struct http_transfer *t, int code, struct http_response *r)
{
	const struct failure *f = failure_of((CURLcode)code);

	if (t->refused[0]) {
		/* A literal address says where it is by itself. */
		bool literal = span_starts(span_of(t->refused), t->host) &&
			t->refused[strlen(t->host)] == ',';

		r->failure = HTTP_FORBIDDEN;
		err_set(&r->err, ERR_PERM,
			"%s%s%s; add it to fetch.allow_private if that "
			"is meant",
			literal ? "" : t->host, literal ? "" : " is at ",
			t->refused);
	} else if (t->why == HTTP_TOO_LARGE && t->head_ended) {
		r->failure = HTTP_TOO_LARGE;
		err_set(&r->err, ERR_PERM,
			"the answer is larger than the %zu bytes allowed",
			t->body.max);
	} else if (t->why == HTTP_TOO_LARGE) {
		r->failure = HTTP_TOO_LARGE;
		err_set(&r->err, ERR_PERM,
			"the answer's headers are larger than %zu bytes",
			t->max_head_bytes);
	} else if (code == CURLE_OPERATION_TIMEDOUT) {
		set_timeout(t, r);
	} else {
		r->failure = f->failure;
		err_set(&r->err, f->kind, "%s (%s)", f->text,
			t->detail[0] ? t->detail
				     : curl_easy_strerror((CURLcode)code));
	}
}

/* -- what libcurl asks during a transfer ---------------------------------- */

bool
http_guard_allows(struct http_transfer *t, const struct cidr_addr *a)
{
	const char *range = t->guard ? cidr_guard_refuses(t->guard, a) : NULL;
	char text[CIDR_TEXT_SIZE];

	if (!range)
		return true;
	cidr_addr_format(a, text);
	snprintf(t->refused, sizeof(t->refused), "%s, a %s address", text,
		range);
	return false;
}

static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *sa)
{
	struct http_transfer *t = arg;
	struct cidr_addr a;

	(void)purpose;
	if (t->guard &&
		(!cidr_addr_of(&sa->addr, &a) || !http_guard_allows(t, &a)))
		return CURL_SOCKET_BAD;
	return socket(sa->family, sa->socktype | SOCK_CLOEXEC, sa->protocol);
}

/* Before a request goes out, over whatever connection. */
static int
on_before_request(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct http_transfer *t = arg;
	struct cidr_addr a;

	(void)from;
	(void)to_port;
	(void)from_port;
	if (t->guard &&
		(!cidr_addr_parse(span_of(to), &a) ||
			!http_guard_allows(t, &a)))
		return CURL_PREREQFUNC_ABORT;
	t->refused[0] = '\0'; /* another address of the host was fine */
	return CURL_PREREQFUNC_OK;
}

static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;
	struct span line = {p, size * n};

	if (t->head_ended && !span_starts(line, "HTTP/"))
		return line.n; /* a trailer */
	t->head_ended = false;
	if (!http_head_line(&t->head, line, t->max_head_bytes)) {
		t->why = HTTP_TOO_LARGE;
		return 0;
	}
	t->head_ended = span_trim(line).n == 0;
	return line.n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;

	n *= size;
	strbuf_put(&t->body, p, n);
	if (!t->body.full)
		return n;
	if (t->cut_body)
		t->cut = true;
	else
		t->why = HTTP_TOO_LARGE;
	return 0;
}

/* -- setting a transfer up ------------------------------------------------ */

#define SET(easy, option, value) \
	do { \
		CURLcode rc_ = curl_easy_setopt((easy), (option), (value)); \
		assert(rc_ == CURLE_OK); \
	} while (0)

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
	struct span url = span_of(t->url);
	CURLU *u;
	int result;

	if (!http_is_url_text(url))
		return err_set(err, ERR_PERM,
			"the URL contains blanks or control characters");
	if (!span_caseeq_str(span_sub(url, 0, 7), "http://") &&
		!span_caseeq_str(span_sub(url, 0, 8), "https://"))
		return err_set(err, ERR_PERM,
			"only http and https URLs can be fetched");
	u = curl_url();
	assert(u);
	result = read_url(t, u, err);
	curl_url_cleanup(u);
	return result;
}

static void
add_header(struct http_transfer *t, const char *line)
{
	struct curl_slist *list = curl_slist_append(t->headers, line);

	assert(list);
	t->headers = list;
}

static void
add_headers(struct http_transfer *t, const struct http_request *q)
{
	bool has_type = false;
	char *line;

	for (size_t i = 0; i < q->n_headers; i++) {
		const struct http_header *h = &q->headers[i];

		has_type = has_type || span_caseeq_str(h->name, "Content-Type");
		/* libcurl's way to say "empty", else it would be left out. */
		line = h->value.n ? mem_printf("%.*s: %.*s", SPAN_ARG(h->name),
					    SPAN_ARG(h->value))
				  : mem_printf("%.*s;", SPAN_ARG(h->name));
		add_header(t, line);
		mem_free(&line);
	}
	if (q->bearer.n) {
		line = mem_printf(
			"Authorization: Bearer %.*s", SPAN_ARG(q->bearer));
		add_header(t, line);
		mem_free(&line);
	}
	/* What libcurl would add of its own accord: */
	add_header(t, "Expect:");
	if (q->method && !has_type)
		add_header(t, "Content-Type:");
	SET(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void
set_method(struct http_transfer *t, const struct http_request *q)
{
	CURL *easy = t->easy;

	if (!q->method || strcmp(q->method, "GET") == 0) {
		SET(easy, CURLOPT_HTTPGET, 1L);
	} else if (strcmp(q->method, "HEAD") == 0) {
		SET(easy, CURLOPT_NOBODY, 1L);
	} else {
		SET(easy, CURLOPT_POST, 1L);
		SET(easy, CURLOPT_POSTFIELDS, q->body.p ? q->body.p : "");
		SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
		if (strcmp(q->method, "POST") != 0)
			SET(easy, CURLOPT_CUSTOMREQUEST, q->method);
	}
}

static void
set_text(CURL *easy, CURLoption option, struct span value)
{
	char *text = span_dup(value);

	SET(easy, option, text); /* libcurl copies it */
	mem_free(&text);
}

static void
set_connection(struct http_transfer *t, const struct http_request *q)
{
	static const long versions[] = {
		[HTTP_ANY] = CURL_HTTP_VERSION_2TLS,
		[HTTP_1_1] = CURL_HTTP_VERSION_1_1,
		[HTTP_2] = CURL_HTTP_VERSION_2_0,
	};
	CURL *easy = t->easy;

	SET(easy, CURLOPT_HTTP_VERSION, versions[q->version]);
	/* Rather share a connection that is being made than open another. */
	if (q->version == HTTP_ANY && span_starts(q->url, "https:"))
		SET(easy, CURLOPT_PIPEWAIT, 1L);
	/* Empty: not even the one in the environment. */
	set_text(easy, CURLOPT_PROXY, q->proxy);
	SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (q->unix_socket)
		SET(easy, CURLOPT_UNIX_SOCKET_PATH, q->unix_socket);
	if (t->c->ca_file)
		SET(easy, CURLOPT_CAINFO, t->c->ca_file);
	SET(easy, CURLOPT_SSL_VERIFYPEER, q->insecure ? 0L : 1L);
	SET(easy, CURLOPT_SSL_VERIFYHOST, q->insecure ? 0L : 2L);
	if (q->user.n || q->password.n) {
		SET(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		set_text(easy, CURLOPT_USERNAME, q->user);
		set_text(easy, CURLOPT_PASSWORD, q->password);
	}
}

static void
set_callbacks(struct http_transfer *t)
{
	CURL *easy = t->easy;

	SET(easy, CURLOPT_PRIVATE, t);
	SET(easy, CURLOPT_ERRORBUFFER, t->detail);
	SET(easy, CURLOPT_HEADERFUNCTION, on_head);
	SET(easy, CURLOPT_HEADERDATA, t);
	SET(easy, CURLOPT_WRITEFUNCTION, on_body);
	SET(easy, CURLOPT_WRITEDATA, t);
	SET(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(easy, CURLOPT_OPENSOCKETDATA, t);
	SET(easy, CURLOPT_PREREQFUNCTION, on_before_request);
	SET(easy, CURLOPT_PREREQDATA, t);
}

void
http_easy_set_up(struct http_transfer *t, const struct http_request *q)
{
	struct http_client *c = t->c;
	CURL *easy = c->idle.n ? c->idle.p[--c->idle.n] : curl_easy_init();

	assert(easy);
	t->easy = easy;
	SET(easy, CURLOPT_URL, t->url);
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	SET(easy, CURLOPT_SHARE, c->share);
	SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	if (c->user_agent)
		SET(easy, CURLOPT_USERAGENT, c->user_agent);
	if (q->low_speed_ms > 0) {
		SET(easy, CURLOPT_LOW_SPEED_TIME,
			(long)((q->low_speed_ms + 999) / 1000));
		SET(easy, CURLOPT_LOW_SPEED_LIMIT, (long)q->low_speed_bytes);
	}
	if (!t->cut_body)
		SET(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->body.max);
	set_callbacks(t);
	set_connection(t, q);
	set_method(t, q);
	add_headers(t, q);
}

/* -- limits --------------------------------------------------------------- */

static int64_t
elapsed_ms(const struct http_transfer *t)
{
	return (clock_mono_us() - t->start_us) / 1000;
}

/* What is left of a limit; 0 would mean "none" to libcurl. */
static long
left_ms(const struct http_transfer *t, int64_t limit_ms)
{
	int64_t left = limit_ms - elapsed_ms(t);

	return left > 0 ? (long)left : 1;
}

void
http_easy_set_limits(struct http_transfer *t)
{
	SET(t->easy, CURLOPT_CONNECTTIMEOUT_MS, left_ms(t, t->connect_ms));
	SET(t->easy, CURLOPT_TIMEOUT_MS, left_ms(t, t->total_ms));
	if (t->addresses)
		SET(t->easy, CURLOPT_RESOLVE, t->addresses);
}

void
http_easy_set_addresses(
	struct http_transfer *t, const struct resolve_answer *answer)
{
	struct strbuf s = STRBUF_INIT(4096);

	strbuf_printf(&s, "+%s:%u:", t->host, t->port);
	for (size_t i = 0; i < answer->n; i++) {
		char text[CIDR_TEXT_SIZE];

		cidr_addr_format(&answer->addrs[i], text);
		strbuf_printf(&s, "%s%s", i ? "," : "", text);
	}
	t->addresses = curl_slist_append(NULL, strbuf_cstr(&s));
	assert(t->addresses);
	strbuf_fini(&s);
}

/* -- facts ---------------------------------------------------------------- */

static int64_t
time_info(CURL *easy, CURLINFO what)
{
	curl_off_t v = 0;

	curl_easy_getinfo(easy, what, &v);
	return v;
}

static long
number_info(CURL *easy, CURLINFO what)
{
	long v = 0;

	curl_easy_getinfo(easy, what, &v);
	return v;
}

static unsigned
version_of(CURL *easy)
{
	switch (number_info(easy, CURLINFO_HTTP_VERSION)) {
	case CURL_HTTP_VERSION_1_0:
		return 10;
	case CURL_HTTP_VERSION_1_1:
		return 11;
	case CURL_HTTP_VERSION_2_0:
		return 20;
	default:
		return 0;
	}
}

static void
fill_times(struct http_transfer *t, struct http_response *r)
{
	CURL *easy = t->easy;

	r->name_us = t->name_us;
	r->connect_us = t->name_us + time_info(easy, CURLINFO_CONNECT_TIME_T);
	r->tls_us = t->name_us + time_info(easy, CURLINFO_APPCONNECT_TIME_T);
	r->first_byte_us =
		t->name_us + time_info(easy, CURLINFO_STARTTRANSFER_TIME_T);
	r->total_us = clock_mono_us() - t->start_us;
	r->bytes_in = time_info(easy, CURLINFO_SIZE_DOWNLOAD_T) +
		number_info(easy, CURLINFO_HEADER_SIZE);
	r->bytes_out = time_info(easy, CURLINFO_SIZE_UPLOAD_T) +
		number_info(easy, CURLINFO_REQUEST_SIZE);
}

unsigned
http_easy_facts(struct http_transfer *t, struct http_response *r)
{
	long opened = number_info(t->easy, CURLINFO_NUM_CONNECTS);
	char *address = NULL;

	r->status = (unsigned)number_info(t->easy, CURLINFO_RESPONSE_CODE);
	r->version = r->status ? version_of(t->easy) : 0;
	curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &address);
	snprintf(r->address, sizeof(r->address), "%s", address ? address : "");
	r->reused = r->status && opened == 0;
	fill_times(t, r);
	return opened > 0 ? (unsigned)opened : 0;
}
