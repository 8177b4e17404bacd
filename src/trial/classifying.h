/* Event types as a classifier, for the verbs that try events on files. */
#ifndef NW_TRIAL_CLASSIFYING_H
#define NW_TRIAL_CLASSIFYING_H

#include "base/opts.h"
#include "base/strbuf.h"
#include "event/events.h"

struct classifying {
	struct strbuf block;
	struct events *events;
	struct classifier *classifier;
};

/*
 * Load and compile the built-in types and those of the files over them;
 * mistakes go to standard error as file:line:col. EX_OK, or the exit code to
 * end with. verb: its name, for messages. classifying_fini in any case.
 */
int classifying_init(
	struct classifying *c, const struct opt_texts *files, const char *verb);
void classifying_fini(struct classifying *c);

#endif
