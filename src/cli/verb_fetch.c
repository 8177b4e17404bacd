/*
 * newswatch fetch: one poll of one URL, with every header and every decision,
 * by the very code that polls (poll/fetch.c, poll/policy.c).
 */
#include <stdio.h>
#include <sysexits.h>

#include "base/date.h"
#include "base/plural.h"
#include "cli/args.h"
#include "cli/fetching.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "config/file_url.h"
#include "model/json.h"
#include "model/limits.h"
#include "parse/inflate.h"
#include "parse/parse.h"
#include "poll/command.h"
#include "text/url.h"

#define OUT_BYTES MIB(64)
#define ITEMS_SHOWN 10

struct fetch_run {
	bool json, again, help;
	const char *config;
	struct strbuf out;
	/* What the bytes are. */
	struct strbuf inflated;
	struct inflate_result body;
	struct document *doc;
	struct err refused; /* doc is NULL: why */
};

static const char *const decisions[] = {
	[POLICY_DOCUMENT] = "take the document",
	[POLICY_UNCHANGED] = "nothing changed",
	[POLICY_REDIRECT] = "follow, for this poll only",
	[POLICY_MOVED] = "follow; adopted after 3 polls that end in a feed",
	[POLICY_SLOWER] = "wait: the whole host is left alone",
	[POLICY_GONE] = "removed on purpose; polled once a day after 3 of them",
	[POLICY_ERROR] = "a failure: asked again later and later",
};

/* -- reading -------------------------------------------------------------- */

static int
read_document(struct fetch_run *run, const struct fetched *r)
{
	struct parse_input in = {
		.content_type = r->a.content_type,
		.base_url = r->a.content_location.n > 0 ? r->a.content_location
							: r->a.url,
	};

	if (inflate_body(strbuf_as_span(&r->body), r->a.content_encoding,
		    &run->inflated, &run->body, &run->refused) != 0)
		return EX_DATAERR;
	in.bytes = run->body.bytes;
	in.truncated = !run->body.whole;
	return parse_document(&in, &run->doc, &run->refused) == 0 ? EX_OK
								  : EX_DATAERR;
}

/* -- for people ----------------------------------------------------------- */

static void
put_headers(struct strbuf *b, char mark, const struct http_header *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_printf(b, "%c   %.*s: %.*s\n", mark, SPAN_ARG(h[i].name),
			SPAN_ARG(h[i].value));
}

static void
put_hop(struct fetch_run *run, const struct fetched_hop *h)
{
	struct strbuf *b = &run->out;

	strbuf_str(b, "> GET ");
	url_mask(h->url, b);
	strbuf_char(b, '\n');
	put_headers(b, '>', h->sent, h->n_sent);
	if (h->status > 0)
		strbuf_printf(b,
			"< HTTP/%u.%u %u from %.*s, %lld %s in %lld ms "
			"(name %lld, connection %lld, TLS %lld, first byte "
			"%lld)\n",
			h->version / 10, h->version % 10, h->status,
			SPAN_ARG(h->address), (long long)h->bytes,
			PLURAL(h->bytes, "byte", "bytes"),
			(long long)(h->total_us / 1000),
			(long long)(h->name_us / 1000),
			(long long)(h->connect_us / 1000),
			(long long)(h->tls_us / 1000),
			(long long)(h->first_byte_us / 1000));
	put_headers(b, '<', h->got, h->n_got);
	if (h->failure != NULL)
		strbuf_printf(b, "= failed (%s): %.*s\n", h->failure,
			SPAN_ARG(h->message));
	else if (h->status > 0)
		strbuf_printf(b, "= %s\n", decisions[h->action]);
	else
		strbuf_str(b, "= not sent\n");
}

/* No request was made: of a file, of a command, or not even begun. */
static void
put_local(struct fetch_run *run, const struct fetched *r)
{
	struct strbuf *b = &run->out;

	strbuf_str(b, "> ");
	url_mask(r->a.url, b);
	if (r->program.n > 0)
		strbuf_printf(b, ": %.*s", SPAN_ARG(r->program));
	strbuf_char(b, '\n');
	if (r->a.bytes_in > 0)
		strbuf_printf(b, "< %lld %s\n", (long long)r->a.bytes_in,
			PLURAL(r->a.bytes_in, "byte", "bytes"));
	strbuf_printf(b, "= %s\n", decisions[r->a.action]);
}

static void
put_validators(struct strbuf *b, const struct fetched *r)
{
	const struct fetch_answer *a = &r->a;

	if (r->hops.n == 0)
		strbuf_printf(b, "version     %.*s\n", SPAN_ARG(a->etag));
	else
		strbuf_printf(b, "validators  %s%.*s%s%.*s%s\n",
			a->etag.n > 0 ? "ETag " : "", SPAN_ARG(r->etag),
			a->last_modified.n > 0 ? " Last-Modified " : "",
			SPAN_ARG(r->last_modified),
			a->etag.n + a->last_modified.n == 0
				? "none: it is sent in full every time"
				: "");
}

