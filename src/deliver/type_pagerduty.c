/*
 * PagerDuty, and what takes its Events API v2: an incident for each story; what
 * comes later of a story joins its incident.
 * Source: https://developer.pagerduty.com/docs/events-api-v2-overview
 */
#include "base/date.h"
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 2

static const struct template_part parts[] = {
	{"summary", MARKUP_TEXT, UNIT_CHARACTERS, 1024, true},
	/* An event is at most 512 KB. */
	{"details", MARKUP_TEXT, UNIT_BYTES, 16000, false},
	{.name = NULL},
};
enum { SUMMARY, DETAILS };
static const struct target_look look = {"pagerduty", parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	{"key_file", SETTING_SECRET, true, NULL,
		"A file with the integration key (routing key)."},
	{"severity", SETTING_TEXT, false, "warning",
		"critical, error, warning or info."},
	{"source", SETTING_TEXT, false, "newswatch",
		"What is affected, as the incident shows it."},
	{"api_url", SETTING_URL, false, "https://events.pagerduty.com",
		"Where the Events API is (https://events.eu.pagerduty.com)."},
	{.name = NULL},
};

static const char *const severities[] = {
	"critical", "error", "warning", "info"};

static void
check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "severity");

	for (size_t i = 0; s && i < sizeof(severities) / sizeof(*severities);
		i++)
		if (span_eq_str(s->value, severities[i]))
			return;
	if (s)
		report_error(report, &s->value_place,
			"'severity' is critical, error, warning or info");
}

static void
put_details(const struct content *c, struct json_w *w)
{
	json_w_key(w, "custom_details");
	json_w_object(w);
	json_w_kv_text(w, "text", c->parts[DETAILS]);
	json_w_kv_text(w, "entity", c->entity);
	json_w_kv_text(w, "event", c->event);
	json_w_kv_text(w, "status", c->status);
	json_w_kv_int(w, "stories", c->stories);
	json_w_object_end(w);
}

static void
put_payload(const struct target *t, const struct content *c, struct json_w *w)
{
	char made[DATE_TEXT_SIZE];

	date_format_ms(c->made, made);
	json_w_key(w, "payload");
	json_w_object(w);
	json_w_kv_text(w, "summary", c->parts[SUMMARY]);
	json_w_kv_text(w, "source", target_text(t, "source"));
	json_w_kv_text(w, "severity", target_text(t, "severity"));
	json_w_kv_str(w, "timestamp", made);
	json_w_kv_text(w, "component", c->entity);
	json_w_kv_text(w, "class", c->event);
	put_details(c, w);
	json_w_object_end(w);
}

static void
put_links(struct json_w *w, struct span url)
{
	json_w_key(w, "links");
	json_w_array(w);
	json_w_object(w);
	json_w_kv_text(w, "href", url);
	json_w_kv_str(w, "text", "Article");
	json_w_object_end(w);
	json_w_array_end(w);
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	struct json_w w;

	strbuf_printf(&q->url, "%.*s/v2/enqueue",
		SPAN_ARG(target_text(t, "api_url")));
	json_w_init(&w, &q->body);
	json_w_object(&w);
	json_w_kv_text(&w, "routing_key", target_secret(t, "key_file"));
	json_w_kv_str(&w, "event_action", "trigger");
	json_w_kv_text(&w, "dedup_key",
		span_of(arena_printf(q->arena, "newswatch:%.*s:%.*s",
			SPAN_ARG(m->route), SPAN_ARG(c->story))));
	json_w_kv_str(&w, "client", "newswatch");
	put_payload(t, c, &w);
	if (c->url.n > 0)
		put_links(&w, c->url);
	json_w_object_end(&w);
}

/* {"status":"invalid event","message":"...","errors":["..."]} */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	const struct json *first = json_at(json_get(a->json, "errors"), 0);

	if (v->outcome == OUTCOME_SENT &&
		!span_eq_str(json_get_text(a->json, "status"), "success"))
		v->outcome = OUTCOME_LATER; /* no Events API answers so */
	if (v->outcome != OUTCOME_SENT)
		v->why = json_text(first).n > 0
			? json_text(first)
			: json_get_text(a->json, "message");
}

static const struct target_type target = {
	.look = &look,
	.check = check,
	.request = request,
	.judge = judge,
};

const struct channel_type channel_type_pagerduty = {
	.name = "pagerduty",
	.doc = "PagerDuty: an incident for each story (Events API v2).",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	.rate = "2/s",
	.burst = 20,
	TARGET_FUNCTIONS,
};
