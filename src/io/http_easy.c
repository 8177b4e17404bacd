/*
 * One libcurl handle: what it asks us back during a transfer, and what it can
 * tell afterwards. See http_setup.c for its options and http_client.c for the
 * rest.
 *
 * The address guard is asked twice: when a socket is opened, and before a
 * request is sent, since an open connection may be one that another transfer,
 * with another guard, had opened.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/plural.h"
#include "io/http_private.h"

#define SET(easy, option, value) \
	do { \
		CURLcode rc_ = curl_easy_setopt((easy), (option), (value)); \
		assert(rc_ == CURLE_OK); \
	} while (0)

/* -- failures ------------------------------------------------------------- */

#define NO_MEMORY "memory ran out here, the server is not to blame"

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
	{CURLE_SSL_CACERT_BADFILE, HTTP_OURS, ERR_PERM,
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
	/* Its own memory never runs out: curl_loop.c. */
	{CURLE_OUT_OF_MEMORY, HTTP_OURS, ERR_TEMP, NO_MEMORY},
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

	curl_easy_getinfo(t->handle->easy, CURLINFO_PRETRANSFER_TIME_T, &us);
	return us > 0;
}

/* 7.88 calls a header line beyond its own bound of 100 KiB "out of memory". */
static bool
is_long_line(const struct http_transfer *t, int code)
{
	return code == CURLE_OUT_OF_MEMORY && is_connected(t) && !t->head_ended;
}

/* By its length it is too large to begin with, or it became so. */
static bool
is_large_body(const struct http_transfer *t, int code)
{
	return code == CURLE_FILESIZE_EXCEEDED ||
		(t->why == HTTP_TOO_LARGE && t->head_ended);
}

static bool
is_no_tls(const struct http_transfer *t, int code)
{
	return code == CURLE_SSL_CONNECT_ERROR &&
		strstr(t->handle->detail, "wrong version number") != NULL;
}

/* In OpenSSL's words, or libcurl's on it; the server's are not among them. */
static bool
is_tls_without_memory(const struct http_transfer *t, int code)
{
	return code == CURLE_SSL_CONNECT_ERROR &&
		(strstr(t->handle->detail, "malloc failure") ||
			strstr(t->handle->detail, "Insufficient randomness"));
}

static void
set_timeout(struct http_transfer *t, struct http_response *r)
{
	curl_off_t us = 0;

	if (strncmp(t->handle->detail, "Operation too slow", 18) == 0) {
		curl_easy_getinfo(t->handle->easy, CURLINFO_TOTAL_TIME_T, &us);
		r->failure = HTTP_SLOW;
		err_set(&r->err, ERR_TEMP,
			"the server sends too slowly: %zu %s came in %lld s",
			t->body.n, PLURAL(t->body.n, "byte", "bytes"),
			(long long)(us / 1000000));
	} else if (!is_connected(t)) {
		r->failure = HTTP_TIMEOUT;
		err_set(&r->err, ERR_TEMP,
			"no connection to %s port %u in time", t->host,
			t->port);
	} else {
		r->failure = HTTP_TIMEOUT;
		err_set(&r->err, ERR_TEMP,
			"no complete answer within %lld ms (%zu %s came)",
			(long long)t->total_ms, t->body.n,
			PLURAL(t->body.n, "byte", "bytes"));
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
	} else if (is_large_body(t, code)) {
		r->failure = HTTP_TOO_LARGE;
		err_set(&r->err, ERR_PERM,
			"the answer is larger than the %zu bytes allowed; for "
			"feeds that is fetch.max_body",
			t->body.max);
	} else if (t->why == HTTP_TOO_LARGE) {
		r->failure = HTTP_TOO_LARGE;
		err_set(&r->err, ERR_PERM,
			"the answer's headers are larger than %zu bytes",
			t->max_head_bytes);
	} else if (is_long_line(t, code)) {
		r->failure = HTTP_TOO_LARGE;
		err_set(&r->err, ERR_PERM,
			"a header line of the answer is too long");
	} else if (is_no_tls(t, code)) {
		r->failure = HTTP_TLS;
		err_set(&r->err, ERR_TEMP,
			"what answers at this port speaks no TLS; is http: "
			"meant?");
	} else if (t->no_socket && code == CURLE_COULDNT_CONNECT) {
		r->failure = HTTP_OURS;
		err_errno(&r->err, ERR_TEMP, t->no_socket,
			"no socket for the request, the server is not to "
			"blame");
	} else if (is_tls_without_memory(t, code)) {
		r->failure = HTTP_OURS;
		err_set(&r->err, ERR_TEMP, NO_MEMORY " (%s)",
			t->handle->detail);
	} else if (code == CURLE_OPERATION_TIMEDOUT) {
		set_timeout(t, r);
	} else {
		r->failure = f->failure;
		err_set(&r->err, f->kind, "%s (%s)", f->text,
			t->handle->detail[0]
				? t->handle->detail
				: curl_easy_strerror((CURLcode)code));
	}
}

/* -- what libcurl asks during a transfer ---------------------------------- */

static struct http_transfer *
transfer_of(void *arg)
{
	const struct http_handle *h = arg;

	return h->transfer;
}

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
	struct http_transfer *t = transfer_of(arg);
	struct cidr_addr a;
	int fd;

	(void)purpose;
	if (t->guard &&
		(!cidr_addr_of(&sa->addr, &a) || !http_guard_allows(t, &a)))
		return CURL_SOCKET_BAD;
	fd = socket(sa->family, sa->socktype | SOCK_CLOEXEC, sa->protocol);
	if (fd < 0 && err_is_shortage(errno))
		t->no_socket = errno;
	return fd;
}

/* Before a request goes out, over whatever connection. */
static int
on_before_request(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct http_transfer *t = transfer_of(arg);
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
	struct http_transfer *t = transfer_of(arg);
	struct span line = {p, size * n};

	if (t->head_ended && !span_starts(line, "HTTP/"))
		return line.n; /* a trailer */
	t->head_ended = false;
	if (!http_head_line(&t->head, line, t->max_head_bytes)) {
		t->why = HTTP_TOO_LARGE;
		return 0;
	}
	/* Only blanks are no end: the line before goes on. */
	t->head_ended = line.n > 0 && (line.p[0] == '\r' || line.p[0] == '\n');
	return line.n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = transfer_of(arg);

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

void
http_easy_set_callbacks(struct http_handle *h)
{
	CURL *easy = h->easy;

	SET(easy, CURLOPT_HEADERFUNCTION, on_head);
	SET(easy, CURLOPT_HEADERDATA, h);
	SET(easy, CURLOPT_WRITEFUNCTION, on_body);
	SET(easy, CURLOPT_WRITEDATA, h);
	SET(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(easy, CURLOPT_OPENSOCKETDATA, h);
	SET(easy, CURLOPT_PREREQFUNCTION, on_before_request);
	SET(easy, CURLOPT_PREREQDATA, h);
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
	CURL *easy = t->handle->easy;

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
	long opened = number_info(t->handle->easy, CURLINFO_NUM_CONNECTS);
	char *address = NULL;

	r->status =
		(unsigned)number_info(t->handle->easy, CURLINFO_RESPONSE_CODE);
	r->version = r->status ? version_of(t->handle->easy) : 0;
	curl_easy_getinfo(t->handle->easy, CURLINFO_PRIMARY_IP, &address);
	snprintf(r->address, sizeof(r->address), "%s", address ? address : "");
	r->reused = r->status && opened == 0;
	fill_times(t, r);
	if (opened < 0)
		opened = 0;
	t->handle->opened += (unsigned)opened;
	return (unsigned)opened;
}
