/*
 * Gotify: a server of one's own. Source: https://gotify.net/api-docs
 */
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 2

static const struct template_part parts[] = {
	{"title", MARKUP_TEXT, UNIT_CHARACTERS, 250, true},
	{"message", MARKUP_MARKDOWN, UNIT_CHARACTERS, 8000, false},
	{.name = NULL},
};
enum { TITLE, TEXT };
static const struct target_look look = {"gotify", parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	{"url", SETTING_URL, true, NULL, "The server's base URL."},
	{"token_file", SETTING_SECRET, true, NULL,
		"A file with the application's token."},
	{"priority", SETTING_TEXT, false, "5", "From 0 to 10."},
	{.name = NULL},
};

static void
check(const struct channel_conf *conf, struct report *report)
{
	target_check_number(conf, "priority", 0, 10, report);
}

static void
put_extras(struct json_w *w, struct span url)
{
	json_w_key(w, "extras");
	json_w_object(w);
	json_w_key(w, "client::display");
	json_w_object(w);
	json_w_kv_str(w, "contentType", "text/markdown");
	json_w_object_end(w);
	if (url.n > 0) {
		json_w_key(w, "client::notification");
		json_w_object(w);
		json_w_key(w, "click");
		json_w_object(w);
		json_w_kv_text(w, "url", url);
		json_w_object_end(w);
		json_w_object_end(w);
	}
	json_w_object_end(w);
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	int64_t priority = 0;
	struct json_w w;

	(void)m;
	span_i64(target_text(t, "priority"), 0, 10, &priority);
	strbuf_printf(&q->url, "%.*s/message", SPAN_ARG(target_url(t)));
	target_header(q, "X-Gotify-Key", target_secret(t, "token_file"));
	json_w_init(&w, &q->body);
	json_w_object(&w);
	json_w_kv_text(&w, "title", c->parts[TITLE]);
	json_w_kv_text(&w, "message", c->parts[TEXT]);
	json_w_kv_int(&w, "priority", priority);
	put_extras(&w, c->url);
	json_w_object_end(&w);
}

/* {"error":"Unauthorized","errorCode":401,"errorDescription":"..."} */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	if (v->outcome != OUTCOME_SENT)
		v->why = json_get_text(a->json, "errorDescription");
}

static const struct target_type target = {
	.look = &look,
	.check = check,
	.request = request,
	.judge = judge,
};

const struct channel_type channel_type_gotify = {
	.name = "gotify",
	.doc = "Gotify: an application on your own server.",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	TARGET_FUNCTIONS,
};
