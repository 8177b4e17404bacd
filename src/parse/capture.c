#include "base/hash.h"
#include "parse/reader.h"
#include "text/charset.h"

static bool
is_prose(enum dialect_field field)
{
	return field == F_CONTENT || field == F_SUMMARY || field == F_TITLE;
}

/* Atom 1.0's words, and Atom 0.3's MIME types and modes. */
static enum text_type
type_of(const struct xml_element *el)
{
	struct span type = action_attr(el, "type");
	struct span mode = action_attr(el, "mode");

	if (type.n == 0 || span_caseeq_str(type, "text"))
		return TYPE_GUESS;
	if (span_caseeq_str(type, "html") || span_caseeq_str(type, "text/html"))
		return TYPE_HTML;
	if (span_caseeq_str(type, "xhtml") || span_ends(type, "xml"))
		return span_caseeq_str(mode, "escaped") ? TYPE_HTML
							: TYPE_XHTML;
	if (span_find(type, '/') == SIZE_MAX || span_starts(type, "text/"))
		return TYPE_GUESS;
	return TYPE_DROP;
}

void
capture_begin(
	struct reader *r, const struct frame *f, const struct xml_element *el)
{
	struct capture *c = &r->capture;
	bool prose = is_prose(f->row->field);

	strbuf_clear(&c->text);
	c->text.max = prose ? LIMIT_CONTENT_BYTES : LIMIT_URL_BYTES + 1;
	c->depth = r->depth;
	c->type = prose ? type_of(el) : TYPE_GUESS;
	c->is_base64 =
		prose && span_caseeq_str(action_attr(el, "mode"), "base64");
	c->has_inline = false;
	c->is_permalink =
		!span_caseeq_str(action_attr(el, "ispermalink"), "false");
}

static void
put_escaped(struct strbuf *out, struct span s)
{
	static const char special[] = "<&\"";
	static const char *const escaped[] = {"&lt;", "&amp;", "&quot;"};

	while (s.n > 0) {
		size_t n = 0;
		const char *which = NULL;

		while (n < s.n && !(which = memchr(special, s.p[n], 3)))
			n++;
		strbuf_span(out, span_sub(s, 0, n));
		if (n < s.n)
			strbuf_str(out, escaped[which - special]);
		s = span_sub(s, n + 1, s.n);
	}
}

void
capture_text(struct reader *r, struct span s)
{
	if (r->capture.type == TYPE_XHTML)
		put_escaped(&r->capture.text, s);
	else
		strbuf_span(&r->capture.text, s);
}

static bool
is_url(struct span name)
{
	return span_caseeq_str(name, "href") || span_caseeq_str(name, "src");
}

/* URLs are made absolute where an xml:base says how. */
static void
put_attr(struct reader *r, const struct frame *f, const struct xml_attr *a)
{
	struct strbuf *out = &r->capture.text;
	struct span value = a->value;
	bool is_relative;

	if (f->base.n > 0 && is_url(a->local))
		value = builder_url(r->b, f->base, value, &is_relative);
	strbuf_char(out, ' ');
	strbuf_span(out, a->local);
	strbuf_str(out, "=\"");
	put_escaped(out, value);
	strbuf_char(out, '"');
}

void
capture_tag(struct reader *r, struct frame *f, const struct xml_element *el)
{
	struct strbuf *out = &r->capture.text;

	r->capture.has_inline = true;
	strbuf_char(out, '<');
	f->tag_at = out->n;
	f->tag_n = el->local.n;
	strbuf_span(out, el->local);
	for (size_t i = 0; i < el->n_attrs; i++)
		if (el->attrs[i].ns == XML_NS_NONE)
			put_attr(r, f, &el->attrs[i]);
	strbuf_char(out, '>');
}

static bool
is_void(struct span name)
{
	static const char *const names[] = {"br", "hr", "img", "wbr", "input"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_caseeq_str(name, names[i]))
			return true;
	return false;
}

void
capture_end_tag(struct reader *r, const struct frame *f)
{
	struct strbuf *out = &r->capture.text;
	struct span name = span_sub(strbuf_as_span(out), f->tag_at, f->tag_n);

	if (out->full || is_void(name))
		return;
	/* The name lies in the buffer itself, which may move. */
	strbuf_str(out, "</");
	strbuf_room(out, name.n);
	strbuf_span(out, span_sub(strbuf_as_span(out), f->tag_at, f->tag_n));
	strbuf_char(out, '>');
}

/* Line ends within base64 mean nothing. */
static bool
decode(const struct capture *c, struct strbuf *out)
{
	struct strbuf packed = STRBUF_INIT(LIMIT_CONTENT_BYTES);
	struct span s = strbuf_as_span(&c->text);
	bool good;

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > ' ')
			strbuf_char(&packed, s.p[i]);
	good = packed.n > 0 && hash_base64_decode(strbuf_as_span(&packed), out);
	strbuf_fini(&packed);
	return good;
}

/* Mail's encoding of the value: Atom 0.3 3.2. What it yields is text again. */
static void
decode_base64(struct capture *c)
{
	struct strbuf raw = STRBUF_INIT(LIMIT_CONTENT_BYTES);

	if (decode(c, &raw)) {
		strbuf_clear(&c->text);
		charset_repair_utf8(
			strbuf_as_span(&raw), CHARSET_XML_CHARS, &c->text);
	}
	strbuf_fini(&raw);
}

/*
 * What has a media type that is no text stands in base64 (RFC 4287 4.1.3.3):
 * mostly a picture, but some send text so. False: it is none.
 */
static bool
decode_text(struct capture *c)
{
	struct strbuf raw = STRBUF_INIT(LIMIT_CONTENT_BYTES);
	bool good = decode(c, &raw) &&
		charset_is_clean(strbuf_as_span(&raw), CHARSET_XML_CHARS);

	if (good) {
		strbuf_clear(&c->text);
		strbuf_span(&c->text, strbuf_as_span(&raw));
	}
	strbuf_fini(&raw);
	return good;
}

/* XHTML without a single tag was meant to be HTML, or text. */
static void
undo_escapes(struct capture *c)
{
	struct strbuf plain = STRBUF_INIT(LIMIT_CONTENT_BYTES);

	html_unescape(strbuf_as_span(&c->text), &plain);
	strbuf_clear(&c->text);
	strbuf_span(&c->text, strbuf_as_span(&plain));
	strbuf_fini(&plain);
}

struct span
capture_end(struct reader *r, enum plain_kind *kind)
{
	struct capture *c = &r->capture;

	c->depth = 0;
	if (c->is_base64)
		decode_base64(c);
	else if (c->type == TYPE_DROP && !decode_text(c))
		return SPAN_NULL;
	if (c->type == TYPE_XHTML && !c->has_inline && !c->is_base64) {
		undo_escapes(c);
		c->type = TYPE_GUESS;
	}
	*kind = c->has_inline || c->type == TYPE_HTML || c->type == TYPE_XHTML
		? PLAIN_HTML
		: PLAIN_GUESS;
	return strbuf_as_span(&c->text);
}
