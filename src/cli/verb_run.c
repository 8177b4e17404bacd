/*
 * newswatch run: everything in the foreground, nothing to set up. Alerts on
 * standard output, what happens on standard error.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "cli/args.h"
#include "cli/config_report.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "embed/supervise.h"
#include "model/limits.h"

struct run {
	struct loop *loop;
	struct supervisor *supervisor;
	struct config *config;
	int code;
};

static void
on_end(int code, void *arg)
{
	struct run *r = arg;

	r->code = code;
	loop_stop(r->loop);
}

static void
on_ready(void *arg)
{
	const struct run *r = arg;

	fprintf(stderr,
		"newswatch: watching %zu %s for %zu %s; alerts show "
		"here as they come, Ctrl-C stops\n",
		r->config->feeds.n, PLURAL(r->config->feeds.n, "feed", "feeds"),
		r->config->entities.n,
		PLURAL(r->config->entities.n, "entity", "entities"));
}

static void
on_stop(void *arg)
{
	struct run *r = arg;

	fputs("newswatch: stopping; everything is kept\n", stderr);
	supervise_stop(r->supervisor, EX_OK);
}

static void
on_hup(void *arg)
{
	struct run *r = arg;

	supervise_reload(r->supervisor);
}

static int
supervise(struct run *r, struct supervise_conf *conf, struct err *err)
{
	struct loop_signal *on[3] = {0};
	int rc;

	if (loop_new(&r->loop, err) != 0)
		return -1;
	conf->loop = r->loop;
	rc = supervise_start(conf, &r->supervisor, err);
	if (rc == 0) {
		on[0] = loop_signal_new(r->loop, SIGINT, on_stop, r);
		on[1] = loop_signal_new(r->loop, SIGTERM, on_stop, r);
		on[2] = loop_signal_new(r->loop, SIGHUP, on_hup, r);
		loop_run(r->loop);
	}
	for (size_t i = 0; i < 3; i++)
		loop_signal_free(&on[i]);
	supervise_free(&r->supervisor);
	loop_free(&r->loop);
	return rc;
}

/* The state directory of somebody who has none configured: XDG says where. */
static char *
default_state_dir(void)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (xdg != NULL && xdg[0] == '/')
		return mem_printf("%s/newswatch", xdg);
	if (home != NULL && home[0] == '/' && getuid() != 0)
		return mem_printf("%s/.local/state/newswatch", home);
	return NULL;
}

static int
load(struct run *r, const char *file, const char *state_dir, struct err *err)
{
	struct config_options o = {
		.file = file, .state_dir = state_dir, .parts = CONFIG_ALL};
	struct strbuf report = STRBUF_INIT(MIB(1));
	int rc = config_load(&o, &r->config, &report, err);

	if (rc != 0) {
		config_report(&report, err);
	} else {
		char *name = span_dup(r->config->file);

		config_report_nothing(name, r->config->feeds.n,
			r->config->entities.n, &report);
		fputs(strbuf_cstr(&report), stderr);
		mem_free(&name);
	}
	strbuf_fini(&report);
	return rc;
}

static int
run(const char *file, const char *state_dir, struct supervise_conf *conf,
	struct err *err)
{
	struct run r = {.code = EX_SOFTWARE};
	char *own = state_dir == NULL ? default_state_dir() : NULL;
	char *dir = NULL, *url = NULL;
	int rc;

	rc = load(&r, file, state_dir != NULL ? state_dir : NULL, err);
	if (rc == 0) {
		bool unset = span_eq_str(r.config->state_dir, NW_LOCALSTATEDIR);

		dir = unset && own != NULL ? mem_strdup(own)
					   : span_dup(r.config->state_dir);
		if (r.config->redis.url.n > 0)
			url = span_dup(r.config->redis.url);
		rc = file_mkdirs(dir, 0700, err);
	}
	if (rc == 0) {
		conf->config_file = file;
		conf->state_dir = dir;
		conf->redis_url = url;
		conf->on_ready = on_ready;
		conf->on_end = on_end;
		conf->arg = &r;
		rc = supervise(&r, conf, err);
	}
	config_unref(&r.config);
	mem_free(&own);
	mem_free(&dir);
	mem_free(&url);
	return rc == 0 ? r.code : -1;
}

int
verb_run(int argc, char **argv)
{
	const char *file = NULL, *state_dir = NULL;
	bool json = false, verbose = false, help = false;
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE",
			"the configuration (" NW_SYSCONFDIR "/newswatch.yaml)",
			&file},
		{0, "state-dir", OPT_TEXT, "DIR",
			"where everything is kept (as configured, else "
			"~/.local/state/newswatch)",
			&state_dir},
		{0, "json", OPT_FLAG, NULL,
			"every hit as JSON Lines (so too if not on a terminal)",
			&json},
		{'v', "verbose", OPT_FLAG, NULL, "show each poll's outcome",
			&verbose},
		VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis =
			"newswatch run [-c FILE] [--state-dir DIR] [--json]",
		.about = "Runs everything in the foreground: a private "
			 "redis-server, the daemon and one worker. Alerts go "
			 "to standard output.",
	};
	struct verb_args args;
	struct supervise_conf conf = {0};
	struct err err = {0};
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	log_init("newswatch", LOG_INFO_);
	conf.output =
		json || !isatty(STDOUT_FILENO) ? "--json-lines" : "--terminal";
	conf.log_level = verbose ? "debug" : "warn";
	code = run(file, state_dir, &conf, &err);
	if (code < 0) {
		fprintf(stderr, "newswatch run: %s\n", err.msg);
		code = err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE;
	}
	verb_args_fini(&args);
	return code;
}
