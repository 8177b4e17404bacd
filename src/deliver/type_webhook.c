/*
 * A POST to the operator's own URL, as Standard Webhooks has it: the id stays
 * the same over all tries, the timestamp and the signature are the try's.
 * Redirects are not followed. The URL may be a secret and is shown nowhere.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "deliver/answer.h"
#include "deliver/clean.h"
#include "deliver/format.h"
#include "deliver/settings.h"
#include "deliver/sign.h"
#include "deliver/types.h"
#include "io/http_client.h"
#include "model/limits.h"

#define PARALLEL 4
#define NUMBER_SIZE 24
#define WHY_SIZE 512

struct webhook;

struct post {
	struct webhook *hook;
	struct http_transfer *transfer;
	send_cb done;
	void *arg;
};

struct webhook {
	const struct channel_env *env;
	const struct setting *headers; /* NULL: none */
	char *url;
	char *user, *password, *bearer; /* NULL: none */
	bool has_key;
	struct sign_key key;
	int64_t timeout_ms;
	VEC(struct post *) posts;
};

static const struct setting_rule webhook_rules[] = {
	{"url", SETTING_URL, false, NULL, "Where to send to."},
	{"url_file", SETTING_SECRET, false, NULL,
		"A file with the URL, if that is a secret."},
	{"secret_file", SETTING_SECRET, false, NULL,
		"A file with the secret (whsec_...) that messages are signed "
		"with."},
	{"user", SETTING_TEXT, false, NULL, "For basic authentication."},
	{"password_file", SETTING_SECRET, false, NULL,
		"A file with the password."},
	{"bearer_file", SETTING_SECRET, false, NULL,
		"A file with a bearer token."},
	{"headers", SETTING_MAP, false, NULL, "More headers to send."},
	{.name = NULL},
};

/* Headers that are ours to set. */
static const char *const reserved[] = {"content-type", "content-length", "host",
	"transfer-encoding", "idempotency-key", "webhook-id",
	"webhook-timestamp", "webhook-signature", "authorization"};

/* -- checking -------------------------------------------------------------- */
static bool
is_token(struct span s)
{
	static const char marks[] = "!#$%&'*+-.^_`|~"; /* RFC 9110 5.6.2 */

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || (c && strchr(marks, c))))
			return false;
	}
	return s.n > 0;
}

static bool
is_one_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t')
			return false;
	return true;
}

static void
check_header(const struct setting *h, struct report *report)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (span_caseeq_str(h->key, reserved[i]))
			report_error(report, &h->place,
				"the header '%s' is set by newswatch%s",
				reserved[i],
				strcmp(reserved[i], "authorization") == 0
					? ": use 'bearer_file', or 'user' and "
					  "'password_file'"
					: "");
	if (!is_token(h->key))
		report_error(report, &h->place,
			"'%.*s' cannot be the name of a header",
			SPAN_ARG(h->key));
	if (!is_one_line(h->value))
		report_error(report, &h->value_place,
			"a header's value is one line");
}

static void
check_secret_key(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "secret_file");
	struct sign_key key;
	struct err err;
	char *secret = NULL;

	if (setting_secret(conf, "secret_file", &secret, &err) == -1 ||
		(secret && sign_key_parse(span_of(secret), &key, &err) == -1))
		report_error(report, &s->value_place, "%s", err.msg);
	mem_free(&secret);
}

static void
check_url_file(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "url_file");
	struct err err;
	char *url = NULL;

	if (setting_secret(conf, "url_file", &url, &err) == -1)
		report_error(report, &s->value_place, "%s", err.msg);
	else if (url && !span_starts(span_of(url), "https://") &&
		!span_starts(span_of(url), "http://"))
		report_error(report, &s->value_place,
			"the file holds no http or https URL");
	mem_free(&url);
}

