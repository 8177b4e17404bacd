/*
 * Slack, and what speaks its language. An incoming webhook takes a text; a bot
 * token (`token_file` and `room`) can edit what it has said. Mattermost and
 * Rocket.Chat have the webhook alone, and Markdown.
 * Sources: https://api.slack.com/messaging/webhooks,
 * https://api.slack.com/methods/chat.postMessage, .../chat.update,
 * https://developers.mattermost.com/integrate/webhooks/incoming/,
 * https://docs.rocket.chat/use-rocket.chat/workspace-administration/integrations
 */
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 1 /* a message a second for each webhook */

static const struct template_part slack_parts[] = {
	/* 40,000 are kept, a message that people read is not longer. */
	{"text", MARKUP_MRKDWN, UNIT_CHARACTERS, 4000, false},
	{.name = NULL},
};
static const struct template_part mattermost_parts[] = {
	{"text", MARKUP_MARKDOWN, UNIT_CHARACTERS, 16383, false},
	{.name = NULL},
};
static const struct template_part rocketchat_parts[] = {
	{"text", MARKUP_MARKDOWN, UNIT_CHARACTERS, 5000, false},
	{.name = NULL},
};
static const struct target_look slack_look = {"slack", slack_parts};
static const struct target_look mattermost_look = {
	"mattermost", mattermost_parts};
static const struct target_look rocketchat_look = {
	"rocketchat", rocketchat_parts};

/* -- Slack ----------------------------------------------------------------- */
static const struct setting_rule slack_rules[] = {
	TARGET_RULES,
	TARGET_URL_RULES,
	TARGET_EDIT_RULE,
	{"token_file", SETTING_SECRET, false, NULL,
		"A file with a bot token (xoxb-...), in place of a webhook."},
	{"room", SETTING_TEXT, false, NULL,
		"With a token: the id of the channel to write to (C...)."},
	{"api_url", SETTING_URL, false, "https://slack.com/api",
		"Where the Web API is."},
	{.name = NULL},
};

static void
slack_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *token = channel_setting(conf, "token_file");
	const struct setting *room = channel_setting(conf, "room");

	if (token &&
		(channel_setting(conf, "url") ||
			channel_setting(conf, "url_file")))
		report_error(report, &token->place,
			"either a webhook ('url', 'url_file') or a bot "
			"('token_file', 'room'), not both");
	else if (token && !room)
		report_error(report, &token->place,
			"'token_file' needs 'room': the id of a channel that "
			"the bot is in");
	else if (room && !token)
		report_error(report, &room->place,
			"a webhook has its channel in its URL; 'room' needs "
			"'token_file'");
	else if (!token)
		target_want_one(conf, "url", "url_file", report);
	target_check_url(conf, report);
}

static void
put_text(const struct content *c, struct json_w *w)
{
	json_w_kv_text(w, "text", c->parts[0]);
	json_w_kv_bool(w, "unfurl_links", false);
	json_w_kv_bool(w, "unfurl_media", false);
}

/* The reference is "<channel> <ts>": the answer's channel, since a name is not
 * enough for an update. */
static void
put_edit(struct span reference, struct json_w *w)
{
	struct span channel;

	span_next(&reference, ' ', &channel);
	json_w_kv_text(w, "channel", channel);
	json_w_kv_text(w, "ts", reference);
}

static void
slack_request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	struct json_w w;

	json_w_init(&w, &q->body);
	json_w_object(&w);
	q->bearer = target_secret(t, "token_file");
	if (q->bearer.n == 0) {
		strbuf_span(&q->url, target_url(t));
	} else if (m->edit_reference.n > 0) {
		strbuf_printf(&q->url, "%.*s/chat.update",
			SPAN_ARG(target_text(t, "api_url")));
		put_edit(m->edit_reference, &w);
	} else {
		strbuf_printf(&q->url, "%.*s/chat.postMessage",
			SPAN_ARG(target_text(t, "api_url")));
		json_w_kv_text(&w, "channel", target_text(t, "room"));
	}
	put_text(c, &w);
	json_w_object_end(&w);
}

