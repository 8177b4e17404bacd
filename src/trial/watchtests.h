/* `newswatch check --tests`: runs the sentences of *.watchtest files. */
#ifndef NW_TRIAL_WATCHTESTS_H
#define NW_TRIAL_WATCHTESTS_H

#include "config/config.h"
#include "match/lexicon.h"

struct watchtests_result {
	size_t files, sentences, failed;
	size_t mistakes; /* in the test files themselves */
};

/*
 * Runs the files, or without any those that c's includes name and those beside
 * its watchlists. lex: c's entities, compiled. Failures, with what counted for
 * and against, and mistakes are appended to report. False: it could not look
 * for the files, err says why.
 */
bool watchtests_run(const struct config *c, const struct lexicon *lex,
	const char *const *files, size_t n_files, struct strbuf *report,
	struct watchtests_result *result, struct err *err);

#endif
