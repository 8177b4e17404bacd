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
	return c != '\0' && strchr(" \t\r\n()<>[]\"',;:.", c) != NULL;
}

/* Without the brackets, quotes and commas that are left around a name. */
static struct span
strip(struct span s)
{
	while (s.n > 0 && is_wrapping(s.p[0]))
		s = span_sub(s, 1, s.n);
	while (s.n > 0 && is_wrapping(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* "Jane Roe (the desk)" keeps its bracket, "J. Roe Jr." its dot. */
static struct span
strip_name(struct span s)
{
	struct span bare = strip(s);
	size_t end = (size_t)(bare.p - s.p) + bare.n;

	if (bare.n == 0 || end == s.n)
		return bare;
	if (s.p[end] == '.' ||
		(s.p[end] == ')' && span_find(bare, '(') != SIZE_MAX))
		bare.n++;
	return bare;
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
