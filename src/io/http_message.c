/* Requests and heads of answers, without any library. Pure. */
#include "io/http_message.h"

#include <string.h>

#include "base/mem.h"

#define MAX_FIELDS 1000 /* of one head; later ones are left out */

/* RFC 9110 5.6.2 */
static bool
is_token(struct span s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		char lower = (char)(c | 0x20);

		if (!(lower >= 'a' && lower <= 'z') &&
			!(c >= '0' && c <= '9') &&
			!memchr(others, c, sizeof(others) - 1))
			return false;
	}
	return s.n > 0;
}

bool
http_is_field_value(struct span s)
{
	bool good = true;

	/* All bytes, without a branch: it is good nearly always. */
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		good &= (c >= 0x20 || c == '\t') & (c != 0x7f);
	}
	return good;
}

bool
http_is_url_text(struct span url)
{
	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if (c <= 0x20 || c == 0x7f)
			return false;
	}
	return url.n > 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 0..255 without leading zeros, which some read as octal. */
static bool
is_octet(struct span s)
{
	int64_t v;

	return s.n > 0 && s.n <= 3 && is_digit(s.p[0]) &&
		(s.p[0] != '0' || s.n == 1) && span_i64(s, 0, 255, &v);
}

static bool
is_plain_address(struct span host)
{
	struct span part;
	unsigned n = 0;

	while (span_next(&host, '.', &part)) {
		if (!is_octet(part) || ++n > 4)
			return false;
	}
	return n == 4;
}

/* A last label that begins with a digit may be a number in disguise
 * (127.1, 0x7f.0.0.1). */
static bool
is_plain_host(struct span host)
{
	size_t label = 0;

	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i], lower = (char)(c | 0x20);

		if (c == '.') {
			if (i == label)
				return false;
			label = i + 1;
		} else if (!(lower >= 'a' && lower <= 'z') && !is_digit(c) &&
			c != '-' && c != '_') {
			return false;
		}
	}
	if (label == host.n)
		return false;
	return !is_digit(host.p[label]) || is_plain_address(host);
}

bool
http_url_is_plain(struct span url, struct span *host, unsigned *port)
{
	bool https = span_starts(url, "https://");
	struct span rest = span_sub(url, https ? 8 : 7, url.n);
	size_t n = 0, colon;
	int64_t number = https ? 443 : 80;

	if (!https && !span_starts(url, "http://"))
		return false;
	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?' &&
		rest.p[n] != '#')
		n++;
	/* Who it is that follows a backslash is a matter of taste. */
	if (span_find(rest, '\\') != SIZE_MAX)
		return false;
	*host = span_sub(rest, 0, n);
	colon = span_find(*host, ':');
	if (colon != SIZE_MAX) {
		struct span digits = span_sub(*host, colon + 1, n);

		if (digits.n == 0 || !is_digit(digits.p[0]) ||
			!span_i64(digits, 1, 65535, &number))
			return false;
		*host = span_sub(*host, 0, colon);
	}
	*port = (unsigned)number;
	return is_plain_host(*host);
}