static const struct target_word slack_words[] = {
	{"ratelimited", OUTCOME_LATER, false},
	{"rate_limited", OUTCOME_LATER, false},
	{"message_limit_exceeded", OUTCOME_LATER, false},
	{"internal_error", OUTCOME_LATER, false},
	{"fatal_error", OUTCOME_LATER, false},
	{"service_unavailable", OUTCOME_LATER, false},
	{"team_added_to_org", OUTCOME_LATER, false},
	{"request_timeout", OUTCOME_LATER, false},
	{"rollup_error", OUTCOME_LATER, false},
	{"message_not_found", OUTCOME_NEVER, true},
	{"cant_update_message", OUTCOME_NEVER, true},
	{"edit_window_closed", OUTCOME_NEVER, true},
	{.word = NULL},
};

/* A webhook says "ok"; the Web API says so in JSON, and errors under 200. */
static void
slack_judge(const struct target_answer *a, struct target_verdict *v)
{
	const struct target_word *word;
	struct span error = json_get_text(a->json, "error");
	struct span ts = json_get_text(a->json, "ts");
	struct span channel = json_get_text(a->json, "channel");

	if (!a->json || v->outcome != OUTCOME_SENT)
		return;
	if (json_bool(json_get(a->json, "ok"), false)) {
		if (ts.n > 0)
			v->reference = span_of(arena_printf(a->arena,
				"%.*s %.*s", SPAN_ARG(channel), SPAN_ARG(ts)));
		return;
	}
	word = target_word_find(slack_words, error, false);
	v->outcome = word ? word->outcome : OUTCOME_NEVER;
	v->lost = word && word->lost;
	v->why = error;
}

static const struct target_type slack_target = {
	.look = &slack_look,
	.check = slack_check,
	.request = slack_request,
	.judge = slack_judge,
	.edits = true,
};

const struct channel_type channel_type_slack = {
	.name = "slack",
	.doc = "Slack: an incoming webhook, or a bot that can edit.",
	.rules = slack_rules,
	.target = &slack_target,
	.parallel = PARALLEL,
	.rate = "1/s",
	.burst = 3,
	TARGET_FUNCTIONS,
};

/* -- Mattermost, Rocket.Chat ----------------------------------------------- */
static const struct setting_rule hook_rules[] = {
	TARGET_RULES,
	TARGET_URL_RULES,
	{.name = NULL},
};

static void
hook_request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	struct json_w w;

	(void)m;
	strbuf_span(&q->url, target_url(t));
	json_w_init(&w, &q->body);
	json_w_object(&w);
	json_w_kv_text(&w, "text", c->parts[0]);
	json_w_object_end(&w);
}

/* Rocket.Chat: {"success":false,"error":"..."} under 200. */
static void
hook_judge(const struct target_answer *a, struct target_verdict *v)
{
	if (v->outcome != OUTCOME_SENT || !json_get(a->json, "success") ||
		json_bool(json_get(a->json, "success"), false))
		return;
	v->outcome = OUTCOME_NEVER;
	v->why = json_get_text(a->json, "error");
}

static const struct target_type mattermost_target = {
	.look = &mattermost_look,
	.check = target_check_hook,
	.request = hook_request,
	.judge = hook_judge,
};

const struct channel_type channel_type_mattermost = {
	.name = "mattermost",
	.doc = "Mattermost: an incoming webhook.",
	.rules = hook_rules,
	.target = &mattermost_target,
	.parallel = PARALLEL,
	TARGET_FUNCTIONS,
};

static const struct target_type rocketchat_target = {
	.look = &rocketchat_look,
	.check = target_check_hook,
	.request = hook_request,
	.judge = hook_judge,
};

const struct channel_type channel_type_rocketchat = {
	.name = "rocketchat",
	.doc = "Rocket.Chat: an incoming webhook.",
	.rules = hook_rules,
	.target = &rocketchat_target,
	.parallel = PARALLEL,
	TARGET_FUNCTIONS,
};
