#include "parse/reader.h"

/* Ranks that an element's kind adds to its row's. */
#define RANK_LINK 2 /* plain links: below an original link */
#define RANK_LINK_TYPE 8 /* alternates that are no page */
#define RANK_LINK_CANONICAL 10
#define RANK_RDF_ABOUT 8
#define RANK_XML_LANG 6

struct span
action_attr(const struct xml_element *el, const char *name)
{
	return span_trim(xml_attr(el, XML_NS_NONE, name));
}

static unsigned
outer_place(const struct reader *r)
{
	return r->frames[r->depth - 1].place;
}

/* -- roots ---------------------------------------------------------------- */

static void
set_format(struct reader *r, const char *format, enum family family)
{
	if (!r->b->doc->format)
		r->b->doc->format = format;
	if (r->family == FAMILY_NONE)
		r->family = family;
	r->out->kind = XML_FEED_YES;
}

static void
begin_feed(struct reader *r, struct frame *f)
{
	f->place = IN_FEED;
	f->inner = &r->b->feed;
	put_language(r->b, f->inner, RANK_XML_LANG, f->language);
}

static void
do_rss(struct reader *r, struct frame *f, const struct xml_element *el)
{
	static const struct {
		const char *version, *format;
	} rows[] = {
		{"0.90", "rss-0.90"},
		{"0.9", "rss-0.90"},
		{"0.91", "rss-0.91"},
		{"0.92", "rss-0.92"},
		{"0.93", "rss-0.93"},
		{"0.94", "rss-0.94"},
		{"1.0", "rss-1.0"},
	};
	struct span version = action_attr(el, "version");
	const char *format = "rss-2.0";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_eq_str(version, rows[i].version))
			format = rows[i].format;
	set_format(r, format, FAMILY_RSS);
	begin_feed(r, f);
}

/* RSS 0.90 or 1.0: the namespace of the first channel or item tells. */
static void
do_rdf(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	r->out->kind = XML_FEED_YES;
	r->family = FAMILY_RSS;
	begin_feed(r, f);
}

static void
name_rdf(struct reader *r, const struct xml_element *el)
{
	if (!r->b->doc->format && r->out->kind == XML_FEED_YES &&
		!r->is_channel_root)
		set_format(r, el->ns == NS_RSS090 ? "rss-0.90" : "rss-1.0",
			FAMILY_RSS);
}

static void
do_atom(struct reader *r, struct frame *f, const struct xml_element *el)
{
	struct span version = action_attr(el, "version");
	bool is_old = el->ns == NS_ATOM03 ||
		(el->ns != NS_ATOM10 && span_starts(version, "0."));

	r->is_guessed_atom = !is_old && el->ns != NS_ATOM10 && version.n == 0;
	set_format(r, is_old ? "atom-0.3" : "atom-1.0", FAMILY_ATOM);
	begin_feed(r, f);
}

/* CDF says with attributes what others say with elements. */
static void
take_cdf(struct reader *r, struct frame *f, const struct xml_element *el)
{
	struct span href = action_attr(el, "href");
	struct span lastmod = action_attr(el, "lastmod");

	if (href.n == 0 && lastmod.n == 0)
		return;
	r->is_cdf = true;
	put_link(r->b, f->inner, RANK_LINK, href, f->base, true);
	put_date(f->inner, F_UPDATED, 0, lastmod);
}

static void
do_channel(struct reader *r, struct frame *f, const struct xml_element *el)
{
	struct span base = action_attr(el, "base");
	bool is_relative;

	name_rdf(r, el);
	if (r->out->kind != XML_FEED_YES) {
		r->is_channel_root = true;
		r->is_cdf = span_eq_str(el->local, "CHANNEL");
		r->out->kind = XML_FEED_YES;
		r->family = FAMILY_RSS;
	}
	begin_feed(r, f);
	if (base.n > 0)
		f->base = builder_url(r->b, f->base, base, &is_relative);
	take_cdf(r, f, el);
}

void
action_finish_format(struct reader *r)
{
	if (r->out->kind == XML_FEED_YES && !r->b->doc->format)
		r->b->doc->format = r->is_cdf ? "cdf"
			: r->is_channel_root  ? "rss-2.0"
					      : "rss-1.0";
}

static void
do_sitemap(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	r->is_sitemap = true;
	set_format(r, "news-sitemap", FAMILY_RSS);
	begin_feed(r, f);
}

static void
refuse(struct reader *r, struct frame *f, enum xml_feed_kind kind)
{
	if (r->out->kind == XML_FEED_NONE)
		r->out->kind = kind;
	f->place = IN_ROOT;
}

static void
do_sitemap_index(
	struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	refuse(r, f, XML_FEED_SITEMAP_INDEX);
}

static void
do_html(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	refuse(r, f, XML_FEED_HTML);
}

static void
do_opml(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	refuse(r, f, XML_FEED_OPML);
}

/* -- items ---------------------------------------------------------------- */

static void
do_item(struct reader *r, struct frame *f, const struct xml_element *el)
{
	bool is_entry = span_caseeq_str(el->local, "entry");

	name_rdf(r, el);
	if (r->out->kind != XML_FEED_YES) /* an Atom entry document */
		set_format(r, is_entry ? "atom-1.0" : "rss-2.0",
			is_entry ? FAMILY_ATOM : FAMILY_RSS);
	f->inner = builder_item(r->b);
	r->is_full = !f->inner;
	if (r->is_full)
		return;
	f->place = IN_ITEM;
	put_language(r->b, f->inner, RANK_XML_LANG, f->language);
	put_guid(r->b, f->inner, RANK_RDF_ABOUT, xml_attr(el, NS_RDF, "about"),
		true);
	if (r->is_channel_root)
		take_cdf(r, f, el);
}

