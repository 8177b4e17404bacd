#include "deliver/target.h"

#include <assert.h>

#include "base/mem.h"
#include "deliver/clean.h"
#include "deliver/look.h"
#include "deliver/post.h"
#include "deliver/settings.h"
#include "model/limits.h"

#define REQUEST_BYTES MIB(2)

/* A send under way: one request, or two if the message to edit is gone. */
struct target_job {
	struct target *target;
	struct message m;
	struct content content;
	struct target_request q;
	send_cb done;
	void *arg;
};

static void
request_fini(struct target_request *q)
{
	strbuf_fini(&q->url);
	strbuf_fini(&q->body);
	arena_free(&q->arena);
}

static void
job_free(struct target_job *job)
{
	request_fini(&job->q);
	content_fini(&job->content);
	mem_free(&job);
}

/* -- life ------------------------------------------------------------------ */
static const struct target_type *
type_of(const struct channel_conf *conf)
{
	return channel_type_find(conf->type)->target;
}

static const struct target_look *
look_of(const struct channel_conf *conf)
{
	const struct target_type *type = type_of(conf);

	return type->choose ? type->choose(conf) : type->look;
}

void
target_check(const struct channel_conf *conf, struct report *report)
{
	const struct target_type *type = type_of(conf);
	unsigned before = report->errors;
	struct template *t;
	char *text;

	if (type->check)
		type->check(conf, report);
	if (report->errors > before)
		return;
	t = look_template(look_of(conf), conf, &text, report);
	template_free(&t);
	mem_free(&text);
}

static void
put_first(const struct place *place, enum report_level level,
	const char *message, void *arg)
{
	struct strbuf *b = arg;

	if (b->n == 0)
		report_to_strbuf(place, level, message, b);
}

static int
open_template(struct target *t, struct err *err)
{
	struct strbuf first = STRBUF_INIT(ERR_MSG_MAX);
	struct report report = {.put = put_first, .arg = &first};
	int rc = 0;

	t->template =
		look_template(t->look, t->conf, &t->template_text, &report);
	if (!t->template)
		rc = err_set(err, ERR_CONF, "%.*s",
			SPAN_ARG(span_trim(strbuf_as_span(&first))));
	strbuf_fini(&first);
	return rc;
}

int
target_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct target *t = mem_new(t);
	struct posts_conf posts = {.env = env, .secrets = &t->secrets};

	t->type = type_of(conf);
	t->conf = conf;
	t->env = env;
	t->look = look_of(conf);
	t->rules = channel_type_find(conf->type)->rules;
	if (secrets_load(conf, t->rules, &t->secrets, err) == -1 ||
		open_template(t, err) == -1) {
		target_close(t);
		return -1;
	}
	posts.timeout_ms =
		setting_duration_ms(conf, channel_common_rules(), "timeout");
	posts.public_only = setting_flag(conf, t->rules, "public_only");
	t->posts = posts_new(&posts);
	*state = t;
	return 0;
}

void
target_close(void *state)
{
	struct target *t = state;

	posts_free(&t->posts);
	vec_each (struct target_job **, job, &t->jobs)
		job_free(*job);
	vec_fini(&t->jobs);
	template_free(&t->template);
	mem_free(&t->template_text);
	secrets_fini(&t->secrets);
	mem_free(&t);
}

void
target_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	const struct target *t = state;

	content_format(t->template, t->look->parts, hits, body);
}

/* -- for the types --------------------------------------------------------- */
struct span
target_text(const struct target *t, const char *key)
{
	return setting_text(t->conf, t->rules, key);
}

bool
target_flag(const struct target *t, const char *key)
{
	return setting_flag(t->conf, t->rules, key);
}

struct span
target_secret(const struct target *t, const char *key)
{
	return secrets_get(&t->secrets, key);
}

struct span
target_url(const struct target *t)
{
	struct span url = target_secret(t, "url_file");

	if (url.n == 0)
		url = target_text(t, "url");
	while (url.n > 0 && url.p[url.n - 1] == '/')
		url.n--;
	return url;
}

void
target_header(struct target_request *q, const char *name, struct span value)
{
	assert(q->n_headers < TARGET_HEADERS);
	q->headers[q->n_headers++] = (struct http_header){span_of(name), value};
}

void
target_encode(struct span s, struct strbuf *out)
{
	static const char unreserved[] = "-._~"; /* RFC 3986 2.3 */

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || (c && strchr(unreserved, c)))
			strbuf_char(out, c);
		else
			strbuf_printf(out, "%%%02X", (unsigned char)c);
	}
}

void
target_want_one(const struct channel_conf *conf, const char *one,
	const char *other, struct report *report)
{
	const struct setting *a = channel_setting(conf, one);
	const struct setting *b = channel_setting(conf, other);

	if (!a && !b)
		report_error(report, &conf->place,
			"channel '%.*s' needs '%s' or '%s'",
			SPAN_ARG(conf->name), one, other);
	if (a && b)
		report_error(report, &b->place, "either '%s' or '%s', not both",
			one, other);
}

