/* See classifying.h. */
#include "trial/classifying.h"

#include <stdio.h>
#include <sysexits.h>

#include "base/plural.h"
#include "config/events.h"
#include "event/compile.h"
#include "model/limits.h"

static int
compile_types(struct classifying *c, const struct event_catalog *catalog,
	struct strbuf *messages, struct err *err)
{
	struct report report = {.put = report_to_strbuf, .arg = messages};

	if (events_compile(event_catalog_types(catalog), &report, &c->block,
		    NULL, err) != 0)
		return -1;
	if (report.errors)
		return err_set(err, ERR_CONF, "%u %s in event types",
			report.errors,
			PLURAL(report.errors, "mistake", "mistakes"));
	return events_open(c->block.p, c->block.n, EVENTS_OWN, &c->events, err);
}

int
classifying_init(
	struct classifying *c, const struct opt_texts *files, const char *verb)
{
	struct strbuf messages = STRBUF_INIT(MIB(1));
	struct event_catalog *catalog = NULL;
	struct err err = {0};
	int rc;

	*c = (struct classifying){.block = STRBUF_INIT(EVENTS_BYTES_MAX)};
	rc = config_load_events(files->p, files->n, &catalog, &messages, &err);
	if (rc == 0)
		rc = compile_types(c, catalog, &messages, &err);
	fputs(strbuf_cstr(&messages), stderr);
	if (rc != 0)
		fprintf(stderr, "newswatch %s: %s\n", verb, err.msg);
	else
		c->classifier = classifier_new(c->events);
	event_catalog_free(&catalog);
	strbuf_fini(&messages);
	return rc == 0 ? EX_OK : EX_CONFIG;
}

void
classifying_fini(struct classifying *c)
{
	classifier_free(&c->classifier);
	events_close(&c->events);
	strbuf_fini(&c->block);
}
