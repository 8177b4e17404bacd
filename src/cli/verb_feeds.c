/* newswatch feeds: those of a running daemon with their last results, and
 * subscription lists in and out. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/args.h"
#include "cli/control.h"
#include "cli/feeds_list.h"
#include "cli/feeds_show.h"
#include "cli/feeds_lists.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "config/file_url.h"
#include "model/json.h"
#include "model/limits.h"

static int
show(const struct control *c, const char *url, bool as_json)
{
	struct strbuf path = STRBUF_INIT(LIMIT_URL_BYTES * 3 + 64);
	struct strbuf absolute = STRBUF_INIT(LIMIT_URL_BYTES);
	struct strbuf b = STRBUF_INIT(MIB(4));
	struct json *j = NULL;
	struct err err;
	int rc;

	strbuf_str(&path, "/api/feed?url=");
	/* As the configuration takes it. */
	if (!file_url_is(span_of(url)) ||
		file_url_make(NULL, span_of(url), &absolute) != NULL)
		strbuf_str(&absolute, url);
	control_put_escaped(&path, strbuf_cstr(&absolute));
	strbuf_fini(&absolute);
	rc = control_ask(c, "GET", strbuf_cstr(&path), &j, &err);
	strbuf_fini(&path);
	if (rc != 0) {
		fprintf(stderr, "newswatch feeds show: %s\n", err.msg);
		return err.kind == ERR_PERM ? EX_DATAERR
					    : control_exit_code(&err);
	}
	if (as_json) {
		json_dump(j, &b);
		out_line(strbuf_as_span(&b));
	} else {
		feeds_show(j);
	}
	strbuf_fini(&b);
	json_free(&j);
	return out_end(EX_OK);
}

struct feeds_options {
	struct feeds_lists_options lists;
	struct feeds_list_options list;
	bool help;
};

static int
usage(const char *message)
{
	fprintf(stderr, "newswatch feeds: %s\n", message);
	return EX_USAGE;
}

static int
run_list(const struct feeds_options *o, const char *argument)
{
	struct feeds_list_options list = o->list;
	struct control c = {0};
	struct err err;
	int code;

	(void)argument;
	list.json = o->lists.json || !isatty(STDOUT_FILENO);
	if (control_init(&c, o->lists.config, o->lists.state_dir, &err) == 0) {
		code = feeds_list(&c, &list);
	} else {
		fprintf(stderr, "newswatch feeds: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&c);
	return code;
}

static int
run_show(const struct feeds_options *o, const char *argument)
{
	struct control c = {0};
	struct err err;
	int code;

	if (control_init(&c, o->lists.config, o->lists.state_dir, &err) == 0) {
		code = show(
			&c, argument, o->lists.json || !isatty(STDOUT_FILENO));
	} else {
		fprintf(stderr, "newswatch feeds show: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&c);
	return code;
}

static int
run_import(const struct feeds_options *o, const char *argument)
{
	return feeds_import(&o->lists, argument);
}

static int
run_export(const struct feeds_options *o, const char *argument)
{
	(void)argument;
	return feeds_export(&o->lists);
}

static int
run_discover(const struct feeds_options *o, const char *argument)
{
	return feeds_discover(&o->lists, argument);
}

static const struct {
	const char *name;
	size_t arguments;
	int (*run)(const struct feeds_options *o, const char *argument);
	const char *usage;
} actions[] = {
	{"list", 0, run_list, "list takes no argument"},
	{"show", 1, run_show, "show takes the URL of one feed"},
	{"import", 1, run_import,
		"import takes one file, or - for standard input"},
	{"export", 0, run_export,
		"export takes no argument; -o names a file to write"},
	{"discover", 1, run_discover, "discover takes the URL of one page"},
};
#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

static int
run(const struct feeds_options *o, const struct verb_args *args)
{
	const char *what = args->n_rest > 0 ? args->rest[0] : "list";

	for (size_t i = 0; i < N_ACTIONS; i++) {
		if (strcmp(what, actions[i].name) != 0)
			continue;
		if (args->n_rest > actions[i].arguments + 1 ||
			(actions[i].arguments > 0 &&
				args->n_rest <= actions[i].arguments))
			return usage(actions[i].usage);
		return actions[i].run(o, args->rest[1]);
	}
	return usage("there are list, show URL, import FILE, export and "
		     "discover URL");
}

int
verb_feeds(int argc, char **argv)
{
	struct feeds_options o = {.help = false};
	const struct opt table[] = {
		CONTROL_OPTS(&o.lists.config, &o.lists.state_dir),
		{'o', "output", OPT_TEXT, "FILE",
			"import: instead of feeds.d/NAME.yaml; export: instead "
			"of standard output",
			&o.lists.output},
		{0, "force", OPT_FLAG, NULL, "import, export: overwrite FILE",
			&o.lists.force},
		{0, "json", OPT_FLAG, NULL,
			"list, discover: JSON Lines (so too if not on a "
			"terminal)",
			&o.lists.json},
		{0, "failing", OPT_FLAG, NULL,
			"list: those whose last poll saw nothing",
			&o.list.failing},
		{0, "result", OPT_TEXT, "RESULT",
			"list: those whose last poll ended so", &o.list.result},
		{0, "match", OPT_TEXT, "TEXT",
			"list: those with it in their URL, title or publisher",
			&o.list.match},
		{0, "sort", OPT_TEXT, "KEY",
			"list: by due, last-ok, last-new, delay, rate, items, "
			"hits, polls, errors or failures",
			&o.list.sort},
		{'n', "most", OPT_TEXT, "NUMBER", "list: only so many",
			&o.list.most},
		VERB_OPT_HELP(&o.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &o.help,
		.most = 2,
		.synopsis =
			"newswatch feeds [list] [-c FILE] [--failing] "
			"[--result RESULT] [--match TEXT]\n"
			"                       [--sort KEY] [-n NUMBER] "
			"[--json]\n"
			"       newswatch feeds show [-c FILE] [--json] URL\n"
			"       newswatch feeds import [-c FILE] "
			"[-o FILE] [--force] FILE\n"
			"       newswatch feeds export [-c FILE] "
			"[-o FILE] [--force]\n"
			"       newswatch feeds discover [-c FILE] [--json] "
			"URL",
		.about = "list: the feeds of a running daemon: how the last "
			 "poll ended, what was learned, and when the next is "
			 "due and why.\nshow: all that is known of one, with "
			 "its last polls.\nimport: adds "
			 "the feeds of an OPML file or of a list of URLs to "
			 "the configuration.\nexport: all configured feeds as "
			 "OPML.\ndiscover: the feeds that a page links to, "
			 "each of them read.",
	};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	code = run(&o, &args);
	verb_args_fini(&args);
	return code;
}
