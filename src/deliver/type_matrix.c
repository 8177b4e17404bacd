/*
 * Matrix: a message to a room. The delivery's id is the transaction's, so that
 * a try that was answered into the void makes no second message.
 * Source:
 * https://spec.matrix.org/v1.9/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid,
 * ...#event-replacements
 */
#include "deliver/answer.h"
#include "deliver/target.h"
#include "deliver/types.h"

#define PARALLEL 1

static const struct template_part parts[] = {
	/* An event is at most 64 KiB, and an edit has both twice. */
	{"text", MARKUP_TEXT, UNIT_BYTES, 8000, false},
	{"html", MARKUP_HTML, UNIT_BYTES, 16000, false},
	{.name = NULL},
};
enum { TEXT, HTML };
static const struct target_look look = {"matrix", parts};

static const struct setting_rule rules[] = {
	TARGET_RULES,
	TARGET_EDIT_RULE,
	{"homeserver", SETTING_URL, true, NULL,
		"Base URL of the homeserver's client API."},
	{"room", SETTING_TEXT, true, NULL, "The room's id: !...:server"},
	{"token_file", SETTING_SECRET, true, NULL,
		"A file with the access token of the account that writes."},
	{"notice", SETTING_FLAG, false, "no",
		"As m.notice, which bots do not answer and few clients "
		"notify of."},
	{.name = NULL},
};

static void
check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *room = channel_setting(conf, "room");

	if (room->value.p[0] != '!')
		report_error(report, &room->value_place,
			"'room' is a room's id, which starts with !: an alias "
			"(#) may come to name another room");
}

static void
put_content(const struct target *t, const struct content *c, struct json_w *w,
	const char *mark)
{
	struct strbuf text = STRBUF_INIT(c->parts[TEXT].n + 8);

	strbuf_str(&text, mark);
	strbuf_span(&text, c->parts[TEXT]);
	json_w_kv_str(
		w, "msgtype", target_flag(t, "notice") ? "m.notice" : "m.text");
	json_w_kv_text(w, "body", strbuf_as_span(&text));
	json_w_kv_str(w, "format", "org.matrix.custom.html");
	strbuf_clear(&text);
	json_w_kv_text(w, "formatted_body", c->parts[HTML]);
	strbuf_fini(&text);
}

static void
put_replacement(const struct target *t, const struct content *c,
	struct span event, struct json_w *w)
{
	json_w_key(w, "m.new_content");
	json_w_object(w);
	put_content(t, c, w, "");
	json_w_object_end(w);
	json_w_key(w, "m.relates_to");
	json_w_object(w);
	json_w_kv_str(w, "rel_type", "m.replace");
	json_w_kv_text(w, "event_id", event);
	json_w_object_end(w);
}

static void
request(const struct target *t, const struct content *c,
	const struct message *m, struct target_request *q)
{
	bool edit = m->edit_reference.n > 0;
	struct json_w w;

	q->method = "PUT";
	q->bearer = target_secret(t, "token_file");
	strbuf_span(&q->url, target_text(t, "homeserver"));
	while (q->url.n > 0 && q->url.p[q->url.n - 1] == '/')
		strbuf_cut(&q->url, q->url.n - 1);
	strbuf_str(&q->url, "/_matrix/client/v3/rooms/");
	target_encode(target_text(t, "room"), &q->url);
	strbuf_str(&q->url, "/send/m.room.message/");
	target_encode(m->id, &q->url);
	json_w_init(&w, &q->body);
	json_w_object(&w);
	put_content(t, c, &w, edit ? "* " : "");
	if (edit)
		put_replacement(t, c, m->edit_reference, &w);
	json_w_object_end(&w);
}

/* {"errcode":"M_LIMIT_EXCEEDED","error":"...","retry_after_ms":2000}. Edits
 * belong to the first event. */
static void
judge(const struct target_answer *a, struct target_verdict *v)
{
	struct span code = json_get_text(a->json, "errcode");
	int64_t ms = json_get_int(a->json, "retry_after_ms", -1);

	if (v->outcome == OUTCOME_SENT) {
		v->reference = a->edit ? a->edited
				       : json_get_text(a->json, "event_id");
		return;
	}
	if (ms >= 0 && ms <= ANSWER_RETRY_AFTER_MAX_MS &&
		ms > v->retry_after_ms)
		v->retry_after_ms = ms;
	if (span_eq_str(code, "M_LIMIT_EXCEEDED"))
		v->outcome = OUTCOME_LATER;
}

static const struct target_type target = {
	.look = &look,
	.check = check,
	.request = request,
	.judge = judge,
	.edits = true,
};

const struct channel_type channel_type_matrix = {
	.name = "matrix",
	.doc = "Matrix: an account in a room; it can edit.",
	.rules = rules,
	.target = &target,
	.parallel = PARALLEL,
	.rate = "12/m",
	.burst = 10,
	TARGET_FUNCTIONS,
};
