#include "deliver/post.h"

#include "base/mem.h"
#include "deliver/answer.h"
#include "deliver/clean.h"
#include "deliver/trace.h"
#include "model/limits.h"
#include "text/url.h"

struct post {
	struct posts *all;
	struct http_transfer *transfer;
	post_cb done;
	void *arg;
};

struct posts {
	struct posts_conf conf;
	VEC(struct post *) v;
};

/* Every public address, no other. */
static const struct cidr_guard public_guard;

struct posts *
posts_new(const struct posts_conf *conf)
{
	struct posts *p = mem_new(p);

	p->conf = *conf;
	return p;
}

static void
post_free(struct post *one)
{
	http_client_cancel(&one->transfer);
	mem_free(&one);
}

void
posts_free(struct posts **pp)
{
	struct posts *p = *pp;

	*pp = NULL;
	if (!p)
		return;
	vec_each (struct post **, one, &p->v)
		post_free(*one);
	vec_fini(&p->v);
	mem_free(&p);
}

/* -- the answer ------------------------------------------------------------ */
static void
put_first_line(const struct http_response *r, struct strbuf *why)
{
	struct span rest = span_trim(strbuf_as_span(&r->body)), line = rest;

	span_next(&rest, '\n', &line);
	line = span_utf8_head(span_trim(line), POST_WHY_BYTES / 2);
	if (line.n == 0 || !span_is_utf8(line))
		return;
	strbuf_str(why, ": ");
	clean_line(line, why);
}

static void
put_why(const struct http_response *r, struct strbuf *why)
{
	if (r->failure != HTTP_DONE) {
		strbuf_printf(why, "%s", http_failure_name(r->failure));
		if (r->status > 0)
			strbuf_printf(why, " after HTTP %u", r->status);
		return;
	}
	strbuf_printf(why, "HTTP %u", r->status);
	if (r->status >= 300 && r->status < 400)
		strbuf_str(why, ", a redirect: give the final URL");
	put_first_line(r, why);
}

static enum outcome
outcome_of(const struct http_response *r)
{
	if (r->failure == HTTP_DONE)
		return answer_outcome(r->status);
	return r->failure == HTTP_BAD_REQUEST || r->failure == HTTP_FORBIDDEN
		? OUTCOME_NEVER
		: OUTCOME_LATER;
}

static void
trace_answer(const struct posts *p, const struct http_response *r)
{
	struct strbuf text = STRBUF_INIT(2 * LIMIT_RESPONSE_BYTES);

	if (r->status > 0)
		strbuf_printf(&text, "HTTP %u\n", r->status);
	for (size_t i = 0; i < r->n_headers; i++)
		strbuf_printf(&text, "%.*s: %.*s\n",
			SPAN_ARG(r->headers[i].name),
			SPAN_ARG(r->headers[i].value));
	if (r->body.n > 0 && span_is_utf8(strbuf_as_span(&r->body)))
		strbuf_printf(
			&text, "\n%.*s\n", SPAN_ARG(strbuf_as_span(&r->body)));
	if (r->failure != HTTP_DONE)
		strbuf_printf(&text, "%s\n", r->err.msg);
	channel_trace(p->conf.env, "<", p->conf.secrets, strbuf_as_span(&text));
	strbuf_fini(&text);
}

static void
on_answer(struct http_response *r, void *arg)
{
	struct post *one = arg;
	struct posts *p = one->all;
	struct strbuf why = STRBUF_INIT(POST_WHY_BYTES);
	struct strbuf masked = STRBUF_INIT(POST_WHY_BYTES);
	struct post_answer answer = {.http = r, .outcome = outcome_of(r)};

	one->transfer = NULL;
	answer.retry_after_ms = answer_retry_after_ms(
		http_response_header(r, "Retry-After", NULL),
		http_response_header(r, "Date", NULL), clock_wall());
	put_why(r, &why);
	secrets_mask(p->conf.secrets, strbuf_as_span(&why), &masked);
	answer.why = strbuf_as_span(&masked);
	if (p->conf.env->trace)
		trace_answer(p, r);
	for (size_t i = 0; i < p->v.n; i++) {
		if (p->v.p[i] != one)
			continue;
		vec_remove(&p->v, i);
		break;
	}
	one->done(&answer, one->arg);
	strbuf_fini(&why);
	strbuf_fini(&masked);
	mem_free(&one);
}

/* -- the request ----------------------------------------------------------- */
static void
trace_request(const struct posts *p, const struct http_request *q)
{
	struct strbuf text = STRBUF_INIT(q->body.n + KIB(64));

	strbuf_printf(&text, "%s ", q->method);
	url_mask(q->url, &text);
	strbuf_char(&text, '\n');
	if (q->bearer.n > 0 || q->user.n > 0)
		strbuf_printf(&text, "Authorization: %s " SECRETS_MASK "\n",
			q->bearer.n > 0 ? "Bearer" : "Basic");
	for (size_t i = 0; i < q->n_headers; i++)
		strbuf_printf(&text, "%.*s: %.*s\n",
			SPAN_ARG(q->headers[i].name),
			SPAN_ARG(q->headers[i].value));
	strbuf_printf(&text, "\n%.*s\n", SPAN_ARG(q->body));
	channel_trace(p->conf.env, ">", p->conf.secrets, strbuf_as_span(&text));
	strbuf_fini(&text);
}

void
posts_send(struct posts *p, struct http_request *q, post_cb done, void *arg)
{
	const struct channel_env *env = p->conf.env;
	struct post *one;
	struct err err;

	q->timeout_ms = p->conf.timeout_ms;
	q->max_body_bytes = LIMIT_RESPONSE_BYTES;
	q->cut_body = true;
	q->guard = p->conf.public_only ? &public_guard : NULL;
	if (env->trace)
		trace_request(p, q);
	if (env->dry) {
		done(&(struct post_answer){.outcome = OUTCOME_SENT,
			     .retry_after_ms = -1,
			     .why = SPAN_LIT("not sent")},
			arg);
		return;
	}
	one = mem_new(one);
	*one = (struct post){.all = p, .done = done, .arg = arg};
	if (http_client_start(
		    env->http, q, on_answer, one, &one->transfer, &err) == 0) {
		vec_push(&p->v, one);
		return;
	}
	mem_free(&one);
	done(&(struct post_answer){.outcome = err.kind == ERR_PERM
			     ? OUTCOME_NEVER
			     : OUTCOME_LATER,
		     .retry_after_ms = -1,
		     .why = SPAN_LIT("the request could not be sent")},
		arg);
}
