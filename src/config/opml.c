/*
 * OPML: the feeds of a subscription list, outlines with an xmlUrl at any depth.
 * Source: opml.org/spec2.opml.
 */
#include "config/load.h"

#include "config/opml.h"
#include "model/limits.h"
#include "text/charset.h"
#include "text/xml.h"

#define OPML_DEPTH 64
#define NS_OURS 2 /* what newswatch itself adds when it exports */

struct opml {
	struct load *l;
	const struct feed_entry *like;
	const char *file;
	struct span doc;
	size_t at; /* in doc, behind the last xmlUrl found */
	unsigned line;
	size_t line_start;
	size_t feeds;
	/* The folders around: where each open element's name ends in path. */
	struct strbuf path;
	struct span folder; /* path, as the last feed has it */
	size_t ends[OPML_DEPTH + 1];
	size_t depth;
};

/*
 * The reader tells no offsets, but attributes come in the order of the
 * document: the place is where the next `xmlUrl=` stands.
 */
static struct place
next_place(struct opml *o)
{
	static const char name[] = "xmlurl";

	for (; o->at + sizeof(name) < o->doc.n; o->at++) {
		struct span here = span_sub(o->doc, o->at, sizeof(name) - 1);

		if (o->doc.p[o->at] == '\n') {
			o->line++;
			o->line_start = o->at + 1;
		}
		if (span_caseeq_str(here, name)) {
			unsigned column = (unsigned)(o->at - o->line_start) + 1;

			o->at += sizeof(name) - 1;
			return diag_place(o->file, o->line, column);
		}
	}
	return diag_place(o->file, 0, 0);
}

/* A name's white space is one space each; in the snapshot's arena. */
static struct span
name_of(struct opml *o, struct span raw)
{
	struct strbuf b = STRBUF_INIT(LIMIT_NAME_BYTES);
	struct span name;

	raw = span_trim(raw);
	if (raw.n == 0)
		return SPAN_NULL;
	for (size_t i = 0; i < raw.n; i++) {
		bool space = strchr(" \t\r\n", raw.p[i]) && raw.p[i];

		if (!space)
			strbuf_char(&b, raw.p[i]);
		else if (!strchr(" \t\r\n", raw.p[i + 1]))
			strbuf_char(&b, ' ');
	}
	name = arena_span(o->l->snap->arena,
		span_utf8_head(strbuf_as_span(&b), LIMIT_NAME_BYTES));
	strbuf_fini(&b);
	return name;
}

/* "title" says it best; "text" is what is shown, often the URL. */
static struct span
title_of(struct opml *o, const struct xml_element *el)
{
	struct span title = name_of(o, xml_attr(el, XML_NS_NONE, "title"));

	if (title.n == 0)
		title = name_of(o, xml_attr(el, XML_NS_NONE, "text"));
	return span_eq(title, xml_attr(el, XML_NS_NONE, "xmlUrl")) ? SPAN_NULL
								   : title;
}

/* One copy for all feeds of it that follow each other. */
static struct span
folder_of(struct opml *o)
{
	struct span path = strbuf_as_span(&o->path);

	if (!span_eq(o->folder, path))
		o->folder = arena_span(o->l->snap->arena, path);
	return o->folder;
}

/* The folders it stands in, else its "category", "/a/b,/c": the first. */
static struct span
category_of(struct opml *o, const struct xml_element *el)
{
	struct span list = xml_attr(el, XML_NS_NONE, "category"), first;

	if (o->path.n > 0)
		return folder_of(o);
	if (!span_next(&list, ',', &first))
		return SPAN_NULL;
	while (first.n > 0 && first.p[0] == '/')
		first = span_sub(first, 1, first.n);
	return name_of(o, first);
}

