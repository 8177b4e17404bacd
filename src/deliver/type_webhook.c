/*
 * A POST to the operator's own URL, as Standard Webhooks has it: the id stays
 * the same over all tries, the timestamp and the signatures are the try's. The
 * URL may be a secret and is shown nowhere.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "deliver/format.h"
#include "deliver/look.h"
#include "deliver/post.h"
#include "deliver/sample.h"
#include "deliver/settings.h"
#include "deliver/sign.h"
#include "deliver/target.h"
#include "deliver/types.h"
#include "model/json.h"
#include "model/limits.h"

#define PARALLEL 4
#define NUMBER_SIZE 24
#define SIGNATURES_BYTES (SIGN_KEYS_MAX * 64)

/* With a template, the body is what that makes: JSON of somebody else's form.
 */
static const struct template_part parts[] = {
	{"body", MARKUP_JSON, UNIT_BYTES, MIB(1), false},
	{.name = NULL},
};
static const struct target_look look = {NULL, parts};

struct webhook {
	const struct setting *headers; /* NULL: none */
	char *url; /* NULL: a secret */
	char *user;
	struct secrets secrets;
	struct sign_keys keys;
	struct posts *posts;
	struct template *template; /* NULL: Standard Webhooks' form */
	char *template_text;
	VEC(struct webhook_job *) jobs;
};

/* A send under way. */
struct webhook_job {
	struct webhook *hook;
	send_cb done;
	void *arg;
};

static const struct setting_rule webhook_rules[] = {
	TARGET_URL_RULES,
	{"secret_file", SETTING_SECRET, false, NULL,
		"A file with the secret (whsec_...) that messages are signed "
		"with; several, with blanks between them, while one takes the "
		"place of another."},
	{"user", SETTING_TEXT, false, NULL, "For basic authentication."},
	{"password_file", SETTING_SECRET, false, NULL,
		"A file with the password."},
	{"bearer_file", SETTING_SECRET, false, NULL,
		"A file with a bearer token."},
	{"headers", SETTING_MAP, false, NULL, "More headers to send."},
	{"template", SETTING_PATH, false, NULL,
		"A template of yours that makes the body, JSON of another "
		"form."},
	{"public_only", SETTING_FLAG, false, "no",
		"Connect to public addresses only: for URLs that others may "
		"set."},
	{.name = NULL},
};

/* Headers that are ours to set. */
static const char *const reserved[] = {"content-type", "content-length", "host",
	"transfer-encoding", "idempotency-key", "webhook-id",
	"webhook-timestamp", "webhook-signature", "authorization"};

/* -- the body -------------------------------------------------------------- */
static void
put_rendered(const struct template *t, const struct message_hits *hits,
	struct strbuf *body)
{
	struct view *view = view_new(hits);

	template_render(t, 0, view, body);
	view_free(&view);
}

static void
webhook_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	const struct webhook *w = state;

	if (w->template)
		put_rendered(w->template, hits, body);
	else
		format_envelope(hits, body);
}

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
	char *secret = setting_peek(conf, "secret_file");
	struct sign_keys keys;
	struct err err;

	if (secret && sign_keys_parse(span_of(secret), &keys, &err) == -1)
		report_error(report, &s->value_place, "%s", err.msg);
	mem_free(&secret);
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

/* Is what it makes of the sample JSON? */
static void
check_template(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "template");
	struct strbuf hit = STRBUF_INIT(LIMIT_HIT_BYTES);
	struct strbuf body = STRBUF_INIT(MIB(1));
	struct message_hits hits = {.channel = conf->name, .n = 1};
	struct template *t;
	struct json *json = NULL;
	struct span one;
	struct err err;
	char *text;

	if (!s)
		return;
	sample_hit((struct wall){0}, &hit);
	one = strbuf_as_span(&hit);
	hits.json = &one;
	t = look_template(&look, conf, &text, report);
	if (t)
		put_rendered(t, &hits, &body);
	if (t && json_parse(strbuf_as_span(&body), "body", &json, &err) == -1)
		report_error(report, &s->value_place,
			"what the template makes of a hit is no JSON: %s",
			err.msg);
	json_free(&json);
	template_free(&t);
	mem_free(&text);
	strbuf_fini(&hit);
	strbuf_fini(&body);
}

static void
webhook_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *headers = channel_setting(conf, "headers");

	target_want_one(conf, "url", "url_file", report);
	check_pair(conf, "user", "bearer_file", false, report);
	check_pair(conf, "user", "password_file", true, report);
	target_check_url(conf, report);
	check_secret_key(conf, report);
	check_template(conf, report);
	for (size_t i = 0; headers && i < headers->n_map; i++)
		check_header(&headers->map[i], report);
}

/* -- opening --------------------------------------------------------------- */
static void webhook_close(void *state);

