#include "parse/xml_feed.h"

#include "base/mem.h"
#include "parse/person.h"
#include "parse/reader.h"
#include "text/url.h"

/* -- start ---------------------------------------------------------------- */

static void
inherit(struct reader *r, struct frame *f, const struct xml_element *el)
{
	const struct frame *outer = f - 1;
	struct span base = span_trim(xml_attr(el, XML_NS_XML, "base"));
	struct span lang = span_trim(xml_attr(el, XML_NS_XML, "lang"));
	bool is_relative;

	*f = (struct frame){
		.draft = outer->inner,
		.inner = outer->inner,
		.base = outer->base,
		.language = outer->language,
	};
	if (base.n > 0)
		base = builder_url(r->b, outer->base, base, &is_relative);
	if (base.n > 0 && !is_relative)
		f->base = base;
	if (lang.n > 0)
		f->language = arena_span(r->b->arena, lang);
}

static bool
is_atom(const struct xml_element *el)
{
	return el->ns == NS_ATOM10 || el->ns == NS_ATOM03;
}

/* Plain names of the other family are weaker than the root's own. */
static unsigned
rank_of(const struct reader *r, const struct dialect_row *row,
	const struct xml_element *el)
{
	bool foreign = row->ns == CLASS_CORE &&
		is_atom(el) != (r->family == FAMILY_ATOM);

	return row->rank * 2 + (foreign ? 1U : 0U);
}

/* Atom without namespace and version: elements that only 0.3 has decide. */
static void
guess_atom(struct reader *r, const struct dialect_row *row)
{
	if (row->ns != CLASS_CORE ||
		(strcmp(row->local, "issued") != 0 &&
			strcmp(row->local, "modified") != 0))
		return;
	r->b->doc->format = "atom-0.3";
	r->is_guessed_atom = false;
}

/* Nobody knows it. Outside of items it may wrap them; in a person's text it is
 * markup. */
static void
begin_unknown(struct frame *f, const struct xml_element *el)
{
	const struct frame *outer = f - 1;
	enum dialect_class ns = dialect_class(el);

	if (outer->place == IN_ROOT ||
		(outer->place == IN_FEED && ns == CLASS_CORE))
		f->place = IN_ROOT;
	if ((outer->kind == FRAME_PERSON || outer->kind == FRAME_WORDS) &&
		(ns == CLASS_CORE || ns == CLASS_XHTML))
		f->kind = FRAME_WORDS;
}

static void
note_root(struct reader *r, const struct xml_element *el)
{
	if (r->depth == 1 && !r->out->root.p)
		r->out->root =
			arena_span(r->b->arena, span_utf8_head(el->local, 64));
}

static void end_text(struct reader *r, const struct frame *f);

/*
 * Inside a captured element begins one that can only be its sibling: the
 * element was never closed. Not those that HTML has, too, in prose.
 */
static bool
is_sibling(const struct reader *r, const struct xml_element *el)
{
	static const char *const in_html[] = {"a", "author", "body", "category",
		"content", "date", "image", "link", "source", "summary",
		"title"};
	const struct frame *captured = &r->frames[r->capture.depth];
	const struct dialect_row *row;

	if (r->depth != r->capture.depth + 1 || dialect_class(el) != CLASS_CORE)
		return false;
	row = dialect_find(el, (enum dialect_place)captured[-1].place);
	if (!row || r->capture.type == TYPE_XHTML)
		return false;
	if (captured->row->field != F_CONTENT &&
		captured->row->field != F_SUMMARY)
		return strcmp(row->local, "a") != 0 &&
			strcmp(row->local, "body") != 0 &&
			strcmp(row->local, "image") != 0;
	for (size_t i = 0; i < sizeof(in_html) / sizeof(in_html[0]); i++)
		if (strcmp(row->local, in_html[i]) == 0)
			return false;
	return true;
}

/* Its frame stays, as if it were not there. */
static void
end_lost_text(struct reader *r)
{
	struct frame *f = &r->frames[r->capture.depth];

	end_text(r, f);
	f->kind = FRAME_PLACE;
	f->place = f[-1].place;
	f->inner = f[-1].inner;
}

