/* What verbs say of a configuration that cannot be used, or is of no use. */
#ifndef NW_CLI_CONFIG_REPORT_H
#define NW_CLI_CONFIG_REPORT_H

#include "base/err.h"
#include "base/strbuf.h"

/* Prints what config_load() reported, and has err say what to do in place of
 * repeating it. Returns -1. */
int config_report(const struct strbuf *report, struct err *err);

/* Nothing is wrong with it, and nothing can come of it: a warning a line. */
void config_report_nothing(
	const char *file, size_t feeds, size_t entities, struct strbuf *out);

#endif
