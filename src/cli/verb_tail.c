/* newswatch tail: hits as they come, or from some time on. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/vec.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/queue_link.h"
#include "cli/verbs.h"
#include "config/value.h"
#include "deliver/format.h"
#include "model/limits.h"
#include "queue/tail.h"

#define FROM_SIZE 64

struct tail_options {
	struct queue_link_conf link;
	struct opt_texts entities;
	const char *from, *count;
	bool json, help;
};

struct tail_run {
	struct queue_link link;
	bool json;
	struct format_style style;
	int64_t left; /* hits still to print; < 0: no end */
	bool down_told;
	int code;
};

static void
stop(struct tail_run *r)
{
	r->left = 0;
	loop_stop(r->link.loop);
}

static void
on_hit(struct span stream_id, struct span json, void *arg)
{
	struct tail_run *r = arg;
	struct strbuf b = STRBUF_INIT(json.n * 4 + KIB(1));
	struct err err = {.kind = ERR_NONE};

	(void)stream_id;
	if (r->left == 0)
		return;
	if (r->json) {
		strbuf_span(&b, json);
		strbuf_char(&b, '\n');
	} else if (format_readable(json, r->style, &b, &err) == -1) {
		fprintf(stderr, "newswatch tail: %s\n", err.msg);
	}
	if (!out_text(strbuf_as_span(&b)) || !out_flush())
		stop(r);
	strbuf_fini(&b);
	if (r->left > 0 && --r->left == 0)
		stop(r);
}

static void
on_live(void *arg)
{
	struct tail_run *r = arg;

	if (r->down_told)
		fputs("newswatch tail: connected again\n", stderr);
	r->down_told = false;
}

/* Said once per outage; nothing is missed meanwhile. */
static void
on_down(const struct err *reason, void *arg)
{
	struct tail_run *r = arg;

	if (!r->down_told)
		fprintf(stderr, "newswatch tail: %s; trying again\n",
			reason->msg);
	r->down_told = true;
}

/* -- the command line ------------------------------------------------------ */
/* A stream id, a time, or how long ago, as the entry to begin after. */
static bool
from_of(const char *text, char out[FROM_SIZE])
{
	struct span s = span_of(text), rest = s, ms_text;
	struct wall t;
	int64_t ms, n;

	if (value_duration(s, &ms) && ms > 0)
		t.ms = clock_wall().ms - ms;
	else if (span_find(s, ':') == SIZE_MAX && s.n < FROM_SIZE &&
		span_next(&rest, '-', &ms_text) &&
		span_i64(ms_text, 0, INT64_MAX, &ms) &&
		(rest.n == 0 || span_i64(rest, 0, INT64_MAX, &n)) &&
		(ms == 0 || ms >= 100000000)) {
		snprintf(out, FROM_SIZE, "%s", text);
		return true;
	} else if (!date_parse(s, &t))
		return false;
	snprintf(out, FROM_SIZE, "%lld", (long long)(t.ms > 0 ? t.ms - 1 : 0));
	return true;
}

static int
follow(struct tail_run *r, const struct tail_options *o, const char *from)
{
	VEC(struct span) entities = {0};
	struct tail_conf conf = {
		.loop = r->link.loop,
		.options = &r->link.options,
		.prefix = span_of(r->link.prefix),
		.from = span_of(from),
		.on_hit = on_hit,
		.on_live = on_live,
		.on_down = on_down,
		.arg = r,
	};
	struct tail *tail = NULL;
	struct err err;

	for (size_t i = 0; i < o->entities.n; i++)
		vec_push(&entities, span_of(o->entities.p[i]));
	conf.entities = entities.p;
	conf.n_entities = entities.n;
	if (tail_new(&conf, &tail, &err) == 0) {
		while (r->left != 0)
			loop_run(r->link.loop);
		tail_free(&tail);
	} else {
		fprintf(stderr, "newswatch tail: %s\n", err.msg);
		r->code = EX_CONFIG;
	}
	vec_fini(&entities);
	return out_end(r->code);
}

static int
run(struct tail_run *r, const struct tail_options *o)
{
	char from[FROM_SIZE] = "";
	struct err err;
	int code;

	if (o->from && !from_of(o->from, from)) {
		fprintf(stderr,
			"newswatch tail: --from is a stream id (0: all), a "
			"time (2026-03-01T12:00:00Z) or an age (15m, 2h)\n");
		return EX_USAGE;
	}
	r->left = -1;
	if (o->count && !span_i64(span_of(o->count), 1, INT64_MAX, &r->left)) {
		fprintf(stderr, "newswatch tail: --count is a number\n");
		return EX_USAGE;
	}
	r->style = format_style_of(STDOUT_FILENO);
	if (queue_link_open(&r->link, &o->link, &err) == 0) {
		code = follow(r, o, from);
	} else {
		fprintf(stderr, "newswatch tail: %s\n", err.msg);
		code = err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE;
	}
	queue_link_close(&r->link);
	return code;
}

int
verb_tail(int argc, char **argv)
{
	struct tail_options o = {.json = false};
	const struct opt table[] = {QUEUE_LINK_OPTS(o.link),
		{'e', "entity", OPT_TEXTS, "ID",
			"only hits of this entity; may be given more than once",
			&o.entities},
		{0, "from", OPT_TEXT, "WHEN",
			"begin in the past: a stream id (0: all), a time or an "
			"age (2h)",
			&o.from},
		{'n', "count", OPT_TEXT, "N", "end after so many hits",
			&o.count},
		VERB_OPT_JSON(&o.json), VERB_OPT_HELP(&o.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &o.help,
		.synopsis = "newswatch tail [-e ID]... [--from WHEN] [-n N]",
		.about = "Prints hits as they come. What is missed while the "
			 "connection is lost is read from the stream.",
	};
	struct tail_run r = {.code = EX_OK};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv)) {
		opts_fini(table);
		return args.code;
	}
	r.json = o.json || !isatty(STDOUT_FILENO);
	code = run(&r, &o);
	opts_fini(table);
	verb_args_fini(&args);
	return code;
}
