#include "parse/builder.h"

#include "base/date.h"
#include "model/limits.h"
#include "text/url.h"

static void
draft_init(struct draft *d)
{
	*d = (struct draft){0};
	memset(d->rank, RANK_NONE, sizeof(d->rank));
	d->item.published.ms = ITEM_UNDATED;
	d->item.updated.ms = ITEM_UNDATED;
}

void
builder_init(struct builder *b)
{
	*b = (struct builder){0};
	b->doc = document_new();
	b->doc->format = NULL; /* until the root tells it */
	b->arena = b->doc->arena;
	strbuf_init(&b->url, LIMIT_URL_BYTES);
	draft_init(&b->feed);
}

void
builder_fini(struct builder *b)
{
	document_free(&b->doc);
	plain_scratch_fini(&b->scratch);
	strbuf_fini(&b->url);
	vec_fini(&b->items);
}

struct draft *
builder_item(struct builder *b)
{
	struct draft *d;

	if (b->items.n == LIMIT_ITEMS)
		return NULL;
	d = arena_new_obj(b->arena, struct draft);
	draft_init(d);
	vec_push(&b->items, d);
	return d;
}

struct draft *
builder_source(struct builder *b, struct draft *item)
{
	if (!item->source) {
		item->source = arena_new_obj(b->arena, struct draft);
		draft_init(item->source);
	}
	return item->source;
}

/* -- lists ---------------------------------------------------------------- */

static bool
list_has(const struct draft_list *l, struct span s)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->p[i], s))
			return true;
	return false;
}

/* s lies in the arena. Empty ones, doubles and those beyond max are dropped. */
static void
list_add(struct builder *b, struct draft_list *l, struct span s, size_t max)
{
	if (s.n == 0 || l->n == max || list_has(l, s))
		return;
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		struct span *p = arena_array(b->arena, cap, sizeof(*p));

		if (l->n > 0)
			memcpy(p, l->p, l->n * sizeof(*p));
		l->p = p;
		l->cap = cap;
	}
	l->p[l->n++] = s;
}

static struct item_spans
list_spans(const struct draft_list *l)
{
	return (struct item_spans){l->p, l->n};
}

/* -- values --------------------------------------------------------------- */

/* Does a value of this rank replace what is held? Remembers that it does. */
static bool
wins(struct draft *d, enum dialect_field field, unsigned rank)
{
	if (rank > d->rank[field])
		return false;
	d->rank[field] = (uint8_t)rank;
	return true;
}

/* A short text: plain whatever it looks like, cut at LIMIT_NAME_BYTES. */
static struct span
name_text(struct builder *b, struct span raw)
{
	raw = span_utf8_head(span_trim(raw), LIMIT_NAME_BYTES);
	return span_utf8_head(
		plain_title(&b->scratch, b->arena, PLAIN_GUESS, raw),
		LIMIT_NAME_BYTES);
}

void
put_title(struct builder *b, struct draft *d, unsigned rank,
	enum plain_kind kind, struct span raw)
{
	struct span title;

	if (rank > d->rank[F_TITLE])
		return;
	title = plain_title(&b->scratch, b->arena, kind, raw);
	if (title.n > 0 && wins(d, F_TITLE, rank))
		d->item.title = title;
}

void
put_body(struct builder *b, struct draft *d, enum dialect_field field,
	unsigned rank, enum plain_kind kind, struct span raw, struct span base)
{
	struct plain plain, *held;

	if (rank > d->rank[field])
		return;
	if (base.n == 0)
		base = d->item.url;
	plain_body(&b->scratch, b->arena, kind, raw, base, &plain);
	held = field == F_CONTENT ? &d->content : &d->summary;
	/* One without text may hold a picture. */
	if (plain.text.n == 0 &&
		(plain.images.n == 0 || d->rank[field] != RANK_NONE))
		return;
	/* Of two the fuller one; of two forms of one text the first. */
	if (rank == d->rank[field] &&
		plain.text.n <= held->text.n + held->text.n / 4)
		return;
	wins(d, field, rank);
	*held = plain;
}

/* "&amp;" in a URL was escaped once too often. */
static struct span
unescape_url(struct builder *b, struct span ref, struct strbuf *out)
{
	size_t at;

	(void)b;
	while ((at = span_find_str(ref, "&amp;")) != SIZE_MAX) {
		strbuf_span(out, span_sub(ref, 0, at + 1));
		ref = span_sub(ref, at + strlen("&amp;"), ref.n);
	}
	strbuf_span(out, ref);
	return strbuf_as_span(out);
}

struct span
builder_url(
	struct builder *b, struct span base, struct span ref, bool *is_relative)
{
	struct strbuf unescaped = STRBUF_INIT(LIMIT_URL_BYTES);
	struct span result = SPAN_NULL;

	*is_relative = false;
	ref = span_trim(ref);
	if (ref.n == 0 || ref.n > LIMIT_URL_BYTES)
		return result;
	if (span_find_str(ref, "&amp;") != SIZE_MAX)
		ref = unescape_url(b, ref, &unescaped);
	strbuf_clear(&b->url);
	if (url_resolve(base, ref, &b->url)) {
		if (!b->url.full)
			result = arena_span(b->arena, strbuf_as_span(&b->url));
	} else {
		*is_relative = true;
		result = arena_span(b->arena, ref);
	}
	strbuf_fini(&unescaped);
	return result;
}

void
put_link(struct builder *b, struct draft *d, unsigned rank, struct span ref,
	struct span base, bool first)
{
	bool is_relative;
	struct span url;