static void
put_answer(struct fetch_run *run, const struct fetched *r)
{
	struct strbuf *b = &run->out;
	const struct fetch_answer *a = &r->a;

	if (r->hops.n == 0)
		put_local(run, r);
	if (r->configured)
		strbuf_str(b, "feed        configured, with its settings\n");
	if (a->message.n > 0)
		strbuf_printf(b, "failed      %.*s\n", SPAN_ARG(a->message));
	if (a->moved_to.n > 0)
		strbuf_printf(b, "moved to    %.*s, for good\n",
			SPAN_ARG(a->moved_to));
	if (a->action == POLICY_DOCUMENT)
		put_validators(b, r);
	if (a->fresh_ms > 0)
		strbuf_printf(b,
			"fresh for   %lld s by its headers: not asked before\n",
			(long long)(a->fresh_ms / 1000));
	if (a->retry_after_ms >= 0)
		strbuf_printf(b, "retry after %lld s\n",
			(long long)(a->retry_after_ms / 1000));
}

static void
put_items(struct strbuf *b, const struct document *d)
{
	for (size_t i = 0; i < d->n_items && i < ITEMS_SHOWN; i++) {
		char when[DATE_TEXT_SIZE] = "undated             ";

		if (d->items[i].published.ms != ITEM_UNDATED)
			date_format(d->items[i].published, when);
		strbuf_printf(b, "  %s", when);
		strbuf_printf(b, "  %.*s  %.*s\n",
			SPAN_ARG(d->items[i].title.n > 0 ? d->items[i].title
							 : d->items[i].text),
			SPAN_ARG(d->items[i].url));
	}
	if (d->n_items > ITEMS_SHOWN)
		strbuf_printf(
			b, "  ... and %zu more\n", d->n_items - ITEMS_SHOWN);
}

static void
put_document(struct fetch_run *run, const struct fetched *r)
{
	struct strbuf *b = &run->out;
	const struct document *d = run->doc;

	if (run->body.bytes.p != NULL && run->body.bytes.n != r->body.n)
		strbuf_printf(b, "inflated    %zu %s to %zu%s\n", r->body.n,
			PLURAL(r->body.n, "byte", "bytes"), run->body.bytes.n,
			run->body.whole ? "" : ", cut off");
	if (d == NULL) {
		strbuf_printf(b, "refused     %s\n", run->refused.msg);
		return;
	}
	strbuf_printf(b, "document    %s, '%.*s', %zu %s\n", d->format,
		SPAN_ARG(d->title), d->n_items,
		PLURAL(d->n_items, "item", "items"));
	if (d->recovered)
		strbuf_printf(b, "mended      %s\n", d->recovered_why);
	if (d->ttl_s > 0)
		strbuf_printf(b, "its pace    %lld s\n", (long long)d->ttl_s);
	put_items(b, d);
}

/* -- JSON ----------------------------------------------------------------- */

static void
json_headers(struct json_w *w, const char *key, const struct http_header *h,
	size_t n)
{
	json_w_key(w, key);
	json_w_array(w);
	for (size_t i = 0; i < n; i++) {
		json_w_array(w);
		json_w_text(w, h[i].name);
		json_w_text(w, h[i].value);
		json_w_array_end(w);
	}
	json_w_array_end(w);
}

static void
json_hop(struct json_w *w, const struct fetched_hop *h)
{
	json_w_object(w);
	json_w_kv_text(w, "url", h->url);
	json_headers(w, "sent", h->sent, h->n_sent);
	json_w_kv_int(w, "status", h->status);
	json_w_kv_text(w, "address", h->address);
	json_headers(w, "received", h->got, h->n_got);
	json_w_kv_int(w, "bytes", h->bytes);
	json_w_kv_int(w, "ms", h->total_us / 1000);
	json_w_kv_str(w, "failure", h->failure);
	json_w_kv_str(w, "decision",
		h->failure != NULL || h->status == 0 ? NULL
						     : decisions[h->action]);
	json_w_object_end(w);
}

static void
json_document(struct json_w *w, const struct document *d)
{
	json_w_key(w, "document");
	if (d == NULL) {
		json_w_null(w);
		return;
	}
	json_w_object(w);
	json_w_kv_str(w, "format", d->format);
	json_w_kv_text(w, "title", d->title);
	json_w_kv_text(w, "url", d->url);
	json_w_kv_int(w, "items", (int64_t)d->n_items);
	json_w_kv_bool(w, "recovered", d->recovered);
	json_w_kv_str(w, "recovered_why", d->recovered_why);
	json_w_object_end(w);
}

