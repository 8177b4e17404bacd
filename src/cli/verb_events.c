/* `newswatch events`: what articles report, by the event types alone. */
#include <stdio.h>
#include <sysexits.h>

#include "cli/args.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"
#include "trial/articles.h"
#include "trial/classifying.h"
#include "trial/watching.h"

struct events_run {
	struct watching watching; /* matcher NULL: no watchlist */
	struct classifying classifying;
	struct events_options options;
	struct arena *arena;
	struct strbuf line;
};

static void
format_line(struct events_run *run, const struct article *a,
	const struct events_result *found)
{
	struct json_w w;

	strbuf_clear(&run->line);
	json_w_init(&w, &run->line);
	json_w_object(&w);
	json_w_kv_text(&w, "item", a->name.n ? a->name : span_of(a->id));
	json_w_key(&w, "events");
	hit_events_format(found->events, found->n, &w);
	json_w_object_end(&w);
}

static bool
on_article(const struct article *a, void *arg)
{
	struct events_run *run = arg;
	struct match_options match = {.feed = &a->feed};
	struct match_result named = {0};
	struct events_result found = {0};

	arena_reset(run->arena);
	if (run->watching.matcher)
		match_item(run->watching.matcher, a->item, &match, run->arena,
			&named);
	if (run->watching.matcher == NULL || named.n)
		classifier_run(run->classifying.classifier, a->item,
			named.entities, named.n, &run->options, run->arena,
			&found);
	format_line(run, a, &found);
	return out_line(strbuf_as_span(&run->line));
}

/* -- the verb -------------------------------------------------------------- */

static int
classify_files(struct events_run *run, const struct verb_args *args)
{
	struct err err = {0};
	int code = EX_OK;

	for (size_t i = 0; i < args->n_rest; i++) {
		if (articles_read(args->rest[i], on_article, run, &err) == 0)
			continue;
		fprintf(stderr, "newswatch events: %s\n", err.msg);
		code = err.kind == ERR_CONF ? EX_NOINPUT : EX_DATAERR;
	}
	return out_end(code);
}

static int
run_events(struct events_run *run, const struct opt_texts *types,
	const struct opt_texts *lists, const struct verb_args *args)
{
	int code = classifying_init(&run->classifying, types, "events");

	if (code == EX_OK && lists->n)
		code = watching_init(&run->watching, lists);
	if (code == EX_OK)
		code = classify_files(run, args);
	if (lists->n)
		watching_fini(&run->watching);
	classifying_fini(&run->classifying);
	return code;
}

int
verb_events(int argc, char **argv)
{
	struct events_run run = {
		.line = STRBUF_INIT(LIMIT_HIT_BYTES),
	};
	struct opt_texts lists = {0}, types = {0};
	struct verb_args args;
	bool help = false;
	const struct opt options[] = {
		{'a', "all", OPT_FLAG, NULL,
			"also what is told as background or in passing",
			&run.options.all},
		{'t', "types", OPT_TEXTS, "FILE",
			"event types over the built-in ones; may be repeated",
			&types},
		{'w', "watchlist", OPT_TEXTS, "FILE",
			"only what happens to these: YAML or CSV; may be "
			"repeated",
			&lists},
		VERB_OPT_HELP(&help),
		{0},
	};
	const struct verb_spec spec = {
		.table = options,
		.help = &help,
		.least = 1,
		.most = SIZE_MAX,
		.synopsis = "newswatch events [--all] [-w WATCHLIST] [--types "
			    "FILE] FILE...",
		.about = "Prints a line of JSON for each article: the events "
			 "that it reports. Without a watchlist\nthey have no "
			 "entity. A FILE is a feed document or JSON Lines\n"
			 "{\"id\",\"source\",\"url\",\"title\",\"text\","
			 "\"published\"}; - is standard input.",
	};
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	run.arena = arena_new();
	code = run_events(&run, &types, &lists, &args);
	arena_free(&run.arena);
	strbuf_fini(&run.line);
	opts_fini(options);
	verb_args_fini(&args);
	return code;
}
