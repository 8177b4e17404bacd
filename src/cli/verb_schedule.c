/* newswatch schedule --simulate: the polling policy on a recorded trace. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"
#include "poll/simulate.h"

#define TRACE_BYTES MIB(1024)
#define MIN_MS ((int64_t)60 * 1000)
#define MAX_MS ((int64_t)24 * 3600 * 1000)

struct trace_feed {
	char *name;
	VEC(struct wall) items;
};

struct trace {
	VEC(struct trace_feed *) feeds;
	struct map *by_name;
	struct wall start, end;
	bool has_meta;
};

static void
trace_fini(struct trace *t)
{
	vec_each (struct trace_feed **, f, &t->feeds) {
		mem_free(&(*f)->name);
		vec_fini(&(*f)->items);
		mem_free(f);
	}
	vec_fini(&t->feeds);
	map_free(&t->by_name);
}

static struct trace_feed *
feed_of(struct trace *t, struct span name)
{
	struct trace_feed *f = map_get(t->by_name, name);

	if (f != NULL)
		return f;
	f = mem_new(f);
	f->name = span_dup(name);
	vec_push(&t->feeds, f);
	map_put(t->by_name, name, f);
	return f;
}

static int
read_line(struct trace *t, const struct json *j, const char *file, size_t line,
	struct err *err)
{
	const struct json *meta = json_get(j, "meta");
	struct span name = json_get_text(j, "feed");
	double at = json_number(json_get(j, "t"), NAN);
	struct trace_feed *f;

	if (meta != NULL) {
		t->start.ms = (int64_t)(1000 *
			json_number(json_get(meta, "start"), 0));
		t->end.ms =
			(int64_t)(1000 * json_number(json_get(meta, "end"), 0));
		t->has_meta = true;
		return 0;
	}
	if (name.n == 0)
		return err_set(err, ERR_INPUT,
			"%s:%zu: error: neither \"meta\" nor \"feed\"", file,
			line);
	f = feed_of(t, name);
	if (isnan(at))
		return 0;
	if (f->items.n > 0 && (int64_t)(at * 1000) < vec_last(&f->items)->ms)
		return err_set(err, ERR_INPUT,
			"%s:%zu: error: times of a feed must ascend", file,
			line);
	vec_push(&f->items, (struct wall){(int64_t)(at * 1000)});
	return 0;
}

static int
read_trace(const char *file, struct trace *t, struct err *err)
{
	struct strbuf text = STRBUF_INIT(TRACE_BYTES);
	struct span rest, part;
	struct json *j = NULL;
	size_t line = 0;
	int rc = file_read(file, &text, err);

	rest = strbuf_as_span(&text);
	while (rc == 0 && span_next(&rest, '\n', &part)) {
		line++;
		if (span_trim(part).n == 0)
			continue;
		rc = json_parse(part, file, &j, err);
		if (rc == 0)
			rc = read_line(t, j, file, line, err);
		else
			rc = err_set(err, ERR_INPUT,
				"%s:%zu: error: this line is no JSON object",
				file, line);
		json_free(&j);
	}
	if (rc == 0 && (!t->has_meta || t->start.ms >= t->end.ms))
		rc = err_set(err, ERR_INPUT,
			"%s: error: no {\"meta\":{\"start\":S,\"end\":E}} line",
			file);
	strbuf_fini(&text);
	return rc;
}

static bool
print_poll(size_t feed, struct wall at, void *arg)
{
	const struct trace *t = arg;
	char line[512];

	snprintf(line, sizeof(line), "%s %lld.%03d", t->feeds.p[feed]->name,
		(long long)(at.ms / 1000), (int)(at.ms % 1000));
	return out_line(span_of(line));
}

static void
simulate(struct trace *t, double budget)
{
	struct simulate_feed *feeds = mem_calloc(t->feeds.n, sizeof(*feeds));
	struct simulate_conf conf = {
		.feeds = feeds,
		.n_feeds = t->feeds.n,
		.start = t->start,
		.end = t->end,
		.budget = budget,
		.limits = {MIN_MS, MAX_MS},
		.on_poll = print_poll,
		.arg = t,
	};

	for (size_t i = 0; i < t->feeds.n; i++)
		feeds[i] = (struct simulate_feed){
			t->feeds.p[i]->items.p, t->feeds.p[i]->items.n};
	simulate_run(&conf);
	mem_free(&feeds);
}

int
verb_schedule(int argc, char **argv)
{
	const char *trace = NULL, *budget_text = "24";
	bool help = false;
	const struct opt table[] = {
		{0, "simulate", OPT_TEXT, "TRACE",
			"JSON Lines: {\"meta\":{\"start\":S,\"end\":E}}, "
			"{\"feed\":F}, {\"feed\":F,\"t\":T}; Unix seconds",
			&trace},
		{0, "budget", OPT_TEXT, "N", "polls per feed and day (24)",
			&budget_text},
		VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis = "newswatch schedule --simulate TRACE [--budget N]",
		.about = "Replays the polling policy on a trace of items and "
			 "prints when it would poll: FEED TIME lines.",
	};
	struct verb_args args;
	struct trace t = {.by_name = map_new(NULL)};
	struct err err = {0};
	double budget = 0;
	int code = EX_OK;

	if (!verb_args_parse(&args, &spec, argc, argv)) {
		map_free(&t.by_name);
		return args.code;
	}
	if (trace == NULL) {
		fprintf(stderr,
			"newswatch schedule: --simulate TRACE is needed\n");
		code = EX_USAGE;
	} else if (!span_double(span_of(budget_text), &budget) ||
		!(budget > 0 && budget <= 1440)) {
		fprintf(stderr,
			"newswatch schedule: --budget is a number above 0 and "
			"up to 1440\n");
		code = EX_USAGE;
	} else if (read_trace(trace, &t, &err) != 0) {
		fprintf(stderr, "%s\n", err.msg);
		code = EX_DATAERR;
	} else {
		simulate(&t, budget);
	}
	trace_fini(&t);
	verb_args_fini(&args);
	return out_end(code);
}
