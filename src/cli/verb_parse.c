/* `newswatch parse`: feed documents as JSON Lines. */
#include <stdio.h>
#include <sysexits.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/opts.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/limits.h"
#include "parse/document_json.h"
#include "parse/inflate.h"
#include "parse/parse.h"

/* A document of 16 MiB with every byte escaped, and its keys. */
#define LINE_MAX_BYTES (8 * LIMIT_DOCUMENT_BYTES)

struct parse_run {
	const char *base_url, *content_type;
	struct strbuf body, inflated, line;
	bool refused;
};

static int
read_document(struct parse_run *run, const char *path, struct document **out,
	struct err *err)
{
	struct inflate_result body;
	struct parse_input in = {
		.content_type = span_of(run->content_type),
		.base_url = span_of(run->base_url),
	};

	strbuf_clear(&run->body);
	if (file_read(path, &run->body, err) != 0)
		return -1;
	if (inflate_body(strbuf_as_span(&run->body), SPAN_NULL, &run->inflated,
		    &body, err) != 0)
		return -1;
	in.bytes = body.bytes;
	in.truncated = !body.whole;
	return parse_document(&in, out, err);
}

/* False if nobody reads the output any more. */
static bool
parse_one(struct parse_run *run, const char *path)
{
	struct document *doc = NULL;
	struct err err = {0};
	bool go_on = true;

	strbuf_clear(&run->line);
	if (read_document(run, path, &doc, &err) == 0) {
		document_format(doc, span_of(path), &run->line);
		go_on = out_line(strbuf_as_span(&run->line));
	} else {
		document_format_error(
			span_of(path), span_of(err.msg), &run->line);
		fprintf(stderr, "%s\n", strbuf_cstr(&run->line));
		run->refused = true;
	}
	document_free(&doc);
	return go_on;
}

int
verb_parse(int argc, char **argv)
{
	struct parse_run run = {
		.body = STRBUF_INIT(LIMIT_DOCUMENT_BYTES),
		.inflated = STRBUF_INIT(LIMIT_DOCUMENT_BYTES),
		.line = STRBUF_INIT(LINE_MAX_BYTES),
	};
	bool help = false;
	const struct opt options[] = {
		{'\0', "base-url", OPT_TEXT, "URL",
			"what relative links are resolved against",
			&run.base_url},
		{'\0', "content-type", OPT_TEXT, "TYPE",
			"the HTTP content type, for its charset",
			&run.content_type},
		{'h', "help", OPT_FLAG, NULL, "show this help", &help},
		{0},
	};
	const char **files = mem_calloc((size_t)argc, sizeof(*files));
	size_t n_files = 0;
	struct err err = {0};
	int code = EX_USAGE;

	if (opts_parse(options, argc, argv, files, &n_files, &err) != 0) {
		fprintf(stderr, "newswatch parse: %s\n", err.msg);
		goto out;
	}
	if (help || n_files == 0) {
		opts_help(options, "newswatch parse [OPTION]... FILE...",
			"Reads feed documents (RSS, Atom, JSON Feed, CDF, news "
			"sitemaps; gzip too) and prints\none line of JSON for "
			"each. - is standard input.",
			help ? stdout : stderr);
		code = help ? out_end(EX_OK) : EX_USAGE;
		goto out;
	}
	for (size_t i = 0; i < n_files; i++)
		if (!parse_one(&run, files[i]))
			break;
	code = out_end(run.refused ? EX_DATAERR : EX_OK);
out:
	strbuf_fini(&run.body);
	strbuf_fini(&run.inflated);
	strbuf_fini(&run.line);
	mem_free(&files);
	return code;
}