static bool
on_start(void *arg, const struct xml_element *el)
{
	struct reader *r = arg;
	struct frame *f = &r->frames[++r->depth];
	const struct frame *outer = f - 1;

	note_root(r, el);
	if (r->capture.depth > 0 && is_sibling(r, el))
		end_lost_text(r);
	inherit(r, f, el);
	if (r->capture.depth > 0) {
		f->kind = FRAME_INLINE;
		capture_tag(r, f, el);
		return true;
	}
	f->row = outer->place
		? dialect_find(el, (enum dialect_place)outer->place)
		: NULL;
	if (!f->row) {
		begin_unknown(f, el);
		return true;
	}
	if (r->is_guessed_atom)
		guess_atom(r, f->row);
	f->rank = rank_of(r, f->row, el);
	action_table[f->row->action](r, f, el);
	if (f->kind == FRAME_TEXT)
		capture_begin(r, f, el);
	return !r->is_full;
}

/* -- text ----------------------------------------------------------------- */

static bool
on_text(void *arg, struct span s)
{
	struct reader *r = arg;

	switch (r->frames[r->depth].kind) {
	case FRAME_TEXT:
	case FRAME_INLINE:
		capture_text(r, s);
		break;
	case FRAME_PERSON:
	case FRAME_WORDS:
		strbuf_span(&r->person_text, s);
		break;
	case FRAME_SOURCE:
		strbuf_span(&r->source_text, s);
		break;
	case FRAME_PLACE:
		break;
	}
	return true;
}

/* -- end ------------------------------------------------------------------ */

static void
put_source_text(
	struct reader *r, struct draft *item, unsigned rank, struct span raw)
{
	struct draft *source = builder_source(r->b, item);

	if (url_is_http(span_trim(raw)))
		put_link(r->b, source, rank, raw, SPAN_NULL, true);
	else
		put_title(r->b, source, rank, PLAIN_GUESS, raw);
}

static void
end_text(struct reader *r, const struct frame *f)
{
	enum plain_kind kind = PLAIN_GUESS;
	struct span raw = capture_end(r, &kind);
	enum dialect_field field = f->row->field;

	switch (field) {
	case F_TITLE:
		put_title(r->b, f->draft, f->rank, kind, raw);
		break;
	case F_SUMMARY:
	case F_CONTENT:
		put_body(r->b, f->draft, field, f->rank, kind, raw, f->base);
		break;
	case F_LINK:
		put_link(r->b, f->draft, f->rank, raw, f->base, false);
		break;
	case F_GUID:
		put_guid(r->b, f->draft, f->rank, raw, r->capture.is_permalink);
		break;
	case F_PUBLISHED:
	case F_UPDATED:
	case F_DATE:
		put_date(f->draft, field, f->rank, raw);
		break;
	case F_CATEGORY:
		put_category(r->b, f->draft, raw);
		break;
	case F_KEYWORDS:
		put_keywords(r->b, f->draft, raw);
		break;
	case F_LANGUAGE:
		put_language(r->b, f->draft, f->rank, raw);
		break;
	case F_SOURCE:
		put_source_text(r, f->draft, f->rank, raw);
		break;
	case F_IMAGE:
		put_image(r->b, f->draft, raw, f->base);
		break;
	case F_NAME:
		r->person_name = plain_line(&r->b->scratch, r->b->arena, raw);
		break;
	case F_ADDRESS:
		r->person_address =
			plain_line(&r->b->scratch, r->b->arena, raw);
		break;
	case F_PAGE:
		r->person_page = plain_line(&r->b->scratch, r->b->arena, raw);
		break;
	case F_TTL:
	case F_SKIP_HOUR:
	case F_SKIP_DAY:
	case F_SY_PERIOD:
	case F_SY_FREQUENCY:
		pace_put(&r->pace, field, raw);
		break;
	case F_NONE:
	case F_AUTHOR: /* FRAME_PERSON */
	case N_FIELDS:
		break;
	}
}

/* The name, else the address, else the page; of RSS all are in one text. */
static void
end_person(struct reader *r, const struct frame *f)
{
	struct person p;
	struct span label;

	person_parse(r->person_name.n > 0 ? r->person_name
					  : strbuf_as_span(&r->person_text),
		&p);
	if (p.name.n == 0 && r->person_address.n > 0)
		p.email = r->person_address;
	label = person_label(&p);
	put_author(
		r->b, f->draft, f->rank, label.n > 0 ? label : r->person_page);
}