static void
check_pair(const struct channel_conf *conf, const char *one, const char *other,
	bool together, struct report *report)
{
	const struct setting *a = channel_setting(conf, one);
	const struct setting *b = channel_setting(conf, other);

	if (!together && a && b)
		report_error(report, &b->place, "either '%s' or '%s', not both",
			one, other);
	if (together && !a != !b)
		report_error(report, a ? &a->place : &b->place,
			"'%s' and '%s' go together", one, other);
}

static void
webhook_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *headers = channel_setting(conf, "headers");

	if (!channel_setting(conf, "url") && !channel_setting(conf, "url_file"))
		report_error(report, &conf->place,
			"channel '%.*s' needs 'url' or 'url_file'",
			SPAN_ARG(conf->name));
	check_pair(conf, "url", "url_file", false, report);
	check_pair(conf, "user", "bearer_file", false, report);
	check_pair(conf, "user", "password_file", true, report);
	check_url_file(conf, report);
	check_secret_key(conf, report);
	for (size_t i = 0; headers && i < headers->n_map; i++)
		check_header(&headers->map[i], report);
}

/* -- opening --------------------------------------------------------------- */
static void webhook_close(void *state);

static int
read_secrets(
	struct webhook *w, const struct channel_conf *conf, struct err *err)
{
	char *secret = NULL;
	int rc = 0;

	if (setting_secret(conf, "url_file", &w->url, err) == -1 ||
		setting_secret(conf, "password_file", &w->password, err) ==
			-1 ||
		setting_secret(conf, "bearer_file", &w->bearer, err) == -1 ||
		setting_secret(conf, "secret_file", &secret, err) == -1)
		return -1;
	if (secret)
		rc = sign_key_parse(span_of(secret), &w->key, err);
	w->has_key = secret;
	mem_free(&secret);
	return rc;
}

static int
webhook_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct webhook *w = mem_new(w);

	w->env = env;
	w->headers = channel_setting(conf, "headers");
	w->timeout_ms =
		setting_duration_ms(conf, channel_common_rules(), "timeout");
	if (read_secrets(w, conf, err) == -1) {
		webhook_close(w);
		return -1;
	}
	if (!w->url)
		w->url = span_dup(setting_text(conf, webhook_rules, "url"));
	w->user = span_dup(setting_text(conf, webhook_rules, "user"));
	*state = w;
	return 0;
}

static void
post_free(struct post *p)
{
	http_client_cancel(&p->transfer);
	mem_free(&p);
}

static void
webhook_close(void *state)
{
	struct webhook *w = state;

	vec_each (struct post **, p, &w->posts)
		post_free(*p);
	vec_fini(&w->posts);
	mem_free(&w->url);
	mem_free(&w->user);
	mem_free(&w->password);
	mem_free(&w->bearer);
	mem_free(&w);
}

/* -- the answer ------------------------------------------------------------ */
static void
put_why(const struct http_response *r, struct strbuf *why)
{
	struct span rest = span_trim(strbuf_as_span(&r->body)), line = rest;

	if (r->failure != HTTP_DONE) {
		strbuf_printf(why, "%s", http_failure_name(r->failure));
		if (r->status > 0)
			strbuf_printf(why, " after HTTP %u", r->status);
		return;
	}
	strbuf_printf(why, "HTTP %u", r->status);
	if (r->status >= 300 && r->status < 400)
		strbuf_str(why, ", a redirect: give the final URL");
	span_next(&rest, '\n', &line);
	line = span_utf8_head(span_trim(line), WHY_SIZE / 2);
	if (line.n > 0 && span_is_utf8(line)) {
		strbuf_str(why, ": ");
		clean_line(line, why);
	}
}

