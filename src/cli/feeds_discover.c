/* newswatch feeds discover. See feeds_lists.h. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/feeds_lists.h"
#include "cli/fetching.h"
#include "cli/out.h"
#include "model/json.h"
#include "model/limits.h"
#include "parse/inflate.h"
#include "parse/parse.h"
#include "text/charset.h"
#include "text/html.h"
#include "text/url.h"

#define LINE_BYTES KIB(64)

/* Where feeds lie of sites that link to none; the usual systems' own. */
static const char *const well_known[] = {"feed", "rss.xml", "feed.xml",
	"atom.xml", "index.xml", "rss", "feeds/posts/default"};

struct discovery {
	struct fetching f;
	bool json;
	VEC(char *) found; /* where they were read */
};

static bool
is_known(const struct discovery *d, struct span url)
{
	for (size_t i = 0; i < d->found.n; i++)
		if (span_eq_str(url, d->found.p[i]))
			return true;
	return false;
}

/* What was found of a feed, or why it is none. */
static void
print_feed(struct discovery *d, const char *how, struct span url,
	const struct document *doc, const char *error)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);
	struct json_w w;

	if (!d->json && doc) {
		strbuf_printf(&b, "%-14s %5zu  %.*s  %.*s", doc->format,
			doc->n_items, SPAN_ARG(url), SPAN_ARG(doc->title));
	} else if (d->json) {
		json_w_init(&w, &b);
		json_w_object(&w);
		json_w_kv_text(&w, "url", url);
		json_w_kv_str(&w, "found", how);
		json_w_kv_str(&w, "format", doc ? doc->format : NULL);
		json_w_kv_text(&w, "title", doc ? doc->title : SPAN_LIT(""));
		json_w_kv_int(&w, "items", doc ? (int64_t)doc->n_items : 0);
		json_w_kv_str(&w, "error", error);
		json_w_object_end(&w);
	}
	if (doc)
		vec_push(&d->found, span_dup(url));
	if (b.n > 0)
		out_line(strbuf_as_span(&b));
	else
		fprintf(stderr, "newswatch feeds: %.*s: %s\n", SPAN_ARG(url),
			error);
	strbuf_fini(&b);
}

/* The document at a URL; -1: none, err says why. r is to be freed. */
static int
fetch_document(struct discovery *d, struct span url, struct fetched *r,
	struct strbuf *inflated, struct inflate_result *body, struct err *err)
{
	fetching_get(&d->f, url, NULL, r);
	if (r->a.action != POLICY_DOCUMENT)
		return err_set(err, ERR_TEMP, "%.*s",
			SPAN_ARG(span_utf8_head(r->a.message, ERR_MSG_MAX)));
	return inflate_body(strbuf_as_span(&r->body), r->a.content_encoding,
		inflated, body, err);
}

static struct span
without_fragment(struct span url)
{
	return span_sub(url, 0, span_find(url, '#'));
}

static int
parse(const struct fetched *r, const struct inflate_result *body,
	struct document **doc, struct err *err)
{
	const struct parse_input in = {
		.bytes = body->bytes,
		.content_type = r->a.content_type,
		.base_url = r->a.url,
		.truncated = !body->whole,
	};

	return parse_document(&in, doc, err);
}

/* Is there a feed? Only what was read counts, and once: pages link to one by
 * several addresses. */
static void
verify(struct discovery *d, const char *how, struct span url, bool tell)
{
	struct strbuf inflated = STRBUF_INIT(0);
	struct inflate_result body;
	struct document *doc = NULL;
	struct fetched r;
	struct err err;

	if (fetch_document(d, url, &r, &inflated, &body, &err) == 0 &&
		parse(&r, &body, &doc, &err) == 0) {
		if (!is_known(d, without_fragment(r.a.url)))
			print_feed(
				d, how, without_fragment(r.a.url), doc, NULL);
	} else if (tell) {
		print_feed(d, how, url, NULL, err.msg);
	}
	document_free(&doc);
	strbuf_fini(&inflated);
	fetched_fini(&r);
}

/* base: "" for beside the page, "/" for its site. */
static void
try_below(struct discovery *d, struct span page, const char *base)
{
	struct strbuf url = STRBUF_INIT(LIMIT_URL_BYTES);
	char *path;

	for (size_t i = 0; i < sizeof(well_known) / sizeof(well_known[0]) &&
		d->found.n == 0;
		i++) {
		path = mem_printf("%s%s", base, well_known[i]);
		strbuf_clear(&url);
		if (url_resolve(page, span_of(path), &url))
			verify(d, "well-known", strbuf_as_span(&url), false);
		mem_free(&path);
	}
	strbuf_fini(&url);
}

