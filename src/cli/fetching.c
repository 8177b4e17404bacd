/* See fetching.h. */
#include "cli/fetching.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/config_report.h"
#include "model/limits.h"
#include "text/url.h"
#include "text/utf8.h"

#define REPORT_BYTES MIB(1)

static int
load(struct fetching *f, const char *config, struct err *err)
{
	struct config_options o = {.file = config, .parts = CONFIG_FEEDS};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	int rc;

	/* To look at a URL nothing needs to be set up. */
	if (!config && access(NW_SYSCONFDIR "/newswatch.yaml", F_OK) != 0)
		o.file = "/dev/null";
	rc = config_load(&o, &f->config, &report, err);
	if (rc != 0)
		config_report(&report, err);
	strbuf_fini(&report);
	return rc;
}

static int
make_guard(struct fetching *f, struct err *err)
{
	const struct entity_texts *ranges = &f->config->fetch.allow_private;
	struct cidr c;

	for (size_t i = 0; i < ranges->n; i++) {
		if (cidr_parse(ranges->p[i].text, &c, err) != 0)
			return -1;
		vec_push(&f->allowed, c);
	}
	f->guard.allow = f->allowed.p;
	f->guard.n_allow = f->allowed.n;
	return 0;
}

static int
make_client(struct fetching *f, struct err *err)
{
	const struct config_fetch *c = &f->config->fetch;
	char *agent = span_dup(c->user_agent);
	char *ca = c->ca_file.n > 0 ? span_dup(c->ca_file) : NULL;
	struct http_client_options o = {.user_agent = agent, .ca_file = ca};
	int rc = http_client_new(f->loop, &o, &f->http, err);

	mem_free(&ca);
	mem_free(&agent);
	return rc;
}

int
fetching_init(struct fetching *f, const char *config, struct err *err)
{
	*f = (struct fetching){0};
	if (load(f, config, err) != 0 || make_guard(f, err) != 0 ||
		loop_new(&f->loop, err) != 0 || make_client(f, err) != 0) {
		fetching_fini(f);
		return -1;
	}
	return 0;
}

void
fetching_fini(struct fetching *f)
{
	http_client_free(&f->http);
	loop_free(&f->loop);
	vec_fini(&f->allowed);
	config_unref(&f->config);
}

/* -- one fetch ------------------------------------------------------------ */

struct under_way {
	struct fetching *f;
	struct fetched *out;
};

/* What a feed's `headers` may say that is nobody else's business. */
static bool
is_secret(struct span name)
{
	static const char *const words[] = {
		"auth", "cookie", "key", "token", "secret", "password"};

	for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
		if (span_casefind(name, span_of(words[w])) != SIZE_MAX)
			return true;
	return false;
}

/* Any bytes may stand in a header. */
static struct span
keep_text(struct arena *a, struct span bytes)
{
	struct strbuf b = STRBUF_INIT(3 * LIMIT_HEADER_BYTES);
	struct span s;

	utf8_repair(bytes, true, &b);
	s = arena_span(a, strbuf_as_span(&b));
	strbuf_fini(&b);
	return s;
}

static const struct http_header *
keep_headers(struct arena *a, const struct http_header *h, size_t n)
{
	struct http_header *p = arena_array(a, n, sizeof(*p));

	for (size_t i = 0; i < n; i++) {
		p[i].name = keep_text(a, h[i].name);
		p[i].value = is_secret(h[i].name) ? SPAN_LIT("***")
						  : keep_text(a, h[i].value);
	}
	return p;
}

static bool
has_header(const struct http_request *q, const char *name)
{
	for (size_t i = 0; i < q->n_headers; i++)
		if (span_caseeq_str(q->headers[i].name, name))
			return true;
	return false;
}

static struct span
host_of(struct arena *a, struct span url)
{
	struct strbuf b = STRBUF_INIT(LIMIT_URL_BYTES);
	struct span host;
	struct url u;

	url_split(url, &u);
	strbuf_span(&b, u.host);
	if (u.port.n > 0)
		strbuf_printf(&b, ":%.*s", SPAN_ARG(u.port));
	host = arena_span(a, strbuf_as_span(&b));
	strbuf_fini(&b);
	return host;
}

/* What the client sends beside the headers of a request. */
#define OWN_HEADERS 3

/* All that is sent. */
static void
keep_sent(struct under_way *w, const struct http_request *q,
	struct fetched_hop *hop)
{
	struct arena *a = w->out->arena;
	struct span agent = w->f->config->fetch.user_agent;
	struct http_header *all =
		arena_array(a, q->n_headers + OWN_HEADERS, sizeof(*all));
	size_t n = 0;

