/*
 * The tokenizer. Every search that can fail over the rest of the input leaves a
 * flag, so that a million unclosed comments, quotes or scripts cost one search.
 */
#include "text/html_scan.h"

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct span
between(const char *start, const char *end)
{
	return span_make(start, (size_t)(end - start));
}

static const char *
find(const char *p, const char *end, char c)
{
	return p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
}

static bool
starts(const char *p, const char *end, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(end - p) >= n && memcmp(p, s, n) == 0;
}

void
html_scan_init(struct html_scan *h, struct span s)
{
	*h = (struct html_scan){.p = s.p, .end = s.p ? s.p + s.n : s.p};
}

/* -- attributes --------------------------------------------------------- */

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

bool
html_attribute_next(
	struct span *attributes, struct span *name, struct span *value)
{
	const char *p = attributes->p, *end = p + attributes->n, *start;
	const char *close = NULL;

	*value = SPAN_NULL;
	while (p < end && (is_space(*p) || *p == '/'))
		p++;
	if (p >= end)
		return false;
	start = p;
	do
		p++; /* also a leading '=' */
	while (p < end && !is_space(*p) && *p != '=' && *p != '/');
	*name = between(start, p);
	start = skip_space(p, end);
	if (start < end && *start == '=') {
		p = start = skip_space(start + 1, end);
		if (p < end && (*p == '"' || *p == '\''))
			close = find(p + 1, end, *p);
		if (close) {
			*value = between(p + 1, close);
			p = close + 1;
		} else {
			while (p < end && !is_space(*p))
				p++;
			*value = between(start, p);
		}
	}
	*attributes = between(p, end);
	return true;
}

/* The next '>'; once there is none, there is none. */
static const char *
find_gt(struct html_scan *h, const char *p)
{
	const char *gt = h->no_gt ? NULL : find(p, h->end, '>');

	h->no_gt = !gt;
	return gt;
}

/* The '>' of a tag whose name ends at p; NULL if there is none. Quotes hide a
 * '>' only where a value starts, and only if a later '>' is left. */
static const char *
tag_end(struct html_scan *h, const char *name_end)
{
	const char *p = name_end, *close;

	for (char last = ' '; !h->no_gt && p < h->end && *p != '>'; p++) {
		bool *none = &h->no_quote[*p == '"'];

		if ((*p == '"' || *p == '\'') && last == '=' && !*none) {
			close = find(p + 1, h->end, *p);
			*none = !close;
			p = close ? close : p;
		}
		if (!is_space(*p))
			last = *p;
	}
	return !h->no_gt && p < h->end ? p : find_gt(h, name_end);
}

/* -- what begins with '<' ----------------------------------------------- */

static const char *
comment_end(struct html_scan *h, const char *p)
{
	const char *q = p;

	/* "<!-->" and "<!--->" are whole comments. */
	if (starts(p, h->end, ">") || starts(p, h->end, "->"))
		return *p == '>' ? p : p + 1;
	while (!h->no_comment_end && (q = find(q, h->end, '>'))) {
		if (q - p >= 2 && q[-1] == '-' && q[-2] == '-')
			return q;
		if (q - p >= 3 && q[-1] == '!' && q[-2] == '-' && q[-3] == '-')
			return q;
		q++;
	}
	h->no_comment_end = true;
	return find_gt(h, p);
}

/* "<![CDATA[": what is in it is read on, what ends it is remembered. */
static void
open_cdata(struct html_scan *h)
{
	h->p += strlen("<![CDATA[");
	if (h->cdata_end || h->no_cdata_end)
		return;
	h->cdata_end = memmem(h->p, (size_t)(h->end - h->p), "]]>", 3);
	h->no_cdata_end = !h->cdata_end;
}

static bool
scan_declaration(struct html_scan *h, struct html_token *t)
{
	const char *start = h->p, *close;

	if (starts(start, h->end, "<!--"))
		close = comment_end(h, start + 4);
	else
		close = find_gt(h, start);
	close = close ? close : h->end;
	t->kind = HTML_COMMENT;
	t->text = between(start, close);
	h->p = close < h->end ? close + 1 : close;
	return true;
}

static const char *
name_end(const char *p, const char *end)
{
	while (p < end && !is_space(*p) && *p != '/' && *p != '>' && *p != '<')
		p++;
	return p;
}

/* Is an unknown name behind a '<' no tag but text, as in "a <c and d <e>" or
 * "<joe@example.com>"? */
static bool
is_stray_name(struct span name, const char *after, const char *end)
{
	if (span_find(name, '@') != SIZE_MAX ||
		(name.p[name.n - 1] == ':' && starts(after, end, "//")))
		return true;
	while (after < end && !strchr("<>\"'", *after))
		after++;
	return after < end && *after == '<';
}

