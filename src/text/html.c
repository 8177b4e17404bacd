/*
 * html_to_text(): one pass over the tokens of html_scan.c. There is no tree,
 * only a stack of open elements of bounded depth, which ends links, marks and
 * parts that are dropped; what is deeper is flattened.
 */
#include "text/html.h"

#include "text/entity.h"
#include "text/html_class.h"
#include "text/html_scan.h"
#include "text/html_write.h"
#include "text/url.h"

#define DEPTH_MAX 256
#define SPAN_ROW(s) \
	{ \
		"" s "", sizeof(s) - 1 \
	}
#define NO_INDEX UINT16_MAX
/* A mark by class that takes in more of a text than this is a wrapper. */
#define WRAPPER_MIN_BYTES 600

/* An open element. */
struct element {
	const struct html_tag *tag;
	bool drops; /* its content is not shown */
	uint16_t link; /* index into links; NO_INDEX: none */
	uint16_t mark; /* index into marks */
};

struct builder {
	const struct html_options *opt;
	struct html_result *res;
	struct html_writer w;
	size_t max_links;
	size_t depth;
	size_t flattened; /* open elements beyond DEPTH_MAX */
	unsigned dropping; /* open elements whose content is dropped */
	unsigned pre, tables; /* open ones */
	bool marking; /* inside a mark: no other begins */
	struct span base; /* in base_url */
	struct strbuf base_url, scratch;
	struct element stack[DEPTH_MAX];
};

/* What a start tag says. Values still with references. */
struct attributes {
	struct span href, src, lazy_src, poster, srcset, rel;
	bool hidden, tiny;
	bool is_mark;
	enum text_mark_kind kind;
};

/* -- attributes --------------------------------------------------------- */

static void
note_class(struct attributes *a, struct span names)
{
	enum text_mark_kind kind;
	enum html_class class = html_class_get(names, &kind);

	if (class == HTML_CLASS_HIDDEN)
		a->hidden = true;
	if (class == HTML_CLASS_MARK && !a->is_mark) {
		a->is_mark = true;
		a->kind = kind;
	}
}

static void
note_hidden(struct attributes *a, struct span value)
{
	a->hidden |= !span_caseeq_str(value, "until-found");
}

static void
note_style(struct attributes *a, struct span value)
{
	a->hidden |= html_style_hides(value);
}

static void
note_length(struct attributes *a, struct span value)
{
	a->tiny |= span_eq_str(value, "1") || span_eq_str(value, "0") ||
		span_eq_str(value, "1px") || span_eq_str(value, "0px");
}

static void
note_itemprop(struct attributes *a, struct span value)
{
	if (span_caseeq_str(value, "author"))
		note_class(a, value);
}

static void
note_role(struct attributes *a, struct span value)
{
	if (span_caseeq_str(value, "navigation"))
		note_class(a, SPAN_LIT("related"));
}

/* Attributes that are kept as they are, and those that say something. */
static const struct {
	struct span name;
	void (*note)(struct attributes *a, struct span value);
	size_t field; /* if note is NULL */
} notes[] = {
	{SPAN_ROW("class"), note_class, 0},
	{SPAN_ROW("data-lazy-src"), NULL,
		offsetof(struct attributes, lazy_src)},
	{SPAN_ROW("data-original"), NULL,
		offsetof(struct attributes, lazy_src)},
	{SPAN_ROW("data-src"), NULL, offsetof(struct attributes, lazy_src)},
	{SPAN_ROW("height"), note_length, 0},
	{SPAN_ROW("hidden"), note_hidden, 0},
	{SPAN_ROW("href"), NULL, offsetof(struct attributes, href)},
	{SPAN_ROW("id"), note_class, 0},
	{SPAN_ROW("itemprop"), note_itemprop, 0},
	{SPAN_ROW("poster"), NULL, offsetof(struct attributes, poster)},
	{SPAN_ROW("rel"), NULL, offsetof(struct attributes, rel)},
	{SPAN_ROW("role"), note_role, 0},
	{SPAN_ROW("src"), NULL, offsetof(struct attributes, src)},
	{SPAN_ROW("srcset"), NULL, offsetof(struct attributes, srcset)},
	{SPAN_ROW("style"), note_style, 0},
	{SPAN_ROW("width"), note_length, 0},
};

