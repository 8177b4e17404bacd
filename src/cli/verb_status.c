/* newswatch status: is it running, what does it see, what waits. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/control.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"

#define TEXT_BYTES MIB(1)

static void
print_failing(const struct json *feeds, struct strbuf *b)
{
	const struct json *list = json_get(feeds, "failing");

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *f = json_at(list, i);

		strbuf_printf(b, "  %-10.*s %.*s\n             %.*s\n",
			SPAN_ARG(json_get_text(f, "result")),
			SPAN_ARG(json_get_text(f, "url")),
			SPAN_ARG(json_get_text(f, "error")));
	}
}

/* "ok 30, unchanged 2": the results that occur. */
static void
print_results(const struct json *by, struct strbuf *b)
{
	struct json_iter it = {0};
	const char *comma = "";

	while (json_next(by, &it)) {
		if (json_int(it.value, 0) == 0)
			continue;
		strbuf_printf(b, "%s%.*s %lld", comma, SPAN_ARG(it.key),
			(long long)json_int(it.value, 0));
		comma = ", ";
	}
}

static long long
number(const struct json *j, const char *key)
{
	return (long long)json_get_int(j, key, 0);
}

static void
print_queue(const struct json *queue, struct strbuf *b)
{
	struct span message = json_get_text(queue, "message");

	strbuf_printf(b,
		"queue      %.*s, %lld unpublished, %lld unconfirmed\n",
		SPAN_ARG(json_get_text(queue, "state")),
		number(queue, "unpublished"), number(queue, "unconfirmed"));
	if (message.n > 0)
		strbuf_printf(b, "           %.*s\n", SPAN_ARG(message));
}

static void
print_redis(const struct json *redis, struct strbuf *b)
{
	const struct json *workers = json_get(redis, "workers");
	unsigned alive = 0;

	if (json_type(redis) != JSON_OBJECT_)
		return;
	for (size_t i = 0; i < json_size(workers); i++)
		alive += json_bool(
			json_get(json_at(workers, i), "alive"), false);
	strbuf_printf(b,
		"workers    %u alive; stream of %lld, %lld unread, %lld being "
		"taken in; %lld dead letters\n",
		alive, number(redis, "entries"), number(redis, "unread"),
		number(redis, "pending"), number(redis, "dead"));
}

static void
print_text(const struct json *j, struct strbuf *b)
{
	const struct json *feeds = json_get(j, "feeds");
	const struct json *watch = json_get(j, "watch");
	const struct json *counts = json_get(j, "counts");
	const struct json *pool = json_get(j, "analysers");
	const struct json *config = json_get(j, "config");

	strbuf_printf(b, "newswatchd %.*s, pid %lld, up %lld s, since %.*s\n",
		SPAN_ARG(json_get_text(j, "version")), number(j, "pid"),
		number(j, "uptime_s"), SPAN_ARG(json_get_text(j, "started")));
	strbuf_printf(b, "config     %.*s, loaded %.*s\n",
		SPAN_ARG(json_get_text(config, "file")),
		SPAN_ARG(json_get_text(config, "loaded")));
	if (json_get_text(config, "error").n > 0)
		strbuf_printf(b,
			"           the last reload was refused: %.*s\n",
			SPAN_ARG(json_get_text(config, "error")));
	strbuf_printf(b, "watching   %lld entities by %lld names\n",
		number(watch, "entities"), number(watch, "names"));
	strbuf_printf(b, "feeds      %lld: ", number(feeds, "total"));
	print_results(json_get(feeds, "by_result"), b);
	strbuf_printf(b, "; %lld polls, %lld not modified\n",
		number(feeds, "polls"), number(feeds, "not_modified"));
	if (json_bool(json_get(feeds, "network_down"), false))
		strbuf_str(b,
			"           no host answers: is the network down?\n");
	strbuf_printf(b,
		"seen       %lld documents, %lld new items, %lld hits\n",
		number(counts, "documents"), number(counts, "items_new"),
		number(counts, "hits"));
	print_queue(json_get(j, "queue"), b);
	print_redis(json_get(j, "redis"), b);
	strbuf_printf(b,
		"analysers  %lld, %lld busy; %lld crashed, %lld timed out\n",
		number(pool, "children"), number(pool, "busy"),
		number(pool, "crashed"), number(pool, "timed_out"));
	if (json_size(json_get(feeds, "failing")) > 0 &&
		!json_bool(json_get(feeds, "network_down"), false)) {
		strbuf_str(b, "feeds that fail:\n");
		print_failing(feeds, b);
	}
}

static int
show(const struct control *c, bool as_json)
{
	struct strbuf b = STRBUF_INIT(TEXT_BYTES);
	struct json *j = NULL;
	struct err err;
	int code = EX_OK;

	if (control_ask(c, "GET", "/api/status", &j, &err) != 0) {
		fprintf(stderr, "newswatch status: %s\n", err.msg);
		code = control_exit_code(&err);
	} else if (as_json) {
		json_dump(j, &b);
		out_line(strbuf_as_span(&b));
	} else {
		print_text(j, &b);
		out_text(strbuf_as_span(&b));
	}
	json_free(&j);
	strbuf_fini(&b);
	return out_end(code);
}

int
verb_status(int argc, char **argv)
{
	const char *config = NULL, *state_dir = NULL;
	bool json = false, help = false;
	const struct opt table[] = {
		{'c', "config", OPT_TEXT, "FILE", "the daemon's configuration",
			&config},
		{0, "state-dir", OPT_TEXT, "DIR", "its state directory",
			&state_dir},
		{0, "json", OPT_FLAG, NULL,
			"one JSON object (so too if not on a terminal)", &json},
		{'h', "help", OPT_FLAG, NULL, "this text", &help}, {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis = "newswatch status [-c FILE] [--json]",
		.about = "Shows what a running daemon sees and what waits.",
	};
	struct verb_args args;
	struct control c = {0};
	struct err err;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	if (control_init(&c, config, state_dir, &err) == 0) {
		code = show(&c, json || !isatty(STDOUT_FILENO));
	} else {
		fprintf(stderr, "newswatch status: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&c);
	verb_args_fini(&args);
	return code;
}
