/*
 * OPML: the feeds of a subscription list, outlines with an xmlUrl at any depth.
 * Source: opml.org/spec2.opml.
 */
#include "config/load.h"

#include "model/limits.h"
#include "text/charset.h"
#include "text/xml.h"

#define OPML_DEPTH 64

struct opml {
	struct load *l;
	const struct config_feed *like;
	const char *file;
	struct span doc;
	size_t at; /* in doc, behind the last xmlUrl found */
	unsigned line;
	size_t line_start;
	size_t feeds;
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

static bool
on_start(void *arg, const struct xml_element *el)
{
	struct opml *o = arg;
	struct config_feed f = *o->like;

	if (!span_caseeq_str(el->local, "outline"))
		return true;
	f.url = xml_attr(el, XML_NS_NONE, "xmlUrl");
	if (!f.url.p)
		return true;
	f.place = next_place(o);
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
	(void)arg;
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
	const struct xml_options options = {
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
load_opml(struct load *l, struct config_feed *like, const char *file)
{
	struct strbuf text = STRBUF_INIT(LIMIT_LIST_BYTES);
	struct strbuf decoded = STRBUF_INIT(LIMIT_LIST_BYTES);
	struct charset_labels labels = {0};
	struct charset_result result;
	struct opml o = {.l = l, .like = like, .file = file, .line = 1};

	if (!load_file(l, file, LIMIT_LIST_BYTES, like->place, &text))
		return;
	like->place = diag_place(file, 0, 0);
	labels.document = charset_of_xml(strbuf_as_span(&text));
	charset_decode(strbuf_as_span(&text), &labels, CHARSET_XML_CHARS,
		&decoded, &result);
	o.doc = result.text;
	read_outlines(&o);
	strbuf_fini(&decoded);
	strbuf_fini(&text);
}
