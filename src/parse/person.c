#include "parse/person.h"

/* What may stand in an address, on both sides of its '@'. */
static bool
is_address_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || (c != '\0' && strchr("._%+-", c)) ||
		(unsigned char)c >= 0x80;
}

/* The address around the first '@' that has something on both sides. */
static struct span
find_address(struct span text)
{
	for (size_t at = 0; at < text.n; at++) {
		size_t start = at, end = at + 1;

		if (text.p[at] != '@')
			continue;
		while (start > 0 && is_address_byte(text.p[start - 1]))
			start--;
		while (end < text.n && is_address_byte(text.p[end]))
			end++;
		while (end > at + 1 && text.p[end - 1] == '.')
			end--;
		if (start < at && end > at + 1)
			return span_sub(text, start, end - start);
	}
	return SPAN_NULL;
}

static bool
is_wrapping(char c)
{
	return c != '\0' && strchr(" \t\r\n<>[]\"',;:", c) != NULL;
}

static bool
has(struct span s, char c)
{
	return span_find(s, c) != SIZE_MAX;
}

/* Where the bracket that opens s is closed; s.n if it is not. */
static size_t
closing(struct span s)
{
	unsigned open = 0;

	for (size_t i = 0; i < s.n; i++) {
		open += s.p[i] == '(';
		open -= s.p[i] == ')';
		if (open == 0)
			return i;
	}
	return s.n;
}

/* Is the bracket at the start, or at the end, no part of the name? Those that
 * close inside are: "Jane Roe (the desk)". */
static bool
opens_all(struct span s)
{
	return s.p[0] == '(' && (!has(s, ')') || closing(s) == s.n - 1);
}

static bool
is_left_over(struct span s)
{
	char last = s.p[s.n - 1];

	/* The dot of "Jr." is the name's own. */
	if (last == '.')
		return s.n == 1 || strchr(" ()<>\"'", s.p[s.n - 2]);
	return last == '(' || (last == ')' && !has(s, '('));
}

/* Without the brackets, quotes and commas that are left around a name. */
static struct span
strip_name(struct span s)
{
	for (;;) {
		if (s.n > 0 && is_wrapping(s.p[0])) {
			s = span_sub(s, 1, s.n);
		} else if (s.n > 0 &&
			(is_wrapping(s.p[s.n - 1]) || is_left_over(s))) {
			s.n--;
		} else if (s.n > 0 && opens_all(s)) {
			s = span_sub(s, 1, s.n);
			if (s.n > 0 && s.p[s.n - 1] == ')')
				s.n--;
		} else {
			return s;
		}
	}
}

static struct span
without_mailto(struct span before)
{
	before = span_trim(before);
	if (before.n >= 7 &&
		span_caseeq_str(span_sub(before, before.n - 7, 7), "mailto:"))
		before.n -= 7;
	return before;
}

void
person_parse(struct span text, struct person *out)
{
	struct span before, after;
	size_t start;

	text = span_trim(text);
	*out = (struct person){.email = find_address(text)};
	if (out->email.n == 0) {
		out->name = text;
		return;
	}
	start = (size_t)(out->email.p - text.p);
	before = strip_name(without_mailto(span_sub(text, 0, start)));
	after = strip_name(span_sub(text, start + out->email.n, text.n));
	out->name = before.n > 0 ? before : after;
}

struct span
person_label(const struct person *p)
{
	return p->name.n > 0 ? p->name : p->email;
}
