/* What every verb does with its command line. */
#ifndef NW_CLI_ARGS_H
#define NW_CLI_ARGS_H

#include "base/opts.h"

/* A verb's command line: its table of options, how many other arguments it
 * takes, and what --help says. */
struct verb_spec {
	const struct opt *table;
	const bool *help; /* the table's --help flag */
	size_t least, most; /* arguments that are no options */
	const char *synopsis, *about;
};

/* Rows of options that several verbs have, each with where its value goes. */
#define VERB_OPT_HELP(flag) \
	{ \
		'h', "help", OPT_FLAG, NULL, "this text", (flag) \
	}
#define VERB_OPT_JSON(flag) \
	{ \
		0, "json", OPT_FLAG, NULL, \
			"JSON Lines (so too if not on a terminal)", (flag) \
	}

struct verb_args {
	const char **rest; /* what is no option */
	size_t n_rest;
	int code; /* exit code if verb_args_parse() was false */
};

/*
 * Parse; print the help to standard output or the mistake to standard error.
 * False: nothing else is to be done, return args->code; nothing to free.
 */
bool verb_args_parse(struct verb_args *args, const struct verb_spec *spec,
	int argc, char **argv);
void verb_args_fini(struct verb_args *args);

#endif
