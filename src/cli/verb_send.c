/*
 * newswatch send test CHANNEL: does a channel work, and what arrives? Opens it
 * as a worker would, sends a sample hit (or hits of a file) once, and prints
 * what went out and what came back, with secrets masked.
 */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"
#include "cli/args.h"
#include "cli/config_report.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "config/diag.h"
#include "deliver/channel.h"
#include "deliver/sample.h"
#include "io/http_client.h"
#include "io/loop.h"
#include "model/hit.h"
#include "model/json.h"
#include "model/limits.h"

#define HOST_CONNECTIONS 2
#define FILE_BYTES MIB(16)
#define BODY_BYTES (MIB(4) + KIB(64))
/* When a hit that is only shown was detected, so that it looks the same at
 * every time: 2026-03-01 12:00:03 UTC. */
#define SHOWN_MS INT64_C(1772366403000)

struct options {
	struct config_options config;
	const char *channel, *hits, *edit;
	bool dry, json;
};

struct exchange {
	const char *mark;
	char *text;
};

struct test {
	const struct options *options;
	struct config *config;
	const struct channel_conf *conf;
	struct loop *loop;
	struct http_client *http;
	struct channel_env env;
	struct channel *channel;
	struct strbuf hits, body;
	VEC(struct span) lines; /* of hits */
	VEC(struct exchange) exchanges;
	bool ended;
	struct send_result result;
	struct strbuf text, reference;
};

/* -- the channel ----------------------------------------------------------- */
static void
on_trace(const char *mark, struct span text, void *arg)
{
	struct test *t = arg;

	vec_push(&t->exchanges, (struct exchange){mark, span_dup(text)});
}

static int
find_channel(struct test *t, struct err *err)
{
	struct strbuf names = STRBUF_INIT(KIB(4));
	const struct channel_list *l = &t->config->channels;

	for (size_t i = 0; i < l->n; i++) {
		if (span_eq_str(l->p[i].name, t->options->channel))
			t->conf = &l->p[i];
		strbuf_printf(&names, "%s%.*s", i > 0 ? ", " : "",
			SPAN_ARG(l->p[i].name));
	}
	if (!t->conf)
		err_set(err, ERR_CONF,
			"there is no channel '%s' in the configuration: %s",
			t->options->channel,
			l->n > 0 ? strbuf_cstr(&names) : "it has none");
	strbuf_fini(&names);
	return t->conf ? 0 : -1;
}

static int
check_channel(struct test *t, struct err *err)
{
	struct diag *diag = diag_new();
	struct report told = {.put = diag_put, .arg = diag};
	struct strbuf text = STRBUF_INIT(MIB(1));
	int rc = 0;

	channel_check(t->conf, &told);
	diag_format(diag, &text);
	fputs(strbuf_cstr(&text), stderr);
	if (told.errors > 0)
		rc = err_set(err, ERR_CONF,
			"the channel cannot be used as it is configured");
	strbuf_fini(&text);
	diag_free(&diag);
	return rc;
}

static int
open_channel(struct test *t, struct err *err)
{
	const struct http_client_options http = {
		.user_agent = "newswatch/" PACKAGE_VERSION,
		.max_host_connections = HOST_CONNECTIONS,
	};

	if (loop_new(&t->loop, err) == -1 ||
		http_client_new(t->loop, &http, &t->http, err) == -1)
		return -1;
	t->env = (struct channel_env){
		.loop = t->loop,
		.http = t->http,
		.out_fd = STDOUT_FILENO,
		.arg = t,
		.trace = on_trace,
		.dry = t->options->dry,
	};
	return channel_open(t->conf, &t->env, &t->channel, err);
}

/* -- the hits -------------------------------------------------------------- */
static int
read_hits(struct test *t, struct wall now, struct err *err)
{
	struct span rest, line;
	struct hit_view *view = NULL;

	if (!t->options->hits)
		sample_hit(now, &t->hits);
	else if (file_read(t->options->hits, &t->hits, err) == -1)
		return -1;
	rest = strbuf_as_span(&t->hits);
	while (span_next(&rest, '\n', &line)) {
		if (span_trim(line).n == 0)
			continue;
		if (t->lines.n == LIMIT_DELIVERY_HITS)
			return err_set(err, ERR_INPUT,
				"%s: more than %d hits in a message",
				t->options->hits, LIMIT_DELIVERY_HITS);
		if (hit_view_parse(line, &view, err) == -1)
			return err_wrap(err, "%s", t->options->hits);
		hit_view_free(&view);
		vec_push(&t->lines, line);
	}
	return t->lines.n > 0
		? 0
		: err_set(err, ERR_INPUT, "%s: no hits", t->options->hits);
}

