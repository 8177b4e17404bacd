/* newswatch feeds: every feed of a running daemon, with its last result. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/args.h"
#include "cli/control.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"

/* Time of day is enough on a line. */
static struct span
short_time(struct span rfc3339)
{
	return rfc3339.n >= 16 ? span_sub(rfc3339, 5, 11) : SPAN_LIT("-");
}

static bool
print_feed(const struct json *f, bool as_json)
{
	struct strbuf b = STRBUF_INIT(MIB(1));
	struct span error = json_get_text(f, "error");
	bool go_on;

	if (as_json) {
		json_dump(f, &b);
	} else {
		strbuf_printf(&b, "%-10.*s %5lld %6lld  %-11.*s %-11.*s  %.*s",
			SPAN_ARG(json_get_text(f, "result")),
			(long long)json_get_int(f, "items", 0),
			(long long)json_get_int(f, "polls", 0),
			SPAN_ARG(short_time(json_get_text(f, "last_ok"))),
			SPAN_ARG(short_time(json_get_text(f, "next_due"))),
			SPAN_ARG(json_get_text(f, "url")));
		if (error.n > 0)
			strbuf_printf(&b, "\n           %.*s", SPAN_ARG(error));
	}
	go_on = out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
	return go_on;
}

/* One page; *from is where the next begins, -1 after the last. */
static int
print_page(
	const struct control *c, bool as_json, int64_t *from, struct err *err)
{
	char *path = mem_printf("/api/feeds?from=%lld", (long long)*from);
	struct json *j = NULL;
	const struct json *list;
	int rc = control_ask(c, "GET", path, &j, err);

	mem_free(&path);
	if (rc != 0)
		return -1;
	list = json_get(j, "feeds");
	*from = json_get_int(j, "next", -1);
	for (size_t i = 0; i < json_size(list); i++) {
		if (print_feed(json_at(list, i), as_json))
			continue;
		*from = -1;
		break;
	}
	json_free(&j);
	return 0;
}

static int
list(const struct control *c, bool as_json)
{
	int64_t from = 0;
	struct err err;

	if (!as_json)
		out_line(SPAN_LIT("last       items  polls  "
				  "last ok     next        feed"));
	while (from >= 0) {
		if (print_page(c, as_json, &from, &err) == 0)
			continue;
		fprintf(stderr, "newswatch feeds: %s\n", err.msg);
		return out_end(control_exit_code(&err));
	}
	return out_end(EX_OK);
}

int
verb_feeds(int argc, char **argv)
{
	const char *config = NULL, *state_dir = NULL;
	bool json = false, help = false;
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE", "the daemon's configuration",
			&config},
		{0, "state-dir", OPT_TEXT, "DIR", "its state directory",
			&state_dir},
		{0, "json", OPT_FLAG, NULL,
			"JSON Lines (so too if not on a terminal)", &json},
		{'h', "help", OPT_FLAG, NULL, "this text", &help}, {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis = "newswatch feeds [-c FILE] [--json]",
		.about = "Lists the feeds of a running daemon: how the last "
			 "poll ended, and when the next is due.",
	};
	struct verb_args args;
	struct control c = {0};
	struct err err;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	if (control_init(&c, config, state_dir, &err) == 0) {
		code = list(&c, json || !isatty(STDOUT_FILENO));
	} else {
		fprintf(stderr, "newswatch feeds: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&c);
	verb_args_fini(&args);
	return code;
}
