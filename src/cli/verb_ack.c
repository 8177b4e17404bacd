/* newswatch ack: somebody takes care of an alert. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/plural.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/queue_link.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"
#include "queue/ack.h"

#define MAX_ALERTS 1000
#define ALERT_HEX 32
#define NOTE_BYTES KIB(16)

struct ack_run {
	struct queue_link link;
	bool json;
	bool answered;
	int code;
};

static bool
is_alert(struct span id)
{
	uint8_t bytes[ALERT_HEX / 2];

	return id.n == ALERT_HEX && hash_from_hex(id, bytes, sizeof(bytes));
}

static void
print(const struct ack_run *r, struct span id, int64_t stopped)
{
	struct strbuf b = STRBUF_INIT(KIB(1));
	struct json_w w;

	if (r->json) {
		json_w_init(&w, &b);
		json_w_object(&w);
		json_w_kv_text(&w, "alert", id);
		json_w_kv_int(&w, "stopped", stopped);
		json_w_object_end(&w);
	} else if (stopped > 0) {
		strbuf_printf(&b,
			"acknowledged %.*s: %" PRId64 " %s will not come",
			SPAN_ARG(id), stopped,
			PLURAL(stopped, "message", "messages"));
	} else {
		strbuf_printf(&b, "acknowledged %.*s: nothing waited for it",
			SPAN_ARG(id));
	}
	out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
on_ack(int64_t stopped, struct span id, const struct err *err, void *arg)
{
	struct ack_run *r = arg;

	if (err) {
		fprintf(stderr, "newswatch ack: %s\n", err->msg);
		r->code = EX_UNAVAILABLE;
	} else {
		print(r, id, stopped);
	}
	r->answered = true;
	loop_stop(r->link.loop);
}

static void
put_note(const char *author, const char *comment, struct strbuf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_object(&w);
	json_w_kv_str(&w, "author", author);
	json_w_kv_str(&w, "comment", comment ? comment : "");
	json_w_key(&w, "at");
	json_w_time(&w, clock_wall());
	json_w_object_end(&w);
}

static int
run(struct ack_run *r, const struct queue_link_conf *conf,
	const struct verb_args *args, struct span note)
{
	struct err err;

	for (size_t i = 0; i < args->n_rest; i++) {
		if (is_alert(span_of(args->rest[i])))
			continue;
		fprintf(stderr,
			"newswatch ack: '%s' is no id of a story or hit: 32 "
			"hex digits\n",
			args->rest[i]);
		return EX_USAGE;
	}
	if (queue_link_open(&r->link, conf, &err) == -1) {
		fprintf(stderr, "newswatch ack: %s\n", err.msg);
		r->code = err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE;
	}
	for (size_t i = 0; i < args->n_rest && r->code == EX_OK; i++) {
		r->answered = false;
		ack_set(r->link.redis, span_of(r->link.prefix),
			span_of(args->rest[i]), note, on_ack, r);
		if (!r->answered)
			loop_run(r->link.loop);
	}
	queue_link_close(&r->link);
	return out_end(r->code);
}

int
verb_ack(int argc, char **argv)
{
	struct queue_link_conf link = {0};
	const char *author = getenv("USER"), *comment = NULL;
	bool json = false, help = false;
	const struct opt table[] = {QUEUE_LINK_OPTS(link),
		{0, "author", OPT_TEXT, "NAME", "who takes care ($USER)",
			&author},
		{0, "comment", OPT_TEXT, "TEXT", "a note", &comment},
		VERB_OPT_JSON(&json), VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.least = 1,
		.most = MAX_ALERTS,
		.synopsis = "newswatch ack ID... [--comment TEXT]",
		.about = "Acknowledges alerts by the id of their story (or "
			 "hit): they are told neither again nor elsewhere.",
	};
	struct ack_run r = {.json = false};
	struct strbuf note = STRBUF_INIT(NOTE_BYTES);
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	r.json = json || !isatty(STDOUT_FILENO);
	put_note(author ? author : "unknown", comment, &note);
	if (note.full || !span_is_utf8(strbuf_as_span(&note))) {
		fputs("newswatch ack: --author or --comment is too long, or "
		      "not UTF-8\n",
			stderr);
		code = EX_USAGE;
	} else {
		code = run(&r, &link, &args, strbuf_as_span(&note));
	}
	strbuf_fini(&note);
	verb_args_fini(&args);
	return code;
}
