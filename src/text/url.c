/*
 * Splitting, resolving and the canonical form. A reference is first cleaned of
 * white space into a buffer on the stack; from there on all is spans.
 */
#include "text/url.h"

#include "text/punycode.h"

enum {
	UNRESERVED = 1, /* never needs encoding, RFC 3986 2.3 */
	RESERVED = 2, /* gen-delims and sub-delims; also '%' */
	SCHEME = 4,
	HEX = 8
};

/* What a byte may be part of: '0' plus the flags above, for 0x20..0x7f. */
static const char classes[] = "0202222222262552==========220202" /* SP..? */
			      "2======55555555555555555555"
			      "20201" /* @..Z [..DEL */
			      "0======55555555555555555555"
			      "00010";

static bool
is_class(char c, unsigned class)
{
	return c >= ' ' && ((unsigned)classes[c - ' '] & class) != 0;
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Cut off *s before its first byte c; all of it if there is none. */
static struct span
take_until(struct span *s, char c)
{
	struct span part = span_sub(*s, 0, span_find(*s, c));

	*s = span_sub(*s, part.n, s->n);
	return part;
}

static void
drop(struct span *s, size_t n)
{
	*s = span_make(s->p + n, s->n - n);
}

static struct span
take_scheme(struct span *s)
{
	struct span scheme;
	size_t i = 0;

	while (i < s->n && is_class(s->p[i], SCHEME))
		i++;
	if (i == 0 || i == s->n || s->p[i] != ':' || !is_alpha(s->p[0]))
		return SPAN_NULL;
	scheme = span_make(s->p, i);
	drop(s, i + 1);
	return scheme;
}

static void
split_authority(struct span a, struct url *out)
{
	size_t at = a.n, end;

	while (at > 0 && a.p[at - 1] != '@')
		at--;
	if (at > 0) {
		out->userinfo = span_make(a.p, at - 1);
		drop(&a, at);
	}
	/* The port starts at the last ':' that is not inside []. */
	for (end = a.n; end > 0 && a.p[end - 1] >= '0' && a.p[end - 1] <= '9';)
		end--;
	if (end > 0 && a.p[end - 1] == ':') {
		out->port = span_make(a.p + end, a.n - end);
		a.n = end - 1;
	}
	out->host = a;
}

void
url_split(struct span s, struct url *out)
{
	struct span rest;

	if (!s.p)
		s = SPAN_LIT("");
	*out = (struct url){.scheme = take_scheme(&s)};
	rest = s;
	s = take_until(&rest, '#');
	if (rest.n > 0)
		out->fragment = span_sub(rest, 1, rest.n);
	rest = s;
	s = take_until(&rest, '?');
	if (rest.n > 0)
		out->query = span_sub(rest, 1, rest.n);
	if (span_starts(s, "//")) {
		drop(&s, 2);
		split_authority(take_until(&s, '/'), out);
	}
	out->path = s;
}

static bool
is_http_scheme(struct span scheme)
{
	return span_caseeq_str(scheme, "http") ||
		span_caseeq_str(scheme, "https");
}

/* -- writing ------------------------------------------------------------ */

static void
put_encoded(struct strbuf *out, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";
	char s[3] = {'%', hex[c >> 4], hex[c & 15]};

	strbuf_put(out, s, sizeof(s));
}

static unsigned
hex_value(char c)
{
	return c <= '9' ? (unsigned)(c - '0')
			: (unsigned)(to_lower(c) - 'a') + 10;
}

/* Append the encoded character at s.p[i] in its one canonical form. */
static void
put_triplet(struct strbuf *out, const char *p)
{
	unsigned char c =
		(unsigned char)(hex_value(p[1]) << 4 | hex_value(p[2]));

	if (is_class((char)c, UNRESERVED))
		strbuf_char(out, (char)c);
	else
		put_encoded(out, c);
}

/* Append s with all encoded that must be; canonical: also undo and unify. */
static void
put_part(struct strbuf *out, struct span s, bool canonical)
{
	for (size_t i = 0; i < s.n;) {
		size_t n = 0;
		char c;

		while (i + n < s.n && s.p[i + n] != '%' &&
			is_class(s.p[i + n], UNRESERVED | RESERVED))
			n++;
		strbuf_put(out, s.p + i, n);
		i += n;
		if (i == s.n)
			break;
		c = s.p[i];
		if (!canonical && c == '%') {
			strbuf_char(out, c);
		} else if (c == '%' && s.n - i > 2 &&
			is_class(s.p[i + 1], HEX) &&
			is_class(s.p[i + 2], HEX)) {
			put_triplet(out, s.p + i);
			i += 2;
		} else {
			put_encoded(out, (unsigned char)c);
		}
		i++;
	}
}

static void
put_lower(struct strbuf *out, struct span s)
{
	size_t start = out->n;

	put_part(out, s, true);
	for (size_t i = start; i < out->n; i++)
		if (out->p[i] == '%')
			i += 2; /* the digits stay as put_encoded() has them */
		else
			out->p[i] = to_lower(out->p[i]);
}

/* Take the last "/segment" off the path that starts at root. */
static void
pop_segment(struct strbuf *out, size_t root)
{
	size_t n = out->n;

	while (n > root && out->p[n - 1] != '/')
		n--;
	strbuf_cut(out, n > root ? n - 1 : root);
}

/* A path that starts with '/': RFC 3986 5.2.4, with the encoding undone first,
 * so that "%2E%2E" is seen. */
static void
put_path(struct strbuf *out, struct span path, bool canonical)
{
	size_t root = out->n;

	while (path.n > 0) {
		struct span segment, written;
		size_t start = out->n;

		drop(&path, 1); /* the '/' */
		segment = take_until(&path, '/');
		strbuf_char(out, '/');
		put_part(out, segment, canonical);
		written = span_sub(strbuf_as_span(out), start + 1, out->n);
		if (span_eq_str(written, ".")) {
			strbuf_cut(out, start);
		} else if (span_eq_str(written, "..")) {
			strbuf_cut(out, start);
			pop_segment(out, root);
		} else {
			continue;
		}
		if (path.n == 0)
			strbuf_char(out, '/');
	}
}

/* A host with a colon or bracket is an address in [] or no host at all. */
static bool
is_bad_host(struct span host)
{
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = span_sub(host, 1, host.n - 2);
	else if (span_find(host, ':') != SIZE_MAX)
		return true;
	return span_find(host, '[') != SIZE_MAX ||
		span_find(host, ']') != SIZE_MAX;
}

static bool
is_default_port(const struct url *u)
{
	return u->port.n == 0 ||
		(span_caseeq_str(u->scheme, "http") &&
			span_eq_str(u->port, "80")) ||
		(span_caseeq_str(u->scheme, "https") &&
			span_eq_str(u->port, "443"));
}

static void
put_host(struct strbuf *out, const struct url *u)
{
	if (!punycode_host(u->host, out))
		put_lower(out, u->host);
	if (!is_default_port(u)) {
		strbuf_char(out, ':');
		strbuf_span(out, u->port);
	}
}

/* False if it would mean something else: without a host, a path that its dots
 * leave as "//x" reads as one. */
static bool
put_url(struct strbuf *out, const struct url *u)
{
	size_t path;

	put_lower(out, u->scheme);
	strbuf_char(out, ':');
	if (u->host.p) {
		strbuf_str(out, "//");
		if (u->userinfo.p) {
			put_part(out, u->userinfo, false);
			strbuf_char(out, '@');
		}
		put_host(out, u);
	}
	path = out->n;
	if (span_starts(u->path, "/"))
		put_path(out, u->path, false);
	else
		put_part(out, u->path, false);
	if (!u->host.p &&
		span_starts(span_sub(strbuf_as_span(out), path, 2), "//"))
		return false;
	if (u->query.p) {
		strbuf_char(out, '?');
		put_part(out, u->query, false);
	}
	if (u->fragment.p) {
		strbuf_char(out, '#');
		put_part(out, u->fragment, false);
	}
	return true;
}

/* -- resolving ---------------------------------------------------------- */

/* Room for two references; bytes are added to the end only. */
struct scratch {
	char p[2 * URL_BYTES_MAX + 2];
	size_t n;
};

/* s without white space around it and without line breaks inside. */
static struct span
clean(struct span s, struct scratch *b)
{
	size_t start = b->n, plain = 0;

	s = span_trim(s);
	while (plain < s.n && (unsigned char)s.p[plain] > ' ')
		plain++;
	if (plain == s.n)
		return s;
	for (size_t i = 0; i < s.n;) {
		size_t end = i;
		bool broken = false;

		while (end < s.n && (unsigned char)s.p[end] <= ' ')
			broken |= s.p[end++] != ' ';
		if (end == i)
			end++;
		if (!broken) {
			memcpy(b->p + b->n, s.p + i, end - i);
			b->n += end - i;
		}
		i = end;
	}
	return span_make(b->p + start, b->n - start);
}

/* The path of ref as it stands in a document at base: RFC 3986 5.2.3. */
static struct span
merge_path(const struct url *base, struct span path, struct scratch *b)
{
	struct span dir = base->path;
	size_t start = b->n;

	while (dir.n > 0 && dir.p[dir.n - 1] != '/')
		dir.n--;
	if (dir.n == 0 && base->host.p)
		dir = SPAN_LIT("/");
	memcpy(b->p + start, dir.p, dir.n);
	memcpy(b->p + start + dir.n, path.p, path.n);
	b->n += dir.n + path.n;
	return span_make(b->p + start, b->n - start);
}

/* RFC 3986 5.2.2: what ref lacks is the base's. */
static void
inherit(struct url *ref, const struct url *base, struct scratch *b)
{
	if (ref->scheme.p)
		return;
	ref->scheme = base->scheme;
	if (ref->host.p)
		return;
	ref->userinfo = base->userinfo;
	ref->host = base->host;
	ref->port = base->port;
	if (ref->path.n == 0) {
		ref->path = base->path;
		if (!ref->query.p)
			ref->query = base->query;
	} else if (ref->path.p[0] != '/') {
		ref->path = merge_path(base, ref->path, b);
	}
}

bool
url_resolve(struct span base, struct span ref, struct strbuf *out)
{
	struct scratch cleaned, merged;
	struct url b, u;
	size_t start = out->n;

	if (ref.n > URL_BYTES_MAX || base.n > URL_BYTES_MAX || out->full)
		return false;
	cleaned.n = merged.n = 0;
	url_split(clean(ref, &cleaned), &u);
	if (!u.scheme.p) {
		url_split(clean(base, &cleaned), &b);
		inherit(&u, &b, &merged);
	}
	if (!u.scheme.p || is_bad_host(u.host) ||
		(is_http_scheme(u.scheme) && u.host.n == 0))
		return false;
	if (!put_url(out, &u) || out->full || out->n - start > URL_BYTES_MAX) {
		strbuf_cut(out, start);
		return false;
	}
	return true;
}

bool
url_is_http(struct span s)
{
	struct url u;

	url_split(span_trim(s), &u);
	return is_http_scheme(u.scheme) && u.host.n > 0;
}

struct span
url_host(struct span s)
{
	struct url u;

	url_split(span_trim(s), &u);
	if (!u.scheme.p || u.host.n == 0)
		return SPAN_NULL;
	if (u.host.n > 2 && u.host.p[0] == '[' && span_ends(u.host, "]"))
		return span_sub(u.host, 1, u.host.n - 2);
	return u.host;
}

/* -- canonical form ----------------------------------------------------- */

static void
put_canonical_query(struct strbuf *out, struct span query)
{
	struct span part;
	char before = '?';

	while (span_next(&query, '&', &part)) {
		struct span value = part, name = take_until(&value, '=');

		if (part.n == 0 ||
			url_is_tracking(name, span_sub(value, 1, value.n)))
			continue;
		strbuf_char(out, before);
		put_part(out, part, true);
		before = '&';
	}
}

bool
url_canonical(struct span s, struct strbuf *out)
{
	struct scratch cleaned;
	struct url u;
	size_t start = out->n;

	if (s.n > URL_BYTES_MAX || out->full)
		return false;
	cleaned.n = 0;
	url_split(clean(s, &cleaned), &u);
	if (u.host.n == 0 || is_bad_host(u.host) ||
		(u.scheme.p && !is_http_scheme(u.scheme)))
		return false;
	strbuf_str(out, "//");
	put_host(out, &u);
	put_path(out, u.path.n ? u.path : SPAN_LIT("/"), true);
	put_canonical_query(out, u.query);
	if (out->full || out->n - start > URL_BYTES_MAX) {
		strbuf_cut(out, start);
		return false;
	}
	return true;
}