static void
do_sitemap_url(struct reader *r, struct frame *f, const struct xml_element *el)
{
	if (r->is_sitemap)
		do_item(r, f, el);
}

/* -- what stands in them -------------------------------------------------- */

static void
do_text(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)r, (void)el;
	f->kind = FRAME_TEXT;
}

static void
do_wrap(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	f->place = outer_place(r);
}

static void
do_skip(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)r, (void)f, (void)el;
}

/* Does the list hold this relation, by its name or as a registered IRI? */
static bool
has_rel(struct span rel, const char *name)
{
	struct span part;

	while (span_next(&rel, ' ', &part)) {
		size_t at = span_find_str(part, "relation/");

		if (at != SIZE_MAX)
			part = span_sub(part, at + strlen("relation/"), part.n);
		if (span_caseeq_str(part, name))
			return true;
	}
	return false;
}

static bool
is_page(struct span type)
{
	return type.n == 0 || span_find_str(type, "html") != SIZE_MAX;
}

/* How good a link of this relation and type is as the item's own: what to add
 * to its rank; RANK_NONE: not at all. */
static unsigned
rank_of_link(const struct xml_element *el)
{
	struct span rel = action_attr(el, "rel");

	if (rel.n == 0 || has_rel(rel, "alternate"))
		return is_page(action_attr(el, "type")) ? RANK_LINK
							: RANK_LINK_TYPE;
	if (has_rel(rel, "canonical"))
		return RANK_LINK_CANONICAL;
	return RANK_NONE;
}

/* Atom's link has a href, RSS' has text. */
static void
do_link(struct reader *r, struct frame *f, const struct xml_element *el)
{
	struct span href = action_attr(el, "href");
	struct span rel = action_attr(el, "rel");
	unsigned rank = rank_of_link(el);

	if (rank != RANK_NONE && href.n == 0) {
		f->kind = FRAME_TEXT;
		f->rank += rank;
	} else if (rank != RANK_NONE) {
		put_link(r->b, f->draft, f->rank + rank, href, f->base, true);
	} else if (has_rel(rel, "enclosure")) {
		put_enclosure(r->b, f->draft, href, f->base);
	} else if (has_rel(rel, "via") && outer_place(r) == IN_ITEM) {
		put_link(r->b, builder_source(r->b, f->draft), RANK_LINK, href,
			f->base, true);
	}
}

static void
do_person(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	f->kind = FRAME_PERSON;
	f->place = IN_PERSON;
	strbuf_clear(&r->person_text);
	r->person_name = SPAN_NULL;
	r->person_address = SPAN_NULL;
	r->person_page = SPAN_NULL;
}

static void
do_category(struct reader *r, struct frame *f, const struct xml_element *el)
{
	struct span label = action_attr(el, "label");
	struct span term = action_attr(el, "term");

	if (el->ns == NS_ITUNES) {
		f->place = outer_place(r); /* they nest */
		term = action_attr(el, "text");
	} else if (label.n == 0 && term.n == 0) {
		f->kind = FRAME_TEXT;
	}
	/* One is for people, the other for machines, and feeds mix them up. */
	put_category(r->b, f->draft, label);
	put_category(r->b, f->draft, term);
}

static void
do_source(struct reader *r, struct frame *f, const struct xml_element *el)
{
	f->kind = FRAME_SOURCE;
	f->place = IN_SOURCE;
	f->inner = builder_source(r->b, f->draft);
	strbuf_clear(&r->source_text);
	put_link(r->b, f->inner, f->rank + RANK_LINK, action_attr(el, "url"),
		f->base, true);
}

static struct span
url_attr(const struct xml_element *el)
{
	struct span url = action_attr(el, "url");

	return url.n > 0 ? url : action_attr(el, "href");
}

static void
do_media(struct reader *r, struct frame *f, const struct xml_element *el)
{
	f->place = outer_place(r);
	if (span_caseeq_str(action_attr(el, "medium"), "image") ||
		span_starts(action_attr(el, "type"), "image/"))
		put_image(r->b, f->draft, url_attr(el), f->base);
	put_enclosure(r->b, f->draft, url_attr(el), f->base);
}

static void
do_picture(struct reader *r, struct frame *f, const struct xml_element *el)
{
	f->place = IN_PICTURE;
	put_image(r->b, f->draft, url_attr(el), f->base);
}

static void
do_credit(struct reader *r, struct frame *f, const struct xml_element *el)
{
	if (span_caseeq_str(action_attr(el, "role"), "author"))
		do_person(r, f, el);
}

static void
do_publication(struct reader *r, struct frame *f, const struct xml_element *el)
{
	(void)el;
	f->place = IN_PUBLICATION;
	f->inner = &r->b->feed;
}

const action_fn action_table[] = {
	[DO_TEXT] = do_text,
	[DO_WRAP] = do_wrap,
	[DO_SKIP] = do_skip,
	[DO_RSS] = do_rss,
	[DO_RDF] = do_rdf,
	[DO_ATOM] = do_atom,
	[DO_CHANNEL] = do_channel,
	[DO_SITEMAP] = do_sitemap,
	[DO_SITEMAP_URL] = do_sitemap_url,
	[DO_SITEMAP_INDEX] = do_sitemap_index,
	[DO_HTML] = do_html,
	[DO_OPML] = do_opml,
	[DO_ITEM] = do_item,
	[DO_LINK] = do_link,
	[DO_PERSON] = do_person,
	[DO_CATEGORY] = do_category,
	[DO_SOURCE] = do_source,
	[DO_MEDIA] = do_media,
	[DO_PICTURE] = do_picture,
	[DO_CREDIT] = do_credit,
	[DO_PUBLICATION] = do_publication,
};
