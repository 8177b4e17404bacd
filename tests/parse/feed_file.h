/*
 * A document of tests/data/feeds: the bytes of FILE as they would arrive, and
 * in FILE.args, where there is one, what came with them (content-type,
 * base-url, encoding), one "name: value" a line.
 */
#ifndef NW_TESTS_PARSE_FEED_FILE_H
#define NW_TESTS_PARSE_FEED_FILE_H

#include "base/file.h"
#include "model/limits.h"
#include "parse/document_json.h"
#include "parse/inflate.h"
#include "parse/parse.h"

struct feed_file {
	struct strbuf bytes, args;
	struct span content_type, base_url, encoding;
};

static inline void
feed_file_arg(struct feed_file *f, struct span line)
{
	size_t colon = span_find(line, ':');
	struct span name = span_sub(line, 0, colon);
	struct span value = span_trim(span_sub(line, colon + 1, line.n));

	if (span_eq_str(name, "content-type"))
		f->content_type = value;
	else if (span_eq_str(name, "base-url"))
		f->base_url = value;
	else if (span_eq_str(name, "encoding"))
		f->encoding = value;
	else if (line.n > 0)
		fail_msg("what is '%.*s'?", SPAN_ARG(line));
}

static inline void
feed_file_read(struct feed_file *f, const char *path)
{
	char *args = mem_printf("%s.args", path);
	struct err err = {0};
	struct span rest, line;

	*f = (struct feed_file){
		.bytes = STRBUF_INIT(LIMIT_DOCUMENT_BYTES),
		.args = STRBUF_INIT(KIB(64)),
	};
	if (file_read(path, &f->bytes, &err) != 0)
		fail_msg("%s", err.msg);
	if (file_read(args, &f->args, NULL) == 0) {
		rest = strbuf_as_span(&f->args);
		while (span_next(&rest, '\n', &line))
			feed_file_arg(f, line);
	}
	mem_free(&args);
}

/* As the CLI does: NULL and err if the document is refused. */
static inline struct document *
feed_file_parse(const struct feed_file *f, struct err *err)
{
	struct strbuf inflated = STRBUF_INIT(0);
	struct inflate_result body;
	struct parse_input in = {
		.content_type = f->content_type,
		.base_url = f->base_url,
	};
	struct document *doc = NULL;

	if (inflate_body(strbuf_as_span(&f->bytes), f->encoding, &inflated,
		    &body, err) == 0) {
		in.bytes = body.bytes;
		in.truncated = !body.whole;
		if (parse_document(&in, &doc, err) != 0)
			assert_null(doc);
	}
	strbuf_fini(&inflated);
	return doc;
}

static inline void
feed_file_fini(struct feed_file *f)
{
	strbuf_fini(&f->bytes);
	strbuf_fini(&f->args);
}

#endif
