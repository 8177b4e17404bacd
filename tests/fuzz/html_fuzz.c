/*
 * HTML to text, its links and marks, and the feeds of a page. The first byte
 * chooses the options, the rest is the markup.
 */
#include <assert.h>

#include "fuzz.h"
#include "text/charset.h"
#include "text/html.h"

#define BASE SPAN_LIT("https://example.com/news/")

static void
check_links(const struct html_links *links, size_t text_bytes)
{
	vec_each (const struct html_link *, l, links) {
		assert(l->start <= l->end && l->end <= text_bytes);
		assert(span_starts(l->url, "http"));
	}
}

static void
check(const struct html_result *res)
{
	struct span text = strbuf_as_span(&res->text);
	uint32_t last = 0;

	assert(charset_is_clean(text, CHARSET_XML_CHARS));
	for (size_t i = 0; i < text.n; i++) {
		bool gap = text.p[i] == ' ' || text.p[i] == '\n';

		assert(!gap || i > 0);
		assert(!gap || i + 1 == text.n ||
			(text.p[i + 1] != ' ' && text.p[i + 1] != '\n'));
	}
	check_links(&res->links, text.n);
	check_links(&res->images, text.n);
	vec_each (const struct text_mark *, m, &res->marks) {
		assert(m->start >= last && m->start < m->end);
		assert(m->end <= text.n);
		last = m->end;
	}
}

static void
try_page(struct span html)
{
	struct html_feeds feeds = {0};
	struct strbuf plain = STRBUF_INIT(html.n * 2 + 16);

	html_feed_links(html, BASE, &feeds);
	assert(feeds.n <= HTML_FEEDS_MAX);
	vec_each (const struct html_feed *, f, &feeds)
		assert(f->url.n > 0 && span_is_utf8(f->title));
	html_feeds_fini(&feeds);
	(void)html_is_page(html);
	(void)html_looks_like_markup(html);
	html_unescape(html, &plain);
	assert(span_is_utf8(strbuf_as_span(&plain)) && !plain.full);
	strbuf_fini(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct strbuf html = STRBUF_INIT(n * 4);
	struct html_result res = {0};
	struct html_options opt = {.base_url = BASE};

	if (n == 0)
		return 0;
	opt.one_line = data[0] & 1;
	opt.text_only = data[0] & 2;
	opt.max_text_bytes = data[0] & 4 ? 100 : 0;
	charset_repair_utf8(span_make((const char *)data + 1, n - 1),
		CHARSET_XML_CHARS, &html);
	for (int i = 0; i < 2; i++) { /* again in the same result */
		html_to_text(strbuf_as_span(&html), &opt, &res);
		check(&res);
	}
	html_result_fini(&res);
	try_page(strbuf_as_span(&html));
	strbuf_fini(&html);
	return 0;
}
