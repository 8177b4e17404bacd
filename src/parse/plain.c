#include "parse/plain.h"

#include "model/limits.h"
#include "text/charset.h"
#include "text/html_write.h"

void
plain_scratch_fini(struct plain_scratch *s)
{
	html_result_fini(&s->html);
	strbuf_fini(&s->text);
	strbuf_fini(&s->mended);
}

/*
 * Character references may say what the document's bytes must not: &#150; is
 * meant to be the windows-1252 byte. Such text is mended in s->mended.
 */
static struct span
mend(struct plain_scratch *s, struct span raw)
{
	struct span rest = raw;
	size_t at;

	while ((at = span_find(rest, '\xc2')) != SIZE_MAX && at + 1 < rest.n &&
		(unsigned char)rest.p[at + 1] >= 0xa0)
		rest = span_sub(rest, at + 2, rest.n);
	if (at == SIZE_MAX)
		return raw;
	s->mended.max = LIMIT_CONTENT_BYTES;
	strbuf_clear(&s->mended);
	charset_repair_utf8(raw, CHARSET_XML_CHARS, &s->mended);
	return strbuf_as_span(&s->mended);
}

/* Text that is no markup, into s->text: white space of any kind collapsed as
 * in HTML's, an empty line parts paragraphs. */
static void
collapse(struct plain_scratch *s, struct span raw, bool one_line)
{
	struct html_writer w = {
		.out = &s->text,
		.one_line = one_line,
		.keep_blank_lines = true,
	};

	strbuf_clear(&s->text);
	html_writer_text(&w, raw, true);
	html_writer_fini(&w);
}

struct span
plain_line(struct plain_scratch *s, struct arena *arena, struct span raw)
{
	s->text.max = LIMIT_CONTENT_BYTES;
	collapse(s, mend(s, raw), true);
	return arena_span(arena, strbuf_as_span(&s->text));
}

static bool
is_markup(enum plain_kind kind, struct span raw)
{
	if (kind == PLAIN_GUESS)
		return html_looks_like_markup(raw);
	return kind == PLAIN_HTML;
}

struct span
plain_title(struct plain_scratch *s, struct arena *arena, enum plain_kind kind,
	struct span raw)
{
	const struct html_options opt = {
		.max_text_bytes = LIMIT_TITLE_BYTES,
		.one_line = true,
		.text_only = true,
	};

	raw = mend(s, raw);
	if (is_markup(kind, raw)) {
		html_to_text(raw, &opt, &s->html);
		/* "<title>" may be what the text is about. */
		if (s->html.text.n > 0 || kind != PLAIN_GUESS ||
			span_find(raw, '=') != SIZE_MAX)
			return arena_span(arena, strbuf_as_span(&s->html.text));
	}
	s->text.max = LIMIT_TITLE_BYTES;
	collapse(s, raw, true);
	return arena_span(arena, strbuf_as_span(&s->text));
}

static enum item_mark_kind
mark_kind(enum text_mark_kind kind)
{
	switch (kind) {
	case TEXT_MARK_SHARE:
		return MARK_SHARE;
	case TEXT_MARK_RELATED:
		return MARK_RELATED;
	case TEXT_MARK_AUTHOR:
		return MARK_AUTHOR;
	case TEXT_MARK_ABOUT:
		return MARK_ABOUT;
	case TEXT_MARK_CREDIT:
		return MARK_CREDIT;
	}
	return MARK_ABOUT;
}

static void
put_marks(struct arena *arena, const struct text_marks *m, struct plain *out)
{
	struct item_mark *p;

	if (m->n == 0)
		return;
	p = arena_array(arena, m->n, sizeof(*p));
	for (size_t i = 0; i < m->n; i++)
		p[i] = (struct item_mark){
			mark_kind(m->p[i].kind), m->p[i].start, m->p[i].end};
	out->marks = p;
	out->n_marks = m->n;
}

static void
put_links(
	struct arena *arena, const struct html_links *links, struct plain *out)
{
	struct item_link *p;

	if (links->n == 0)
		return;
	p = arena_array(arena, links->n, sizeof(*p));
	for (size_t i = 0; i < links->n; i++) {
		const struct html_link *l = &links->p[i];

		p[i].url = arena_span(arena, l->url);
		p[i].text = span_sub(out->text, l->start, l->end - l->start);
	}
	out->links = p;
	out->n_links = links->n;
}

static void
put_images(
	struct arena *arena, const struct html_links *images, struct plain *out)
{
	struct span *p;

	if (images->n == 0)
		return;
	p = arena_array(arena, images->n, sizeof(*p));
	for (size_t i = 0; i < images->n; i++)
		p[i] = arena_span(arena, images->p[i].url);
	out->images = (struct item_spans){p, images->n};
}

/*
 * Markup that was escaped twice comes out as text that is markup. One more
 * round, if an end tag shows that it is not just a mention of a tag.
 */
static bool
is_escaped_twice(const struct html_result *res)
{
	struct span text = strbuf_as_span(&res->text);

	return !res->markup && span_find_str(text, "</") != SIZE_MAX &&
		html_looks_like_markup(text);
}

static void
body_of_markup(struct plain_scratch *s, struct arena *arena, struct span raw,
	struct span base, struct plain *out)
{
	const struct html_options opt = {
		.base_url = base,
		.max_text_bytes = LIMIT_CONTENT_BYTES,
		.max_links = LIMIT_LINKS,
	};

	html_to_text(raw, &opt, &s->html);
	if (is_escaped_twice(&s->html)) {
		s->text.max = LIMIT_CONTENT_BYTES;
		strbuf_clear(&s->text);
		strbuf_span(&s->text, strbuf_as_span(&s->html.text));
		html_to_text(strbuf_as_span(&s->text), &opt, &s->html);
	}
	out->text = arena_span(arena, strbuf_as_span(&s->html.text));
	put_links(arena, &s->html.links, out);
	put_images(arena, &s->html.images, out);
	put_marks(arena, &s->html.marks, out);
}

static void
body_of_text(struct plain_scratch *s, struct arena *arena, struct span raw,
	struct plain *out)
{
	struct text_marks marks = {0};

	s->text.max = LIMIT_CONTENT_BYTES;
	collapse(s, raw, false);
	out->text = arena_span(arena, strbuf_as_span(&s->text));
	text_marks_find(out->text, &marks);
	put_marks(arena, &marks, out);
	text_marks_fini(&marks);
}

void
plain_body(struct plain_scratch *s, struct arena *arena, enum plain_kind kind,
	struct span raw, struct span base, struct plain *out)
{
	*out = (struct plain){0};
	raw = mend(s, raw);
	if (is_markup(kind, raw))
		body_of_markup(s, arena, raw, base, out);
	else
		body_of_text(s, arena, raw, out);
}
