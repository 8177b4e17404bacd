/*
 * `newswatch why -w WATCHLIST FILE`: each candidate of each article, what
 * counted for and against it, and the line of the watchlist it comes from.
 * `newswatch why ID` asks a running daemon instead (why_item.c).
 */
#include <stdio.h>
#include <sysexits.h>

#include "cli/article_verb.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "cli/why_item.h"
#include "trial/explain.h"

struct why_run {
	struct article_verb verb;
	struct explainer explainer;
	struct arena *arena;
	const char *id; /* only this article; NULL: all */
	const char *entity; /* only this entity, by its id; NULL: all */
	bool found;
};

static bool
on_article(const struct article *a, void *arg)
{
	struct why_run *run = arg;
	struct explainer *x = &run->explainer;
	struct span id = a->name.n ? a->name : span_of(a->id);
	struct match_explain explain = explainer_callbacks(x);
	struct match_options options = {
		.all = true, .explain = &explain, .feed = &a->feed};
	struct match_result found;
	size_t head;

	if (run->id && !span_eq_str(id, run->id))
		return true;
	run->found = true;
	x->item = a->item;
	strbuf_clear(&x->out);
	strbuf_printf(&x->out, "%.*s: %.*s\n", SPAN_ARG(id),
		SPAN_ARG(a->item->title.n ? a->item->title : a->item->text));
	head = x->out.n;
	arena_reset(run->arena);
	match_item(run->verb.watching.matcher, a->item, &options, run->arena,
		&found);
	if (x->out.n == head)
		strbuf_str(&x->out,
			"  nothing in it looks like a name of the watchlist\n");
	return out_line(strbuf_as_span(&x->out));
}

static int
explain_articles(struct why_run *run, const struct verb_args *args)
{
	int code;

	explainer_init(&run->explainer);
	run->explainer.only = span_of(run->entity);
	run->arena = arena_new();
	code = article_verb_run(&run->verb, args);
	if (run->id && !run->found && code == EX_OK) {
		fprintf(stderr, "newswatch why: no article has the id '%s'\n",
			run->id);
		code = EX_DATAERR;
	}
	arena_free(&run->arena);
	explainer_fini(&run->explainer);
	return out_end(code);
}

static int
ask(const char *config, const char *state_dir, const char *which, bool json)
{
	struct control c = {0};
	struct err err;
	int code;

	if (control_init(&c, config, state_dir, &err) == 0) {
		code = why_item(&c, which, json);
	} else {
		fprintf(stderr, "newswatch why: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&c);
	return code;
}

int
verb_why(int argc, char **argv)
{
	const char *config = NULL, *state_dir = NULL;
	bool json = false;
	struct why_run run = {
		.verb = {.name = "why", .on_article = on_article, .arg = &run}};
	struct verb_args args;
	bool help = false;
	const struct opt options[] = {
		ARTICLE_VERB_LISTS(&run.verb),
		{'i', "id", OPT_TEXT, "ID", "only the article of this id",
			&run.id},
		{'e', "entity", OPT_TEXT, "ID", "only the entity of this id",
			&run.entity},
		CONTROL_OPTS(&config, &state_dir),
		{0, "json", OPT_FLAG, NULL, "of an ID: one JSON object", &json},
		VERB_OPT_HELP(&help),
		{0},
	};
	const struct verb_spec spec = {
		.table = options,
		.help = &help,
		.least = 1,
		.most = SIZE_MAX,
		.synopsis =
			"newswatch why -w WATCHLIST [--id ID] [--entity ID] "
			"FILE...\n"
			"       newswatch why [-c FILE] [--json] ID | URL",
		.about = "Explains, step by step, why articles did or did not "
			 "hit: each candidate with the\nwatchlist's line it "
			 "comes from, what counted for and against it, and the "
			 "verdict.\nA FILE is a feed document or JSON Lines; - "
			 "is standard input.\nOf an item's ID, the id of a "
			 "hit, or an article's URL: what a running daemon "
			 "knows of\nit, its hits, and its edits with what "
			 "changed.",
	};
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	if (run.verb.lists.n > 0) {
		code = explain_articles(&run, &args);
	} else if (args.n_rest == 1) {
		code = ask(config, state_dir, args.rest[0], json);
	} else {
		fputs("newswatch why: -w WATCHLIST says what to look for in "
		      "files; without it, give one ID or URL\n",
			stderr);
		code = EX_USAGE;
	}
	opts_fini(options);
	verb_args_fini(&args);
	return code;
}
