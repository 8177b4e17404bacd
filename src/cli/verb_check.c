/* newswatch check: is the configuration good, and what does it amount to? */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/plural.h"
#include "cli/args.h"
#include "cli/config_report.h"
#include "cli/list_channels.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "config/keys.h"
#include "model/compiled.h"
#include "model/json.h"
#include "model/limits.h"
#include "setup/setup.h"
#include "text/url.h"
#include "trial/watchtests.h"

#define CHECK_REPORT_BYTES (2 * SETUP_REPORT_BYTES) /* with failed tests */
#define NAMES_SHOWN 8 /* channels that the summary names */

/* -- the table of keys ----------------------------------------------------- */

static void
format_key_json(const struct key *k, struct span range, struct strbuf *b)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_object(&w);
	json_w_kv_str(&w, "key", k->path);
	json_w_kv_str(&w, "type", key_type_name(k->type));
	json_w_kv_str(&w, "default", k->otherwise);
	json_w_kv_text(&w, "range", range);
	json_w_kv_str(
		&w, "change", k->flags & KEY_RESTART ? "restart" : "reload");
	json_w_kv_str(&w, "doc", k->doc);
	json_w_object_end(&w);
}

static void
format_key_text(const struct key *k, struct span range, struct strbuf *b)
{
	strbuf_printf(b, "%s: %s", k->path, key_type_name(k->type));
	if (range.n)
		strbuf_printf(b, ", %.*s", SPAN_ARG(range));
	if (k->otherwise)
		strbuf_printf(b, "; default '%s'", k->otherwise);
	if (k->flags & KEY_RESTART)
		strbuf_str(b, "; needs a restart");
	strbuf_printf(b, "\n        %s", k->doc);
}

static int
print_keys(bool as_json)
{
	struct strbuf line = STRBUF_INIT(KIB(4)), range = STRBUF_INIT(KIB(1));
	bool go_on = true;

	for (size_t i = 0; go_on && key_at(i); i++) {
		strbuf_clear(&line);
		strbuf_clear(&range);
		key_range_format(key_at(i), &range);
		if (as_json)
			format_key_json(
				key_at(i), strbuf_as_span(&range), &line);
		else
			format_key_text(
				key_at(i), strbuf_as_span(&range), &line);
		go_on = out_line(strbuf_as_span(&line));
	}
	strbuf_fini(&line);
	strbuf_fini(&range);
	return out_end(EX_OK);
}

/* -- the summary ----------------------------------------------------------- */

/* What was loaded and what it is worth. */
struct outcome {
	struct config *config; /* NULL: it could not be loaded */
	struct setup_counts counts;
	struct watchtests_result tests; /* if they were asked for */
	struct strbuf report;
	bool ok;
	bool tested;
};

static void
format_json(const struct outcome *o, const char *file, struct strbuf *b)
{
	const struct setup_counts *n = &o->counts;
	struct json_w w;

	json_w_init(&w, b);
	json_w_object(&w);
	json_w_kv_bool(&w, "ok", o->ok);
	json_w_kv_str(&w, "file", file);
	json_w_kv_int(&w, "feeds", (int64_t)n->feeds);
	json_w_kv_int(&w, "entities", (int64_t)n->entities);
	json_w_kv_int(&w, "names", (int64_t)n->names);
	json_w_kv_int(&w, "variants", (int64_t)n->variants);
	json_w_kv_int(&w, "queries", (int64_t)n->queries);
	json_w_kv_int(&w, "routes", (int64_t)n->routes);
	json_w_kv_int(&w, "channels", (int64_t)n->channels);
	json_w_kv_int(
		&w, "left_out", o->config ? (int64_t)o->config->left_out : 0);
	if (o->tested) {
		json_w_key(&w, "tests");
		json_w_object(&w);
		json_w_kv_int(&w, "files", (int64_t)o->tests.files);
		json_w_kv_int(&w, "sentences", (int64_t)o->tests.sentences);
		json_w_kv_int(&w, "failed", (int64_t)o->tests.failed);
		json_w_object_end(&w);
	}
	json_w_kv_text(&w, "report", strbuf_as_span(&o->report));
	json_w_object_end(&w);
}

static void
format_watchlists(const struct config *c, struct strbuf *b)
{
	struct span last = SPAN_NULL;
	const char *before = "   in ";

	/* Entities of one watchlist stand together. */
	for (size_t i = 0; i < c->entities.n; i++) {
		struct span list = c->entities.p[i].watchlist;

		if (list.p == last.p)
			continue;
		strbuf_printf(b, "%s%.*s", before, SPAN_ARG(list));
		before = ", ";
		last = list;
	}
}

