/* Watchlist files as a matcher, for the verbs that try matching on files. */
#ifndef NW_TRIAL_WATCHING_H
#define NW_TRIAL_WATCHING_H

#include "base/opts.h"
#include "match/match.h"

struct watching {
	struct strbuf block;
	struct lexicon *lex;
	struct matcher *matcher;
};

/*
 * Load and compile; mistakes and warnings go to standard error as
 * file:line:col. Names that cannot be looked for are left out. EX_OK, or the
 * exit code to end with. watching_fini in any case.
 */
int watching_init(struct watching *w, const struct opt_texts *files);
void watching_fini(struct watching *w);

#endif
