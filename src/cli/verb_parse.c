/* `newswatch parse`: feed documents as JSON Lines. */
#include <limits.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/file.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/limits.h"
#include "parse/document_json.h"
#include "parse/inflate.h"
#include "parse/parse.h"
#include "text/charset.h"

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

/* File names and what is said of them are bytes; JSON is not. */
static struct span
as_text(const char *bytes, struct strbuf *scratch)
{
	strbuf_clear(scratch);
	charset_repair_utf8(span_of(bytes), 0, scratch);
	return strbuf_as_span(scratch);
}

static void
print_refusal(struct parse_run *run, struct span file, const char *message)
{
	struct strbuf text = STRBUF_INIT(2 * ERR_MSG_MAX);

	document_format_error(file, as_text(message, &text), &run->line);
	fprintf(stderr, "%s\n", strbuf_cstr(&run->line));
	strbuf_fini(&text);
}

/* False if nobody reads the output any more. */
static bool
parse_one(struct parse_run *run, const char *path)
{
	struct strbuf name = STRBUF_INIT(2 * PATH_MAX);
	struct span file = as_text(path, &name);
	struct document *doc = NULL;
	struct err err = {0};
	bool go_on = true;

	strbuf_clear(&run->line);
	if (read_document(run, path, &doc, &err) == 0) {
		document_format(doc, file, &run->line);
		go_on = out_line(strbuf_as_span(&run->line));
	} else {
		print_refusal(run, file, err.msg);
		run->refused = true;
	}
	document_free(&doc);
	strbuf_fini(&name);
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
	const struct opt table[] = {
		{'\0', "base-url", OPT_TEXT, "URL",
			"what relative links are resolved against",
			&run.base_url},
		{'\0', "content-type", OPT_TEXT, "TYPE",
			"the HTTP content type, for its charset",
			&run.content_type},
		VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.least = 1,
		.most = SIZE_MAX,
		.synopsis = "newswatch parse [--base-url URL] "
			    "[--content-type TYPE] FILE...",
		.about = "Reads feed documents (RSS, Atom, JSON Feed, CDF, "
			 "news sitemaps; also compressed)\nand prints one line "
			 "of JSON for each. - is standard input. Exit code 65 "
			 "if one\nwas refused.",
	};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	for (size_t i = 0; i < args.n_rest; i++)
		if (!parse_one(&run, args.rest[i]))
			break;
	code = out_end(run.refused ? EX_DATAERR : EX_OK);
	strbuf_fini(&run.body);
	strbuf_fini(&run.inflated);
	strbuf_fini(&run.line);
	verb_args_fini(&args);
	return code;
}
