/* newswatch route test: which route takes a hit, and why. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/args.h"
#include "cli/config_report.h"
#include "cli/out.h"
#include "cli/queue_link.h"
#include "cli/route_report.h"
#include "cli/sample_hits.h"
#include "cli/verbs.h"
#include "model/limits.h"
#include "setup/rules.h"

#define FILE_BYTES MIB(256)
#define REPORT_BYTES MIB(1)

struct route_options {
	const char *config, *state_dir, *redis_url, *at;
	bool live, json, help;
};

struct route_run {
	const struct route_options *options;
	struct config *config;
	struct routes *routes;
	struct route_live *live;
	struct route_report *report;
	bool json;
	int code;
};

static int
fail(struct route_run *r, int code, const char *why)
{
	fprintf(stderr, "newswatch route: %s\n", why);
	r->code = code;
	return -1;
}

/* -- hits ------------------------------------------------------------------ */
static bool
print_hit(struct route_run *r, const struct hit *h)
{
	struct strbuf out = STRBUF_INIT(MIB(16));
	bool go_on;

	if (r->json)
		route_report_json(r->report, h, &out);
	else
		route_report_text(r->report, h, &out);
	go_on = out_line(strbuf_as_span(&out));
	strbuf_fini(&out);
	return go_on;
}

/* A line that is no hit costs that line. False: nobody reads any more. */
static bool
test_line(struct route_run *r, const char *name, unsigned nr, struct span line)
{
	struct hit_view *view = NULL;
	struct err err;
	bool go_on = true;

	if (span_trim(line).n == 0)
		return true;
	if (line.n > LIMIT_HIT_BYTES) {
		err_set(&err, ERR_INPUT, "larger than a hit may be");
	} else if (hit_view_parse(line, &view, &err) == 0) {
		go_on = print_hit(r, hit_view_get(view));
		hit_view_free(&view);
		return go_on;
	}
	fprintf(stderr, "newswatch route: %s:%u: %s\n", name, nr, err.msg);
	r->code = EX_DATAERR;
	return true;
}

static bool
test_text(struct route_run *r, const char *name, struct span text)
{
	struct span line;
	unsigned nr = 0;

	while (span_next(&text, '\n', &line))
		if (!test_line(r, name, ++nr, line))
			return false;
	return true;
}

static bool
test_file(struct route_run *r, const char *name)
{
	struct strbuf text = STRBUF_INIT(FILE_BYTES);
	struct err err;
	bool go_on = true;
	int rc;

	if (span_eq_str(span_of(name), "-"))
		rc = file_read_fd(STDIN_FILENO, "standard input", &text, &err);
	else
		rc = file_read(name, &text, &err);
	if (rc == -1)
		fail(r, EX_NOINPUT, err.msg);
	else
		go_on = test_text(r, name, strbuf_as_span(&text));
	strbuf_fini(&text);
	return go_on;
}

/* -- construction ---------------------------------------------------------- */
static int
load(struct route_run *r, const struct config_options *o)
{
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct err err;
	int rc = config_load(o, &r->config, &report, &err);

	if (rc == 0)
		rc = rules_compile(&r->config->routes, &r->config->channels,
			&r->config->inhibits, &r->routes, &report, &err);
	if (rc != 0)
		config_report(&report, &err);
	else
		fputs(strbuf_cstr(&report), stderr);
	strbuf_fini(&report);
	return rc == 0 ? 0 : fail(r, EX_CONFIG, err.msg);
}

static int
start(struct route_run *r)
{
	const struct route_options *o = r->options;
	const struct config_options config = {
		.file = o->config,
		.state_dir = o->state_dir,
		.redis_url = o->redis_url,
		.parts = CONFIG_ROUTES,
	};
	const struct queue_link_conf link = {
		o->config, o->state_dir, o->redis_url};
	struct wall at = {0};
	struct err err;

	if (o->at && !date_parse(span_of(o->at), &at))
		return fail(r, EX_USAGE,
			"--at is no time; write 2026-03-29T02:30+01:00");
	if (load(r, &config) == -1)
		return -1;
	if (o->live && route_live_open(&link, &r->live, &err) == -1)
		return fail(r,
			err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE,
			err.msg);
	if (o->live && !o->at)
		at = clock_wall();
	r->report = route_report_new(r->config, r->routes, at, r->live);
	return 0;
}

static void
test(struct route_run *r, const struct verb_args *args)
{
	if (!span_eq_str(span_of(args->rest[0]), "test")) {
		fail(r, EX_USAGE, "it is `newswatch route test`");
		return;
	}
	if (start(r) == -1)
		return;
	if (args->n_rest == 1)
		test_text(r, "sample", sample_hits);
	for (size_t i = 1; i < args->n_rest; i++)
		if (!test_file(r, args->rest[i]))
			break;
}

int
verb_route(int argc, char **argv)
{
	struct route_options o = {.live = false};
	const struct opt table[] = {{'c', "config", OPT_TEXT, "FILE",
					    "the configuration", &o.config},
		{0, "at", OPT_TEXT, "TIME",
			"as if every hit came then; otherwise each when it was "
			"detected",
			&o.at},
		{0, "live", OPT_FLAG, NULL,
			"ask Redis for silences, stories told, what inhibits "
			"and messages of before, and take the hits as coming "
			"now",
			&o.live},
		QUEUE_LINK_PLACE_OPTS(&o.state_dir, &o.redis_url),
		{0, "json", OPT_FLAG, NULL,
			"one JSON object a hit (so too if not on a terminal)",
			&o.json},
		VERB_OPT_HELP(&o.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &o.help,
		.least = 1,
		.most = 1000,
		.synopsis = "newswatch route test [-c FILE] [FILE|-]...",
		.about = "Shows which routes take hits and why, condition by "
			 "condition, and for each channel when they would be "
			 "told, or why not. Hits are JSON Lines, as `newswatch "
			 "match` prints them; without a FILE five samples are "
			 "taken. Nothing is sent.",
	};
	struct route_run r = {.options = &o};
	struct verb_args args;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	r.json = o.json || !isatty(STDOUT_FILENO);
	test(&r, &args);
	route_report_free(&r.report);
	route_live_close(&r.live);
	route_free(&r.routes);
	config_unref(&r.config);
	verb_args_fini(&args);
	return out_end(r.code);
}
