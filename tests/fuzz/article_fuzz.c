/*
 * Any bytes as a web page: the article in it is valid UTF-8 and bounded, and a
 * page without one is refused with a reason.
 */
#include <assert.h>

#include "base/arena.h"
#include "fuzz.h"
#include "model/limits.h"
#include "parse/article.h"
#include "text/charset.h"
#include "text/url.h"

static void
check(struct span s, size_t max)
{
	assert(s.n <= max && span_is_utf8(s));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span bytes = span_make((const char *)data, n);
	struct strbuf decoded = STRBUF_INIT(4 * n + 16);
	const struct charset_labels labels = {
		.document = charset_of_html(bytes)};
	struct arena *arena = arena_new();
	struct charset_result text;
	struct article a;
	struct err err = {0};

	charset_decode(bytes, &labels, CHARSET_XML_CHARS, &decoded, &text);
	if (article_extract(text.text, SPAN_LIT("https://x.example/p"), arena,
		    &a, &err) != 0)
		assert(err.kind == ERR_INPUT && err.msg[0] && a.text.n == 0);
	check(a.title, LIMIT_TITLE_BYTES);
	check(a.description, LIMIT_TITLE_BYTES);
	check(a.site, LIMIT_TITLE_BYTES);
	check(a.language, 16);
	check(a.text, LIMIT_DOCUMENT_BYTES);
	assert(url_is_http(a.url));
	assert(a.authors.n <= LIMIT_AUTHORS);
	for (size_t i = 0; i < a.authors.n; i++)
		check(a.authors.p[i], LIMIT_NAME_BYTES);
	arena_free(&arena);
	strbuf_fini(&decoded);
	return 0;
}