	if (rank > d->rank[F_LINK] || (first && rank == d->rank[F_LINK]))
		return;
	url = builder_url(b, base, ref, &is_relative);
	if (url.n == 0 || !wins(d, F_LINK, rank))
		return;
	d->item.url = url;
	d->url_is_relative = is_relative;
}

void
put_guid(struct builder *b, struct draft *d, unsigned rank, struct span raw,
	bool is_link)
{
	raw = span_utf8_head(span_trim(raw), LIMIT_GUID_BYTES);
	if (raw.n == 0 || !wins(d, F_GUID, rank))
		return;
	d->item.guid = arena_span(b->arena, raw);
	d->guid_is_link = is_link;
}

void
put_date(struct draft *d, enum dialect_field field, unsigned rank,
	struct span raw)
{
	struct wall t;

	if (!date_parse(raw, &t))
		return;
	if (field != F_UPDATED && wins(d, F_PUBLISHED, rank))
		d->item.published = t;
	if (field != F_PUBLISHED && wins(d, F_UPDATED, rank))
		d->item.updated = t;
}

void
put_author(struct builder *b, struct draft *d, unsigned rank, struct span label)
{
	struct span name = name_text(b, label);

	if (name.n == 0 || rank > d->rank[F_AUTHOR])
		return;
	if (rank < d->rank[F_AUTHOR])
		d->authors = (struct draft_list){0};
	d->rank[F_AUTHOR] = (uint8_t)rank;
	list_add(b, &d->authors, name, LIMIT_AUTHORS);
}

void
put_category(struct builder *b, struct draft *d, struct span raw)
{
	list_add(b, &d->categories, name_text(b, raw), LIMIT_CATEGORIES);
}

void
put_keywords(struct builder *b, struct draft *d, struct span raw)
{
	struct span part;

	while (d->categories.n < LIMIT_CATEGORIES &&
		span_next(&raw, ',', &part))
		put_category(b, d, part);
}

/* Only absolute ones are of use. */
static void
put_url(struct builder *b, struct draft_list *l, struct span ref,
	struct span base)
{
	bool is_relative;
	struct span url = builder_url(b, base, ref, &is_relative);

	if (!is_relative)
		list_add(b, l, url, LIMIT_LINKS);
}

void
put_enclosure(
	struct builder *b, struct draft *d, struct span ref, struct span base)
{
	put_url(b, &d->enclosures, ref, base);
}

void
put_image(struct builder *b, struct draft *d, struct span ref, struct span base)
{
	put_url(b, &d->images, ref, base);
}

void
put_language(struct builder *b, struct draft *d, unsigned rank, struct span raw)
{
	raw = span_trim(raw);
	if (raw.n == 0 || raw.n > LIMIT_NAME_BYTES ||
		!wins(d, F_LANGUAGE, rank))
		return;
	d->item.language = arena_span(b->arena, raw);
}

/* -- the end -------------------------------------------------------------- */

/* A guid that is a permalink; a relative link against the channel's. */
static void
finish_url(struct builder *b, struct draft *d)
{
	struct item *it = &d->item;
	struct span feed_url = b->feed.item.url;
	bool is_relative;

	if (it->url.n == 0 && d->guid_is_link && url_is_http(it->guid))
		it->url = builder_url(b, SPAN_NULL, it->guid, &is_relative);
	if (!d->url_is_relative || feed_url.n == 0 || b->feed.url_is_relative)
		return;
	it->url = builder_url(b, feed_url, it->url, &d->url_is_relative);
}

static void
finish_source(struct draft *d)
{
	if (!d->source)
		return;
	d->item.source_title = d->source->item.title;
	d->item.source_url = d->source->item.url;
}

static void
finish_authors(const struct builder *b, struct draft *d)
{
	if (d->authors.n == 0 && d->source)
		d->authors = d->source->authors;
	if (d->authors.n == 0)
		d->authors = b->feed.authors;
	d->item.authors = list_spans(&d->authors);
}

static void
finish_text(struct builder *b, struct draft *d)
{
	const struct plain *text =
		d->content.text.n > 0 ? &d->content : &d->summary;

	d->item.summary = d->summary.text;
	d->item.content = d->content.text;
	d->item.text = text->text;
	d->item.links = text->links;
	d->item.n_links = text->n_links;
	d->item.marks = text->marks;
	d->item.n_marks = text->n_marks;
	for (size_t i = 0; i < d->content.images.n; i++)
		list_add(b, &d->images, d->content.images.p[i], LIMIT_LINKS);
	for (size_t i = 0; i < d->summary.images.n; i++)
		list_add(b, &d->images, d->summary.images.p[i], LIMIT_LINKS);
}

static void
finish_item(struct builder *b, struct draft *d)
{
	struct item *it = &d->item;

	finish_url(b, d);
	finish_source(d);
	finish_authors(b, d);
	finish_text(b, d);
	it->categories = list_spans(&d->categories);
	it->enclosures = list_spans(&d->enclosures);
	it->images = list_spans(&d->images);
	if (it->language.n == 0)
		it->language = b->feed.item.language;
	if (it->published.ms == ITEM_UNDATED)
		it->published = it->updated;
}

struct document *
builder_finish(struct builder *b)
{
	struct document *doc = b->doc;

	doc->title = b->feed.item.title;
	doc->url = b->feed.item.url;
	doc->language = b->feed.item.language;
	doc->n_items = b->items.n;
	if (b->items.n > 0)
		doc->items =
			arena_array(b->arena, b->items.n, sizeof(*doc->items));
	for (size_t i = 0; i < b->items.n; i++) {
		finish_item(b, b->items.p[i]);
		doc->items[i] = b->items.p[i]->item;
	}
	b->doc = NULL;
	b->arena = NULL;
	return doc;
}
