/* A configuration that cannot be used, told once. */
#ifndef NW_CLI_CONFIG_REPORT_H
#define NW_CLI_CONFIG_REPORT_H

#include "base/err.h"
#include "base/strbuf.h"

/* Prints what config_load() reported, and has err say what to do in place of
 * repeating it. Returns -1. */
int config_report(const struct strbuf *report, struct err *err);

#endif