/* The first of two attributes of a name counts. */
static void
note_field(struct attributes *a, size_t field, struct span value)
{
	struct span *at = (struct span *)(void *)((char *)a + field);

	if (!at->p)
		*at = value;
}

static void
note_attribute(struct attributes *a, struct span name, struct span value)
{
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		if (name.n != notes[i].name.n ||
			!span_caseeq(name, notes[i].name))
			continue;
		if (notes[i].note)
			notes[i].note(a, value);
		else
			note_field(a, notes[i].field, value);
		return;
	}
}

static void
read_attributes(const struct html_token *t, struct attributes *a)
{
	struct span rest = t->attributes, name, value;

	*a = (struct attributes){0};
	while (html_attribute_next(&rest, &name, &value))
		note_attribute(a, name, value);
	if (t->tag->id == HTML_TAG_NAV)
		note_class(a, SPAN_LIT("related"));
	else if (t->tag->id == HTML_TAG_ADDRESS ||
		(t->tag->id == HTML_TAG_A && span_caseeq_str(a->rel, "author")))
		note_class(a, SPAN_LIT("author"));
}

/* -- links and marks ---------------------------------------------------- */

static struct span
unescape(struct builder *b, struct span s)
{
	if (span_find(s, '&') == SIZE_MAX)
		return s;
	strbuf_clear(&b->scratch);
	while (s.n > 0) {
		size_t n = span_find(s, '&');

		strbuf_span(&b->scratch, span_sub(s, 0, n));
		s = span_sub(s, n, s.n);
		if (s.n == 0)
			break;
		n = entity_decode(s, true, &b->scratch);
		if (n == 0)
			strbuf_put(&b->scratch, s.p, n = 1);
		s = span_sub(s, n, s.n);
	}
	return strbuf_as_span(&b->scratch);
}

/*
 * Add the URL that ref means to a list; false if it is none of http(s) or the
 * list is full. Until the end its span holds an offset into res->urls: that
 * buffer still moves.
 */
static bool
add_link(struct builder *b, struct html_links *list, struct span ref)
{
	struct strbuf *urls = &b->res->urls;
	uint32_t at = (uint32_t)b->res->text.n;
	size_t start = urls->n;
	struct span url;

	ref = span_trim(ref);
	if (ref.n == 0 || ref.p[0] == '#' || list->n >= b->max_links ||
		!url_resolve(b->base, unescape(b, ref), urls))
		return false;
	url = span_sub(strbuf_as_span(urls), start, urls->n);
	if (!url_is_http(url)) {
		strbuf_cut(urls, start);
		return false;
	}
	url.p = (const char *)(uintptr_t)start;
	vec_push(list, (struct html_link){url, at, at});
	return true;
}

/* The first URL of a srcset: "a.jpg 1x, b.jpg 2x". */
static struct span
first_of_srcset(struct span srcset)
{
	size_t n = 0;

	srcset = span_trim(srcset);
	while (n < srcset.n && srcset.p[n] > ' ')
		n++;
	if (n > 0 && srcset.p[n - 1] == ',')
		n--;
	return span_sub(srcset, 0, n);
}

static void
add_media(struct builder *b, const struct html_tag *tag,
	const struct attributes *a)
{
	struct html_links *images = &b->res->images;

	if (tag->id != HTML_TAG_IMG && tag->id != HTML_TAG_SOURCE &&
		tag->id != HTML_TAG_VIDEO && tag->id != HTML_TAG_AUDIO &&
		tag->id != HTML_TAG_EMBED)
		return;
	if (a->tiny)
		return; /* it counts readers */
	if (!add_link(b, images, a->lazy_src) && !add_link(b, images, a->src))
		add_link(b, images, first_of_srcset(a->srcset));
	add_link(b, images, a->poster);
}

