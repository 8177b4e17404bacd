/* newswatch feeds: the feeds of a running daemon, page by page. */
#ifndef NW_CLI_FEEDS_LIST_H
#define NW_CLI_FEEDS_LIST_H

#include <stdbool.h>

struct control;

struct feeds_list_options {
	bool json; /* a feed a line, in JSON; else a table */
	bool failing; /* only those whose last poll saw nothing */
	const char *result; /* only those whose last poll ended so; NULL: any */
	const char *match; /* only with it in URL, title or publisher; NULL */
	const char *sort; /* "due", "delay", ...; NULL: in no order */
	const char *most; /* a number; NULL: all */
};

/*
 * Prints them. Without an order nothing is held; with one, what is printed is
 * (with `most`, twice that many). An exit code; messages go to standard error.
 */
int feeds_list(const struct control *c, const struct feeds_list_options *o);

#endif