static void
try_well_known(struct discovery *d, struct span page, const char *why)
{
	struct url u;

	fprintf(stderr, "newswatch feeds: %s; trying the usual addresses\n",
		why);
	url_split(page, &u);
	/* A blog below its owner's site has its own. */
	if (u.path.n > 1 &&
		span_find(span_sub(u.path, 1, u.path.n), '/') != SIZE_MAX)
		try_below(d, page, "");
	try_below(d, page, "/");
}

static void
look_at_page(struct discovery *d, const struct fetched *r, struct span bytes)
{
	struct strbuf decoded = STRBUF_INIT(3 * LIMIT_DOCUMENT_BYTES);
	const struct charset_labels labels = {
		.http = charset_of_content_type(r->a.content_type),
		.document = charset_of_html(bytes),
	};
	struct charset_result text;
	struct html_feeds feeds = {0};

	charset_decode(bytes, &labels, CHARSET_XML_CHARS, &decoded, &text);
	html_feed_links(text.text, r->a.url, &feeds);
	for (size_t i = 0; i < feeds.n; i++)
		verify(d, "page", feeds.p[i].url, true);
	if (feeds.n == HTML_FEEDS_MAX)
		fprintf(stderr,
			"newswatch feeds: of a page no more than %d links are "
			"looked at\n",
			HTML_FEEDS_MAX);
	if (d->found.n == 0)
		try_well_known(d, r->a.url,
			feeds.n == 0 ? "the page links to no feed"
				     : "no link of the page leads to a feed");
	html_feeds_fini(&feeds);
	strbuf_fini(&decoded);
}

static int
fail(struct span url, const char *message, int code)
{
	fprintf(stderr, "newswatch feeds: %.*s: %s\n", SPAN_ARG(url), message);
	return code;
}

/* What is no feed may be a page that links to some; of anything else the parser
 * knows what it is. */
static int
discover(struct discovery *d, struct span url)
{
	struct strbuf inflated = STRBUF_INIT(0);
	struct inflate_result body;
	struct document *doc = NULL;
	struct fetched r;
	struct err err;
	int code = EX_OK;

	if (fetch_document(d, url, &r, &inflated, &body, &err) != 0) {
		code = fail(url, err.msg,
			r.a.action == POLICY_DOCUMENT ? EX_DATAERR
						      : fetched_exit_code(&r));
	} else if (parse(&r, &body, &doc, &err) == 0) {
		print_feed(d, "itself", without_fragment(r.a.url), doc, NULL);
	} else if (body.bytes.n > 0 && !html_is_page(body.bytes)) {
		code = fail(url, err.msg, EX_DATAERR);
	} else {
		look_at_page(d, &r, body.bytes);
	}
	if (code == EX_OK && d->found.n == 0) {
		fputs("newswatch feeds: no feed was found\n", stderr);
		code = EX_DATAERR;
	}
	document_free(&doc);
	strbuf_fini(&inflated);
	fetched_fini(&r);
	return out_end(code);
}

/* A site is known by its name, perhaps with a port or a path. */
static bool
is_site(struct span url)
{
	size_t colon = span_find(url, ':');

	return colon == SIZE_MAX ||
		(colon + 1 < url.n && url.p[colon + 1] >= '0' &&
			url.p[colon + 1] <= '9');
}

int
feeds_discover(const struct feeds_lists_options *o, const char *url)
{
	struct discovery d = {.json = o->json || !isatty(STDOUT_FILENO)};
	char *full = NULL;
	struct err err;
	int code;

	if (is_site(span_of(url))) {
		full = mem_printf("https://%s", url);
		fprintf(stderr, "newswatch feeds: looking at %s\n", full);
		code = feeds_discover(o, full);
		mem_free(&full);
		return code;
	}
	if (!url_is_http(span_of(url))) {
		fprintf(stderr,
			"newswatch feeds: '%s' is no http: or https: URL\n",
			url);
		return EX_USAGE;
	}
	if (fetching_init(&d.f, o->config, &err) != 0) {
		fprintf(stderr, "newswatch feeds: %s\n", err.msg);
		return EX_CONFIG;
	}
	code = discover(&d, span_of(url));
	vec_each (char **, found, &d.found)
		mem_free(found);
	vec_fini(&d.found);
	fetching_fini(&d.f);
	return code;
}
