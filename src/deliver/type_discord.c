/*
 * Discord: a channel's webhook. `wait=true` makes it answer with the message,
 * whose id edits it later.
 * Source: https://discord.com/developers/docs/resources/webhook
 */
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 1 /* five messages in two seconds for each webhook */
#define SUPPRESS_EMBEDS 4 /* a flag: no previews of links */
#define SECONDS_MAX 86400.0

static const struct template_part parts[] = {
	{"text", MARKUP_MARKDOWN, UNIT_CHARACTERS, 2000, false},
	{.name = NULL},
};
static const struct target_look look = {"discord", parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	TARGET_URL_RULES,
	TARGET_EDIT_RULE,
	{"thread", SETTING_TEXT, false, NULL,
		"The id of a thread to write to."},
	{.name = NULL},
};

static void
put_url(const struct target *t, const struct message *m, struct strbuf *url)
{
	struct span thread = target_text(t, "thread");

	strbuf_span(url, target_url(t));
	if (m->edit_reference.n > 0) {
		strbuf_str(url, "/messages/");
		target_encode(m->edit_reference, url);
	}
	strbuf_str(url, m->edit_reference.n > 0 ? "" : "?wait=true");
	if (thread.n > 0) {
		strbuf_str(url,
			m->edit_reference.n > 0 ? "?thread_id="
						: "&thread_id=");
		target_encode(thread, url);
	}
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	struct json_w w;

	put_url(t, m, &q->url);
	if (m->edit_reference.n > 0)
		q->method = "PATCH";
	json_w_init(&w, &q->body);
	json_w_object(&w);
	json_w_kv_text(&w, "content", c->parts[0]);
	json_w_kv_int(&w, "flags", SUPPRESS_EMBEDS);
	json_w_key(&w, "allowed_mentions");
	json_w_object(&w);
	json_w_key(&w, "parse");
	json_w_array(&w);
	json_w_array_end(&w);
	json_w_object_end(&w);
	json_w_object_end(&w);
}

#define CODE_UNKNOWN_MESSAGE 10008

/* {"message":"You are being rate limited.","retry_after":0.65,"global":false},
 * {"message":"Unknown Webhook","code":10015} */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	double seconds = json_number(json_get(a->json, "retry_after"), -1);

	if (v->outcome == OUTCOME_SENT) {
		v->reference = json_get_text(a->json, "id");
		return;
	}
	if (seconds >= 0 && seconds <= SECONDS_MAX &&
		(int64_t)(seconds * 1000) > v->retry_after_ms)
		v->retry_after_ms = (int64_t)(seconds * 1000);
	if (a->status == 404 &&
		json_get_int(a->json, "code", 0) == CODE_UNKNOWN_MESSAGE)
		v->lost = true;
}

static const struct target_type target = {
	.look = &look,
	.check = target_check_hook,
	.request = request,
	.judge = judge,
	.edits = true,
};

const struct channel_type channel_type_discord = {
	.name = "discord",
	.doc = "Discord: a channel's webhook; it can edit.",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	.rate = "30/m",
	.burst = 5,
	TARGET_FUNCTIONS,
};