static uint16_t
begin_mark(struct builder *b, const struct attributes *a)
{
	uint32_t at = (uint32_t)b->res->text.n;

	if (!a->is_mark || b->marking || b->opt->text_only ||
		b->res->marks.n >= TEXT_MARKS_MAX)
		return NO_INDEX;
	b->marking = true;
	vec_push(&b->res->marks, (struct text_mark){a->kind, at, at});
	return (uint16_t)(b->res->marks.n - 1);
}

/* [*start, end) of the text without the white space that begins it. */
static uint32_t
end_span(const struct builder *b, uint32_t *start)
{
	const struct strbuf *text = &b->res->text;

	while (*start < text->n &&
		(text->p[*start] == ' ' || text->p[*start] == '\n'))
		++*start;
	return (uint32_t)text->n;
}

/* -- the stack ---------------------------------------------------------- */

static void
pop(struct builder *b)
{
	struct element *e = &b->stack[--b->depth];

	if (e->link != NO_INDEX) {
		struct html_link *l = &b->res->links.p[e->link];

		l->end = end_span(b, &l->start);
	}
	if (e->mark != NO_INDEX) {
		struct text_mark *m = &b->res->marks.p[e->mark];

		m->end = end_span(b, &m->start);
		b->marking = false;
	}
	b->dropping -= e->drops;
	b->pre -= (e->tag->flags & HTML_PRE) != 0;
	b->tables -= e->tag->group & HTML_IN_TABLE ? 1 : 0;
	b->w.keep_blank_lines = b->pre > 0;
}

static void
pop_to(struct builder *b, size_t depth)
{
	while (b->depth > depth)
		pop(b);
}

static void
push(struct builder *b, const struct html_tag *tag, const struct attributes *a)
{
	struct element *e;

	if (b->depth == DEPTH_MAX) {
		b->flattened++;
		return;
	}
	e = &b->stack[b->depth++];
	*e = (struct element){tag, a->hidden || (tag->flags & HTML_DROP),
		NO_INDEX, begin_mark(b, a)};
	b->dropping += e->drops;
	b->pre += (tag->flags & HTML_PRE) != 0;
	b->tables += tag->group & HTML_IN_TABLE ? 1 : 0;
	b->w.keep_blank_lines = b->pre > 0;
	if (tag->id == HTML_TAG_A && !b->opt->text_only && !b->dropping &&
		add_link(b, &b->res->links, a->href))
		e->link = (uint16_t)(b->res->links.n - 1);
}

/* What a start tag closes: see struct html_tag. */
static void
close_implied(struct builder *b, const struct html_tag *tag)
{
	size_t keep = b->depth;

	for (size_t i = b->depth; tag->closes && i > 0; i--) {
		unsigned group = b->stack[i - 1].tag->group;

		if (group & tag->closes)
			keep = i - 1;
		if (group & tag->within)
			break;
	}
	pop_to(b, keep);
}

static void
close_tag(struct builder *b, const struct html_tag *tag)
{
	if (b->flattened > 0) {
		b->flattened--;
		return;
	}
	for (size_t i = b->depth; i > 0; i--) {
		const struct html_tag *open = b->stack[i - 1].tag;

		if (open == tag) {
			pop_to(b, i - 1);
			return;
		}
		if (open->level > tag->level)
			return;
	}
}

/* -- tokens ------------------------------------------------------------- */

static void
break_for(struct builder *b, const struct html_tag *tag)
{
	if (b->dropping)
		return;
	if (tag->flags & HTML_BLOCK)
		html_writer_gap(&b->w, HTML_GAP_LINE);
	else if ((tag->flags & HTML_CELL) || tag->id == HTML_TAG_IMG)
		html_writer_gap(&b->w, HTML_GAP_SPACE);
}

static void
set_base(struct builder *b, struct span href)
{
	struct strbuf url = STRBUF_INIT(URL_BYTES_MAX);

	if (b->base_url.n == 0 &&
		url_resolve(b->base, unescape(b, href), &url)) {
		strbuf_span(&b->base_url, strbuf_as_span(&url));
		b->base = strbuf_as_span(&b->base_url);
	}
	strbuf_fini(&url);
}

