/*
 * See fetch.h. A fetch is: start, then per hop one request, until an answer
 * that is no redirect, or a failure; then the callback, then gone.
 */
#include "poll/fetch.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/vec.h"
#include "io/http_message.h"
#include "model/limits.h"
#include "poll/address.h"
#include "poll/command.h"
#include "poll/local.h"
#include "text/url.h"

/* Feed types first; some servers choose by this header. */
#define ACCEPT \
	"application/rss+xml, application/atom+xml, application/feed+json, " \
	"application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
#define ACCEPT_ENCODING "gzip, br, zstd, deflate"
#define CONNECT_TIMEOUT_MS 10000
#define LOW_SPEED_BYTES 100
#define MAX_HEADERS 40

struct fetch {
	struct fetch_conf conf;
	fetch_done_cb done;
	void *arg;
	struct strbuf url; /* of the present hop */
	struct strbuf next; /* of the next one, while it is made */
	unsigned hops;
	bool all_moved; /* only permanent redirects so far */
	bool same_origin; /* credentials may still be sent */
	bool is_conditional; /* validators went with the last request */
	struct http_transfer *transfer;
	struct command *command;
	int64_t bytes_in;
	bool is_deferred; /* a call of the next turn has it */
	/* A failure before the loop turned: told in the next turn. */
	struct err early;
	char *user, *password, *bearer; /* secrets of this poll */
};

static int request(struct fetch *f, struct err *err);

static void
fetch_free(struct fetch *f)
{
	if (f->is_deferred)
		loop_defer_cancel(f->conf.loop, f);
	http_client_cancel(&f->transfer);
	command_cancel(&f->command);
	strbuf_fini(&f->url);
	strbuf_fini(&f->next);
	mem_free(&f->user);
	mem_free(&f->password);
	mem_free(&f->bearer);
	loop_free_later(f->conf.loop, f);
}

void
fetch_cancel(struct fetch **f)
{
	if (*f != NULL)
		fetch_free(*f);
	*f = NULL;
}

void
fetch_rebind(struct fetch *f, const struct config_fetch *limits,
	const struct config_feed *feed)
{
	f->conf.limits = limits;
	f->conf.feed = feed;
}

/* The end of every fetch: from here on it may be gone. */
static void
finish(struct fetch *f, struct fetch_answer *a)
{
	fetch_done_cb done = f->done;
	void *arg = f->arg;

	f->transfer = NULL;
	a->url = strbuf_as_span(&f->url);
	if (f->hops > 0 && f->all_moved)
		a->moved_to = a->url;
	if (f->hops > 0)
		a->validator_url = a->url;
	a->redirects = f->hops;
	a->bytes_in = f->bytes_in;
	done(a, arg);
	fetch_free(f);
}

static void
fail(struct fetch *f, enum feed_result result, unsigned status,
	const char *message)
{
	struct fetch_answer a = {
		.action = POLICY_ERROR,
		.result = result,
		.http_status = status,
		.message = span_of(message),
		.retry_after_ms = -1,
	};

	finish(f, &a);
}

static void
on_early(void *arg)
{
	struct fetch *f = arg;

	f->is_deferred = false;
	fail(f, FEED_NETWORK, 0, f->early.msg);
}

void
fetch_go(struct fetch *f)
{
	if (request(f, &f->early) != 0)
		loop_defer(f->conf.loop, on_early, f);
}

/* -- redirects --------------------------------------------------------------
 */

static bool
is_same_origin(struct span a, struct span b)
{
	struct url ua, ub;

	url_split(a, &ua);
	url_split(b, &ub);
	return span_caseeq(ua.scheme, ub.scheme) &&
		span_caseeq(ua.host, ub.host) && span_eq(ua.port, ub.port);
}

static bool
is_https(struct span url)
{
	return span_caseeq_str(span_sub(url, 0, 6), "https:");
}

/* Another host has a gate of its own. */
static int
hop(struct fetch *f, struct err *err)
{
	struct span url = strbuf_as_span(&f->url);
	enum fetch_hop may =
		f->conf.hop != NULL ? f->conf.hop(url, f->arg) : FETCH_HOP_GO;

	if (may == FETCH_HOP_NO)
		return err_set(err, ERR_TEMP,
			"a redirect to %.*s, which is not to be asked now",
			SPAN_ARG(url_host(url)));
	return may == FETCH_HOP_WAIT ? 0 : request(f, err);
}

/* One more hop. -1: no; err says why. */
static int
follow(struct fetch *f, enum policy_action action, struct span location,
	struct err *err)
{
	struct span here = strbuf_as_span(&f->url);