void
target_check_url(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "url_file");
	char *url = setting_peek(conf, "url_file");

	if (url && !span_starts(span_of(url), "https://") &&
		!span_starts(span_of(url), "http://"))
		report_error(report, &s->value_place,
			"the file holds no http or https URL");
	mem_free(&url);
}

void
target_check_hook(const struct channel_conf *conf, struct report *report)
{
	target_want_one(conf, "url", "url_file", report);
	target_check_url(conf, report);
}

void
target_check_number(const struct channel_conf *conf, const char *key,
	int64_t min, int64_t max, struct report *report)
{
	const struct setting *s = channel_setting(conf, key);
	int64_t v;

	if (s && !span_i64(s->value, min, max, &v))
		report_error(report, &s->value_place,
			"'%s' is a whole number from %lld to %lld", key,
			(long long)min, (long long)max);
}

const struct target_word *
target_word_find(const struct target_word *table, struct span text, bool part)
{
	for (; table->word; table++)
		if (part ? span_find_str(text, table->word) != SIZE_MAX
			 : span_eq_str(text, table->word))
			return table;
	return NULL;
}

/* -- sending --------------------------------------------------------------- */
static void
job_end(struct target_job *job, const struct send_result *result)
{
	struct target *t = job->target;

	for (size_t i = 0; i < t->jobs.n; i++) {
		if (t->jobs.p[i] != job)
			continue;
		vec_remove(&t->jobs, i);
		break;
	}
	job->done(result, job->arg);
	job_free(job);
}

static void ask(struct target_job *job);

static void
tell(struct target_job *job, const struct target_verdict *v, struct span why)
{
	struct strbuf line = STRBUF_INIT(POST_WHY_BYTES);
	struct strbuf text = STRBUF_INIT(POST_WHY_BYTES);

	clean_line(v->why, &line);
	secrets_mask(&job->target->secrets, strbuf_as_span(&line), &text);
	job_end(job,
		&(struct send_result){
			.outcome = v->outcome,
			.retry_after_ms = v->retry_after_ms,
			.text = text.n > 0 ? strbuf_as_span(&text) : why,
			.reference = v->reference,
		});
	strbuf_fini(&line);
	strbuf_fini(&text);
}

static void
on_answer(const struct post_answer *answer, void *arg)
{
	struct target_job *job = arg;
	const struct target_type *type = job->target->type;
	struct target_verdict v = {
		.outcome = answer->outcome,
		.retry_after_ms = answer->retry_after_ms,
	};
	struct target_answer a = {
		.http = answer->http,
		.arena = job->q.arena,
		.edit = job->m.edit_reference.n > 0,
		.edited = job->m.edit_reference,
	};
	struct json *json = NULL;

	if (answer->http && answer->http->failure == HTTP_DONE) {
		a.status = answer->http->status;
		a.text = span_trim(strbuf_as_span(&answer->http->body));
		if (!span_is_utf8(a.text))
			a.text = SPAN_NULL;
		if (json_parse(a.text, "answer", &json, NULL) == 0)
			a.json = json;
		if (type->judge)
			type->judge(&a, &v);
	}
	if (v.lost && a.edit) {
		job->m.edit_reference = SPAN_NULL;
		ask(job);
	} else {
		tell(job, &v, answer->why);
	}
	json_free(&json);
}

static void
ask(struct target_job *job)
{
	struct target *t = job->target;
	struct target_request *q = &job->q;
	struct http_request http = {0};

	request_fini(q);
	*q = (struct target_request){.arena = arena_new(),
		.method = "POST",
		.url = STRBUF_INIT(LIMIT_URL_BYTES),
		.body = STRBUF_INIT(REQUEST_BYTES)};
	t->type->request(t, &job->content, &job->m, q);
	if (q->body.n > 0)
		target_header(q, "Content-Type", SPAN_LIT("application/json"));
	http.method = q->method;
	http.url = strbuf_as_span(&q->url);
	http.body = strbuf_as_span(&q->body);
	http.headers = q->headers;
	http.n_headers = q->n_headers;
	http.bearer = q->bearer;
	http.user = q->user;
	http.password = q->password;
	posts_send(t->posts, &http, on_answer, job);
}

void
target_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct target *t = state;
	struct target_job *job = mem_new(job);
	struct err err;

	*job = (struct target_job){
		.target = t, .m = *m, .done = done, .arg = arg};
	vec_push(&t->jobs, job);
	if (!t->type->edits || !target_flag(t, "edit"))
		job->m.edit_reference = SPAN_NULL;
	if (content_parse(m->body, t->look->parts, &job->content, &err) == 0)
		ask(job);
	else
		job_end(job,
			&(struct send_result){.outcome = OUTCOME_NEVER,
				.retry_after_ms = -1,
				.text = span_of(err.msg)});
}
