/*
 * `newswatch why -w WATCHLIST FILE`: each candidate of each article, what
 * counted for and against it, and the line of the watchlist it comes from.
 * `newswatch why ID` asks a running daemon instead (why_item.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli/args.h"
#include "cli/articles.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "cli/watching.h"
#include "cli/why_item.h"
#include "model/limits.h"

#define OUT_BYTES MIB(4) /* explanation of one article */
#define SNIPPET 30 /* bytes shown before and after a candidate */

struct why_run {
	struct watching watching;
	struct arena *arena;
	struct strbuf out;
	const struct item *item;
	const char *id; /* only this article; NULL: all */
	bool found;
};

static void
put_snippet(struct why_run *run, const struct match_candidate *c)
{
	struct span s =
		c->field == FIELD_TITLE ? run->item->title : run->item->text;
	size_t from = c->start > SNIPPET ? c->start - SNIPPET : 0;
	size_t to = c->end + SNIPPET < s.n ? c->end + SNIPPET : s.n, i;

	while (from > 0 && ((unsigned char)s.p[from] & 0xc0) == 0x80)
		from--;
	while (to < s.n && ((unsigned char)s.p[to] & 0xc0) == 0x80)
		to++;
	for (i = from; i < to; i++)
		strbuf_char(&run->out, s.p[i] == '\n' ? ' ' : s.p[i]);
}

static void
put_reasons(struct why_run *run, const struct match_reason *r, size_t n,
	const char *unit)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (r[i].weight < 0 || r[i].weight > 0)
			strbuf_printf(&run->out, "      %+6.2f%s  %s%s\n",
				r[i].value * r[i].weight, unit, r[i].name,
				r[i].value > 1 ? " (twice)" : "");
}

static void
on_candidate(const struct match_candidate *c, void *arg)
{
	struct why_run *run = arg;

	strbuf_printf(&run->out, "  %s %u-%u '%.*s' for %.*s (%s '%.*s', ",
		c->field == FIELD_TITLE ? "title" : "text", c->start, c->end,
		SPAN_ARG(c->text), SPAN_ARG(c->entity_name), c->variant,
		SPAN_ARG(c->name));
	strbuf_printf(&run->out, "%.*s:%u:%u)\n    ... ", SPAN_ARG(c->file),
		c->line, c->column);
	put_snippet(run, c);
	strbuf_str(&run->out, " ...\n");
	if (c->dropped)
		strbuf_printf(&run->out, "    dropped: %s\n", c->dropped);
	if (c->weighed || c->confidence > 0)
		strbuf_printf(&run->out, "    probability %.3f%s\n",
			c->confidence, c->weighed ? " = logistic of" : "");
	put_reasons(run, c->reasons, c->n_reasons, "");
}

static void
on_verdict(const struct match_verdict *v, void *arg)
{
	struct why_run *run = arg;

	strbuf_printf(&run->out,
		"  => %.*s: %s; confidence %.3f (least %.2f), relevance %u "
		"(least %u)\n",
		SPAN_ARG(v->entity_name),
		v->alert              ? "hit"
			: v->is_named ? "named, below its threshold"
				      : "not named",
		v->confidence, v->min_confidence, v->relevance,
		v->min_relevance);
	put_reasons(run, v->reasons, v->n_reasons, " points");
}

static bool
on_article(const struct article *a, void *arg)
{
	struct why_run *run = arg;
	struct span id = a->name.n ? a->name : span_of(a->id);
	struct match_explain explain = {on_candidate, on_verdict, run};
	struct match_options options = {.all = true, .explain = &explain};
	struct match_result found;

	if (run->id && !span_eq_str(id, run->id))
		return true;
	run->found = true;
	run->item = a->item;
	strbuf_clear(&run->out);
	strbuf_printf(&run->out, "%.*s: %.*s\n", SPAN_ARG(id),
		SPAN_ARG(a->item->title.n ? a->item->title : a->item->text));
	arena_reset(run->arena);
	match_item(
		run->watching.matcher, a->item, &options, run->arena, &found);
	return out_line(strbuf_as_span(&run->out));
}

static int
explain_files(struct why_run *run, const struct verb_args *args)
{
	struct err err = {0};
	int code = EX_OK;
	size_t i;

	for (i = 0; i < args->n_rest; i++) {
		if (articles_read(args->rest[i], on_article, run, &err) == 0)
			continue;
		fprintf(stderr, "newswatch why: %s\n", err.msg);
		code = err.kind == ERR_CONF ? EX_NOINPUT : EX_DATAERR;
	}
	if (run->id && !run->found && code == EX_OK) {
		fprintf(stderr, "newswatch why: no article has the id '%s'\n",
			run->id);
		code = EX_DATAERR;
	}
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

static int
explain(struct why_run *run, const struct opt_texts *lists,
	const struct verb_args *args)
{
	int code;

	run->arena = arena_new();
	code = watching_init(&run->watching, lists);
	if (code == EX_OK)
		code = explain_files(run, args);
	watching_fini(&run->watching);
	arena_free(&run->arena);
	strbuf_fini(&run->out);
	return code;
}

int
verb_why(int argc, char **argv)
{
	const char *config = NULL, *state_dir = NULL;
	bool json = false;
	struct why_run run = {.out = STRBUF_INIT(OUT_BYTES)};
	struct opt_texts lists = {0};
	struct verb_args args;
	bool help = false;
	const struct opt options[] = {
		{'w', "watchlist", OPT_TEXTS, "FILE",
			"what is watched: YAML or CSV; may be repeated",
			&lists},
		{'i', "id", OPT_TEXT, "ID", "only the article of this id",
			&run.id},
		{'c', "config", OPT_TEXT, "FILE", "the daemon's configuration",
			&config},
		{0, "state-dir", OPT_TEXT, "DIR", "its state directory",
			&state_dir},
		{0, "json", OPT_FLAG, NULL, "of an ID: one JSON object", &json},
		{'h', "help", OPT_FLAG, NULL, "show this help", &help},
		{0},
	};
	const struct verb_spec spec = {
		.table = options,
		.help = &help,
		.least = 1,
		.most = SIZE_MAX,
		.synopsis = "newswatch why -w WATCHLIST [--id ID] FILE...\n"
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
	if (lists.n > 0) {
		code = explain(&run, &lists, &args);
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