	if (location.n == 0)
		return err_set(
			err, ERR_TEMP, "a redirect without a Location header");
	if (++f->hops > LIMIT_REDIRECTS)
		return err_set(err, ERR_TEMP,
			"more than %d redirects: the server sends us in "
			"circles",
			LIMIT_REDIRECTS);
	strbuf_clear(&f->next);
	if (!url_resolve(here, location, &f->next) || f->next.full ||
		!url_is_http(strbuf_as_span(&f->next)))
		return err_set(err, ERR_TEMP,
			"a redirect to %.*s: only http and https are followed",
			SPAN_ARG(span_utf8_head(location, 200)));
	if (action != POLICY_MOVED)
		f->all_moved = false;
	if (!is_same_origin(here, strbuf_as_span(&f->next)))
		f->same_origin = false;
	/* Who is on the way could have written this redirect. */
	if (is_https(here) && !is_https(strbuf_as_span(&f->next)))
		f->all_moved = false;
	strbuf_clear(&f->url);
	strbuf_span(&f->url, strbuf_as_span(&f->next));
	return hop(f, err);
}

/* -- answers ----------------------------------------------------------------
 */

/* Failures that are the feed's own or ours, not the network's. */
static enum feed_result
result_of(enum http_failure failure)
{
	return failure == HTTP_TOO_LARGE ? FEED_TOO_BIG
		: failure == HTTP_OURS   ? FEED_OURS
					 : FEED_NETWORK;
}

/* Only what can be sent back as it is. */
static struct span
validator(const struct http_response *r, const char *name)
{
	struct span s = http_response_header(r, name, NULL);

	return s.n > 0 && s.n <= LIMIT_VALIDATOR_BYTES && http_is_field_value(s)
		? s
		: SPAN_NULL;
}

/* Two lengths that differ: who reads which one decides where the body ends, so
 * nobody may (RFC 9112 6.3). */
static bool
is_ambiguous(const struct http_response *r)
{
	struct span first = http_response_header(r, "Content-Length", NULL);

	for (size_t i = 0; i < r->n_headers; i++)
		if (span_caseeq_str(r->headers[i].name, "Content-Length") &&
			!span_eq(r->headers[i].value, first))
			return true;
	return false;
}

/*
 * The validators of what we have now: a document, or one that was just compared
 * with them. A 204, or an answer without question, is about none.
 */
static void
take_validators(const struct fetch *f, const struct http_response *r,
	struct fetch_answer *a)
{
	if (a->action != POLICY_DOCUMENT &&
		!(r->status == 304 && f->is_conditional))
		return;
	a->etag = validator(r, "ETag");
	a->last_modified = validator(r, "Last-Modified");
}

static void
judge(struct fetch *f, struct http_response *r, enum policy_action action)
{
	struct wall now = clock_wall();
	struct strbuf control = STRBUF_INIT(LIMIT_HEADER_BYTES);
	struct strbuf codings = STRBUF_INIT(LIMIT_HEADER_BYTES);
	struct policy_freshness fresh = {
		http_response_list(r, "Cache-Control", &control),
		http_response_header(r, "Age", NULL),
		http_response_header(r, "Expires", NULL),
		http_response_header(r, "Date", NULL),
	};
	struct fetch_answer a = {
		.action = action,
		.result = action == POLICY_UNCHANGED ? FEED_UNCHANGED
			: action == POLICY_GONE      ? FEED_GONE
						     : FEED_HTTP_ERROR,
		.http_status = r->status,
		.body = &r->body,
		.content_type = http_response_header(r, "Content-Type", NULL),
		.content_encoding =
			http_response_list(r, "Content-Encoding", &codings),
		.content_location =
			http_response_header(r, "Content-Location", NULL),
		.retry_after_ms = policy_retry_after_ms(
			http_response_header(r, "Retry-After", NULL),
			fresh.date, now),
	};
	struct strbuf text = STRBUF_INIT(ERR_MSG_MAX);

	take_validators(f, r, &a);
	if (action == POLICY_DOCUMENT || action == POLICY_UNCHANGED) {
		a.fresh_ms = policy_fresh_ms(&fresh, now);
		if (a.fresh_ms < 0)
			a.fresh_ms = action == POLICY_UNCHANGED
				? policy_fresh_kept_ms(f->conf.state->floor_ms)
				: 0;
	} else {
		strbuf_printf(&text, "HTTP %u: %s", r->status,
			policy_advice(r->status));
		a.message = strbuf_as_span(&text);
	}
	finish(f, &a);
	strbuf_fini(&text);
	strbuf_fini(&codings);
	strbuf_fini(&control);
}

