#include "text/xml_tag.h"

#include "text/xml_names.h"

struct scan {
	const char *p, *end;
	struct xml_tag *tag;
};

static void
flaw(struct scan *s, const char *what)
{
	if (!s->tag->flaw)
		s->tag->flaw = what;
}

static void
skip_space(struct scan *s)
{
	while (s->p < s->end && xml_is_space(*s->p))
		s->p++;
}

/*
 * The closing quote of a value that starts at s->p, or NULL. A '<' in a value
 * is an error anyway; if a '>' stands before it, the quote was forgotten and
 * the next one belongs to another tag.
 */
static const char *
closing_quote(const struct scan *s, char quote)
{
	size_t left = (size_t)(s->end - s->p);
	const char *close = memchr(s->p, quote, left), *gt, *lt;

	if (!close)
		return NULL;
	gt = memchr(s->p, '>', (size_t)(close - s->p));
	if (!gt)
		return close;
	lt = memchr(gt, '<', (size_t)(close - gt));
	return lt ? NULL : close;
}

static struct span
take_until_end(struct scan *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p != '>' && !xml_is_space(*s->p) &&
		*s->p != '<')
		s->p++;
	if (s->p < s->end && *s->p == '>' && s->p > start + 1 &&
		s->p[-1] == '/')
		s->p--; /* <a b=c/> */
	return span_make(start, (size_t)(s->p - start));
}

static struct span
take_value(struct scan *s)
{
	char quote = *s->p;
	const char *start, *close, *gt;

	if (quote != '"' && quote != '\'') {
		flaw(s, "an attribute is not quoted");
		return take_until_end(s);
	}
	start = ++s->p;
	close = closing_quote(s, quote);
	if (close) {
		if (memchr(start, '<', (size_t)(close - start)))
			flaw(s, "a '<' in an attribute");
		s->p = close + 1;
		return span_make(start, (size_t)(close - start));
	}
	flaw(s, "an attribute's closing quote is missing");
	gt = memchr(start, '>', (size_t)(s->end - start));
	s->p = gt ? gt : s->end;
	return span_make(start, (size_t)(s->p - start));
}

static bool
ends_name(char c)
{
	return xml_is_space(c) || c == '=' || c == '>' || c == '/' || c == '<';
}

static void
take_attr(struct scan *s)
{
	struct xml_raw_attr attr = {.value = SPAN_LIT("")};
	const char *start = s->p, *back;

	while (s->p < s->end && !ends_name(*s->p))
		s->p++;
	if (s->p == start) { /* a lone '=' */
		s->p++;
		flaw(s, "an attribute has no name");
		return;
	}
	attr.name = span_make(start, (size_t)(s->p - start));
	back = s->p;
	skip_space(s);
	if (s->p < s->end && *s->p == '=') {
		s->p++;
		skip_space(s);
		if (s->p < s->end)
			attr.value = take_value(s);
	} else {
		s->p = back;
		flaw(s, "an attribute has no value");
	}
	vec_push(&s->tag->attrs, attr);
}

/* True at the end of the tag. */
static bool
tag_step(struct scan *s)
{
	skip_space(s);
	if (s->p >= s->end)
		return true;
	switch (*s->p) {
	case '>':
		s->p++;
		return true;
	case '<':
		flaw(s, "a tag is not closed");
		return true;
	case '/':
		s->tag->empty = s->p + 1 < s->end && s->p[1] == '>';
		if (!s->tag->empty)
			flaw(s, "a stray '/' in a tag");
		s->p++;
		return false;
	default:
		take_attr(s);
		return false;
	}
}

enum xml_tag_end
xml_tag_scan(struct span span, size_t max, struct xml_tag *tag, size_t *used)
{
	struct span head = span_sub(span, 0, max + 1);
	struct scan s = {head.p + 1, head.p + head.n, tag};

	vec_clear(&tag->attrs);
	tag->empty = false;
	tag->flaw = NULL;
	while (s.p < s.end && xml_is_name(*s.p))
		s.p++;
	tag->name = span_make(head.p + 1, (size_t)(s.p - head.p - 1));
	while (!tag_step(&s))
		;
	*used = (size_t)(s.p - head.p);
	if (s.p < s.end || (s.p == s.end && s.p[-1] == '>'))
		return *used > max ? XML_TAG_LONG : XML_TAG_WHOLE;
	return head.n > max ? XML_TAG_LONG : XML_TAG_CUT;
}