static void
enter_folder(struct opml *o, const struct xml_element *el)
{
	struct span name = name_of(o, xml_attr(el, XML_NS_NONE, "text"));

	if (name.n == 0)
		name = name_of(o, xml_attr(el, XML_NS_NONE, "title"));
	if (name.n == 0 || o->path.n + 1 + name.n > LIMIT_NAME_BYTES)
		return;
	if (o->path.n > 0)
		strbuf_char(&o->path, '/');
	strbuf_span(&o->path, name);
}

static bool
on_start(void *arg, const struct xml_element *el)
{
	struct opml *o = arg;
	struct feed_entry f = *o->like;

	o->ends[o->depth++] = o->path.n;
	if (!span_caseeq_str(el->local, "outline"))
		return true;
	f.url = xml_attr(el, XML_NS_NONE, "xmlUrl");
	if (!f.url.p) {
		enter_folder(o, el);
		return true;
	}
	f.place = next_place(o);
	if (f.title.n == 0)
		f.title = title_of(o, el);
	if (f.set.category.n == 0)
		f.set.category = category_of(o, el);
	if (f.set.publisher.n == 0)
		f.set.publisher =
			name_of(o, xml_attr(el, NS_OURS, "publisher"));
	o->feeds++;
	load_feed(o->l, o->file, &f, false);
	load_bulk_row(o->l);
	return o->l->parts & CONFIG_FEEDS;
}

static bool
on_text(void *arg, struct span text)
{
	(void)arg;
	(void)text;
	return true;
}

static bool
on_end(void *arg)
{
	struct opml *o = arg;

	strbuf_cut(&o->path, o->ends[--o->depth]);
	return true;
}

static const struct xml_handler handler = {
	.start = on_start,
	.text = on_text,
	.end = on_end,
};

/* Mends what is broken: subscription lists are written by many programs. */
static void
read_outlines(struct opml *o)
{
	static const struct xml_ns ours = {
		OPML_NAMESPACE, "newswatch", NS_OURS};
	const struct xml_options options = {
		.namespaces = &ours,
		.n_namespaces = 1,
		.max_depth = OPML_DEPTH,
		.max_start_tag_bytes = LIMIT_XML_START_TAG_BYTES,
		.max_delivered_bytes = LIMIT_LIST_BYTES,
	};
	struct xml_flaws flaws = {0};
	struct err err = {0};
	struct diag *d = o->l->diag;
	int rc;

	load_bulk_begin(o->l, "this feed is left out");
	rc = xml_mend(o->doc, &options, &handler, o, &flaws, &err);
	load_bulk_end(o->l);
	if (rc < 0)
		diag_error(d, diag_place(o->file, 0, 0),
			"cannot be read as OPML: %s", err.msg);
	else if (flaws.n)
		diag_warning(d, diag_place(o->file, flaws.line, 1),
			"broken XML, read as far as it goes: %s", flaws.first);
	if (!o->feeds && rc == 0)
		diag_error(d, diag_place(o->file, 0, 0),
			"no feeds in it: no <outline> has an xmlUrl");
}

void
load_opml_text(struct load *l, const struct feed_entry *like, const char *file,
	struct span text)
{
	struct strbuf decoded = STRBUF_INIT(LIMIT_LIST_BYTES);
	struct charset_labels labels = {.document = charset_of_xml(text)};
	struct charset_result result;
	struct feed_entry with = *like;
	struct opml o = {.l = l,
		.like = &with,
		.file = file,
		.line = 1,
		.path = STRBUF_INIT(LIMIT_NAME_BYTES)};

	with.place = diag_place(file, 0, 0);
	charset_decode(text, &labels, CHARSET_XML_CHARS, &decoded, &result);
	o.doc = result.text;
	read_outlines(&o);
	strbuf_fini(&o.path);
	strbuf_fini(&decoded);
}

void
load_opml(struct load *l, struct feed_entry *like, const char *file)
{
	struct strbuf text = STRBUF_INIT(LIMIT_LIST_BYTES);

	if (!load_file(l, file, LIMIT_LIST_BYTES, like->place, &text))
		return;
	load_opml_text(l, like, file, strbuf_as_span(&text));
	strbuf_fini(&text);
}
