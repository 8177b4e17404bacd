/* newswatch-notify: the command line. */
#include <stdio.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/opts.h"
#include "notify/worker.h"

#define MAX_ARGS 64

struct options {
	struct worker_options worker;
	const char *level;
	bool foreground, terminal, json_alerts, json_lines, help, version;
};

static int
usage(const char *why)
{
	fprintf(stderr, "newswatch-notify: %s\n", why);
	return EX_USAGE;
}

/* -1: go on; else the exit code. */
static int
parse(struct options *o, int argc, char **argv)
{
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE",
			"the configuration (" NW_SYSCONFDIR "/newswatch.yaml)",
			&o->worker.config_file},
		{'f', "foreground", OPT_FLAG, NULL,
			"stay in the foreground (always so; accepted for "
			"service files)",
			&o->foreground},
		{0, "name", OPT_TEXT, "NAME",
			"of this worker on this host, the same at every start "
			"(worker)",
			&o->worker.name},
		{0, "terminal", OPT_FLAG, NULL,
			"also show each story and its updates on standard "
			"output",
			&o->terminal},
		{0, "json-alerts", OPT_FLAG, NULL,
			"the same as JSON, one hit a line", &o->json_alerts},
		{0, "json-lines", OPT_FLAG, NULL,
			"also print every hit on standard output as JSON",
			&o->json_lines},
		{0, "state-dir", OPT_TEXT, "DIR", "instead of state_dir",
			&o->worker.state_dir},
		{0, "redis", OPT_TEXT, "URL", "instead of redis.url",
			&o->worker.redis_url},
		{0, "log-level", OPT_TEXT, "LEVEL",
			"debug, info, warn or error (info)", &o->level},
		{'h', "help", OPT_FLAG, NULL, "this text", &o->help},
		{'V', "version", OPT_FLAG, NULL, "print the version",
			&o->version},
		{0}};
	const char *rest[MAX_ARGS];
	size_t n_rest;
	enum log_level least;
	struct err err;

	if (argc > MAX_ARGS)
		return usage("too many arguments");
	if (opts_parse(table, argc, argv, rest, &n_rest, &err) == -1)
		return usage(err.msg);
	if (n_rest > 0)
		return usage("takes no arguments, see --help");
	if (o->terminal + o->json_alerts + o->json_lines > 1)
		return usage("one of --terminal, --json-alerts and "
			     "--json-lines");
	if (!route_name_ok(span_of(o->worker.name)))
		return usage("--name is made of letters a-z, digits, '-', '_' "
			     "and '.', at most 64");
	if (!log_level_parse(o->level, &least))
		return usage("--log-level is debug, info, warn or error");
	log_set_level(least);
	if (o->help)
		opts_help(table, "newswatch-notify [-c FILE] [--name NAME]",
			"Takes hits off the Redis queue and delivers them to "
			"channels, as routes say.",
			stdout);
	if (o->version)
		puts("newswatch-notify " PACKAGE_VERSION);
	return o->help || o->version ? EX_OK : -1;
}

int
main(int argc, char **argv)
{
	struct options o = {.level = "info", .worker.name = "worker"};
	int code;

	log_init("newswatch-notify", LOG_INFO_);
	code = parse(&o, argc, argv);
	if (code >= 0)
		return code;
	o.worker.output = o.terminal ? OUTPUT_TERMINAL
		: o.json_alerts      ? OUTPUT_JSON_ALERTS
		: o.json_lines       ? OUTPUT_JSON_LINES
				     : OUTPUT_NONE;
	return worker_run(&o.worker);
}
