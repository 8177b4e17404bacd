/* newswatch reload: SIGHUP with an answer. */
#include <stdio.h>
#include <sysexits.h>

#include "base/plural.h"
#include "cli/args.h"
#include "cli/control.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/json.h"

static int
reload(const struct control *c)
{
	struct json *j = NULL;
	struct err err;
	int64_t feeds, entities;
	int code = EX_OK;

	if (control_ask(c, "POST", "/api/reload", &j, &err) != 0) {
		fprintf(stderr, "newswatch reload: %s\n", err.msg);
		return control_exit_code(&err);
	}
	fprintf(stderr, "%.*s", SPAN_ARG(json_get_text(j, "report")));
	if (json_bool(json_get(j, "ok"), false)) {
		feeds = json_get_int(j, "feeds", 0);
		entities = json_get_int(j, "entities", 0);
		printf("reloaded: %lld %s, %lld %s\n", (long long)feeds,
			PLURAL(feeds, "feed", "feeds"), (long long)entities,
			PLURAL(entities, "entity", "entities"));
	} else {
		fprintf(stderr,
			"newswatch reload: %.*s; the old configuration keeps "
			"running\n",
			SPAN_ARG(json_get_text(j, "error")));
		code = EX_CONFIG;
	}
	json_free(&j);
	return out_end(code);
}

int
verb_reload(int argc, char **argv)
{
	const char *config = NULL, *state_dir = NULL;
	bool help = false;
	const struct opt table[] = {
		CONTROL_OPTS(&config, &state_dir), VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis = "newswatch reload [-c FILE]",
		.about = "Has a running daemon load its configuration anew, "
			 "and prints what it says.",
	};
	struct verb_args args;
	struct control c = {0};
	struct err err;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	if (control_init(&c, config, state_dir, &err) == 0) {
		code = reload(&c);
	} else {
		fprintf(stderr, "newswatch reload: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&c);
	verb_args_fini(&args);
	return code;
}
