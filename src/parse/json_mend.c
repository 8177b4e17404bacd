#include "parse/json_mend.h"

#include "model/limits.h"

#define INT_DIGITS_MAX 18 /* always fit into 64 bits */
#define LITERAL_MAX 400 /* bytes of a number or word */

/* What the innermost bracket waits for. */
enum want { WANT_KEY, WANT_COLON, WANT_VALUE, WANT_COMMA };

struct bracket {
	char open; /* '{' or '[' */
	bool has_some; /* a member: the next one needs a comma before it */
};

struct mender {
	struct span in; /* what is left */
	struct strbuf *out;
	struct bracket stack[LIMIT_XML_DEPTH];
	size_t depth;
	enum want want;
	size_t safe; /* out up to here lacks only closing brackets */
	bool done; /* the outermost value is complete */
};

static void
skip(struct mender *m, size_t n)
{
	m->in = span_sub(m->in, n, m->in.n);
}

static bool
in_object(const struct mender *m)
{
	return m->depth > 0 && m->stack[m->depth - 1].open == '{';
}

/* A value or key may be written next; puts the comma before it. A comma that
 * was forgotten is put too. */
static bool
begins(struct mender *m, bool is_key)
{
	if (m->want == WANT_COMMA)
		m->want = in_object(m) ? WANT_KEY : WANT_VALUE;
	if (m->want != (is_key ? WANT_KEY : WANT_VALUE))
		return false;
	if (m->depth > 0 && (is_key || !in_object(m))) {
		if (m->stack[m->depth - 1].has_some)
			strbuf_char(m->out, ',');
		m->stack[m->depth - 1].has_some = true;
	}
	return true;
}

/* A value is complete. */
static void
value_ends(struct mender *m)
{
	m->safe = m->out->n;
	m->want = WANT_COMMA;
	m->done = m->depth == 0;
}

static bool
hex4(struct span s, unsigned *value)
{
	*value = 0;
	if (s.n < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		char c = s.p[i];
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			digit = (unsigned)(c - 'A' + 10);
		else
			return false;
		*value = *value * 16 + digit;
	}
	return true;
}

/* m->in starts with "\u". */
static void
unicode_escape(struct mender *m)
{
	struct span rest = span_sub(m->in, 2, m->in.n), low;
	unsigned hi, lo;

	if (!hex4(rest, &hi)) {
		skip(m, 2);
		return;
	}
	skip(m, 6);
	if (hi == 0 || (hi >= 0xdc00 && hi <= 0xdfff)) {
		strbuf_rune(m->out, 0xfffd);
		return;
	}
	if (hi < 0xd800 || hi > 0xdfff) {
		strbuf_rune(m->out, hi < 0x20 ? ' ' : hi);
		return;
	}
	low = span_sub(m->in, 2, m->in.n);
	if (span_starts(m->in, "\\u") && hex4(low, &lo) && lo >= 0xdc00 &&
		lo <= 0xdfff) {
		strbuf_rune(m->out,
			0x10000 + ((hi - 0xd800) << 10) + (lo - 0xdc00));
		skip(m, 6);
	} else {
		strbuf_rune(m->out, 0xfffd);
	}
}

/* m->in starts with a backslash. */
static void
escape(struct mender *m)
{
	char c = m->in.n > 1 ? m->in.p[1] : '\0';
	unsigned value;

	if (c == 'u') {
		/* A quote or backslash must stay escaped. */
		if (hex4(span_sub(m->in, 2, 4), &value) &&
			(value == '"' || value == '\\' ||
				(value >= 1 && value < 0x20))) {
			strbuf_span(m->out, span_sub(m->in, 0, 6));
			skip(m, 6);
		} else {
			unicode_escape(m);
		}
		return;
	}
	if (c != '\0' && strchr("\"\\/bfnrt", c)) {
		strbuf_span(m->out, span_sub(m->in, 0, 2));
		skip(m, 2);
		return;
	}
	skip(m, 1); /* the character stands for itself */
}

static void
control(struct mender *m)
{
	if (m->in.p[0] == '\n')
		strbuf_str(m->out, "\\n");
	else
		strbuf_char(m->out, ' ');
	skip(m, 1);
}

/* m->in starts with a quote; one that is never closed ends with the input. */
static void
string(struct mender *m)
{
	strbuf_char(m->out, '"');
	skip(m, 1);
	while (m->in.n > 0 && m->in.p[0] != '"') {
		size_t n = 0;

		while (n < m->in.n && m->in.p[n] != '"' && m->in.p[n] != '\\' &&
			(unsigned char)m->in.p[n] >= 0x20)
			n++;
		strbuf_put(m->out, m->in.p, n);
		skip(m, n);
		if (m->in.n > 0 && m->in.p[0] == '\\')
			escape(m);
		else if (m->in.n > 0 && m->in.p[0] != '"')
			control(m);
	}
	strbuf_char(m->out, '"');
	skip(m, 1);
}

