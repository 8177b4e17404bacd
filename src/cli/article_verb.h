/*
 * What `match` and `why` share: watchlists given with -w are compiled, and
 * every article of the files goes through a callback.
 */
#ifndef NW_CLI_ARTICLE_VERB_H
#define NW_CLI_ARTICLE_VERB_H

#include "cli/args.h"
#include "trial/articles.h"
#include "trial/watching.h"

struct article_verb {
	const char *name; /* of the verb, for messages */
	struct opt_texts lists; /* the -w options */
	struct watching watching;
	article_cb on_article;
	void *arg; /* of it */
};

/* The row of a verb's options that fills v->lists. */
#define ARTICLE_VERB_LISTS(v) \
	{ \
		'w', "watchlist", OPT_TEXTS, "FILE", \
			"what is watched: YAML or CSV; may be repeated", \
			&(v)->lists \
	}

/* All of it, for the files that args names. A file that cannot be read is told
 * and the others go on. Returns the exit code before out_end. */
int article_verb_run(struct article_verb *v, const struct verb_args *args);

#endif