	all[n++] = (struct http_header){SPAN_LIT("Host"), host_of(a, q->url)};
	if (agent.n > 0 && !has_header(q, "User-Agent"))
		all[n++] = (struct http_header){SPAN_LIT("User-Agent"), agent};
	if (q->user.n + q->bearer.n > 0)
		all[n++] = (struct http_header){
			SPAN_LIT("Authorization"), SPAN_LIT("***")};
	for (size_t i = 0; i < q->n_headers; i++)
		all[n++] = q->headers[i];
	hop->sent = keep_headers(a, all, n);
	hop->n_sent = n;
}

static void
on_request(const struct http_request *q, void *arg)
{
	struct under_way *w = arg;
	struct fetched_hop hop = {.url = arena_span(w->out->arena, q->url)};

	keep_sent(w, q, &hop);
	vec_push(&w->out->hops, hop);
}

static void
on_response(const struct http_response *r, enum policy_action action, void *arg)
{
	struct under_way *w = arg;
	struct arena *a = w->out->arena;
	struct fetched_hop *hop = &w->out->hops.p[w->out->hops.n - 1];

	hop->got = keep_headers(a, r->headers, r->n_headers);
	hop->n_got = r->n_headers;
	hop->status = r->status;
	hop->version = r->version;
	hop->action = action;
	hop->address = span_of(arena_strdup(a, r->address));
	hop->name_us = r->name_us;
	hop->connect_us = r->connect_us;
	hop->tls_us = r->tls_us;
	hop->first_byte_us = r->first_byte_us;
	hop->total_us = r->total_us;
	hop->bytes = r->bytes_in;
	if (r->failure == HTTP_DONE)
		return;
	hop->failure = http_failure_name(r->failure);
	hop->message = span_of(arena_strdup(a, r->err.msg));
	hop->forbidden = r->failure == HTTP_FORBIDDEN;
	w->out->forbidden = hop->forbidden;
}

static void
on_done(struct fetch_answer *a, void *arg)
{
	struct under_way *w = arg;
	struct arena *arena = w->out->arena;
	struct fetch_answer *to = &w->out->a;
	struct span *spans[] = {&to->message, &to->url, &to->moved_to,
		&to->etag, &to->last_modified, &to->validator_url,
		&to->content_type, &to->content_encoding,
		&to->content_location};

	*to = *a;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		if (spans[i]->p != NULL)
			*spans[i] = arena_span(arena, *spans[i]);
	if (a->body != NULL) {
		w->out->body = *a->body;
		*a->body = (struct strbuf){0};
	}
	to->body = &w->out->body;
	w->out->etag = keep_text(arena, to->etag);
	w->out->last_modified = keep_text(arena, to->last_modified);
	loop_stop(w->f->loop);
}

const struct config_feed *
fetching_feed(const struct fetching *f, struct span url)
{
	for (size_t i = 0; i < f->config->feeds.n; i++)
		if (span_eq(f->config->feeds.p[i].url, url))
			return &f->config->feeds.p[i];
	return NULL;
}

void
fetching_get(struct fetching *f, struct span url,
	const struct fetched *validators, struct fetched *out)
{
	struct under_way w = {f, out};
	struct fetch_trace trace = {on_request, on_response, &w};
	const struct config_feed *feed = fetching_feed(f, url);
	static const struct config_feed_set nothing = {.weight = 1};
	struct config_feed plain = {.url = url, .set = &nothing};
	struct feed_state state = {.url = url};
	struct fetch_conf conf = {
		.loop = f->loop,
		.http = f->http,
		.limits = &f->config->fetch,
		.guard = &f->guard,
		.feed = feed != NULL ? feed : &plain,
		.state = &state,
		.unconditional = validators == NULL,
		.trace = &trace,
	};

	*out = (struct fetched){
		.arena = arena_new(), .configured = feed != NULL};
	if (feed != NULL && feed->set->command.n > 0)
		out->program = feed->set->command.p[0].text;
	if (validators != NULL) {
		state.etag = validators->a.etag;
		state.last_modified = validators->a.last_modified;
		state.validator_url = validators->a.validator_url;
	}
	fetch_start(&conf, on_done, &w);
	loop_run(f->loop);
}

void
fetched_fini(struct fetched *r)
{
	strbuf_fini(&r->body);
	vec_fini(&r->hops);
	arena_free(&r->arena);
}

int
fetched_exit_code(const struct fetched *r)
{
	if (r->forbidden)
		return EX_NOPERM;
	switch (r->a.action) {
	case POLICY_DOCUMENT:
	case POLICY_UNCHANGED:
		return EX_OK;
	case POLICY_REDIRECT:
	case POLICY_MOVED:
	case POLICY_SLOWER:
	case POLICY_GONE:
	case POLICY_ERROR:
		break;
	}
	return EX_UNAVAILABLE;
}