static bool
is_proxy(struct span s)
{
	static const char *const schemes[] = {
		"http://", "https://", "socks5h://", "socks5://"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (span_starts(s, schemes[i]))
			return http_is_url_text(s);
	return false;
}

int
http_request_check(const struct http_request *q, struct err *err)
{
	if (q->method && !is_token(span_of(q->method)))
		return err_set(err, ERR_PERM, "\"%.40s\" is no HTTP method",
			q->method);
	for (size_t i = 0; i < q->n_headers; i++) {
		const struct http_header *h = &q->headers[i];

		if (!is_token(h->name))
			return err_set(err, ERR_PERM,
				"\"%.*s\" is no name of an HTTP header",
				SPAN_ARG(span_sub(h->name, 0, 40)));
		if (!http_is_field_value(h->value))
			return err_set(err, ERR_PERM,
				"the value of header \"%.*s\" contains control "
				"characters",
				SPAN_ARG(span_sub(h->name, 0, 40)));
	}
	if (!http_is_field_value(q->bearer))
		return err_set(err, ERR_PERM,
			"the bearer token contains control characters");
	if (!http_is_field_value(q->user) ||
		!http_is_field_value(q->password) ||
		span_find(q->user, ':') != SIZE_MAX)
		return err_set(err, ERR_PERM,
			"the user name or password contains characters that "
			"cannot be sent");
	if (q->proxy.n && !is_proxy(q->proxy))
		return err_set(err, ERR_PERM,
			"the proxy must begin with http://, https:// or "
			"socks5h://");
	return 0;
}

void
http_head_fini(struct http_head *h)
{
	strbuf_fini(&h->raw);
	mem_free(&h->fields);
	*h = (struct http_head){0};
}

static void
add_field(struct http_head *h, struct span line, size_t start)
{
	size_t colon = span_find(line, ':');
	struct span value;

	h->may_fold = false;
	if (colon == SIZE_MAX || !is_token(span_sub(line, 0, colon)) ||
		h->n_fields >= MAX_FIELDS)
		return;
	if (h->n_fields == h->cap_fields)
		h->fields = vec_grow_(h->fields, h->n_fields, &h->cap_fields, 1,
			sizeof(*h->fields));
	value = span_trim(span_sub(line, colon + 1, line.n));
	h->fields[h->n_fields].name = start;
	h->fields[h->n_fields].n_name = colon;
	h->fields[h->n_fields].value = start + (size_t)(value.p - line.p);
	h->fields[h->n_fields].n_value = value.n;
	h->n_fields++;
	h->may_fold = true;
}

/* RFC 9112 5.2: a line that goes on with the value of the one before counts as
 * one space more of it. */
static void
unfold(struct http_head *h, struct span line)
{
	size_t *at, *n, end;
	struct span more = span_trim(line);

	if (!h->may_fold || more.n == 0)
		return;
	at = &h->fields[h->n_fields - 1].value;
	n = &h->fields[h->n_fields - 1].n_value;
	end = (size_t)(more.p - h->raw.p);
	if (*n == 0)
		*at = end;
	else
		memset(h->raw.p + *at + *n, ' ', end - (*at + *n));
	*n = end + more.n - *at;
}

bool
http_head_line(struct http_head *h, struct span line, size_t max_bytes)
{
	h->bytes += line.n;
	if (h->bytes > max_bytes)
		return false;
	if (span_starts(line, "HTTP/")) {
		strbuf_clear(&h->raw);
		h->n_fields = 0;
		h->may_fold = false;
		return true;
	}
	h->raw.max = max_bytes;
	strbuf_span(&h->raw, line);
	if (line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
		unfold(h,
			span_sub(strbuf_as_span(&h->raw), h->raw.n - line.n,
				line.n));
	else
		add_field(h, line, h->raw.n - line.n);
	return true;
}

struct http_header *
http_head_fields(const struct http_head *h, size_t *n)
{
	struct http_header *out = mem_calloc(h->n_fields + 1, sizeof(*out));

	for (size_t i = 0; i < h->n_fields; i++) {
		out[i].name = span_make(
			h->raw.p + h->fields[i].name, h->fields[i].n_name);
		out[i].value = span_make(
			h->raw.p + h->fields[i].value, h->fields[i].n_value);
	}
	*n = h->n_fields;
	return out;
}

struct span
http_response_header(const struct http_response *r, const char *name, bool *has)
{
	struct span want = span_of(name);

	for (size_t i = 0; i < r->n_headers; i++) {
		if (r->headers[i].name.n != want.n ||
			!span_caseeq(r->headers[i].name, want))
			continue;
		if (has)
			*has = true;
		return r->headers[i].value;
	}
	if (has)
		*has = false;
	return SPAN_NULL;
}

struct span
http_response_list(
	const struct http_response *r, const char *name, struct strbuf *out)
{
	struct span want = span_of(name), first = SPAN_NULL;
	size_t n = 0;

	strbuf_clear(out);
	for (size_t i = 0; i < r->n_headers; i++) {
		const struct http_header *h = &r->headers[i];

		if (h->name.n != want.n || !span_caseeq(h->name, want))
			continue;
		if (n++ == 0) {
			first = h->value;
			continue;
		}
		if (n == 2)
			strbuf_span(out, first);
		strbuf_str(out, ", ");
		strbuf_span(out, h->value);
	}
	return n > 1 ? strbuf_as_span(out) : first;
}

const char *
http_failure_name(enum http_failure f)
{
	switch (f) {
	case HTTP_DONE:
		return "done";
	case HTTP_BAD_REQUEST:
		return "bad_request";
	case HTTP_RESOLVE:
		return "resolve";
	case HTTP_CONNECT:
		return "connect";
	case HTTP_TLS:
		return "tls";
	case HTTP_FORBIDDEN:
		return "forbidden";
	case HTTP_TIMEOUT:
		return "timeout";
	case HTTP_SLOW:
		return "slow";
	case HTTP_BROKEN:
		return "broken";
	case HTTP_TOO_LARGE:
		return "too_large";
	case HTTP_OURS:
		return "ours";
	case HTTP_OTHER:
		return "other";
	}
	return "other";
}
