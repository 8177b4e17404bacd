/* See opml.h. */
#include "config/opml.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"

static int
compare(const void *a, const void *b)
{
	const struct config_feed *const *x = a, *const *y = b;
	int order = span_cmp((*x)->set->category, (*y)->set->category);

	/* In the order of the configuration: they lie in one array. */
	return order != 0 ? order : (*x > *y) - (*x < *y);
}

static void
put_attr(struct strbuf *out, const char *name, struct span value)
{
	strbuf_printf(out, " %s=\"", name);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '&')
			strbuf_str(out, "&amp;");
		else if (c == '<')
			strbuf_str(out, "&lt;");
		else if (c == '>')
			strbuf_str(out, "&gt;");
		else if (c == '"')
			strbuf_str(out, "&quot;");
		else
			strbuf_char(out, (unsigned char)c < ' ' ? ' ' : c);
	}
	strbuf_char(out, '"');
}

static void
indent(struct strbuf *out, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		strbuf_str(out, "  ");
}

/* Close and open folders until those of `to` are open; returns their depth. */
static size_t
go_to_folder(struct strbuf *out, struct span from, struct span to, size_t depth)
{
	struct span a, b, same_from = from, same_to = to;
	size_t common = 0;

	while (span_next(&same_from, '/', &a) && span_next(&same_to, '/', &b) &&
		span_eq(a, b)) {
		common++;
		from = same_from;
		to = same_to;
	}
	while (depth > common) {
		indent(out, 1 + depth--);
		strbuf_str(out, "</outline>\n");
	}
	while (span_next(&to, '/', &b)) {
		indent(out, 2 + depth++);
		strbuf_str(out, "<outline");
		put_attr(out, "text", b);
		strbuf_str(out, ">\n");
	}
	return depth;
}

static void
put_feed(struct strbuf *out, const struct config_feed *f, size_t depth)
{
	struct span text = f->title.n > 0 ? f->title
		: f->set->publisher.n > 0 ? f->set->publisher
					  : f->url;

	indent(out, 2 + depth);
	strbuf_str(out, "<outline type=\"rss\"");
	put_attr(out, "text", text);
	/* Without a title of its own, the reader is told so. */
	put_attr(out, "title", f->title.n > 0 ? f->title : f->url);
	put_attr(out, "xmlUrl", f->url);
	if (f->set->publisher.n > 0)
		put_attr(out, "newswatch:publisher", f->set->publisher);
	strbuf_str(out, "/>\n");
}

static void
put_feeds(const struct config_feed *const *sorted, size_t n, struct strbuf *out)
{
	struct span folder = SPAN_NULL;
	size_t depth = 0;

	for (size_t i = 0; i < n; i++) {
		depth = go_to_folder(
			out, folder, sorted[i]->set->category, depth);
		folder = sorted[i]->set->category;
		put_feed(out, sorted[i], depth);
	}
	go_to_folder(out, folder, SPAN_NULL, depth);
}

size_t
opml_format(const struct config_feed *feeds, size_t n, struct wall now,
	struct strbuf *out)
{
	const struct config_feed **sorted = mem_calloc(n + 1, sizeof(*sorted));
	char date[DATE_TEXT_SIZE];
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!span_starts(feeds[i].url, "file:"))
			sorted[kept++] = &feeds[i];
	qsort(sorted, kept, sizeof(*sorted), compare);
	date_format_http(now, date);
	strbuf_printf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<opml version=\"2.0\" xmlns:newswatch=\"%s\">\n"
		"  <head>\n    <title>Feeds of newswatch</title>\n"
		"    <dateCreated>%s</dateCreated>\n  </head>\n  <body>\n",
		OPML_NAMESPACE, date);
	put_feeds(sorted, kept, out);
	strbuf_str(out, "  </body>\n</opml>\n");
	mem_free(&sorted);
	return n - kept;
}
