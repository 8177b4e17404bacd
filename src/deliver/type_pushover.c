/*
 * Pushover: a user or group's devices.
 * Source: https://pushover.net/api
 */
#include "base/clock.h"
#include "deliver/answer.h"
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 2 /* "no more than two concurrent connections" */
#define URL_CHARACTERS 512 /* of the link that comes with it */

static const struct template_part parts[] = {
	{"title", MARKUP_TEXT, UNIT_CHARACTERS, 250, true},
	{"message", MARKUP_TEXT, UNIT_CHARACTERS, 1024, false},
	{.name = NULL},
};
enum { TITLE, TEXT };
static const struct target_look look = {"pushover", parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	{"token_file", SETTING_SECRET, true, NULL,
		"A file with the application's token."},
	{"user_file", SETTING_SECRET, true, NULL,
		"A file with the key of the user or group to tell."},
	{"device", SETTING_TEXT, false, NULL, "One of the user's devices."},
	{"sound", SETTING_TEXT, false, NULL, "The sound to play."},
	/* 2 would have to be acknowledged, and repeats until then. */
	{"priority", SETTING_TEXT, false, "0", "From -2 (lowest) to 1 (high)."},
	{"api_url", SETTING_URL, false, "https://api.pushover.net",
		"Where the API is."},
	{.name = NULL},
};

static void
check(const struct channel_conf *conf, struct report *report)
{
	target_check_number(conf, "priority", -2, 1, report);
}

static void
put_optional(struct json_w *w, const char *key, struct span value)
{
	if (value.n > 0)
		json_w_kv_text(w, key, value);
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	int64_t priority = 0;
	struct json_w w;

	(void)m;
	span_i64(target_text(t, "priority"), -2, 1, &priority);
	strbuf_printf(&q->url, "%.*s/1/messages.json",
		SPAN_ARG(target_text(t, "api_url")));
	json_w_init(&w, &q->body);
	json_w_object(&w);
	json_w_kv_text(&w, "token", target_secret(t, "token_file"));
	json_w_kv_text(&w, "user", target_secret(t, "user_file"));
	json_w_kv_text(&w, "title", c->parts[TITLE]);
	json_w_kv_text(&w, "message", c->parts[TEXT]);
	if (c->url.n > 0 && c->url.n <= URL_CHARACTERS) {
		json_w_kv_text(&w, "url", c->url);
		json_w_kv_str(&w, "url_title", "Open");
	}
	json_w_kv_int(&w, "priority", priority);
	json_w_kv_int(&w, "timestamp", c->made.ms / 1000);
	put_optional(&w, "device", target_text(t, "device"));
	put_optional(&w, "sound", target_text(t, "sound"));
	json_w_object_end(&w);
}

/* {"status":1,...}, or {"status":0,"errors":["..."]}, which can come under any
 * code. A month's quota that is used up says when the next begins. */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	int64_t reset;

	if (v->outcome == OUTCOME_SENT &&
		json_get_int(a->json, "status", 0) != 1)
		v->outcome = a->json ? OUTCOME_NEVER : OUTCOME_LATER;
	if (v->outcome != OUTCOME_SENT)
		v->why = json_text(json_at(json_get(a->json, "errors"), 0));
	if (a->status != 429 || v->retry_after_ms >= 0)
		return;
	if (span_i64(http_response_header(a->http, "X-Limit-App-Reset", NULL),
		    0, INT64_MAX / 1000, &reset)) {
		reset = reset * 1000 - clock_wall().ms;
		v->retry_after_ms = reset < 0 ? 0
			: reset > ANSWER_RETRY_AFTER_MAX_MS
			? ANSWER_RETRY_AFTER_MAX_MS
			: reset;
	}
}

static const struct target_type target = {
	.look = &look,
	.check = check,
	.request = request,
	.judge = judge,
};

const struct channel_type channel_type_pushover = {
	.name = "pushover",
	.doc = "Pushover: the devices of a user or group.",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	TARGET_FUNCTIONS,
};
