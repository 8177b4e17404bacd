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

/* The year 9999: milliseconds of all times beside have room in an int64_t. */
#define LAST_S 253402300799.0

/* Unix seconds at a key of j; false: none, or no time that there is. */
static bool
read_time(const struct json *j, const char *key, struct wall *out)
{
	double s = json_number(json_get(j, key), NAN);

	if (!(s >= 0 && s <= LAST_S))
		return false;
	out->ms = (int64_t)(s * 1000);
	return true;
}

static const char no_time[] = "is no time: Unix seconds, as a number";

static int
read_meta(struct trace *t, const struct json *meta, struct err *err)
{
	if (t->has_meta)
		return err_set(err, ERR_INPUT, "a second \"meta\"");
	if (!read_time(meta, "start", &t->start))
		return err_set(err, ERR_INPUT, "\"start\" %s", no_time);
	if (!read_time(meta, "end", &t->end))
		return err_set(err, ERR_INPUT, "\"end\" %s", no_time);
	if (t->start.ms >= t->end.ms)
		return err_set(
			err, ERR_INPUT, "\"end\" must be after \"start\"");
	t->has_meta = true;
	return 0;
}

/* Names stand in lines of their own. */
static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0;
}

static int
read_item(struct trace *t, const struct json *j, struct err *err)
{
	struct span name = json_get_text(j, "feed");
	struct trace_feed *f;
	struct wall at;

	if (!is_name(name))
		return err_set(err, ERR_INPUT,
			"\"feed\" is no name: a text of one line");
	f = feed_of(t, name);
	if (json_get(j, "t") == NULL)
		return 0;
	if (!read_time(j, "t", &at))
		return err_set(err, ERR_INPUT, "\"t\" %s", no_time);
	if (f->items.n > 0 && at.ms < vec_last(&f->items)->ms)
		return err_set(err, ERR_INPUT, "times of a feed must ascend");
	vec_push(&f->items, at);
	return 0;
}

static int
read_line(struct trace *t, struct span line, struct err *err)
{
	struct json *j = NULL;
	int rc = json_parse(line, "", &j, err);

	if (rc != 0 || json_type(j) != JSON_OBJECT_)
		rc = err_set(err, ERR_INPUT, "this line is no JSON object");
	else if (json_get(j, "meta") != NULL)
		rc = read_meta(t, json_get(j, "meta"), err);
	else if (json_get(j, "feed") != NULL)
		rc = read_item(t, j, err);
	else
		rc = err_set(err, ERR_INPUT, "neither \"meta\" nor \"feed\"");
	json_free(&j);
	return rc;
}

static int
read_lines(const char *file, struct span rest, struct trace *t, struct err *err)
{
	struct span part;
	struct err why;
	size_t line = 0;

	if (span_starts(rest, "\xef\xbb\xbf"))
		rest = span_sub(rest, 3, rest.n);
	while (span_next(&rest, '\n', &part)) {
		line++;
		if (span_trim(part).n > 0 && read_line(t, part, &why) != 0)
			return err_set(err, ERR_INPUT, "%s:%zu: error: %s",
				file, line, why.msg);
	}
	if (!t->has_meta)
		return err_set(err, ERR_INPUT,
			"%s: error: no {\"meta\":{\"start\":S,\"end\":E}} line",
			file);
	if (t->feeds.n == 0)
		return err_set(err, ERR_INPUT,
			"%s: error: no {\"feed\":F} line", file);
	return 0;
}

static int
read_trace(const char *file, struct trace *t, struct err *err)
{
	struct strbuf text = STRBUF_INIT(TRACE_BYTES);
	int code = EX_OK;

	if (file_read(file, &text, err) != 0)
		code = EX_NOINPUT;
	else if (read_lines(file, strbuf_as_span(&text), t, err) != 0)
		code = EX_DATAERR;
	strbuf_fini(&text);
	return code;
}

static bool
print_poll(size_t feed, struct wall at, void *arg)
{
	const struct trace *t = arg;
	char time[64];

	snprintf(time, sizeof(time), " %lld.%03d", (long long)(at.ms / 1000),
		(int)(at.ms % 1000));
	return out_text(span_of(t->feeds.p[feed]->name)) &&
		out_line(span_of(time));
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
	} else {
		code = read_trace(trace, &t, &err);
		if (code == EX_OK)
			simulate(&t, budget);
		else
			fprintf(stderr, "%s\n", err.msg);
	}
	trace_fini(&t);
	verb_args_fini(&args);
	return out_end(code);
}
