/* See silence_names.h. */
#include "cli/silence_names.h"

#include <stdio.h>

#include "config/config.h"
#include "config/diag.h"
#include "model/limits.h"

#define REPORT_BYTES MIB(1)

static void
check_one(struct span name, const struct config *c)
{
	struct diag_nearest near = {.word = name};
	struct strbuf hint = STRBUF_INIT(2 * LIMIT_NAME_BYTES);

	for (size_t i = 0; i < c->entities.n; i++) {
		const struct entity *e = &c->entities.p[i];

		if (span_caseeq(name, e->name) || span_caseeq(name, e->id))
			return;
		diag_offer(&near, e->name);
		diag_offer(&near, e->id);
	}
	fprintf(stderr,
		"newswatch silence: warning: no watchlist has an entity with "
		"the name or id '%.*s'%s\n",
		SPAN_ARG(name), diag_suggest(&near, &hint));
	strbuf_fini(&hint);
}

void
silence_names_check(const struct entity_texts *names, const char *config_file)
{
	const struct config_options o = {
		.file = config_file, .parts = CONFIG_WATCHLISTS};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *c = NULL;
	struct err err;

	if (names->n == 0)
		return;
	if (config_load(&o, &c, &report, &err) == 0 && c->entities.n > 0)
		for (size_t i = 0; i < names->n; i++)
			check_one(names->p[i].text, c);
	config_unref(&c);
	strbuf_fini(&report);
}