static void
on_answer(struct http_response *r, void *arg)
{
	struct post *p = arg;
	struct webhook *w = p->hook;
	struct strbuf why = STRBUF_INIT(WHY_SIZE);
	struct send_result result = {.outcome = OUTCOME_LATER};

	p->transfer = NULL;
	if (r->failure == HTTP_DONE)
		result.outcome = answer_outcome(r->status);
	else if (r->failure == HTTP_BAD_REQUEST)
		result.outcome = OUTCOME_NEVER;
	result.retry_after_ms = answer_retry_after_ms(
		http_response_header(r, "Retry-After", NULL),
		http_response_header(r, "Date", NULL), clock_wall());
	put_why(r, &why);
	result.text = strbuf_as_span(&why);
	for (size_t i = 0; i < w->posts.n; i++) {
		if (w->posts.p[i] != p)
			continue;
		vec_remove(&w->posts, i);
		break;
	}
	p->done(&result, p->arg);
	strbuf_fini(&why);
	mem_free(&p);
}

/* -- the request ----------------------------------------------------------- */
struct headers {
	VEC(struct http_header) v;
	char timestamp[NUMBER_SIZE];
	struct strbuf signature;
};

static void
put_headers(const struct webhook *w, const struct message *m, struct headers *h)
{
	int64_t now_s = clock_wall().ms / 1000;
	struct strbuf number = STRBUF_INIT(NUMBER_SIZE - 1);

	strbuf_printf(&number, "%" PRId64, now_s);
	memcpy(h->timestamp, strbuf_cstr(&number), number.n + 1);
	strbuf_fini(&number);
	vec_push(&h->v,
		(struct http_header){SPAN_LIT("Content-Type"),
			SPAN_LIT("application/json")});
	vec_push(&h->v, (struct http_header){SPAN_LIT("webhook-id"), m->id});
	vec_push(&h->v,
		(struct http_header){
			SPAN_LIT("webhook-timestamp"), span_of(h->timestamp)});
	vec_push(&h->v,
		(struct http_header){SPAN_LIT("Idempotency-Key"), m->id});
	if (w->has_key) {
		sign(&w->key, m->id, now_s, m->body, &h->signature);
		vec_push(&h->v,
			(struct http_header){SPAN_LIT("webhook-signature"),
				strbuf_as_span(&h->signature)});
	}
	for (size_t i = 0; w->headers && i < w->headers->n_map; i++)
		vec_push(&h->v,
			(struct http_header){w->headers->map[i].key,
				w->headers->map[i].value});
}

static void
webhook_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct webhook *w = state;
	struct post *p = mem_new(p);
	struct headers h = {.signature = STRBUF_INIT(WHY_SIZE)};
	struct err err;
	struct http_request q = {
		.method = "POST",
		.url = span_of(w->url),
		.body = m->body,
		.user = span_of(w->user),
		.password = span_of(w->password),
		.bearer = span_of(w->bearer),
		.timeout_ms = w->timeout_ms,
		.max_body_bytes = LIMIT_RESPONSE_BYTES,
		.cut_body = true,
	};

	*p = (struct post){.hook = w, .done = done, .arg = arg};
	put_headers(w, m, &h);
	q.headers = h.v.p;
	q.n_headers = h.v.n;
	if (http_client_start(
		    w->env->http, &q, on_answer, p, &p->transfer, &err) == 0) {
		vec_push(&w->posts, p);
	} else {
		done(&(struct send_result){.outcome = err.kind == ERR_PERM
				     ? OUTCOME_NEVER
				     : OUTCOME_LATER,
			     .retry_after_ms = -1,
			     .text = SPAN_LIT("the request could not be sent")},
			arg);
		mem_free(&p);
	}
	vec_fini(&h.v);
	strbuf_fini(&h.signature);
}

static void
webhook_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	(void)state;
	format_envelope(hits, body);
}

const struct channel_type channel_type_webhook = {
	.name = "webhook",
	.doc = "A POST in the form of Standard Webhooks to a URL of yours.",
	.rules = webhook_rules,
	.parallel = PARALLEL,
	.check = webhook_check,
	.format = webhook_format,
	.open = webhook_open,
	.send = webhook_send,
	.close = webhook_close,
};
