/*
 * Questions about HTML that are not its text: is it any, is it a page, which
 * feeds does it link to.
 */
#include "text/html.h"

#include "text/entity.h"
#include "text/html_scan.h"
#include "text/html_write.h"
#include "text/url.h"

#define TITLE_BYTES 512
#define URLS_BYTES ((size_t)(HTML_FEEDS_MAX + 1) * URL_BYTES_MAX)

bool
html_looks_like_markup(struct span s)
{
	struct strbuf scratch = STRBUF_INIT(16);
	struct html_scan h;
	struct html_token t;
	bool found = false;

	if (span_find(s, '<') != SIZE_MAX) {
		html_scan_init(&h, s);
		while (!found && html_scan_next(&h, &t))
			found = t.kind == HTML_COMMENT ||
				((t.kind == HTML_OPEN ||
					 t.kind == HTML_CLOSE) &&
					t.tag != html_tag_unknown());
	}
	while (!found && (s = span_sub(s, span_find(s, '&'), s.n)).n > 0) {
		found = entity_decode(s, false, &scratch) > 0;
		s = span_sub(s, 1, s.n);
	}
	strbuf_fini(&scratch);
	return found;
}

bool
html_unescape(struct span s, struct strbuf *out)
{
	bool found = false;

	while (s.n > 0) {
		size_t n = span_find(s, '&');

		strbuf_span(out, span_sub(s, 0, n));
		s = span_sub(s, n, s.n);
		if (s.n == 0)
			break;
		n = entity_decode(s, false, out);
		found |= n > 0;
		if (n == 0)
			strbuf_put(out, s.p, n = 1);
		s = span_sub(s, n, s.n);
	}
	return found;
}

static bool
is_one_of(struct span name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_caseeq_str(name, names[i]))
			return true;
	return false;
}

#define IS_ONE_OF(name, names) \
	is_one_of(name, names, sizeof(names) / sizeof((names)[0]))

/* The first element tells; some feeds have a page's doctype. */
bool
html_is_page(struct span doc)
{
	static const char *const roots[] = {"html", "head", "body", "title",
		"meta", "script", "link", "div", "p", "h1", "table"};
	static const char *const feeds[] = {
		"rss", "rdf:rdf", "rdf", "feed", "channel", "opml", "urlset"};
	struct html_scan h;
	struct html_token t;
	bool doctype = false;

	html_scan_init(&h, span_sub(doc, 0, (size_t)64 << 10));
	while (html_scan_next(&h, &t)) {
		if (t.kind == HTML_COMMENT &&
			span_caseeq_str(
				span_sub(t.text, 0, 14), "<!doctype html"))
			doctype = true;
		if (t.kind == HTML_OPEN)
			return IS_ONE_OF(t.name, roots) ||
				(doctype && !IS_ONE_OF(t.name, feeds));
	}
	return doctype;
}

/* -- feeds of a page ---------------------------------------------------- */

/* "rss", "atom" or "json" for the media type of a feed; NULL else. */
static const char *
feed_type(struct span type)
{
	static const struct {
		const char *media, *type;
	} rows[] = {
		{"application/rss+xml", "rss"},
		{"application/rss", "rss"},
		{"application/x-rss+xml", "rss"},
		{"text/rss+xml", "rss"},
		{"application/rdf+xml", "rss"},
		{"application/atom+xml", "atom"},
		{"application/atom", "atom"},
		{"application/x.atom+xml", "atom"},
		{"application/feed+json", "json"},
	};

	type = span_trim(span_sub(type, 0, span_find(type, ';')));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_caseeq_str(type, rows[i].media))
			return rows[i].type;
	return NULL;
}

/* Does the path of a link say that it is a feed? */
static const char *
feed_path(struct span href)
{
	static const struct {
		const char *end, *type;
	} rows[] = {
		{".rss", "rss"},
		{"/rss", "rss"},
		{"/rss/", "rss"},
		{"/rss.xml", "rss"},
		{"/feed", "rss"},
		{"/feed/", "rss"},
		{"/feed.xml", "rss"},
		{"/feeds/posts/default", "atom"},
		{".atom", "atom"},
		{"/atom.xml", "atom"},
		{"/index.xml", "rss"},
		{".rdf", "rss"},
		{"/feed.json", "json"},
	};
	struct url u;

	url_split(href, &u);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_ends(u.path, rows[i].end))
			return rows[i].type;
	return NULL;
}

struct search {
	struct html_feeds *out;
	struct span base; /* in out->base, or the caller's */
};

/* What of a tag's attributes may name a feed, references decoded. */
struct candidate {
	struct span rel, type, title, href;
};

