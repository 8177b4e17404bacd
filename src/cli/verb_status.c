/* newswatch status: is it running, what does it see, what waits. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/plural.h"
#include "cli/args.h"
#include "cli/control.h"
#include "cli/out.h"
#include "cli/queue_link.h"
#include "cli/status_queue.h"
#include "cli/verbs.h"
#include "config/value.h"
#include "model/json.h"
#include "model/limits.h"
#include "queue/status.h"

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

/* "3 hits": a number of j and what it counts. */
static void
put_count(struct strbuf *b, const struct json *j, const char *key,
	const char *one, const char *many)
{
	long long n = number(j, key);

	strbuf_printf(b, "%lld %s", n, PLURAL(n, one, many));
}

/* How the hits go: nothing before the first batch. */
static void
print_batches(const struct json *queue, struct strbuf *b)
{
	if (number(queue, "batches") == 0)
		return;
	strbuf_str(b, "           ");
	put_count(b, queue, "batches", "batch", "batches");
	strbuf_printf(
		b, ", %lld by transaction, ", number(queue, "transactions"));
	put_count(b, queue, "transactions_aborted", "transaction",
		"transactions");
	strbuf_str(b, " aborted\n");
}

static void
print_queue(const struct json *queue, struct strbuf *b)
{
	struct span message = json_get_text(queue, "message");
	long long oldest_s = number(queue, "oldest_unconfirmed_s");

	strbuf_printf(b, "queue      %.*s, %lld unpublished, %lld unconfirmed",
		SPAN_ARG(json_get_text(queue, "state")),
		number(queue, "unpublished"), number(queue, "unconfirmed"));
	if (oldest_s > 0) {
		strbuf_str(b, ", the oldest for ");
		value_duration_format(oldest_s * 1000, b);
	}
	strbuf_char(b, '\n');
	if (message.n > 0)
		strbuf_printf(b, "           %.*s\n", SPAN_ARG(message));
	print_batches(queue, b);
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
	strbuf_str(b, "watching   ");
	put_count(b, watch, "entities", "entity", "entities");
	strbuf_str(b, " by ");
	put_count(b, watch, "names", "name", "names");
	strbuf_printf(b, "\nfeeds      %lld: ", number(feeds, "total"));
	print_results(json_get(feeds, "by_result"), b);
	strbuf_str(b, "; ");
	put_count(b, feeds, "polls", "poll", "polls");
	strbuf_printf(
		b, ", %lld not modified\n", number(feeds, "not_modified"));
	if (json_bool(json_get(feeds, "network_down"), false))
		strbuf_str(b,
			"           no host answers: is the network down?\n");
	strbuf_str(b, "seen       ");
	put_count(b, counts, "documents", "document", "documents");
	strbuf_str(b, ", ");
	put_count(b, counts, "items_new", "new item", "new items");
	strbuf_str(b, ", ");
	put_count(b, counts, "hits", "hit", "hits");
	strbuf_char(b, '\n');
	print_queue(json_get(j, "queue"), b);
	status_queue_text(json_get(j, "redis"), b);
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

/* -- the queue alone: no daemon is asked ------------------------------------
 */
struct look {
	struct queue_link link;
	struct strbuf json;
	struct err err;
	bool failed;
};

static void
on_queue(const struct queue_status *s, const struct err *err, void *arg)
{
	struct look *l = arg;

	l->failed = err != NULL;
	if (err)
		l->err = *err;
	else
		queue_status_format(s, &l->json);
	loop_stop(l->link.loop);
}

static int
look(struct look *l, const struct queue_link_conf *conf, struct json **out,
	struct err *err)
{
	if (queue_link_open(&l->link, conf, err) != 0)
		return -1;
	queue_status_read(l->link.redis, span_of(l->link.prefix), on_queue, l);
	loop_run(l->link.loop);
	if (l->failed) {
		*err = l->err;
		return -1;
	}
	return json_parse(strbuf_as_span(&l->json), "queue", out, err);
}

static int
show_queue(const struct queue_link_conf *conf, bool as_json)
{
	struct look l = {.json = STRBUF_INIT(TEXT_BYTES)};
	struct strbuf b = STRBUF_INIT(TEXT_BYTES);
	struct json *j = NULL;
	struct err err;
	int code = EX_OK;

	if (look(&l, conf, &j, &err) != 0) {
		fprintf(stderr, "newswatch status: %s\n", err.msg);
		code = err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE;
	} else if (as_json) {
		out_line(strbuf_as_span(&l.json));
	} else {
		status_queue_text(j, &b);
		out_text(strbuf_as_span(&b));
	}
	json_free(&j);
	strbuf_fini(&b);
	strbuf_fini(&l.json);
	queue_link_close(&l.link);
	return out_end(code);
}

static int
show_daemon(const char *config, const char *state_dir, bool as_json)
{
	struct control c = {0};
	struct err err;
	int code;

	if (control_init(&c, config, state_dir, &err) == 0) {
		code = show(&c, as_json);
	} else {
		fprintf(stderr, "newswatch status: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&c);
	return code;
}

int
verb_status(int argc, char **argv)
{
	const char *config = NULL, *state_dir = NULL, *redis = NULL;
	bool queue = false, json = false, help = false;
	const struct opt table[] = {CONTROL_OPTS(&config, &state_dir),
		{0, "queue", OPT_FLAG, NULL,
			"only the queue and its workers, asked of Redis itself",
			&queue},
		{0, "redis", OPT_TEXT, "URL",
			"instead of redis.url; implies --queue", &redis},
		{0, "json", OPT_FLAG, NULL,
			"one JSON object (so too if not on a terminal)", &json},
		VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis = "newswatch status [-c FILE] [--queue] [--json]",
		.about = "Shows what a running daemon sees and what waits.",
	};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	json = json || !isatty(STDOUT_FILENO);
	if (queue || redis)
		code = show_queue(
			&(struct queue_link_conf){config, state_dir, redis},
			json);
	else
		code = show_daemon(config, state_dir, json);
	verb_args_fini(&args);
	return code;
}
