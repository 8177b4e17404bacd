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

void
config_report_nothing(
	const char *file, size_t feeds, size_t entities, struct strbuf *out)
{
	if (entities == 0)
		strbuf_printf(out,
			"%s: warning: nothing is watched, so nothing can be "
			"found; add 'entities:' or include a watchlist\n",
			file);
	if (feeds == 0)
		strbuf_printf(out,
			"%s: warning: there are no feeds, so nothing is read; "
			"add 'feeds:' or include a file that has them\n",
			file);
}
