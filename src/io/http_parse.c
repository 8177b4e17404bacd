/* The head of an HTTP request. Lenient readings of it are what request
 * smuggling is made of, so there are none. Pure. */
#include "io/http_parse.h"

#include <stdio.h>
#include <string.h>

#define MAX_TARGET 8192
#define MAX_METHOD 20

static bool
is_token_char(char c)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') ||
		memchr(others, c, sizeof(others) - 1) != NULL;
}

static bool
is_token(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char(s.p[i]))
			return false;
	return s.n > 0;
}

/* Percent-decoded and terminated; false for broken escapes and NUL. */
static bool
decode(struct span s, bool plus_is_blank, struct arena *a, struct span *out)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '+' && plus_is_blank) {
			c = ' ';
		} else if (c == '%') {
			if (!span_escape(s, i, &c))
				return false;
			i += 2;
		}
		if (c == '\0')
			return false;
		p[n++] = c;
	}
	*out = span_make(p, n);
	return true;
}

/* The line up to CRLF; *rest moves behind it. False if there is none, or a
 * bare CR, LF or NUL is in it. */
static bool
next_line(struct span *rest, struct span *line)
{
	size_t end = span_find(*rest, '\n');

	if (end == SIZE_MAX || end == 0 || rest->p[end - 1] != '\r')
		return false;
	*line = span_sub(*rest, 0, end - 1);
	*rest = span_sub(*rest, end + 1, rest->n);
	return !memchr(line->p, '\r', line->n) && !memchr(line->p, 0, line->n);
}

/* "/path?query", or as a proxy would ask "http://host/path?query". */
static unsigned
parse_target(struct span target, struct arena *a, struct http_parsed *out)
{
	size_t at;

	if (target.n > MAX_TARGET)
		return 414;
	for (size_t i = 0; i < target.n; i++)
		if ((unsigned char)target.p[i] <= ' ' || target.p[i] == 0x7f)
			return 400;
	if (span_caseeq_str(span_sub(target, 0, 7), "http://")) {
		target = span_sub(target, 7, target.n);
		at = span_find(target, '/');
		target = at == SIZE_MAX ? SPAN_LIT("/")
					: span_sub(target, at, target.n);
	}
	at = span_find(target, '?');
	if (at != SIZE_MAX)
		out->query = span_sub(target, at + 1, target.n);
	if (!span_starts(target, "/") ||
		!decode(span_sub(target, 0, at), false, a, &out->path))
		return 400;
	return 0;
}

static unsigned
parse_request_line(struct span line, struct arena *a, struct http_parsed *out)
{
	struct span method, target;

	if (!span_next(&line, ' ', &method) || !span_next(&line, ' ', &target))
		return 400;
	if (!is_token(method))
		return 400;
	if (method.n > MAX_METHOD)
		return 501;
	out->method = arena_span(a, method).p;
	if (span_eq_str(line, "HTTP/1.1"))
		out->minor = 1;
	else if (!span_eq_str(line, "HTTP/1.0"))
		return span_starts(line, "HTTP/") ? 505 : 400;
	return parse_target(target, a, out);
}

static unsigned
parse_field(struct span line, struct http_parsed *out)
{
	size_t colon = span_find(line, ':');
	struct span name = span_sub(line, 0, colon);

	/* Also refuses folded lines and blanks before the colon. */
	if (colon == SIZE_MAX || !is_token(name))
		return 400;
	if (out->n_fields == HTTP_PARSE_FIELDS)
		return 431;
	out->fields[out->n_fields++] = (struct http_field){
		name, span_trim(span_sub(line, colon + 1, line.n))};
	return 0;
}

static size_t
count_field(const struct http_parsed *p, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_fields; i++)
		n += span_caseeq_str(p->fields[i].name, name);
	return n;
}

/* Is the word in a comma list? */
static bool
lists(struct span list, const char *word)
{
	struct span part;

	while (span_next(&list, ',', &part))
		if (span_caseeq_str(span_trim(part), word))
			return true;
	return false;
}

static unsigned
judge_fields(struct http_parsed *p)
{
	struct span length = http_parse_field(p, "Content-Length");
	struct span connection = http_parse_field(p, "Connection");
	int64_t n = 0;

	if (count_field(p, "Transfer-Encoding"))
		return 501;
	if (count_field(p, "Content-Length") > 1 ||
		count_field(p, "Host") > 1 ||
		(p->minor == 1 && !count_field(p, "Host")))
		return 400;
	p->has_length = count_field(p, "Content-Length") == 1;
	if (p->has_length &&
		(!length.n || length.p[0] == '+' || length.p[0] == '-' ||
			!span_i64(length, 0, INT64_MAX, &n)))
		return 400;
	p->content_length = (uint64_t)n;
	p->keep_alive = p->minor == 1 ? !lists(connection, "close")
				      : lists(connection, "keep-alive");
	p->expects_continue = p->minor == 1 &&
		span_caseeq_str(http_parse_field(p, "Expect"), "100-continue");
	return 0;
}

unsigned
http_parse_head(struct span head, struct arena *a, struct http_parsed *out)
{
	struct span line;
	unsigned status;

	*out = (struct http_parsed){0};
	if (!next_line(&head, &line))
		return 400;
	status = parse_request_line(line, a, out);
	while (!status) {
		if (!next_line(&head, &line))
			return 400;
		if (!line.n)
			return judge_fields(out);
		status = parse_field(line, out);
	}
	return status;
}

struct span
http_parse_field(const struct http_parsed *p, const char *name)
{
	for (size_t i = 0; i < p->n_fields; i++)
		if (span_caseeq_str(p->fields[i].name, name))
			return p->fields[i].value;
	return SPAN_NULL;
}

const char *
http_parse_query(struct span query, const char *name, struct arena *a)
{
	struct span pair, key, value;

	while (span_next(&query, '&', &pair)) {
		size_t eq = span_find(pair, '=');

		if (!decode(span_sub(pair, 0, eq), true, a, &key) ||
			!span_eq_str(key, name))
			continue;
		value = eq == SIZE_MAX ? SPAN_NULL
				       : span_sub(pair, eq + 1, pair.n);
		if (!decode(value, true, a, &value))
			return NULL;
		return value.p;
	}
	return NULL;
}
