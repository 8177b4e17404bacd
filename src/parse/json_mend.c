#include "parse/json_mend.h"

#include "model/limits.h"

#define INT_DIGITS_MAX 18 /* always fit into 64 bits */
#define LITERAL_MAX 400 /* bytes of a number or word */

struct mender {
	struct span in; /* what is left */
	struct strbuf *out;
	char open[LIMIT_XML_DEPTH]; /* '{' or '[' */
	size_t depth;
	size_t safe; /* out up to here is whole but for closing brackets */
	bool key; /* the next string is a member's name */
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
	return m->depth > 0 && m->open[m->depth - 1] == '{';
}

/* A value is complete. */
static void
value_ends(struct mender *m)
{
	m->safe = m->out->n;
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

/* m->in starts with a quote. False if the input ends inside. */
static bool
string(struct mender *m)
{
	strbuf_char(m->out, '"');
	skip(m, 1);
	while (m->in.n > 0) {
		size_t n = 0;

		while (n < m->in.n && m->in.p[n] != '"' && m->in.p[n] != '\\' &&
			(unsigned char)m->in.p[n] >= 0x20)
			n++;
		strbuf_put(m->out, m->in.p, n);
		skip(m, n);
		if (m->in.n == 0)
			break;
		if (m->in.p[0] == '"') {
			strbuf_char(m->out, '"');
			skip(m, 1);
			return true;
		}
		if (m->in.p[0] == '\\')
			escape(m);
		else
			control(m);
	}
	strbuf_char(m->out, '"');
	return false;
}

static void
string_token(struct mender *m)
{
	bool is_key = m->key, whole = string(m);

	m->key = false;
	if (!is_key)
		value_ends(m); /* what there was of it is kept */
	(void)whole;
}

static bool
is_literal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

static bool
is_long_integer(struct span s)
{
	return s.n > INT_DIGITS_MAX && span_find(s, '.') == SIZE_MAX &&
		span_find(s, 'e') == SIZE_MAX && span_find(s, 'E') == SIZE_MAX;
}

static void
literal(struct mender *m)
{
	size_t n = 0;
	struct span s;
	double ignored;

	while (n < m->in.n && is_literal(m->in.p[n]))
		n++;
	s = span_sub(m->in, 0, n);
	skip(m, n);
	if (m->in.n == 0 && m->depth > 0)
		return; /* perhaps only half of it */
	if (span_eq_str(s, "true") || span_eq_str(s, "false")) {
		strbuf_span(m->out, s);
	} else if (s.n > LITERAL_MAX || !span_double(s, &ignored)) {
		strbuf_str(m->out, "null");
	} else if (is_long_integer(s)) {
		strbuf_printf(m->out, "\"%.*s\"", SPAN_ARG(s));
	} else {
		strbuf_span(m->out, s);
	}
	value_ends(m);
}

static void
drop_comma(struct mender *m)
{
	if (m->out->n > m->safe)
		strbuf_cut(m->out, m->safe);
}

static bool
open_bracket(struct mender *m, char c)
{
	if (m->depth == sizeof(m->open))
		return false;
	m->open[m->depth++] = c;
	strbuf_char(m->out, c);
	skip(m, 1);
	m->safe = m->out->n;
	m->key = c == '{';
	return true;
}

static void
close_bracket(struct mender *m)
{
	drop_comma(m);
	strbuf_char(m->out, m->open[--m->depth] == '{' ? '}' : ']');
	m->key = false;
	value_ends(m);
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
		if (m->depth > 0 && (c == '}') == in_object(m))
			close_bracket(m);
		return true;
	case '"':
		string_token(m);
		return true;
	case ',':
		skip(m, 1);
		drop_comma(m);
		if (m->out->n > 0 && m->out->p[m->out->n - 1] != '{' &&
			m->out->p[m->out->n - 1] != '[')
			strbuf_char(m->out, ',');
		m->key = in_object(m);
		return true;
	case ':':
		strbuf_char(m->out, c);
		skip(m, 1);
		return true;
	default:
		if (is_literal(c))
			literal(m);
		else
			skip(m, 1);
		return true;
	}
}

bool
json_mend(struct span text, struct strbuf *out)
{
	struct mender m = {.in = text, .out = out};

	while (m.in.n > 0 && !m.done)
		if (!token(&m))
			return false;
	while (m.depth > 0)
		close_bracket(&m);
	return m.done;
}