static void
on_response(struct http_response *r, void *arg)
{
	struct fetch *f = arg;
	enum policy_action action = policy_status(r->status);
	struct err err;

	f->transfer = NULL;
	f->bytes_in += r->bytes_in;
	if (f->conf.trace != NULL)
		f->conf.trace->response(r, action, f->conf.trace->arg);
	if (r->failure != HTTP_DONE) {
		fail(f, result_of(r->failure), r->status, r->err.msg);
		return;
	}
	if (is_ambiguous(r)) {
		fail(f, FEED_NETWORK, r->status,
			"the answer has two lengths, which differ");
		return;
	}
	if (r->status == 304 && !f->is_conditional)
		action = POLICY_ERROR;
	if (action != POLICY_REDIRECT && action != POLICY_MOVED) {
		judge(f, r, action);
		return;
	}
	if (follow(f, action, http_response_header(r, "Location", NULL),
		    &err) != 0)
		fail(f, FEED_HTTP_ERROR, r->status, err.msg);
}

/* -- the request ------------------------------------------------------------
 */

struct headers {
	struct http_header h[MAX_HEADERS];
	size_t n;
};

static void
add(struct headers *hs, const char *name, struct span value)
{
	if (value.n > 0 && hs->n < MAX_HEADERS)
		hs->h[hs->n++] = (struct http_header){span_of(name), value};
}

static bool
configures(const struct config_feed *feed, const char *name)
{
	for (size_t i = 0; i < feed->set->n_headers; i++)
		if (span_caseeq_str(feed->set->headers[i].name, name))
			return true;
	return false;
}

static void
add_configured(struct headers *hs, const struct config_feed *feed)
{
	for (size_t i = 0; i < feed->set->n_headers && hs->n < MAX_HEADERS; i++)
		hs->h[hs->n++] =
			(struct http_header){feed->set->headers[i].name,
				feed->set->headers[i].value};
}

/* Validators mean nothing to another address than the one that gave them. */
static bool
is_validated(const struct fetch *f)
{
	struct span of = f->conf.state->validator_url;

	if (f->conf.unconditional)
		return false;
	if (of.n == 0)
		return f->hops == 0;
	return span_eq(of, strbuf_as_span(&f->url));
}

static int
request(struct fetch *f, struct err *err)
{
	const struct config_fetch *c = f->conf.limits;
	const struct feed_state *s = f->conf.state;
	const struct config_feed *feed = f->conf.feed;
	struct headers hs = {0};
	struct http_request q = {
		.url = strbuf_as_span(&f->url),
		.connect_timeout_ms = CONNECT_TIMEOUT_MS,
		.timeout_ms = c->timeout_ms,
		.low_speed_ms = c->timeout_ms / 2,
		.low_speed_bytes = LOW_SPEED_BYTES,
		.max_body_bytes = c->max_body_bytes,
		.max_header_bytes = LIMIT_HEADER_BYTES,
		.proxy = feed->set->proxy.n > 0 ? feed->set->proxy : c->proxy,
		.guard = f->conf.guard,
	};

	if (!f->same_origin || !configures(feed, "Accept"))
		add(&hs, "Accept", SPAN_LIT(ACCEPT));
	add(&hs, "Accept-Encoding", SPAN_LIT(ACCEPT_ENCODING));
	f->is_conditional =
		is_validated(f) && (s->etag.n > 0 || s->last_modified.n > 0);
	if (f->is_conditional) {
		add(&hs, "If-None-Match", s->etag);
		add(&hs, "If-Modified-Since", s->last_modified);
	}
	if (f->same_origin) {
		add_configured(&hs, feed);
		q.user = span_of(f->user);
		q.password = span_of(f->password);
		q.bearer = span_of(f->bearer);
	}
	q.headers = hs.h;
	q.n_headers = hs.n;
	if (f->conf.trace != NULL)
		f->conf.trace->request(&q, f->conf.trace->arg);
	return http_client_start(
		f->conf.http, &q, on_response, f, &f->transfer, err);
}

static int
read_secret(struct span path, char **out, struct err *err)
{
	char *p;
	int rc;

	if (path.n == 0)
		return 0;
	p = span_dup(path);
	rc = file_read_secret(p, out, err);
	mem_free(&p);
	return rc;
}

/* -- local files ------------------------------------------------------------
 */