static void
string_token(struct mender *m)
{
	size_t before = m->out->n;

	if (begins(m, true)) {
		m->want = WANT_COLON;
		string(m); /* half a key goes when the brackets are closed */
	} else if (begins(m, false)) {
		string(m); /* half a value is kept */
		value_ends(m);
	} else { /* after a key, where a colon should be */
		string(m);
		strbuf_cut(m->out, before);
	}
}

static bool
is_literal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

static size_t
skip_digits(struct span s, size_t at)
{
	while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
		at++;
	return at;
}

/* RFC 8259 6: digits, a fraction, an exponent; none of them half. */
static bool
is_number(struct span s)
{
	size_t start = s.p[0] == '-', at = skip_digits(s, start), from;

	if (s.n > LITERAL_MAX || at == start ||
		(s.p[start] == '0' && at > start + 1))
		return false;
	if (at < s.n && s.p[at] == '.') {
		from = at + 1;
		at = skip_digits(s, from);
		if (at == from)
			return false;
	}
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at++;
		if (at < s.n && (s.p[at] == '+' || s.p[at] == '-'))
			at++;
		from = at;
		at = skip_digits(s, from);
		if (at == from)
			return false;
	}
	return at == s.n;
}

static bool
is_long_integer(struct span s)
{
	return s.n > INT_DIGITS_MAX && skip_digits(s, s.p[0] == '-') == s.n;
}

static void
put_literal(struct mender *m, struct span s)
{
	if (span_eq_str(s, "true") || span_eq_str(s, "false"))
		strbuf_span(m->out, s);
	else if (!is_number(s))
		strbuf_str(m->out, "null");
	else if (is_long_integer(s))
		strbuf_printf(m->out, "\"%.*s\"", SPAN_ARG(s));
	else
		strbuf_span(m->out, s);
}

static void
literal(struct mender *m)
{
	struct span s = m->in;

	s.n = 0;
	while (s.n < m->in.n && is_literal(m->in.p[s.n]))
		s.n++;
	skip(m, s.n);
	if (m->in.n == 0) /* perhaps only half of it */
		return;
	if (begins(m, true)) { /* a key without quotes */
		strbuf_printf(m->out, "\"%.*s\"", SPAN_ARG(s));
		m->want = WANT_COLON;
	} else if (begins(m, false)) {
		put_literal(m, s);
		value_ends(m);
	}
}

static bool
open_bracket(struct mender *m, char c)
{
	skip(m, 1);
	if (!begins(m, false))
		return true;
	if (m->depth == sizeof(m->stack) / sizeof(m->stack[0]))
		return false;
	m->stack[m->depth++] = (struct bracket){.open = c};
	strbuf_char(m->out, c);
	m->safe = m->out->n;
	m->want = c == '{' ? WANT_KEY : WANT_VALUE;
	return true;
}

/* What stands after the last whole member is half of one. */
static void
close_bracket(struct mender *m)
{
	strbuf_cut(m->out, m->safe);
	strbuf_char(m->out, m->stack[--m->depth].open == '{' ? '}' : ']');
	value_ends(m);
}

static void
comma(struct mender *m)
{
	skip(m, 1);
	if (in_object(m) && m->want == WANT_VALUE) { /* "key":, */
		strbuf_str(m->out, "null");
		value_ends(m);
	} else if (m->want == WANT_COMMA) {
		m->want = in_object(m) ? WANT_KEY : WANT_VALUE;
	}
}

static bool
token(struct mender *m)
{
	char c = m->in.p[0];

	switch (c) {
	case '{':
	case '[':
		return open_bracket(m, c);
	case '}':
	case ']':
		skip(m, 1);
		if ((c == '}') == in_object(m))
			close_bracket(m);
		break;
	case '"':
		string_token(m);
		break;
	case ',':
		comma(m);
		break;
	case ':':
		skip(m, 1);
		if (m->want == WANT_COLON) {
			strbuf_char(m->out, ':');
			m->want = WANT_VALUE;
		}
		break;
	default:
		if (is_literal(c))
			literal(m);
		else
			skip(m, 1);
	}
	return true;
}

bool
json_mend(struct span text, struct strbuf *out)
{
	struct mender m = {
		.in = span_trim(text), .out = out, .want = WANT_VALUE};

	if (!span_starts(m.in, "{") && !span_starts(m.in, "["))
		return false;
	while (m.in.n > 0 && !m.done)
		if (!token(&m))
			return false;
	while (m.depth > 0)
		close_bracket(&m);
	return m.done;
}