static void
format_channels(const struct config *c, struct strbuf *b)
{
	size_t n = c->channels.n < NAMES_SHOWN ? c->channels.n : NAMES_SHOWN;

	for (size_t i = 0; i < n; i++)
		strbuf_printf(b, "%s%.*s (%.*s)", i ? ", " : "   ",
			SPAN_ARG(c->channels.p[i].name),
			SPAN_ARG(c->channels.p[i].type));
	if (n < c->channels.n)
		strbuf_str(b, ", ...");
}

static void
format_text(const struct outcome *o, const char *file, struct strbuf *b)
{
	const struct config *c = o->config;
	const struct setup_counts *n = &o->counts;

	strbuf_printf(b, "%s: %s\n  feeds      %zu\n  entities   %zu", file,
		o->tests.failed ? "good, but tests failed" : "good", n->feeds,
		n->entities);
	format_watchlists(c, b);
	strbuf_printf(b, "\n  names      %zu   %zu %s, %zu %s\n", n->names,
		n->variants, PLURAL(n->variants, "spelling", "spellings"),
		n->queries, PLURAL(n->queries, "query", "queries"));
	strbuf_printf(b, "  channels   %zu", n->channels);
	format_channels(c, b);
	strbuf_printf(b,
		"\n  routes     %zu%s\n  state      %.*s\n  Redis      ",
		n->routes,
		n->routes ? "" : "   hits are queued, nobody is told",
		SPAN_ARG(c->state_dir));
	if (c->redis.url.n)
		url_mask(c->redis.url, b);
	else
		strbuf_str(b, "none; `newswatch run` starts one");
	if (o->tested)
		strbuf_printf(b,
			"\n  tests      %zu   %s in %zu %s, %zu failed",
			o->tests.sentences,
			PLURAL(o->tests.sentences, "sentence", "sentences"),
			o->tests.files, PLURAL(o->tests.files, "file", "files"),
			o->tests.failed);
}

/* Mistakes go to standard error also when the summary is JSON. */
static int
print(const struct outcome *o, const char *file, bool as_json)
{
	struct strbuf b = STRBUF_INIT(2 * CHECK_REPORT_BYTES);

	if (o->report.n > 0)
		fwrite(o->report.p, 1, o->report.n, stderr);
	if (as_json)
		format_json(o, file, &b);
	else if (o->ok)
		format_text(o, file, &b);
	if (b.n)
		out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
	return out_end(!o->ok             ? EX_CONFIG
			: o->tests.failed ? EX_DATAERR
					  : EX_OK);
}

/* What is to be checked. */
struct check {
	struct config_options options;
	struct opt_texts lists; /* watchlists alone, instead of options.file */
	bool tests;
	const char *const *files; /* of tests; none: look for them */
	size_t n_files;
};

static void
run_tests(const struct check *c, struct span block, struct outcome *o)
{
	struct compiled compiled = {.lexicon = block};
	struct lexicon *lex = NULL;
	struct err err = {0};

	o->tested = true;
	/* Of watchlists alone the block is nothing but the lexicon. */
	o->ok = (c->lists.n || compiled_split(block, &compiled)) &&
		lexicon_open(compiled.lexicon.p, compiled.lexicon.n,
			LEXICON_OWN, &lex, &err) == 0 &&
		watchtests_run(o->config, lex, c->files, c->n_files, &o->report,
			&o->tests, &err) &&
		o->tests.mistakes == 0;
	if (err.kind != ERR_NONE)
		strbuf_printf(&o->report, "newswatch check: %s\n", err.msg);
	if (o->tests.files == 0)
		strbuf_str(&o->report,
			"newswatch check: there are no *.watchtest files, "
			"neither included nor beside a watchlist\n");
	lexicon_close(&lex);
}

static int
load(const struct check *c, struct outcome *o, struct err *err)
{
	if (c->lists.n)
		return config_load_watchlists(
			c->lists.p, c->lists.n, &o->config, &o->report, err);
	return config_load(&c->options, &o->config, &o->report, err);
}

/* "FILE:LINE:" of a mistake; empty if the line is none. */
static struct span
place_of(struct span line)
{
	size_t file = span_find(line, ':'), nr;

	if (line.n == 0 || line.p[0] == ' ' || file == SIZE_MAX)
		return SPAN_NULL;
	nr = span_find(span_sub(line, file + 1, SIZE_MAX), ':');
	return nr == SIZE_MAX ? SPAN_NULL : span_sub(line, 0, file + nr + 2);
}

/* Appends the mistakes in lines that have none yet: one that could not be read
 * has others follow from it. */
