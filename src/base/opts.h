/*
 * Command lines from a table: one row per option drives parsing and --help.
 * Short and long forms, `--name value` and `--name=value`, `--` ends options.
 */
#ifndef NW_BASE_OPTS_H
#define NW_BASE_OPTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

enum opt_type { OPT_FLAG, OPT_TEXT, OPT_TEXTS };

struct opt_texts {
	const char *
		*p; /* borrowed from argv; the array is freed by opts_fini */
	size_t n;
};

struct opt {
	char letter; /* 0: none */
	const char *name; /* long name; NULL ends the table */
	enum opt_type type;
	const char *value_name; /* for help: "FILE" */
	const char *help;
	void *out; /* bool *, const char **, struct opt_texts * */
};

/*
 * Parses argv[1..]; what is no option stays in order in rest (borrowed from
 * argv, *n_rest of them; rest has room for argc). ERR_CONF on an unknown
 * option (with a suggestion) or a missing value; callers exit with EX_USAGE.
 */
NW_MUST_CHECK int opts_parse(const struct opt *table, int argc, char **argv,
	const char **rest, size_t *n_rest, struct err *err);
/* Frees the arrays of OPT_TEXTS rows; also after a failed opts_parse. */
void opts_fini(const struct opt *table);
/* "usage: <synopsis>" and a line per option. */
void opts_help(const struct opt *table, const char *synopsis, const char *about,
	FILE *out);

#endif
