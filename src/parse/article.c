/*
 * See article.h. The door to libxml2's HTML reader. The page becomes a tree;
 * what cannot belong to an article is taken out of it; the rest is weighed:
 * blocks of words without links are good text, and the article is the smallest
 * element that holds most of it. Depth is bounded by libxml2 (256).
 */
#include "parse/article_meta.h"

#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <string.h>

#include "model/limits.h"
#include "text/html.h"

/* A block of words: so many bytes, of which a part may be links. */
#define BLOCK_MIN_BYTES 60
#define BLOCK_MAX_LINKS 0.4
/* An element that says of itself to be the article must hold this part. */
#define HINT_PART 0.4
/* The way down ends where no child holds this part of the text. */
#define DESCENT_PART 0.75
/* What a class name calls boilerplate, but holds so much, is none. */
#define BOILERPLATE_PART 0.5
/* An article has this many bytes of good text. */
#define ARTICLE_MIN_BYTES 140

struct weight {
	size_t all; /* bytes of text below */
	size_t own, own_links; /* in this block, not in blocks within it */
	size_t good; /* below, in good blocks */
};

struct page {
	struct arena *arena;
	xmlNode *root;
	struct article_meta meta;
	struct article *out;
};

/* -- the tree ------------------------------------------------------------- */

static const char *
name_of(const xmlNode *n)
{
	return (const char *)n->name;
}

static bool
is_any(const xmlNode *n, const char *const *names, size_t count)
{
	if (n->type != XML_ELEMENT_NODE)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(name_of(n), names[i]) == 0)
			return true;
	return false;
}

#define IS_ANY(n, names) is_any(n, names, sizeof(names) / sizeof((names)[0]))

static bool
is_named(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && strcmp(name_of(n), name) == 0;
}

/* The next one in the order of the document; NULL at the end. */
static xmlNode *
following(const xmlNode *root, xmlNode *n, bool into)
{
	if (into && n->type == XML_ELEMENT_NODE && n->children)
		return n->children;
	while (n != root && !n->next)
		n = n->parent;
	return n == root ? NULL : n->next;
}

/* Valid until the next call. */
static struct span
attribute(const xmlNode *n, const char *name)
{
	const xmlAttr *a = n->type == XML_ELEMENT_NODE ? n->properties : NULL;

	for (; a; a = a->next)
		if (strcmp((const char *)a->name, name) == 0)
			return a->children && a->children->content
				? span_of((const char *)a->children->content)
				: SPAN_LIT("");
	return SPAN_NULL;
}

static struct weight *
weight_of(const xmlNode *n)
{
	return n->_private;
}

static struct span
text_of(struct page *p, xmlNode *n)
{
	xmlChar *s = xmlNodeGetContent(n);
	struct span text = arena_span(p->arena, span_of((const char *)s));

	xmlFree(s);
	return text;
}

/* -- what the page says of itself ----------------------------------------- */

static void
take_meta(struct page *p, const xmlNode *n)
{
	static const char *const names[] = {
		"property", "name", "itemprop", "http-equiv"};
	struct span content = attribute(n, "content");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		article_meta_element(&p->meta, attribute(n, names[i]), content);
}

static bool
has_word(struct span list, const char *word)
{
	struct span part;

	while (span_next(&list, ' ', &part))
		if (span_caseeq_str(part, word))
			return true;
	return false;
}

/* itemprop, rel=author, class=byline, <time>. */
static void
take_microdata(struct page *p, xmlNode *n)
{
	struct span prop = attribute(n, "itemprop");
	struct span when = attribute(n, "datetime");
	struct span value = attribute(n, "content");

	if (value.n == 0)
		value = when;
	if (has_word(prop, "datePublished"))
		article_meta_put(&p->meta, ARTICLE_PUBLISHED,
			ARTICLE_RANK_MICRODATA,
			value.n > 0 ? value : text_of(p, n));
	if (has_word(prop, "dateModified"))
		article_meta_put(&p->meta, ARTICLE_UPDATED,
			ARTICLE_RANK_MICRODATA, value);
	if (has_word(prop, "headline"))
		article_meta_put(&p->meta, ARTICLE_TITLE,
			ARTICLE_RANK_MICRODATA, text_of(p, n));
	if (has_word(prop, "author") || has_word(attribute(n, "rel"), "author"))
		article_meta_put(&p->meta, ARTICLE_AUTHOR,
			ARTICLE_RANK_MICRODATA, text_of(p, n));
	if (has_word(attribute(n, "class"), "byline") ||
		has_word(attribute(n, "class"), "author-name"))
		article_meta_put(&p->meta, ARTICLE_AUTHOR, ARTICLE_RANK_ELEMENT,
			text_of(p, n));
	if (is_named(n, "time") && when.n > 0)
		article_meta_put(&p->meta, ARTICLE_PUBLISHED,
			ARTICLE_RANK_ELEMENT, when);
}

