/*
 * libFuzzer target: any bytes as a document, by every way in: content codings,
 * charsets, XML, HTML, JSON. What comes out must be valid UTF-8, bounded, and
 * printable; a refusal must say why.
 */
#include "fuzz.h"

#include <assert.h>

#include "model/limits.h"
#include "parse/document_json.h"
#include "parse/identity.h"
#include "parse/inflate.h"
#include "parse/parse.h"

static void
check_item(const struct item *it)
{
	assert(it->title.n <= LIMIT_TITLE_BYTES);
	assert(it->url.n <= LIMIT_URL_BYTES && it->guid.n <= LIMIT_GUID_BYTES);
	assert(it->authors.n <= LIMIT_AUTHORS);
	assert(it->categories.n <= LIMIT_CATEGORIES);
	for (size_t i = 0; i < it->n_marks; i++)
		assert(it->marks[i].start <= it->marks[i].end &&
			it->marks[i].end <= it->text.n);
}

static void
check_document(struct document *doc)
{
	struct strbuf line = STRBUF_INIT(8 * LIMIT_DOCUMENT_BYTES);

	assert(doc->format);
	assert(doc->n_items <= LIMIT_ITEMS);
	assert(!doc->recovered || doc->recovered_why);
	for (size_t i = 0; i < doc->n_items; i++)
		check_item(&doc->items[i]);
	document_canonical_urls(doc);
	document_format(doc, SPAN_LIT("fuzz"), &line);
	assert(span_is_utf8(strbuf_as_span(&line)));
	strbuf_fini(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf inflated = STRBUF_INIT(0);
	struct inflate_result body;
	struct parse_input in = {.base_url = SPAN_LIT("https://x.example/f")};
	struct document *doc = NULL;
	struct err err = {0};

	if (inflate_body(span_make((const char *)data, size), SPAN_NULL,
		    &inflated, &body, &err) == 0) {
		in.bytes = body.bytes;
		in.truncated = !body.whole;
		if (parse_document(&in, &doc, &err) == 0)
			check_document(doc);
		else
			assert(err.kind == ERR_INPUT && err.msg[0]);
	}
	document_free(&doc);
	strbuf_fini(&inflated);
	return 0;
}