static void
read_candidate(const struct html_token *t, struct candidate *c)
{
	struct span rest = t->attributes, name, value;

	*c = (struct candidate){0};
	while (html_attribute_next(&rest, &name, &value)) {
		if (span_caseeq_str(name, "rel"))
			c->rel = value;
		else if (span_caseeq_str(name, "type"))
			c->type = value;
		else if (span_caseeq_str(name, "title"))
			c->title = value;
		else if (span_caseeq_str(name, "href"))
			c->href = value;
	}
}

static bool
has_word(struct span s, const char *word)
{
	struct span part;

	while (span_next(&s, ' ', &part))
		if (span_caseeq_str(span_trim(part), word))
			return true;
	return false;
}

/* Append s as plain text; the span's p is its offset until it is known where
 * the text stays. */
static struct span
keep(struct strbuf *text, struct span s)
{
	struct html_writer w = {.out = text, .one_line = true};
	size_t start = text->n;

	html_writer_text(&w, span_trim(span_utf8_head(s, TITLE_BYTES)), false);
	html_writer_fini(&w);
	return span_make((const char *)(uintptr_t)start, text->n - start);
}

/* Append the URL that c means, with its offset in p; empty if it is none or
 * known already. */
static struct span
keep_url(struct search *s, const struct candidate *c)
{
	struct strbuf *text = &s->out->text;
	struct strbuf href = STRBUF_INIT(URL_BYTES_MAX);
	size_t start = text->n;
	struct span url;

	html_unescape(c->href, &href);
	url_resolve(s->base, strbuf_as_span(&href), text);
	strbuf_fini(&href);
	url = span_sub(strbuf_as_span(text), start, text->n);
	vec_each (struct html_feed *, f, s->out)
		if (span_eq(url,
			    span_make(text->p + (uintptr_t)f->url.p, f->url.n)))
			url.n = 0;
	strbuf_cut(text, start + url.n);
	return span_make((const char *)(uintptr_t)start, url.n);
}

static void
add_feed(struct search *s, const struct candidate *c, const char *type)
{
	struct span url;

	if (s->out->n >= HTML_FEEDS_MAX)
		return;
	url = keep_url(s, c);
	if (url.n > 0)
		vec_push(s->out,
			(struct html_feed){
				url, keep(&s->out->text, c->title), type});
}

static void
set_base(struct search *s, struct span href)
{
	struct strbuf *base = &s->out->base;

	if (base->n == 0 && url_resolve(s->base, href, base))
		s->base = strbuf_as_span(base);
}

static void
on_open(struct search *s, const struct html_token *t, bool by_path)
{
	struct candidate c;
	const char *type = NULL;

	if (t->tag->id != HTML_TAG_LINK && t->tag->id != HTML_TAG_A &&
		t->tag->id != HTML_TAG_BASE)
		return;
	read_candidate(t, &c);
	if (c.href.n == 0)
		return;
	if (t->tag->id == HTML_TAG_BASE)
		set_base(s, c.href);
	else if (t->tag->id == HTML_TAG_A)
		type = by_path ? feed_path(c.href) : NULL;
	else if (!by_path &&
		(has_word(c.rel, "alternate") || has_word(c.rel, "feed")))
		/* Sites give out more JSON than feeds under its plain type. */
		type = span_caseeq_str(c.type, "application/json")
			? feed_path(c.href)
			: feed_type(c.type);
	if (type)
		add_feed(s, &c, type);
}

static void
search(struct search *s, struct span page, bool by_path)
{
	struct html_scan h;
	struct html_token t;

	html_scan_init(&h, page);
	while (html_scan_next(&h, &t)) {
		if (t.kind == HTML_OPEN)
			on_open(s, &t, by_path);
		else if (t.kind == HTML_RAW && t.tag->id == HTML_TAG_TITLE &&
			s->out->page_title.n == 0)
			s->out->page_title = keep(&s->out->text, t.text);
	}
}

void
html_feed_links(struct span page, struct span page_url, struct html_feeds *out)
{
	struct search s = {.out = out, .base = page_url};

	out->text.max = 2 * URLS_BYTES;
	out->base.max = URL_BYTES_MAX;
	search(&s, page, false);
	if (out->n == 0)
		search(&s, page, true);
	vec_each (struct html_feed *, f, out) {
		f->url.p = out->text.p + (uintptr_t)f->url.p;
		f->title.p = out->text.p + (uintptr_t)f->title.p;
	}
	out->page_title.p =
		out->text.p ? out->text.p + (uintptr_t)out->page_title.p : NULL;
}

void
html_feeds_fini(struct html_feeds *f)
{
	strbuf_fini(&f->text);
	strbuf_fini(&f->base);
	vec_fini(f);
	f->page_title = SPAN_NULL;
}