static void
take_element(struct page *p, xmlNode *n)
{
	struct span type = attribute(n, "type");

	if (is_named(n, "meta"))
		take_meta(p, n);
	else if (is_named(n, "link") &&
		has_word(attribute(n, "rel"), "canonical"))
		article_meta_put(
			&p->meta, ARTICLE_URL, 1, attribute(n, "href"));
	else if (is_named(n, "html"))
		article_meta_put(
			&p->meta, ARTICLE_LANGUAGE, 2, attribute(n, "lang"));
	else if (is_named(n, "script") &&
		span_caseeq_str(type, "application/ld+json"))
		article_meta_json_ld(&p->meta, text_of(p, n));
	else if (is_named(n, "h1"))
		article_meta_put(&p->meta, ARTICLE_TITLE, ARTICLE_RANK_ELEMENT,
			text_of(p, n));
	else if (is_named(n, "title") && n->parent &&
		is_named(n->parent, "head"))
		article_meta_put(&p->meta, ARTICLE_TITLE,
			ARTICLE_RANK_ELEMENT + 1, text_of(p, n));
	else
		take_microdata(p, n);
}

static void
take_all(struct page *p)
{
	for (xmlNode *n = p->root; n; n = following(p->root, n, true))
		if (n->type == XML_ELEMENT_NODE)
			take_element(p, n);
}

/* -- what is no article --------------------------------------------------- */

static const char *const junk_tags[] = {"script", "style", "noscript", "nav",
	"aside", "footer", "form", "button", "iframe", "svg", "template",
	"figure", "select", "input", "textarea", "dialog", "object", "video",
	"audio", "canvas", "menu", "time", "h1", "head"};

/* Words of class names and ids, as "related-posts" and "shareBar" hold them. */
static const char *const junk_words[] = {"ad", "ads", "advert", "advertisement",
	"author", "banner", "bio", "breadcrumb", "breadcrumbs", "byline",
	"comment", "comments", "consent", "cookie", "cookies", "copyright",
	"credit", "dateline", "disqus", "donate", "follow", "footer", "login",
	"masthead", "menu", "meta", "modal", "more", "mostread", "nav",
	"navbar", "navigation", "newsletter", "notice", "outbrain",
	"pagination", "paywall", "popular", "popup", "print", "promo",
	"promoted", "recirc", "recommended", "related", "share", "sharing",
	"sidebar", "signup", "skip", "social", "sponsor", "sponsored",
	"subscribe", "subscription", "taboola", "tags", "teaser", "teasers",
	"timestamp", "toolbar", "topics", "trending", "widget"};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next word of a class: "articleShare-bar" is article, share, bar. */
static bool
next_word(struct span *rest, struct span *word)
{
	size_t from = 0, to;

	while (from < rest->n && !is_letter(rest->p[from]))
		from++;
	for (to = from; to < rest->n && is_letter(rest->p[to]); to++)
		if (to > from && rest->p[to] <= 'Z' && rest->p[to - 1] > 'Z')
			break;
	*word = span_sub(*rest, from, to - from);
	*rest = span_sub(*rest, to, rest->n);
	return word->n > 0;
}

static bool
has_junk_word(struct span names)
{
	struct span word;

	while (next_word(&names, &word))
		for (size_t i = 0;
			i < sizeof(junk_words) / sizeof(junk_words[0]); i++)
			if (span_caseeq_str(word, junk_words[i]))
				return true;
	return false;
}

static bool
is_hidden(const xmlNode *n)
{
	struct span style = attribute(n, "style");

	return attribute(n, "hidden").p ||
		span_eq_str(attribute(n, "aria-hidden"), "true") ||
		span_find_str(style, "display:none") != SIZE_MAX ||
		span_find_str(style, "display: none") != SIZE_MAX;
}

