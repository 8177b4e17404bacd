/*
 * Telegram: a bot that writes to a chat, and edits what it wrote. Its token is
 * a part of the URL.
 * Source: https://core.telegram.org/bots/api
 */
#include "deliver/answer.h"
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL \
	1 /* a message a second for each chat, 20 a minute in groups \
	   */

static const struct template_part html_parts[] = {
	{"text", MARKUP_HTML, UNIT_UTF16, 4096, false},
	{.name = NULL},
};
static const struct template_part markdown_parts[] = {
	{"text", MARKUP_TELEGRAM, UNIT_UTF16, 4096, false},
	{.name = NULL},
};
static const struct target_look html_look = {"telegram", html_parts};
static const struct target_look markdown_look = {
	"telegram-markdown", markdown_parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	TARGET_EDIT_RULE,
	{"token_file", SETTING_SECRET, true, NULL,
		"A file with the bot's token, as @BotFather gave it."},
	{"chat", SETTING_TEXT, true, NULL,
		"The chat's id, or @name of a public channel."},
	{"thread", SETTING_COUNT, false, NULL, "The id of a forum's topic."},
	{"markup", SETTING_TEXT, false, "html",
		"html, or markdown (MarkdownV2)."},
	{"silent", SETTING_FLAG, false, "no", "Notify without a sound."},
	{"api_url", SETTING_URL, false, "https://api.telegram.org",
		"Where the Bot API is."},
	{.name = NULL},
};

static bool
is_markdown(const struct channel_conf *conf)
{
	const struct setting *s = channel_setting(conf, "markup");

	return s && span_eq_str(s->value, "markdown");
}

static const struct target_look *
choose(const struct channel_conf *conf)
{
	return is_markdown(conf) ? &markdown_look : &html_look;
}

static void
check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "markup");

	if (s && !is_markdown(conf) && !span_eq_str(s->value, "html"))
		report_error(report, &s->value_place,
			"'markup' is html or markdown");
}

static void
put_place(const struct target *t, const struct message *m, struct json_w *w)
{
	struct span thread = target_text(t, "thread");
	int64_t id = 0;

	json_w_kv_text(w, "chat_id", target_text(t, "chat"));
	if (span_i64(m->edit_reference, 1, INT64_MAX, &id)) {
		json_w_kv_int(w, "message_id", id);
		return;
	}
	if (span_i64(thread, 1, INT64_MAX, &id))
		json_w_kv_int(w, "message_thread_id", id);
	if (target_flag(t, "silent"))
		json_w_kv_bool(w, "disable_notification", true);
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	struct json_w w;

	strbuf_printf(&q->url, "%.*s/bot%.*s/%s",
		SPAN_ARG(target_text(t, "api_url")),
		SPAN_ARG(target_secret(t, "token_file")),
		m->edit_reference.n > 0 ? "editMessageText" : "sendMessage");
	json_w_init(&w, &q->body);
	json_w_object(&w);
	put_place(t, m, &w);
	json_w_kv_text(&w, "text", c->parts[0]);
	json_w_kv_str(
		&w, "parse_mode", is_markdown(t->conf) ? "MarkdownV2" : "HTML");
	json_w_key(&w, "link_preview_options");
	json_w_object(&w);
	json_w_kv_bool(&w, "is_disabled", true);
	json_w_object_end(&w);
	json_w_object_end(&w);
}

static const struct target_word words[] = {
	{"message is not modified", OUTCOME_SENT, false},
	{"message to edit not found", OUTCOME_NEVER, true},
	{"message can't be edited", OUTCOME_NEVER, true},
	{"MESSAGE_ID_INVALID", OUTCOME_NEVER, true},
	{.word = NULL},
};

/* {"ok":false,"error_code":429,"description":"...",
 * "parameters":{"retry_after":5}}; the status is the error code. */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	const struct json *result = json_get(a->json, "result");
	struct span description = json_get_text(a->json, "description");
	const struct target_word *word =
		target_word_find(words, description, true);
	int64_t id = json_get_int(result, "message_id", 0), seconds;

	seconds = json_get_int(
		json_get(a->json, "parameters"), "retry_after", -1);
	if (seconds >= 0 && seconds <= ANSWER_RETRY_AFTER_MAX_MS / 1000)
		v->retry_after_ms = seconds * 1000;
	if (v->outcome == OUTCOME_SENT &&
		json_bool(json_get(a->json, "ok"), false)) {
		if (id > 0)
			v->reference = span_of(
				arena_printf(a->arena, "%lld", (long long)id));
		return;
	}
	if (v->outcome == OUTCOME_SENT) /* a proxy that is no Bot API */
		v->outcome = OUTCOME_LATER;
	if (word && a->edit) {
		v->outcome = word->outcome;
		v->lost = word->lost;
		v->reference = word->lost ? SPAN_NULL : a->edited;
	}
	v->why = description;
}

static const struct target_type target = {
	.choose = choose,
	.check = check,
	.request = request,
	.judge = judge,
	.edits = true,
};

const struct channel_type channel_type_telegram = {
	.name = "telegram",
	.doc = "Telegram: a bot in a chat; it can edit.",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	.rate = "20/m",
	.burst = 5,
	TARGET_FUNCTIONS,
};
