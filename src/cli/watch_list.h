/* `newswatch watch list`: what is watched, and how doubtful each name is. */
#ifndef NW_CLI_WATCH_LIST_H
#define NW_CLI_WATCH_LIST_H

#include "base/opts.h"

struct watch_list_options {
	const char *config; /* NULL: the default one */
	struct opt_texts lists; /* watchlists alone, instead */
	bool json;
};

/* An exit code; messages go to standard error. */
int watch_list(const struct watch_list_options *o);

#endif