static void
on_local(void *arg)
{
	struct fetch *f = arg;
	struct strbuf body = STRBUF_INIT(f->conf.limits->max_body_bytes);
	struct strbuf tag = STRBUF_INIT(LIMIT_VALIDATOR_BYTES);
	struct fetch_answer a = {
		.action = POLICY_DOCUMENT, .body = &body, .retry_after_ms = -1};
	struct err err;

	f->is_deferred = false;
	if (local_stat(f->conf.feed->url, &tag, &err) != 0) {
		a.action = POLICY_ERROR;
		a.result = FEED_NETWORK;
		a.message = span_of(err.msg);
	} else if (!f->conf.unconditional &&
		span_eq(strbuf_as_span(&tag), f->conf.state->etag)) {
		a.action = POLICY_UNCHANGED;
		a.result = FEED_UNCHANGED;
	} else if (local_read(f->conf.feed->url, &body, &err) != 0) {
		a.action = POLICY_ERROR;
		a.result = err.kind == ERR_INPUT ? FEED_TOO_BIG : FEED_NETWORK;
		a.message = span_of(err.msg);
	}
	a.etag = strbuf_as_span(&tag);
	f->bytes_in = (int64_t)body.n;
	finish(f, &a);
	strbuf_fini(&body);
	strbuf_fini(&tag);
}

/* -- commands ---------------------------------------------------------------
 */

/* What was printed before is no news: its hash stands for an ETag. */
static void
on_command(struct span out, const struct err *err, void *arg)
{
	struct fetch *f = arg;
	struct strbuf body = STRBUF_INIT(f->conf.limits->max_body_bytes);
	struct fetch_answer a = {
		.action = POLICY_DOCUMENT, .body = &body, .retry_after_ms = -1};
	char tag[HEX128_SIZE];

	if (err != NULL) {
		a.action = POLICY_ERROR;
		a.result = err->kind == ERR_INPUT ? FEED_TOO_BIG : FEED_NETWORK;
		a.message = span_of(err->msg);
		finish(f, &a);
		return;
	}
	hash_hex128(out, tag);
	a.etag = span_of(tag);
	f->bytes_in = (int64_t)out.n;
	if (!f->conf.unconditional && span_eq_str(f->conf.state->etag, tag)) {
		a.action = POLICY_UNCHANGED;
		a.result = FEED_UNCHANGED;
	} else {
		strbuf_span(&body, out);
	}
	finish(f, &a);
	strbuf_fini(&body);
}

static void
defer(struct fetch *f, loop_cb cb)
{
	f->is_deferred = true;
	loop_defer(f->conf.loop, cb, f);
}

/* What the configuration says of a login, before what its URL says. */
static int
read_login(struct fetch *f)
{
	const struct config_feed_set *set = f->conf.feed->set;

	address_login(f->conf.feed->url, &f->user, &f->password);
	if (set->user.n > 0) {
		mem_free(&f->user);
		f->user = span_dup(set->user);
	}
	if (set->password_file.n > 0)
		mem_free(&f->password);
	if (read_secret(set->password_file, &f->password, &f->early) != 0)
		return -1;
	return read_secret(set->bearer_file, &f->bearer, &f->early);
}

struct fetch *
fetch_start(const struct fetch_conf *conf, fetch_done_cb done, void *arg)
{
	struct fetch *f = mem_new(f);
	struct span url = conf->feed->url;

	f->conf = *conf;
	f->done = done;
	f->arg = arg;
	f->all_moved = true;
	f->same_origin = true;
	strbuf_init(&f->url, LIMIT_URL_BYTES);
	strbuf_init(&f->next, LIMIT_URL_BYTES);
	if (local_is(url)) {
		strbuf_span(&f->url, url);
		defer(f, on_local);
		return f;
	}
	if (command_is(url)) {
		strbuf_span(&f->url, url);
		if (command_start(conf->loop, conf->feed, conf->limits,
			    on_command, f, &f->command, &f->early) != 0)
			defer(f, on_early);
		return f;
	}
	if (!address_put(url, &f->url)) {
		err_set(&f->early, ERR_PERM, "the URL is malformed");
		defer(f, on_early);
		return f;
	}
	if (conf->state->fetch_url.n > 0) {
		f->same_origin = is_same_origin(
			strbuf_as_span(&f->url), conf->state->fetch_url);
		strbuf_clear(&f->url);
		strbuf_span(&f->url, conf->state->fetch_url);
	}
	if (read_login(f) != 0 || request(f, &f->early) != 0)
		defer(f, on_early);
	return f;
}