static int
read_secrets(
	struct webhook *w, const struct channel_conf *conf, struct err *err)
{
	struct span keys;

	if (secrets_load(conf, webhook_rules, &w->secrets, err) == -1)
		return -1;
	for (size_t i = 0; w->headers && i < w->headers->n_map; i++)
		secrets_add(&w->secrets, w->headers->map[i].value);
	keys = secrets_get(&w->secrets, "secret_file");
	return keys.n > 0 ? sign_keys_parse(keys, &w->keys, err) : 0;
}

static int
open_template(
	struct webhook *w, const struct channel_conf *conf, struct err *err)
{
	struct report report = {0};

	if (!channel_setting(conf, "template"))
		return 0;
	w->template = look_template(&look, conf, &w->template_text, &report);
	return w->template
		? 0
		: err_set(err, ERR_CONF, "the template cannot be used");
}

static int
webhook_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct webhook *w = mem_new(w);
	struct posts_conf posts = {.env = env, .secrets = &w->secrets};

	w->headers = channel_setting(conf, "headers");
	if (read_secrets(w, conf, err) == -1 ||
		open_template(w, conf, err) == -1) {
		webhook_close(w);
		return -1;
	}
	w->url = span_dup(setting_text(conf, webhook_rules, "url"));
	w->user = span_dup(setting_text(conf, webhook_rules, "user"));
	posts.timeout_ms =
		setting_duration_ms(conf, channel_common_rules(), "timeout");
	posts.public_only = setting_flag(conf, webhook_rules, "public_only");
	w->posts = posts_new(&posts);
	*state = w;
	return 0;
}

static void
webhook_close(void *state)
{
	struct webhook *w = state;

	posts_free(&w->posts);
	vec_each (struct webhook_job **, job, &w->jobs)
		mem_free(job);
	vec_fini(&w->jobs);
	template_free(&w->template);
	mem_free(&w->template_text);
	secrets_fini(&w->secrets);
	explicit_bzero(&w->keys, sizeof(w->keys));
	mem_free(&w->url);
	mem_free(&w->user);
	mem_free(&w);
}

/* -- sending --------------------------------------------------------------- */
static void
on_answer(const struct post_answer *answer, void *arg)
{
	struct webhook_job *job = arg;
	struct webhook *w = job->hook;

	for (size_t i = 0; i < w->jobs.n; i++) {
		if (w->jobs.p[i] != job)
			continue;
		vec_remove(&w->jobs, i);
		break;
	}
	job->done(&(struct send_result){.outcome = answer->outcome,
			  .retry_after_ms = answer->retry_after_ms,
			  .text = answer->why},
		job->arg);
	mem_free(&job);
}

struct headers {
	VEC(struct http_header) v;
	char timestamp[NUMBER_SIZE];
	struct strbuf signatures;
};

static void
add_header(struct headers *h, const char *name, struct span value)
{
	vec_push(&h->v, (struct http_header){span_of(name), value});
}

static void
put_headers(const struct webhook *w, const struct message *m, struct headers *h)
{
	int64_t now_s = clock_wall().ms / 1000;
	const struct setting *more = w->headers;

	snprintf(h->timestamp, sizeof(h->timestamp), "%" PRId64, now_s);
	add_header(h, "Content-Type", SPAN_LIT("application/json"));
	add_header(h, "webhook-id", m->id);
	add_header(h, "webhook-timestamp", span_of(h->timestamp));
	add_header(h, "Idempotency-Key", m->id);
	if (w->keys.n > 0) {
		sign_all(&w->keys, m->id, now_s, m->body, &h->signatures);
		add_header(
			h, "webhook-signature", strbuf_as_span(&h->signatures));
	}
	for (size_t i = 0; more && i < more->n_map; i++)
		vec_push(&h->v,
			(struct http_header){
				more->map[i].key, more->map[i].value});
}

static void
webhook_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct webhook *w = state;
	struct webhook_job *job = mem_new(job);
	struct headers h = {.signatures = STRBUF_INIT(SIGNATURES_BYTES)};
	struct span url = secrets_get(&w->secrets, "url_file");
	struct http_request q = {
		.method = "POST",
		.url = url.n > 0 ? url : span_of(w->url),
		.body = m->body,
		.user = span_of(w->user),
		.password = secrets_get(&w->secrets, "password_file"),
		.bearer = secrets_get(&w->secrets, "bearer_file"),
	};

	*job = (struct webhook_job){w, done, arg};
	vec_push(&w->jobs, job);
	put_headers(w, m, &h);
	q.headers = h.v.p;
	q.n_headers = h.v.n;
	posts_send(w->posts, &q, on_answer, job);
	vec_fini(&h.v);
	strbuf_fini(&h.signatures);
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