static void
on_open(struct builder *b, const struct html_token *t)
{
	const struct html_tag *tag = t->tag;
	struct attributes a;

	read_attributes(t, &a);
	close_implied(b, tag);
	break_for(b, tag);
	if (!b->opt->text_only)
		add_media(b, tag, &a);
	if (tag->id == HTML_TAG_BASE)
		set_base(b, a.href);
	/* Of a table that is not there, a cell's tag only parts words. */
	if (!(tag->flags & HTML_VOID) && !t->empty &&
		(tag->level != HTML_LEVEL_TABLE || b->tables > 0 ||
			tag->group & HTML_IN_TABLE))
		push(b, tag, &a);
}

static void
on_token(struct builder *b, const struct html_token *t)
{
	b->res->markup |= t->kind != HTML_TEXT;
	switch (t->kind) {
	case HTML_TEXT:
		if (!b->dropping)
			html_writer_text(&b->w, t->text, false);
		break;
	case HTML_RAW:
		if (!b->dropping && !(t->tag->flags & HTML_DROP))
			html_writer_text(&b->w, t->text, true);
		break;
	case HTML_OPEN:
		on_open(b, t);
		break;
	case HTML_CLOSE:
		close_tag(b, t->tag);
		break_for(b, t->tag);
		break;
	case HTML_COMMENT:
	case HTML_END:
		break;
	}
}

/* -- the whole ---------------------------------------------------------- */

/* Marks of empty elements and of wrappers around the article go. */
static void
drop_wrong_marks(struct html_result *res)
{
	size_t kept = 0;

	vec_each (struct text_mark *, m, &res->marks) {
		size_t n = m->end - m->start;

		if (n == 0 || (n >= WRAPPER_MIN_BYTES && n > res->text.n / 2))
			continue;
		res->marks.p[kept++] = *m;
	}
	res->marks.n = kept;
}

static void
fix_urls(struct html_links *list, const struct strbuf *urls)
{
	vec_each (struct html_link *, l, list)
		l->url.p = urls->p + (uintptr_t)l->url.p;
}

static void
clear(struct html_result *res, const struct html_options *opt)
{
	strbuf_clear(&res->text);
	res->text.max =
		opt->max_text_bytes ? opt->max_text_bytes : HTML_TEXT_BYTES;
	strbuf_clear(&res->urls);
	vec_clear(&res->links);
	vec_clear(&res->images);
	vec_clear(&res->marks);
	res->markup = res->cut = false;
}

void
html_to_text(struct span html, const struct html_options *opt,
	struct html_result *res)
{
	struct builder b = {
		.opt = opt,
		.res = res,
		.w = {.out = &res->text, .one_line = opt->one_line},
		.max_links = opt->max_links ? opt->max_links : HTML_LINKS,
		.base = opt->base_url,
		.base_url = STRBUF_INIT(URL_BYTES_MAX),
		.scratch = STRBUF_INIT(URL_BYTES_MAX),
	};
	struct html_scan scan;
	struct html_token t;

	clear(res, opt);
	res->urls.max = 2 * b.max_links * URL_BYTES_MAX;
	strbuf_room(&res->text, html.n); /* one allocation */
	html_scan_init(&scan, html);
	while (!res->text.full && html_scan_next(&scan, &t))
		on_token(&b, &t);
	pop_to(&b, 0);
	res->cut = res->text.full;
	fix_urls(&res->links, &res->urls);
	fix_urls(&res->images, &res->urls);
	if (!opt->text_only) {
		drop_wrong_marks(res);
		text_marks_find(strbuf_as_span(&res->text), &res->marks);
	}
	strbuf_fini(&b.base_url);
	strbuf_fini(&b.scratch);
	html_writer_fini(&b.w);
}

void
html_result_fini(struct html_result *res)
{
	strbuf_fini(&res->text);
	strbuf_fini(&res->urls);
	vec_fini(&res->links);
	vec_fini(&res->images);
	text_marks_fini(&res->marks);
}
