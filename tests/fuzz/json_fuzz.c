/*
 * libFuzzer target: JSON that is mended can be parsed, and mending it again
 * changes nothing; as a feed it is read or refused.
 */
#include "fuzz.h"

#include <assert.h>

#include "model/json.h"
#include "model/limits.h"
#include "parse/json_feed.h"
#include "parse/json_mend.h"
#include "text/charset.h"

static void
check_mended(struct span text)
{
	struct strbuf once = STRBUF_INIT(2 * text.n + 256);
	struct strbuf twice = STRBUF_INIT(4 * text.n + 1024);
	struct json *root = NULL;
	struct err err = {0};

	if (json_mend(text, &once)) {
		/* What jansson refuses beyond the grammar: huge numbers. */
		if (json_parse(strbuf_as_span(&once), "once", &root, &err) != 0)
			assert(span_find_str(span_of(err.msg), "number") !=
				SIZE_MAX);
		assert(json_mend(strbuf_as_span(&once), &twice));
		assert(span_eq(strbuf_as_span(&once), strbuf_as_span(&twice)));
	}
	json_free(&root);
	strbuf_fini(&once);
	strbuf_fini(&twice);
}

static void
check_feed(struct span text)
{
	struct builder b;
	const char *why;
	struct err err = {0};

	builder_init(&b);
	if (json_feed_read(text, SPAN_NULL, &b, &why, &err) == 0) {
		struct document *doc = builder_finish(&b);

		assert(doc->format);
		document_free(&doc);
	} else {
		assert(err.kind == ERR_INPUT && err.msg[0]);
	}
	builder_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf decoded = STRBUF_INIT(4 * size + 16);
	struct charset_result res;

	charset_decode(span_make((const char *)data, size), NULL,
		CHARSET_XML_CHARS, &decoded, &res);
	check_mended(res.text);
	check_feed(res.text);
	strbuf_fini(&decoded);
	return 0;
}