/* -- sending --------------------------------------------------------------- */
static void
on_sent(const struct send_result *r, void *arg)
{
	struct test *t = arg;

	t->ended = true;
	t->result = *r;
	strbuf_span(&t->text, r->text);
	strbuf_span(&t->reference, r->reference);
	loop_stop(t->loop);
}

/* Another at every run: a receiver that drops doubles should show each. */
static void
put_id(bool dry, char id[40])
{
	uint8_t b[16] = {0};

	if (!dry)
		rng_secret(b, sizeof(b));
	memcpy(id, "msg_", 4);
	for (size_t i = 0; i < sizeof(b); i++)
		snprintf(id + 4 + 2 * i, 3, "%02x", b[i]);
}

static void
send_hits(struct test *t, struct wall now)
{
	char id[40];
	const struct message_hits hits = {
		.channel = t->conf->name,
		.route = SPAN_LIT("test"),
		.json = t->lines.p,
		.n = t->lines.n,
		.now = now,
	};
	struct message m = {
		.id = span_make(id, 36),
		.route = hits.route,
		.channel = hits.channel,
		.key = SPAN_LIT("test"),
		.edit_reference = span_of(t->options->edit),
		.attempt = 1,
		.n_hits = (unsigned)t->lines.n,
	};

	put_id(t->options->dry, id);
	channel_format(t->channel, &hits, &t->body);
	m.body = strbuf_as_span(&t->body);
	channel_send(t->channel, &m, on_sent, t);
	while (!t->ended)
		loop_run(t->loop);
}

static int
run(struct test *t, struct err *err)
{
	struct strbuf report = STRBUF_INIT(MIB(1));
	struct wall now = clock_wall();
	int rc;

	if (t->options->dry)
		now.ms = SHOWN_MS;
	rc = config_load(&t->options->config, &t->config, &report, err);
	if (rc == -1)
		config_report(&report, err);
	strbuf_fini(&report);
	if (rc == -1 || find_channel(t, err) == -1 ||
		check_channel(t, err) == -1 || read_hits(t, now, err) == -1 ||
		open_channel(t, err) == -1)
		return -1;
	send_hits(t, now);
	return 0;
}