static bool
is_junk(const struct page *p, const xmlNode *n)
{
	static const char *const kept[] = {"html", "body", "main"};
	size_t all = weight_of(p->root)->all, here;

	if (n->type != XML_ELEMENT_NODE)
		return n->type != XML_TEXT_NODE &&
			n->type != XML_CDATA_SECTION_NODE;
	if (IS_ANY(n, kept))
		return false;
	if (IS_ANY(n, junk_tags) || is_hidden(n))
		return true;
	here = n->_private ? weight_of(n)->all : 0;
	if ((double)here > BOILERPLATE_PART * (double)all)
		return false;
	return (is_named(n, "header") && n->parent &&
		       is_named(n->parent, "body")) ||
		has_junk_word(attribute(n, "class")) ||
		has_junk_word(attribute(n, "id")) ||
		span_eq_str(attribute(n, "role"), "navigation") ||
		span_eq_str(attribute(n, "role"), "complementary");
}

static void
drop_junk(struct page *p)
{
	xmlNode *n = p->root;

	while (n) {
		xmlNode *next = following(p->root, n, true);

		if (n != p->root && is_junk(p, n)) {
			next = following(p->root, n, false);
			xmlUnlinkNode(n);
			xmlFreeNode(n);
		}
		n = next;
	}
}

/* -- weighing ------------------------------------------------------------- */

static const char *const inline_tags[] = {"a", "abbr", "b", "bdi", "bdo", "big",
	"cite", "code", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
	"small", "span", "strong", "sub", "sup", "tt", "u", "var"};

/* Bytes that are no white space, which collapses. */
static size_t
words_in(const xmlNode *text)
{
	const char *s = (const char *)text->content;
	size_t n = 0;

	for (; s && *s; s++)
		n += (unsigned char)*s > ' ';
	return n;
}

static bool
is_text(const xmlNode *n)
{
	return n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE;
}

/* Give every element a weight, and its text to all elements around it. */
static void
weigh(struct page *p)
{
	for (xmlNode *n = p->root; n; n = following(p->root, n, true)) {
		size_t bytes = is_text(n) ? words_in(n) : 0;
		bool in_block = false, in_link = false;

		if (n->type == XML_ELEMENT_NODE)
			n->_private =
				arena_alloc(p->arena, sizeof(struct weight));
		for (xmlNode *e = n->parent; bytes > 0 && e && e->_private;
			e = e->parent) {
			struct weight *w = weight_of(e);

			w->all += bytes;
			in_link = in_link || is_named(e, "a");
			if (!in_block && !IS_ANY(e, inline_tags)) {
				in_block = true;
				w->own += bytes;
				w->own_links += in_link ? bytes : 0;
			}
		}
	}
	for (xmlNode *n = p->root; n; n = following(p->root, n, true)) {
		const struct weight *own = weight_of(n);

		if (n->type != XML_ELEMENT_NODE || own->own < BLOCK_MIN_BYTES ||
			(double)own->own_links >
				BLOCK_MAX_LINKS * (double)own->own)
			continue;
		for (xmlNode *e = n; e && e->_private; e = e->parent)
			weight_of(e)->good += own->own;
	}
}

/* How plainly an element says that it is the article; 0: not at all. */
static unsigned
hint_of(const xmlNode *n)
{
	static const char *const bodies[] = {"article-body", "article__body",
		"articlebody", "article-content", "article__content",
		"article-text", "entry-content", "post-content", "post-body",
		"story-body", "story-content", "storytext"};
	struct span names = attribute(n, "class"), id = attribute(n, "id");

	if (has_word(attribute(n, "itemprop"), "articleBody"))
		return 4;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (has_word(names, bodies[i]) || has_word(id, bodies[i]))
			return 3;
	if (is_named(n, "article"))
		return 2;
	return is_named(n, "main") || span_eq_str(attribute(n, "role"), "main");
}

/* The element that says it best, of those the one with the most text. */
static xmlNode *
find_hint(struct page *p)
{
	double least = HINT_PART * (double)weight_of(p->root)->good;
	xmlNode *best = p->root;
	unsigned best_hint = 0;

	for (xmlNode *n = p->root; n; n = following(p->root, n, true)) {
		unsigned hint = n->type == XML_ELEMENT_NODE ? hint_of(n) : 0;

		if (hint == 0 || (double)weight_of(n)->good < least)
			continue;
		if (hint > best_hint ||
			(hint == best_hint &&
				weight_of(n)->good > weight_of(best)->good)) {
			best = n;
			best_hint = hint;
		}
	}
	return best;
}

