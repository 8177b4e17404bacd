/* newswatch watch: watchlists, looked at and made. */
#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/plural.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "cli/watch_import.h"
#include "cli/watch_list.h"
#include "model/limits.h"

struct watch_options {
	struct watch_list_options list;
	const char *output;
	bool force, help;
};

static int
fail(int code, const char *message)
{
	fprintf(stderr, "newswatch watch: %s\n", message);
	return code;
}

static int
write_csv(const struct watch_options *o, struct span csv, struct err *err)
{
	if (!o->output) {
		out_text(csv);
		return 0;
	}
	if (!o->force && access(o->output, F_OK) == 0)
		return err_set(err, ERR_CONF,
			"%s is there already; --force overwrites it",
			o->output);
	return file_replace(o->output, csv, 0644, err);
}

static int
import(const struct watch_options *o, const char *file)
{
	struct strbuf text = STRBUF_INIT(LIMIT_LIST_BYTES);
	struct strbuf csv = STRBUF_INIT(LIMIT_LIST_BYTES);
	struct watch_import_counts n;
	struct err err = {0};
	int code = EX_OK;

	if (file_read(file, &text, &err) != 0)
		code = fail(EX_NOINPUT, err.msg);
	else if (watch_import(strbuf_as_span(&text), file, &csv, &n, &err) != 0)
		code = fail(EX_DATAERR, err.msg);
	else if (write_csv(o, strbuf_as_span(&csv), &err) != 0)
		code = fail(EX_CANTCREAT, err.msg);
	else
		fprintf(stderr,
			"newswatch watch: %zu %s, %zu %s with %zu %s; left "
			"out: %zu %s of preferred shares, warrants and units, "
			"%zu %s without number, title or ticker\n",
			n.rows, PLURAL(n.rows, "row", "rows"), n.companies,
			PLURAL(n.companies, "company", "companies"), n.tickers,
			PLURAL(n.tickers, "ticker", "tickers"), n.not_shares,
			PLURAL(n.not_shares, "ticker", "tickers"), n.broken,
			PLURAL(n.broken, "row", "rows"));
	strbuf_fini(&csv);
	strbuf_fini(&text);
	return out_end(code);
}

static int
run(const struct watch_options *o, const struct verb_args *args)
{
	struct span what = span_of(args->rest[0]);

	if (span_eq_str(what, "import")) {
		if (args->n_rest == 2)
			return import(o, args->rest[1]);
		return fail(EX_USAGE,
			"import takes one file, or - for "
			"standard input");
	}
	if (!span_eq_str(what, "list"))
		return fail(EX_USAGE, "there are list and import FILE");
	if (args->n_rest > 1)
		return fail(EX_USAGE,
			"list takes no file; -w names a "
			"watchlist");
	return watch_list(&o->list);
}

int
verb_watch(int argc, char **argv)
{
	struct watch_options o = {.force = false};
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE", "list: the configuration",
			&o.list.config},
		{'w', "watchlist", OPT_TEXTS, "FILE",
			"list: watchlists alone, instead; may be repeated",
			&o.list.lists},
		{'o', "output", OPT_TEXT, "FILE",
			"import: write there, not to standard output",
			&o.output},
		{0, "force", OPT_FLAG, NULL, "import: overwrite FILE",
			&o.force},
		{0, "json", OPT_FLAG, NULL,
			"list: JSON Lines (so too if not on a terminal)",
			&o.list.json},
		VERB_OPT_HELP(&o.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &o.help,
		.least = 1,
		.most = 2,
		.synopsis = "newswatch watch list [-c FILE | -w WATCHLIST] "
			    "[--json]\n"
			    "       newswatch watch import [-o FILE] FILE",
		.about = "list: every watched entity, its aliases and tickers, "
			 "the line it stands on, and what\nelse its names may "
			 "mean.\nimport: makes a CSV watchlist of the SEC's "
			 "company_tickers.json or\n"
			 "company_tickers_exchange.json.",
	};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	o.list.json = o.list.json || !isatty(STDOUT_FILENO);
	code = run(&o, &args);
	opts_fini(table);
	verb_args_fini(&args);
	return code;
}
