/*
 * ntfy: a topic of ntfy.sh or of a server of one's own. A message with the
 * sequence id of an earlier one takes its place (servers before 2.16 show it as
 * a new one).
 * Source: https://docs.ntfy.sh/publish/
 */
#include "deliver/settings.h"
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 1 /* sixty messages at once, then one in five seconds */

static const struct template_part parts[] = {
	{"title", MARKUP_TEXT, UNIT_BYTES, 250, true},
	/* Beyond 4096 bytes it would become an attachment. */
	{"message", MARKUP_TEXT, UNIT_BYTES, 4096, false},
	{.name = NULL},
};
enum { TITLE, TEXT };
static const struct target_look look = {"ntfy", parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	TARGET_EDIT_RULE,
	{"url", SETTING_URL, false, "https://ntfy.sh", "The server."},
	{"topic", SETTING_TEXT, false, NULL, "The topic to publish to."},
	{"topic_file", SETTING_SECRET, false, NULL,
		"A file with the topic: who knows it can read along."},
	{"token_file", SETTING_SECRET, false, NULL,
		"A file with an access token (tk_...)."},
	{"user", SETTING_TEXT, false, NULL, "For basic authentication."},
	{"password_file", SETTING_SECRET, false, NULL,
		"A file with the password."},
	{"priority", SETTING_COUNT, false, "3", "From 1 (min) to 5 (max)."},
	{"tags", SETTING_LIST, false, NULL, "Tags and emoji names."},
	{.name = NULL},
};

static void
check(const struct channel_conf *conf, struct report *report)
{
	target_want_one(conf, "topic", "topic_file", report);
	target_check_number(conf, "priority", 1, 5, report);
}

static void
put_tags(const struct setting *tags, struct json_w *w)
{
	if (!tags)
		return;
	json_w_key(w, "tags");
	json_w_array(w);
	for (size_t i = 0; i < tags->n_list; i++)
		json_w_text(w, tags->list[i].text);
	json_w_array_end(w);
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	struct span topic = target_secret(t, "topic_file");
	struct json_w w;

	q->bearer = target_secret(t, "token_file");
	if (q->bearer.n == 0) {
		q->user = target_text(t, "user");
		q->password = target_secret(t, "password_file");
	}
	strbuf_span(&q->url, target_url(t));
	json_w_init(&w, &q->body);
	json_w_object(&w);
	json_w_kv_text(
		&w, "topic", topic.n > 0 ? topic : target_text(t, "topic"));
	json_w_kv_text(&w, "title", c->parts[TITLE]);
	json_w_kv_text(&w, "message", c->parts[TEXT]);
	if (c->url.n > 0)
		json_w_kv_text(&w, "click", c->url);
	json_w_kv_int(
		&w, "priority", setting_count(t->conf, t->rules, "priority"));
	put_tags(channel_setting(t->conf, "tags"), &w);
	if (m->edit_reference.n > 0)
		json_w_kv_text(&w, "sequence_id", m->edit_reference);
	json_w_object_end(&w);
}

/* The message as published, with its id; errors as {"code":42901,"http":429,
 * "error":"limit reached"}. */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	if (v->outcome == OUTCOME_SENT)
		v->reference =
			a->edit ? a->edited : json_get_text(a->json, "id");
	else
		v->why = json_get_text(a->json, "error");
}

static const struct target_type target = {
	.look = &look,
	.check = check,
	.request = request,
	.judge = judge,
	.edits = true,
};

const struct channel_type channel_type_ntfy = {
	.name = "ntfy",
	.doc = "ntfy: a topic, on ntfy.sh or your own server; it can edit.",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	.rate = "12/m",
	.burst = 60,
	TARGET_FUNCTIONS,
};