static xmlNode *
find_article(struct page *p)
{
	xmlNode *here = find_hint(p), *child = here->children;

	while (child) {
		bool most = child->type == XML_ELEMENT_NODE &&
			!IS_ANY(child, inline_tags) &&
			(double)weight_of(child)->good >=
				DESCENT_PART * (double)weight_of(here)->good &&
			weight_of(child)->good > weight_of(child)->own;

		if (most)
			here = child;
		child = most ? here->children : child->next;
	}
	return here;
}

/* Lists of links within the article: read more, tags. */
static void
drop_link_lists(xmlNode *article)
{
	static const char *const lists[] = {"ul", "ol", "div", "section", "p",
		"dl", "h2", "h3", "h4", "table"};
	xmlNode *n = article;

	while (n) {
		xmlNode *next = following(article, n, true);
		size_t links = 0, all = n->_private ? weight_of(n)->all : 0;

		for (xmlNode *e = n; IS_ANY(n, lists) && e;
			e = following(n, e, true))
			if (is_named(e, "a") && e->_private)
				links += weight_of(e)->all;
		if (n != article && all > 0 && IS_ANY(n, lists) &&
			(double)links > 0.8 * (double)all) {
			next = following(article, n, false);
			xmlUnlinkNode(n);
			xmlFreeNode(n);
		}
		n = next;
	}
}

/* -- the text ------------------------------------------------------------- */

/* Without the parts that are no reporting, and without the title again. */
static struct span
clean_text(struct page *p, const struct html_result *res)
{
	struct strbuf b = STRBUF_INIT(LIMIT_CONTENT_BYTES);
	struct span text = strbuf_as_span(&res->text), clean, line, rest;
	size_t at = 0;

	for (size_t i = 0; i < res->marks.n; i++) {
		strbuf_span(&b, span_sub(text, at, res->marks.p[i].start - at));
		at = res->marks.p[i].end;
	}
	strbuf_span(&b, span_sub(text, at, text.n));
	clean = span_trim(strbuf_as_span(&b));
	rest = clean;
	if (span_next(&rest, '\n', &line) && span_eq(line, p->out->title))
		clean = span_trim(rest);
	clean = arena_span(p->arena, clean);
	strbuf_fini(&b);
	return clean;
}

static struct span
plain_text(struct page *p, xmlNode *article)
{
	const struct html_options opt = {.max_text_bytes = LIMIT_CONTENT_BYTES};
	xmlBuffer *html = xmlBufferCreate();
	struct html_result res = {0};
	struct span text;

	htmlNodeDump(html, article->doc, article);
	html_to_text(span_of((const char *)xmlBufferContent(html)), &opt, &res);
	text = clean_text(p, &res);
	html_result_fini(&res);
	xmlBufferFree(html);
	return text;
}

static void
read_text(struct page *p)
{
	xmlNode *article;
	struct span text;

	weigh(p);
	drop_junk(p);
	weigh(p);
	article = find_article(p);
	if (weight_of(article)->good < ARTICLE_MIN_BYTES)
		return;
	drop_link_lists(article);
	text = plain_text(p, article);
	/* JSON-LD may have it in full where the page shows a part. */
	if (text.n >= p->out->text.n / 2)
		p->out->text = text;
}

int
article_extract(struct span page, struct span page_url, struct arena *arena,
	struct article *out, struct err *err)
{
	struct page p = {.arena = arena, .out = out};
	htmlDocPtr doc = NULL;

	article_meta_init(&p.meta, arena, page_url, out);
	if (page.n <= LIMIT_DOCUMENT_BYTES)
		doc = htmlReadMemory(page.p, (int)page.n, NULL, "UTF-8",
			HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
				HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
				HTML_PARSE_COMPACT);
	if (doc)
		p.root = xmlDocGetRootElement(doc);
	if (p.root) {
		take_all(&p);
		article_meta_finish(&p.meta);
		read_text(&p);
	}
	xmlFreeDoc(doc);
	if (out->text.n > 0)
		return 0;
	return err_set(err, ERR_INPUT,
		"no text of an article is in this page: it is a list of links, "
		"or scripts fill it in");
}