static void
add_mistakes(struct strbuf *report, const struct strbuf *more)
{
	struct strbuf told = STRBUF_INIT(CHECK_REPORT_BYTES);
	struct span rest = strbuf_as_span(more), line, place;
	bool add = false;
	char *wanted;

	strbuf_span(&told, strbuf_as_span(report));
	while (span_next(&rest, '\n', &line)) {
		place = place_of(line);
		if (place.n > 0) {
			wanted = span_dup(place);
			add = span_find_str(strbuf_as_span(&told), wanted) ==
				SIZE_MAX;
			mem_free(&wanted);
		}
		if (add && line.n > 0)
			strbuf_printf(report, "%.*s\n", SPAN_ARG(line));
	}
	strbuf_fini(&told);
}

/* It could not be loaded; what else is wrong with what could be read? */
static void
look_further(struct outcome *o)
{
	struct strbuf more = STRBUF_INIT(CHECK_REPORT_BYTES);

	if (o->config)
		setup_check_broken(o->config, &more);
	add_mistakes(&o->report, &more);
	strbuf_fini(&more);
	config_unref(&o->config);
}

static bool
compile(const struct check *c, struct strbuf *block, struct outcome *o)
{
	struct err err = {0};
	int rc = c->lists.n
		? setup_watchlists(
			  o->config, block, &o->counts, &o->report, &err)
		: setup_compile(o->config, block, &o->counts, &o->report, &err);

	/* Rows that a running daemon leaves out are mistakes all the same. */
	return rc == 0 && !o->counts.errors && !o->config->left_out;
}

static int
check(const struct check *c, bool as_json)
{
	const char *file = c->lists.n ? c->lists.p[0]
		: c->options.file     ? c->options.file
				      : NW_SYSCONFDIR "/newswatch.yaml";
	struct outcome o = {.report = STRBUF_INIT(CHECK_REPORT_BYTES)};
	struct strbuf block = STRBUF_INIT(SETUP_BLOCK_BYTES);
	struct err err = {0};
	int code;

	if (load(c, &o, &err) == 0)
		o.ok = compile(c, &block, &o);
	else
		look_further(&o);
	if (!c->lists.n && o.config)
		config_report_nothing(
			file, o.counts.feeds, o.counts.entities, &o.report);
	if (o.ok && c->tests)
		run_tests(c, strbuf_as_span(&block), &o);
	code = print(&o, file, as_json);
	config_unref(&o.config);
	strbuf_fini(&block);
	strbuf_fini(&o.report);
	return code;
}

int
verb_check(int argc, char **argv)
{
	struct check c = {.options = {.parts = CONFIG_ALL, .keep = true}};
	bool json = false, keys = false, channels = false, fields = false;
	bool help = false;
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE", "the configuration to check",
			&c.options.file},
		{'w', "watchlist", OPT_TEXTS, "FILE",
			"watchlists alone, instead; may be repeated", &c.lists},
		{0, "tests", OPT_FLAG, NULL,
			"run the sentences of *.watchtest files", &c.tests},
		{0, "keys", OPT_FLAG, NULL,
			"list every key: type, range, default, meaning", &keys},
		{0, "channels", OPT_FLAG, NULL,
			"list every type of channels with its settings",
			&channels},
		{0, "template-fields", OPT_FLAG, NULL,
			"list what templates of messages can name", &fields},
		{0, "json", OPT_FLAG, NULL,
			"JSON (so too if not on a terminal)", &json},
		VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.most = SIZE_MAX,
		.synopsis = "newswatch check [-c FILE | -w WATCHLIST] "
			    "[--tests [FILE...]] [--json]\n"
			    "       newswatch check --keys | --channels | "
			    "--template-fields [--json]",
		.about = "Checks the whole configuration. Every mistake is "
			 "shown with its file, line and column; exit code 78 "
			 "if there is one.\n--tests also runs the sentences in "
			 "FILEs, or in the *.watchtest files that are "
			 "included or\nbeside the watchlists: exit code 65 if "
			 "one fails.",
	};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	json = json || !isatty(STDOUT_FILENO);
	c.files = args.rest;
	c.n_files = args.n_rest;
	if (args.n_rest && !c.tests) {
		fprintf(stderr,
			"newswatch check: files of sentences go with "
			"--tests; what is '%s'?\n",
			args.rest[0]);
		code = EX_USAGE;
	} else {
		code = keys        ? print_keys(json)
			: channels ? list_channels(json)
			: fields   ? list_fields(json)
				   : check(&c, json);
	}
	opts_fini(table);
	verb_args_fini(&args);
	return code;
}
