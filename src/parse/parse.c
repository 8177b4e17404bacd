#include "parse/parse.h"

#include <stdio.h>

#include "model/limits.h"
#include "parse/json_feed.h"
#include "parse/sniff.h"
#include "parse/xml_feed.h"
#include "text/charset.h"
#include "text/html.h"

/* Of a decoded document: UTF-16 grows by half, single bytes may triple. */
#define DECODED_MAX_BYTES (3 * LIMIT_DOCUMENT_BYTES)
#define FEEDS_NAMED 5 /* in the message that refuses a page */

struct job {
	const struct parse_input *in;
	struct strbuf decoded;
	struct span text;
	struct builder b;
	bool recovered, partial;
	const char *why;
	char label_why[128]; /* what `why` may point to: arenas come and go */
	struct err *err;
};

/* -- refusals ------------------------------------------------------------- */

static int
refuse_page(struct job *j)
{
	struct html_feeds feeds = {0};
	struct strbuf list = STRBUF_INIT(ERR_MSG_MAX / 2);

	html_feed_links(j->text, j->in->base_url, &feeds);
	for (size_t i = 0; i < feeds.n && i < FEEDS_NAMED; i++) {
		strbuf_char(&list, ' ');
		strbuf_span(&list, feeds.p[i].url);
	}
	if (feeds.n > 0)
		err_set(j->err, ERR_INPUT,
			"this is an HTML page, not a feed; it links to these "
			"feeds:%s",
			strbuf_cstr(&list));
	else
		err_set(j->err, ERR_INPUT,
			"this is an HTML page, not a feed, and it links to "
			"none: look for the site's RSS or Atom address");
	html_feeds_fini(&feeds);
	strbuf_fini(&list);
	return -1;
}

static int
refuse_xml(struct job *j, const struct xml_feed_result *res)
{
	struct span url = j->b.feed.item.url;

	switch (res->kind) {
	case XML_FEED_HTML:
		return refuse_page(j);
	case XML_FEED_OPML:
		return err_set(j->err, ERR_INPUT,
			"this is an OPML list of feeds, not a feed: list it "
			"under `feeds` as `opml:`");
	case XML_FEED_SITEMAP_INDEX:
		return err_set(j->err, ERR_INPUT,
			"this is an index of sitemaps, not a feed: use one of "
			"the news sitemaps that it lists%s%.*s",
			url.n > 0 ? ", for example " : "", SPAN_ARG(url));
	case XML_FEED_NONE:
	case XML_FEED_YES:
		break;
	}
	return err_set(j->err, ERR_INPUT,
		"this is XML, but no feed: its root element is <%.*s>",
		SPAN_ARG(res->root));
}

/* -- the formats ---------------------------------------------------------- */

/* What was lost may have been items. */
static void
note_broken(struct job *j, const char *why)
{
	j->recovered = true;
	j->partial = true;
	j->why = why;
}

static int
read_xml(struct job *j)
{
	struct xml_feed_result res;

	if (xml_feed_read(j->text, j->in->base_url, &j->b, &res, j->err) != 0)
		return -1;
	if (res.kind != XML_FEED_YES)
		return refuse_xml(j, &res);
	if (res.recovered)
		note_broken(j, res.why);
	return 0;
}

static int
read_json(struct job *j)
{
	const char *why;

	if (json_feed_read(j->text, j->in->base_url, &j->b, &why, j->err) != 0)
		return -1;
	if (why)
		note_broken(j, why);
	return 0;
}

static int
read_text(struct job *j)
{
	switch (sniff_text(j->text)) {
	case SNIFF_EMPTY:
		return err_set(j->err, ERR_INPUT, "the document is empty");
	case SNIFF_JSON:
		return read_json(j);
	case SNIFF_HTML:
		return refuse_page(j);
	case SNIFF_XML:
		return read_xml(j);
	case SNIFF_BINARY:
	case SNIFF_TEXT:
		break;
	}
	return err_set(j->err, ERR_INPUT,
		"this is plain text, not a feed: it has neither XML nor JSON");
}

/* A label counts as wrong if none that was given fits the bytes. */
static bool
is_mislabelled(const struct charset_result *res)
{
	return res->mismatch &&
		(res->source == CHARSET_BY_CONTENT ||
			res->source == CHARSET_BY_DETECTION ||
			res->source == CHARSET_BY_DEFAULT);
}

static void
note_repairs(struct job *j, const struct charset_result *res)
{
	j->partial = res->cut;
	j->recovered = res->cut || res->repaired || is_mislabelled(res);
	if (res->cut || res->repaired)
		j->why = "bytes that are no text were replaced or dropped";
	if (j->recovered && j->why == NULL) {
		snprintf(j->label_why, sizeof(j->label_why),
			"its charset label is wrong: it was read as %s",
			res->name);
		j->why = j->label_why;
	}
}

static int
decode(struct job *j)
{
	struct span bytes = j->in->bytes;
	const struct charset_labels labels = {
		.http = charset_of_content_type(j->in->content_type),
		.document = charset_of_xml(bytes),
	};
	struct charset_result res;
	const char *name;

	charset_decode(bytes, &labels, CHARSET_XML_CHARS, &j->decoded, &res);
	if (res.source != CHARSET_BY_BOM && res.source != CHARSET_BY_SHAPE &&
		sniff_is_binary(bytes, &name))
		return err_set(
			j->err, ERR_INPUT, "this is %s, not a feed", name);
	j->text = res.text;
	note_repairs(j, &res);
	return 0;
}

int
parse_document(
	const struct parse_input *in, struct document **out, struct err *err)
{
	struct job j = {
		.in = in,
		.decoded = STRBUF_INIT(DECODED_MAX_BYTES),
		.err = err,
	};
	int rc = -1;

	*out = NULL;
	builder_init(&j.b);
	if (in->bytes.n > LIMIT_DOCUMENT_BYTES) {
		err_set(err, ERR_INPUT, "the document is larger than %zu MiB",
			LIMIT_DOCUMENT_BYTES >> 20);
		goto out;
	}
	if (decode(&j) != 0 || read_text(&j) != 0)
		goto out;
	if (in->truncated)
		note_broken(&j, "the body broke off");
	*out = builder_finish(&j.b);
	(*out)->recovered = j.recovered;
	(*out)->partial = j.partial;
	if (j.recovered)
		(*out)->recovered_why = arena_strdup((*out)->arena, j.why);
	rc = 0;
out:
	builder_fini(&j.b);
	strbuf_fini(&j.decoded);
	return rc;
}
