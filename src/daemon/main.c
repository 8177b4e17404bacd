/* newswatchd: the command line, and the roles that the binary has as a child.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "analyse/analyser.h"
#include "base/log.h"
#include "base/opts.h"
#include "daemon/daemon.h"

/* Our own children are this program under another name. */
static bool
run_role(const char *name, int *code)
{
	if (strcmp(name, ANALYSER_ARGV0) == 0)
		*code = analyser_main(DAEMON_ANALYSER_BYTES);
	else if (strcmp(name, SETUP_LOADER_ARGV0) == 0)
		*code = setup_loader_main();
	else
		return false;
	return true;
}

int
main(int argc, char **argv)
{
	struct daemon_options o = {0};
	const char *level = "info";
	bool foreground = false, help = false, version = false;
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE",
			"the configuration (" NW_SYSCONFDIR "/newswatch.yaml)",
			&o.config_file},
		{'f', "foreground", OPT_FLAG, NULL,
			"stay in the foreground (always so; accepted for "
			"service files)",
			&foreground},
		{0, "state-dir", OPT_TEXT, "DIR",
			"where database and sockets are", &o.state_dir},
		{0, "redis", OPT_TEXT, "URL", "instead of redis.url",
			&o.redis_url},
		{0, "log-level", OPT_TEXT, "LEVEL",
			"debug, info, warn or error (info)", &level},
		{'h', "help", OPT_FLAG, NULL, "this text", &help},
		{'V', "version", OPT_FLAG, NULL, "print the version", &version},
		{0}};
	const char *rest[64];
	size_t n_rest;
	enum log_level least;
	struct err err;
	int code;

	if (argc > 0 && run_role(argv[0], &code))
		return code;
	log_init("newswatchd", LOG_INFO_);
	if (argc > 64 || opts_parse(table, argc, argv, rest, &n_rest, &err) ||
		n_rest > 0 || !log_level_parse(level, &least)) {
		fprintf(stderr, "newswatchd: %s\n",
			argc > 64            ? "too many arguments"
				: n_rest > 0 ? "takes no arguments, see --help"
					     : err.msg);
		return EX_USAGE;
	}
	if (help) {
		opts_help(table, "newswatchd [-c FILE] [-f]",
			"Polls news feeds and puts what names a watched entity "
			"on a Redis queue.",
			stdout);
		return EX_OK;
	}
	if (version) {
		puts("newswatchd " PACKAGE_VERSION);
		return EX_OK;
	}
	log_set_level(least);
	return daemon_run(&o);
}
