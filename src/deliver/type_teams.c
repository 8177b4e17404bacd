/*
 * Microsoft Teams: a workflow's webhook, which takes an adaptive card. The
 * connectors before it answer 200 with an error in words.
 * Sources:
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using,
 * https://adaptivecards.io/explorer/
 */
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 1 /* four requests a second */

static const struct template_part parts[] = {
	{"title", MARKUP_TEXT, UNIT_CHARACTERS, 250, true},
	/* A card is at most 28 KB, as JSON. */
	{"text", MARKUP_MARKDOWN, UNIT_BYTES, 20000, false},
	{.name = NULL},
};
enum { TITLE, TEXT };
static const struct target_look look = {"teams", parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	TARGET_URL_RULES,
	{.name = NULL},
};

static void
put_block(struct json_w *w, struct span text, bool is_title)
{
	json_w_object(w);
	json_w_kv_str(w, "type", "TextBlock");
	json_w_kv_text(w, "text", text);
	json_w_kv_bool(w, "wrap", true);
	if (is_title) {
		json_w_kv_str(w, "weight", "Bolder");
		json_w_kv_str(w, "size", "Medium");
	}
	json_w_object_end(w);
}

static void
put_actions(struct json_w *w, struct span url)
{
	json_w_key(w, "actions");
	json_w_array(w);
	json_w_object(w);
	json_w_kv_str(w, "type", "Action.OpenUrl");
	json_w_kv_str(w, "title", "Open");
	json_w_kv_text(w, "url", url);
	json_w_object_end(w);
	json_w_array_end(w);
}

static void
put_card(struct json_w *w, const struct content *c)
{
	json_w_object(w);
	json_w_kv_str(w, "$schema",
		"http://adaptivecards.io/schemas/adaptive-card.json");
	json_w_kv_str(w, "type", "AdaptiveCard");
	json_w_kv_str(w, "version", "1.4");
	json_w_key(w, "body");
	json_w_array(w);
	put_block(w, c->parts[TITLE], true);
	put_block(w, c->parts[TEXT], false);
	json_w_array_end(w);
	if (c->url.n > 0)
		put_actions(w, c->url);
	json_w_object_end(w);
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	struct json_w w;

	(void)m;
	strbuf_span(&q->url, target_url(t));
	json_w_init(&w, &q->body);
	json_w_object(&w);
	json_w_kv_str(&w, "type", "message");
	json_w_key(&w, "attachments");
	json_w_array(&w);
	json_w_object(&w);
	json_w_kv_str(
		&w, "contentType", "application/vnd.microsoft.card.adaptive");
	json_w_key(&w, "content");
	put_card(&w, c);
	json_w_object_end(&w);
	json_w_array_end(&w);
	json_w_object_end(&w);
}

#define ERROR_WORDS "endpoint returned HTTP error "

/* "Webhook message delivery failed with error: Microsoft Teams endpoint
 * returned HTTP error 429 with ContextId ..." under 200: the status inside is
 * what counts. "1" or nothing is a success, so is a workflow's JSON. */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	size_t at = span_find_str(a->text, ERROR_WORDS);
	struct span digits;
	int64_t status;

	if (v->outcome != OUTCOME_SENT)
		return;
	if (span_find_str(a->text, "delivery failed") == SIZE_MAX &&
		at == SIZE_MAX)
		return;
	v->outcome = OUTCOME_LATER;
	if (at == SIZE_MAX)
		return;
	digits = span_sub(a->text, at + sizeof(ERROR_WORDS) - 1, 3);
	if (span_i64(digits, 400, 599, &status) && status < 500 &&
		status != 429 && status != 408)
		v->outcome = OUTCOME_NEVER;
}

static const struct target_type target = {
	.look = &look,
	.check = target_check_hook,
	.request = request,
	.judge = judge,
};

const struct channel_type channel_type_teams = {
	.name = "teams",
	.doc = "Microsoft Teams: a workflow's webhook.",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	.rate = "4/s",
	.burst = 4,
	TARGET_FUNCTIONS,
};