/* Is a tag that the end of the input cuts off, or seems to, text? It is if no
 * attribute follows the name. */
static bool
is_stray_cut(const char *after, const char *end)
{
	const char *next = find(after, end, '<');

	return after < end && *after != '/' &&
		!find(after, next ? next : end, '=');
}

/* Where "</name" of the raw element stands. */
static const char *
find_raw_end(struct html_scan *h, const struct html_tag *tag)
{
	size_t n = strlen(tag->name);
	const char *p = h->p;

	if (h->unclosed & 1u << tag->raw)
		return NULL;
	while ((p = find(p, h->end, '<'))) {
		if ((size_t)(h->end - p) >= n + 2 && p[1] == '/' &&
			span_caseeq_str(span_make(p + 2, n), tag->name))
			return p;
		p++;
	}
	h->unclosed |= 1u << tag->raw;
	return NULL;
}

/* Scripts and styles that never end take the rest with them, as browsers have
 * it; other raw elements that never end are empty. */
static void
open_raw(struct html_scan *h, struct html_token *t)
{
	h->raw = t->tag;
	h->raw_end = find_raw_end(h, t->tag);
	if (!h->raw_end && t->tag->flags & HTML_SCRIPT)
		h->raw_end = h->end;
	t->empty = !h->raw_end;
}

/* Does a start tag end in "/>"? In "<a href=http://x/>" the value does. */
static bool
is_empty(struct span attributes)
{
	char before;

	if (!span_ends(attributes, "/"))
		return false;
	before = attributes.n > 1 ? attributes.p[attributes.n - 2] : ' ';
	return is_space(before) || before == '"' || before == '\'';
}

static bool
scan_open(struct html_scan *h, struct html_token *t)
{
	const char *after = name_end(h->p + 1, h->end), *close;
	bool known;

	t->name = between(h->p + 1, after);
	t->tag = html_tag_get(t->name);
	known = t->tag != html_tag_unknown();
	if (!known && is_stray_name(t->name, after, h->end))
		return false;
	close = tag_end(h, after);
	if (!close && (!known || is_stray_cut(after, h->end)))
		return false;
	if (!close) { /* half a tag is none */
		t->kind = HTML_COMMENT;
		h->p = h->end;
		return true;
	}
	t->kind = HTML_OPEN;
	t->attributes = between(after, close);
	t->empty = is_empty(t->attributes);
	h->p = close + 1;
	if (t->tag->raw && !t->empty)
		open_raw(h, t);
	return true;
}

static bool
scan_close(struct html_scan *h, struct html_token *t)
{
	const char *after = name_end(h->p + 2, h->end);
	const char *close = find_gt(h, after);

	t->kind = HTML_CLOSE;
	t->name = between(h->p + 2, after);
	t->tag = html_tag_get(t->name);
	h->p = close ? close + 1 : h->end;
	return true;
}

/* Markup at h->p, which is a '<'? If not it is text. */
static bool
scan_markup(struct html_scan *h, struct html_token *t)
{
	const char *p = h->p;

	if (h->end - p < 2)
		return false;
	if (is_letter(p[1]))
		return scan_open(h, t);
	if (p[1] == '/')
		return h->end - p > 2 && is_letter(p[2])
			? scan_close(h, t)
			: find_gt(h, p) && scan_declaration(h, t);
	if (p[1] == '!' || (p[1] == '?' && find_gt(h, p)))
		return scan_declaration(h, t);
	return false;
}

/* -- raw content and text ----------------------------------------------- */

static bool
scan_text(struct html_scan *h, struct html_token *t, const char *start)
{
	/* A '<' that stands at p is text. */
	const char *end = find(h->p + 1, h->end, '<');

	end = end ? end : h->end;
	if (h->cdata_end && start <= h->cdata_end && end > h->cdata_end)
		end = h->cdata_end;
	t->kind = HTML_TEXT;
	t->text = between(start, end);
	h->p = end;
	return true;
}

bool
html_scan_next(struct html_scan *h, struct html_token *t)
{
	*t = (struct html_token){.tag = html_tag_unknown()};
	if (h->raw_end) {
		t->kind = HTML_RAW;
		t->tag = h->raw;
		t->text = between(h->p, h->raw_end);
		h->p = h->raw_end;
		h->raw_end = NULL;
		return true;
	}
	while (h->p < h->end) {
		if (h->cdata_end && h->p >= h->cdata_end) {
			if (h->p == h->cdata_end)
				h->p += 3;
			h->cdata_end = NULL;
			continue;
		}
		if (*h->p != '<')
			return scan_text(h, t, h->p);
		if (starts(h->p, h->end, "<![CDATA[")) {
			open_cdata(h);
			continue;
		}
		return scan_markup(h, t) || scan_text(h, t, h->p);
	}
	return false;
}
