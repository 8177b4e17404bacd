/* newswatch extract: the article in a web page. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "cli/args.h"
#include "cli/fetching.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"
#include "parse/article.h"
#include "parse/inflate.h"
#include "text/charset.h"
#include "text/url.h"

#define OUT_BYTES MIB(4)

struct extract_run {
	const char *config, *base_url;
	bool json, help;
	struct strbuf out;
	struct arena *arena;
	int code;
};

/* The bytes of a page and where they came from. */
struct page {
	struct span body, url, content_type, content_encoding;
};

static void
fail(struct extract_run *run, int code, const char *what, const char *message)
{
	fprintf(stderr, "newswatch extract: %s: %s\n", what, message);
	run->code = code;
}

/* -- printing ------------------------------------------------------------- */

static void
put_json(struct extract_run *run, const struct article *a)
{
	struct json_w w;

	json_w_init(&w, &run->out);
	json_w_object(&w);
	json_w_kv_text(&w, "url", a->url);
	json_w_kv_text(&w, "title", a->title);
	json_w_key(&w, "authors");
	json_w_array(&w);
	for (size_t i = 0; i < a->authors.n; i++)
		json_w_text(&w, a->authors.p[i]);
	json_w_array_end(&w);
	json_w_kv_text(&w, "site", a->site);
	json_w_kv_text(&w, "language", a->language);
	json_w_kv_text(&w, "description", a->description);
	json_w_key(&w, "published");
	json_w_time(&w, a->published);
	json_w_key(&w, "updated");
	json_w_time(&w, a->updated);
	json_w_kv_text(&w, "text", a->text);
	json_w_object_end(&w);
	strbuf_char(&run->out, '\n');
}

static void
put_line(struct extract_run *run, const char *name, struct span value)
{
	if (value.n > 0)
		strbuf_printf(&run->out, "%-10s %.*s\n", name, SPAN_ARG(value));
}

static void
put_time(struct extract_run *run, const char *name, struct wall t)
{
	char text[DATE_TEXT_SIZE];

	if (t.ms == ITEM_UNDATED)
		return;
	date_format(t, text);
	put_line(run, name, span_of(text));
}

static void
put_text(struct extract_run *run, const struct article *a)
{
	struct span rest = a->text, line;

	put_line(run, "title", a->title);
	for (size_t i = 0; i < a->authors.n; i++)
		put_line(run, "author", a->authors.p[i]);
	put_line(run, "site", a->site);
	put_time(run, "published", a->published);
	put_time(run, "updated", a->updated);
	put_line(run, "language", a->language);
	put_line(run, "url", a->url);
	while (span_next(&rest, '\n', &line))
		strbuf_printf(&run->out, "\n%.*s\n", SPAN_ARG(line));
}

/* -- reading -------------------------------------------------------------- */

static void
extract_page(struct extract_run *run, const struct page *page, const char *what)
{
	struct strbuf inflated = STRBUF_INIT(0);
	struct strbuf decoded = STRBUF_INIT(3 * LIMIT_DOCUMENT_BYTES);
	struct charset_labels labels = {
		.http = charset_of_content_type(page->content_type)};
	struct charset_result text;
	struct inflate_result body;
	struct article a;
	struct err err;

	arena_reset(run->arena);
	if (inflate_body(page->body, page->content_encoding, &inflated, &body,
		    &err) != 0) {
		fail(run, EX_DATAERR, what, err.msg);
		goto out;
	}
	labels.document = charset_of_html(body.bytes);
	charset_decode(body.bytes, &labels, CHARSET_XML_CHARS, &decoded, &text);
	if (article_extract(text.text, page->url, run->arena, &a, &err) != 0)
		fail(run, EX_DATAERR, what, err.msg);
	else if (run->json)
		put_json(run, &a);
	else
		put_text(run, &a);
out:
	strbuf_fini(&decoded);
	strbuf_fini(&inflated);
}

static void
extract_url(struct extract_run *run, const char *url)
{
	struct fetching f;
	struct fetched r;
	struct err err;

	if (fetching_init(&f, run->config, &err) != 0) {
		fail(run, EX_CONFIG, url, err.msg);
		return;
	}
	fetching_get(&f, span_of(url), NULL, &r);
	if (r.a.action != POLICY_DOCUMENT) {
		char *why = span_dup(r.a.message);

		fail(run, fetched_exit_code(&r), url, why);
		mem_free(&why);
	} else {
		const struct page page = {
			.body = strbuf_as_span(&r.body),
			.url = r.a.url,
			.content_type = r.a.content_type,
			.content_encoding = r.a.content_encoding,
		};

		extract_page(run, &page, url);
	}
	fetched_fini(&r);
	fetching_fini(&f);
}

static void
extract_file(struct extract_run *run, const char *path)
{
	struct strbuf body = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
	struct page page = {.url = span_of(run->base_url)};
	struct err err;

	if (file_read(path, &body, &err) != 0) {
		fprintf(stderr, "newswatch extract: %s\n", err.msg);
		run->code = EX_NOINPUT;
	} else {
		page.body = strbuf_as_span(&body);
		extract_page(run, &page, path);
	}
	strbuf_fini(&body);
}

int
verb_extract(int argc, char **argv)
{
	struct extract_run run = {.out = STRBUF_INIT(OUT_BYTES)};
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE",
			"of a URL: the settings of `fetch`", &run.config},
		{0, "base-url", OPT_TEXT, "URL",
			"of a file: where the page came from", &run.base_url},
		VERB_OPT_JSON(&run.json), VERB_OPT_HELP(&run.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &run.help,
		.least = 1,
		.most = SIZE_MAX,
		.synopsis = "newswatch extract [--json] FILE | URL ...",
		.about = "The article in a web page: title, authors, site, "
			 "dates, canonical address, and its text\nwithout what "
			 "stands around it. - is standard input.",
	};
	struct verb_args args;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	run.json = run.json || !isatty(STDOUT_FILENO);
	run.arena = arena_new();
	for (size_t i = 0; i < args.n_rest; i++) {
		strbuf_clear(&run.out);
		if (url_is_http(span_of(args.rest[i])))
			extract_url(&run, args.rest[i]);
		else
			extract_file(&run, args.rest[i]);
		if (!out_text(strbuf_as_span(&run.out)))
			break;
	}
	arena_free(&run.arena);
	strbuf_fini(&run.out);
	verb_args_fini(&args);
	return out_end(run.code);
}