/* -- printing -------------------------------------------------------------- */
static void
print_json(const struct test *t)
{
	struct strbuf b = STRBUF_INIT(MIB(16));
	struct json_w w;

	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_kv_text(&w, "channel", t->conf->name);
	json_w_kv_text(&w, "type", t->conf->type);
	json_w_kv_str(&w, "outcome", outcome_name(t->result.outcome));
	json_w_kv_text(&w, "text", strbuf_as_span(&t->text));
	json_w_kv_text(&w, "reference", strbuf_as_span(&t->reference));
	json_w_key(&w, "retry_after_ms");
	if (t->result.retry_after_ms >= 0)
		json_w_int(&w, t->result.retry_after_ms);
	else
		json_w_null(&w);
	json_w_key(&w, "exchange");
	json_w_array(&w);
	vec_each (const struct exchange *, e, &t->exchanges) {
		json_w_object(&w);
		json_w_kv_str(&w, "mark", e->mark);
		json_w_kv_str(&w, "text", e->text);
		json_w_object_end(&w);
	}
	json_w_array_end(&w);
	json_w_object_end(&w);
	out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
print_lines(const char *mark, struct span text)
{
	struct strbuf b = STRBUF_INIT(MIB(4));
	struct span line;

	while (span_next(&text, '\n', &line)) {
		strbuf_clear(&b);
		strbuf_printf(&b, "%s%s", mark, line.n > 0 ? " " : "");
		/* Nothing that drives a terminal comes from outside. */
		for (size_t i = 0; i < line.n; i++)
			if ((unsigned char)line.p[i] >= 0x20 &&
				line.p[i] != 0x7f)
				strbuf_char(&b, line.p[i]);
		out_line(strbuf_as_span(&b));
	}
	strbuf_fini(&b);
}

static void
print_text(struct test *t)
{
	struct strbuf b = STRBUF_INIT(KIB(4));

	vec_each (const struct exchange *, e, &t->exchanges)
		print_lines(e->mark, span_of(e->text));
	strbuf_printf(&b, "%s: %s", t->options->channel,
		t->options->dry ? "nothing was sent"
				: outcome_name(t->result.outcome));
	if (!t->options->dry && t->text.n > 0)
		strbuf_printf(&b, ", %s", strbuf_cstr(&t->text));
	if (t->result.retry_after_ms >= 0)
		strbuf_printf(&b, "; not before %lld s",
			(long long)(t->result.retry_after_ms + 999) / 1000);
	if (t->reference.n > 0)
		strbuf_printf(
			&b, "; to be edited as %s", strbuf_cstr(&t->reference));
	out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
}

static const int codes[] = {
	[OUTCOME_SENT] = EX_OK,
	[OUTCOME_LATER] = EX_TEMPFAIL,
	[OUTCOME_NEVER] = EX_UNAVAILABLE,
};

static void
test_fini(struct test *t)
{
	channel_close(&t->channel);
	http_client_free(&t->http);
	loop_free(&t->loop);
	config_unref(&t->config);
	vec_each (struct exchange *, e, &t->exchanges)
		mem_free(&e->text);
	vec_fini(&t->exchanges);
	vec_fini(&t->lines);
	strbuf_fini(&t->hits);
	strbuf_fini(&t->body);
	strbuf_fini(&t->text);
	strbuf_fini(&t->reference);
}

static int
send_test(const struct options *o)
{
	struct test t = {
		.options = o,
		.hits = STRBUF_INIT(FILE_BYTES),
		.body = STRBUF_INIT(BODY_BYTES),
		.text = STRBUF_INIT(KIB(1)),
		.reference = STRBUF_INIT(CHANNEL_REFERENCE_MAX),
	};
	struct err err;
	int code;

	if (run(&t, &err) == -1) {
		fprintf(stderr, "newswatch send: %s\n", err.msg);
		code = err.kind == ERR_CONF     ? EX_CONFIG
			: err.kind == ERR_INPUT ? EX_DATAERR
						: EX_TEMPFAIL;
	} else {
		if (o->json)
			print_json(&t);
		else
			print_text(&t);
		code = codes[t.result.outcome];
	}
	test_fini(&t);
	return out_end(code);
}

int
verb_send(int argc, char **argv)
{
	struct options o = {.config.parts = CONFIG_ROUTES};
	bool help = false, text = false;
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE", "the configuration",
			&o.config.file},
		{0, "hits", OPT_TEXT, "FILE",
			"hits to send, as JSON Lines, in place of the sample",
			&o.hits},
		{0, "edit", OPT_TEXT, "REFERENCE",
			"edit the message that an earlier test sent", &o.edit},
		{'n', "dry-run", OPT_FLAG, NULL,
			"show what would be sent, send nothing", &o.dry},
		{0, "json", OPT_FLAG, NULL,
			"JSON (so too if not on a terminal)", &o.json},
		{0, "text", OPT_FLAG, NULL, "lines, also if not on a terminal",
			&text},
		VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.least = 2,
		.most = 2,
		.synopsis = "newswatch send test [-c FILE] [--hits FILE] "
			    "[--edit REFERENCE] [--dry-run] CHANNEL",
		.about = "Sends a sample hit to a channel, for real and once, "
			 "and prints what was sent (>) and what the target "
			 "answered (<), with secrets masked. Exit code 0 if it "
			 "was sent, 75 if it may work later, 69 if it will "
			 "not, 78 if the channel is configured wrongly.",
	};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	if (strcmp(args.rest[0], "test") != 0) {
		fprintf(stderr,
			"newswatch send: it is `newswatch send test "
			"CHANNEL`\n");
		code = EX_USAGE;
	} else {
		o.channel = args.rest[1];
		o.json = (o.json || !isatty(STDOUT_FILENO)) && !text;
		code = send_test(&o);
	}
	verb_args_fini(&args);
	return code;
}