static bool
on_end(void *arg)
{
	struct reader *r = arg;
	const struct frame *f = &r->frames[r->depth];

	switch (f->kind) {
	case FRAME_INLINE:
		capture_end_tag(r, f);
		break;
	case FRAME_TEXT:
		end_text(r, f);
		break;
	case FRAME_PERSON:
		end_person(r, f);
		break;
	case FRAME_SOURCE:
		put_title(r->b, f->inner, f->rank, PLAIN_GUESS,
			strbuf_as_span(&r->source_text));
		break;
	case FRAME_WORDS:
	case FRAME_PLACE:
		break;
	}
	r->depth--;
	return true;
}

/* -- the whole ------------------------------------------------------------ */

static const struct xml_handler handler = {on_start, on_text, on_end};

static void
reader_init(struct reader *r, struct builder *b, struct span base_url,
	struct xml_feed_result *out)
{
	r->b = b;
	r->out = out;
	r->depth = 0;
	r->frames[0] = (struct frame){
		.place = IN_ROOT,
		.inner = &b->feed,
		.base = base_url,
	};
	strbuf_init(&r->person_text, LIMIT_NAME_BYTES);
	strbuf_init(&r->source_text, LIMIT_TITLE_BYTES);
	strbuf_init(&r->capture.text, LIMIT_CONTENT_BYTES);
	*out = (struct xml_feed_result){0};
}

static void
reader_fini(struct reader *r)
{
	strbuf_fini(&r->person_text);
	strbuf_fini(&r->source_text);
	strbuf_fini(&r->capture.text);
	mem_free(&r);
}

typedef int (*read_fn)(struct span doc, const struct xml_options *opt,
	const struct xml_handler *h, void *arg, struct xml_flaws *flaws,
	struct err *err);

/* One go with one of the two XML readers. */
static int
read_with(read_fn read, struct span doc, struct span base_url,
	struct builder *b, struct xml_feed_result *out, struct xml_flaws *flaws,
	struct err *err)
{
	const struct xml_options opt = {
		.namespaces = dialect_namespaces,
		.n_namespaces = dialect_n_namespaces,
		.max_depth = LIMIT_XML_DEPTH,
		.max_start_tag_bytes = LIMIT_XML_START_TAG_BYTES,
		.max_delivered_bytes =
			doc.n * LIMIT_XML_EXPANSION + LIMIT_XML_EXPANSION_SLACK,
	};
	struct reader *r = mem_new(r);
	int rc;

	reader_init(r, b, base_url, out);
	rc = read(doc, &opt, &handler, r, flaws, err);
	action_finish_format(r);
	pace_finish(&r->pace, b->doc);
	if (r->is_full)
		out->why = "more items than are read";
	reader_fini(r);
	return rc;
}

static const char *
describe(struct arena *arena, const struct xml_flaws *flaws)
{
	return arena_printf(arena, "line %u: %s", flaws->line, flaws->first);
}

int
xml_feed_read(struct span doc, struct span base_url, struct builder *b,
	struct xml_feed_result *out, struct err *err)
{
	struct xml_flaws flaws;
	struct xml_prolog prolog;
	struct err strict = {0};

	if (read_with(xml_read, doc, base_url, b, out, &flaws, &strict) == 0) {
		if (flaws.n > 0)
			out->why = describe(b->arena, &flaws);
		out->recovered = out->why != NULL;
		return 0;
	}
	builder_fini(b);
	builder_init(b);
	if (read_with(xml_mend, doc, base_url, b, out, &flaws, err) != 0)
		return -1;
	/* An external DTD may declare what the strict reader does not know. */
	xml_prolog(doc, &prolog);
	if (flaws.n > 0)
		out->why = describe(b->arena, &flaws);
	else if (!out->why && strict.kind == ERR_INPUT && !prolog.external)
		out->why = arena_strdup(b->arena, strict.msg);
	out->recovered = out->why != NULL;
	return 0;
}
