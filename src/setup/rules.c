#include "setup/rules.h"

#include "config/diag.h"
#include "deliver/channel.h"
#include "route/inhibit.h"

int
rules_compile(const struct route_list *routes,
	const struct channel_list *channels,
	const struct inhibit_list *inhibits, struct routes **out,
	struct strbuf *report, struct err *err)
{
	struct diag *diag = diag_new();
	struct report told = {.put = diag_put, .arg = diag};
	struct strbuf first = STRBUF_INIT(ERR_MSG_MAX);
	int rc;

	rc = route_compile(routes, channels, &told, out, err);
	inhibit_check(inhibits, &told);
	for (size_t i = 0; i < channels->n; i++)
		channel_check(&channels->p[i], &told);
	diag_format(diag, report);
	if (diag_errors(diag) > 0) {
		if (rc == 0)
			route_free(out);
		diag_format_first(diag, &first);
		rc = err_set(err, ERR_CONF, "%s", strbuf_cstr(&first));
	}
	strbuf_fini(&first);
	diag_free(&diag);
	return rc;
}