static void
json_fetch(struct fetch_run *run, const struct fetched *r, bool is_read)
{
	const struct fetch_answer *a = &r->a;
	struct json_w w;

	json_w_init(&w, &run->out);
	json_w_object(&w);
	json_w_key(&w, "hops");
	json_w_array(&w);
	for (size_t i = 0; i < r->hops.n; i++)
		json_hop(&w, &r->hops.p[i]);
	json_w_array_end(&w);
	json_w_kv_text(&w, "url", a->url);
	json_w_kv_str(&w, "decision", decisions[a->action]);
	json_w_kv_int(&w, "status", a->http_status);
	json_w_kv_known(&w, "error", a->message);
	json_w_kv_known(&w, "moved_to", a->moved_to);
	json_w_kv_known(&w, "etag", r->etag);
	json_w_kv_known(&w, "last_modified", r->last_modified);
	json_w_kv_int(&w, "fresh_s", a->fresh_ms / 1000);
	json_w_kv_int(&w, "body_bytes", (int64_t)r->body.n);
	json_w_kv_int(&w, "inflated_bytes",
		is_read && run->body.bytes.p != NULL
			? (int64_t)run->body.bytes.n
			: 0);
	json_document(&w, run->doc);
	json_w_kv_str(&w, "refused",
		is_read && run->doc == NULL ? run->refused.msg : NULL);
	json_w_object_end(&w);
	strbuf_char(&run->out, '\n');
}

/* -- the verb ------------------------------------------------------------- */

static int
show(struct fetch_run *run, const struct fetched *r)
{
	bool is_read = r->a.action == POLICY_DOCUMENT;
	int code = fetched_exit_code(r);

	if (is_read)
		code = read_document(run, r);
	if (run->json) {
		json_fetch(run, r, is_read);
	} else {
		for (size_t i = 0; i < r->hops.n; i++)
			put_hop(run, &r->hops.p[i]);
		put_answer(run, r);
		if (is_read)
			put_document(run, r);
	}
	document_free(&run->doc);
	return code;
}

static int
fetch(struct fetch_run *run, struct span url)
{
	struct fetching f;
	struct fetched first, second;
	struct err err;
	int code;

	if (fetching_init(&f, run->config, &err) != 0) {
		fprintf(stderr, "newswatch fetch: %s\n", err.msg);
		return EX_CONFIG;
	}
	if (command_is(url) && fetching_feed(&f, url) == NULL) {
		fprintf(stderr,
			"newswatch fetch: the configuration has no feed "
			"'%.*s', so there is no command to run; -c FILE names "
			"another one\n",
			SPAN_ARG(url));
		fetching_fini(&f);
		return EX_USAGE;
	}
	fetching_get(&f, url, NULL, &first);
	code = show(run, &first);
	if (run->again && first.a.action == POLICY_DOCUMENT) {
		fetching_get(&f, url, &first, &second);
		code = show(run, &second);
		fetched_fini(&second);
	}
	fetched_fini(&first);
	fetching_fini(&f);
	return code;
}

/* What is to be fetched, as a feed is known; false: nothing that can be. */
static bool
read_url(const char *given, struct strbuf *url)
{
	const char *why = NULL;

	if (file_url_is(span_of(given)))
		why = file_url_make(NULL, span_of(given), url);
	else if (url_is_http(span_of(given)) || command_is(span_of(given)))
		strbuf_str(url, given);
	else
		why = "no URL of a feed: http:, https:, file:, or exec: of the "
		      "configuration";
	if (why)
		fprintf(stderr, "newswatch fetch: '%s' is %s\n", given, why);
	return !why;
}

int
verb_fetch(int argc, char **argv)
{
	struct fetch_run run = {.out = STRBUF_INIT(OUT_BYTES)};
	struct strbuf url = STRBUF_INIT(LIMIT_URL_BYTES);
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE",
			"its `fetch` settings, and the feed's own",
			&run.config},
		{0, "again", OPT_FLAG, NULL,
			"ask a second time with the validators that came",
			&run.again},
		{0, "json", OPT_FLAG, NULL, "one JSON object a poll",
			&run.json},
		VERB_OPT_HELP(&run.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &run.help,
		.least = 1,
		.most = 1,
		.synopsis = "newswatch fetch [-c FILE] [--again] [--json] URL",
		.about = "One poll of a feed, as the daemon would do it: every "
			 "header sent (>) and received (<), every redirect, "
			 "what each answer means (=), and what the document "
			 "holds. URL may be http:, https:, file:, or exec: of "
			 "a configured feed.",
	};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	if (read_url(args.rest[0], &url)) {
		code = fetch(&run, strbuf_as_span(&url));
		out_text(strbuf_as_span(&run.out));
		code = out_end(code);
	} else {
		code = EX_USAGE;
	}
	strbuf_fini(&url);
	strbuf_fini(&run.out);
	strbuf_fini(&run.inflated);
	verb_args_fini(&args);
	return code;
}
