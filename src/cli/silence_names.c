/* See silence_names.h. */
#include "cli/silence_names.h"

#include <stdio.h>
#include <unistd.h>

#include "config/config.h"
#include "model/limits.h"
#include "setup/names.h"

#define REPORT_BYTES MIB(1)
#define VERB "newswatch silence: "

static void
put(const struct place *place, enum report_level level, const char *message,
	void *arg)
{
	(void)place;
	(void)level;
	(void)arg;
	fprintf(stderr, VERB "%s\n", message);
}

/* NULL if nothing of it is needed, or there is none that can be used. */
static struct config *
load(const struct silence *s, const struct queue_link_conf *conf)
{
	const struct config_options o = {
		.file = conf->config_file, .parts = names_parts(s)};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *c = NULL;
	struct err err;

	if (o.parts == CONFIG_MAIN ||
		(!o.file &&
			(conf->state_dir ||
				access(NW_SYSCONFDIR "/newswatch.yaml", F_OK) !=
					0)))
		return NULL;
	if (config_load(&o, &c, &report, &err) != 0)
		fprintf(stderr,
			VERB "warning: its names are not checked, the "
			     "configuration has mistakes: %s\n",
			err.msg);
	strbuf_fini(&report);
	return c;
}

bool
silence_names_check(const struct silence *s, const struct queue_link_conf *conf)
{
	struct report report = {.put = put};
	struct config *c = load(s, conf);

	names_check_silence(s, c, &report);
	config_unref(&c);
	return report.errors == 0;
}
