/* See config_report.h. */
#include "cli/config_report.h"

#include <stdio.h>

int
config_report(const struct strbuf *report, struct err *err)
{
	struct span text = strbuf_as_span(report);

	if (text.n == 0)
		return -1;
	fwrite(text.p, 1, text.n, stderr);
	return err_set(err, ERR_CONF,
		"this configuration cannot be used; -c FILE names another");
}
