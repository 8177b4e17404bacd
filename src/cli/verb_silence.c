/* newswatch silence: what nobody wants to hear of for a while. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/rng.h"
#include "base/vec.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/queue_link.h"
#include "cli/silence_names.h"
#include "cli/verbs.h"
#include "config/value.h"
#include "model/json.h"
#include "queue/silences.h"
#include "setup/silence.h"

#define LINE_BYTES KIB(256)
#define ID_BYTES 4

struct silence_options {
	struct queue_link_conf link;
	const char *duration, *until, *author, *comment;
	bool all, json, help;
};

struct silence_run {
	const struct silence_options *options;
	const char *const *words; /* behind the action */
	size_t n_words;
	struct queue_link link;
	struct arena *arena;
	bool json;
	/* Answers. */
	char result[16];
	struct err err;
	int code;
};

static int
fail(struct silence_run *r, int code, const char *why)
{
	fprintf(stderr, "newswatch silence: %s\n", why);
	r->code = code;
	return code;
}

static int
connect_queue(struct silence_run *r)
{
	struct err err;

	if (queue_link_open(&r->link, &r->options->link, &err) == 0)
		return EX_OK;
	return fail(
		r, err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE, err.msg);
}

/* -- add ------------------------------------------------------------------- */
static bool
end_of(const struct silence_options *o, struct wall *end)
{
	int64_t ms;

	if (o->until)
		return date_parse(span_of(o->until), end);
	if (!value_duration(span_of(o->duration), &ms) || ms == 0)
		return false;
	end->ms = clock_wall().ms + ms;
	return true;
}

/* What is wrong with the options; NULL: nothing. */
static const char *
wrong_options(const struct silence_run *r, struct wall *end)
{
	const struct silence_options *o = r->options;

	if (!o->duration == !o->until)
		return "say how long: --for 2h, or --until 2026-03-01T18:00Z";
	if (!end_of(o, end))
		return o->until ? "--until is no date"
				: "--for is no duration: write 90m, 2h or 7d";
	if (end->ms <= clock_wall().ms)
		return "--until is over already";
	if (r->n_words == 0 && !o->all)
		return "name what is not to be told, such as entities=Meta or "
		       "events=mna; --all for everything";
	if (r->n_words > 0 && o->all)
		return "either matchers or --all";
	return NULL;
}

static void
on_set(const char *what, const struct err *err, void *arg)
{
	struct silence_run *r = arg;

	snprintf(r->result, sizeof(r->result), "%s", what ? what : "");
	if (err)
		r->err = *err;
	loop_stop(r->link.loop);
}

static void
set(struct silence_run *r, struct span id, struct span json, int64_t until_ms)
{
	silences_set(r->link.redis, span_of(r->link.prefix), id, json, until_ms,
		on_set, r);
	if (!r->result[0] && r->err.kind == ERR_NONE)
		loop_run(r->link.loop);
}

static void
print_added(struct silence_run *r, const struct silence *s)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);
	char until[DATE_TEXT_SIZE];
	struct json_w w;

	date_format((struct wall){s->until_ms}, until);
	if (r->json) {
		json_w_init(&w, &b);
		json_w_object(&w);
		json_w_kv_text(&w, "id", s->id);
		json_w_kv_str(&w, "until", until);
		json_w_object_end(&w);
	} else {
		strbuf_printf(
			&b, "silence %.*s until %s", SPAN_ARG(s->id), until);
	}
	out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
store(struct silence_run *r, const struct silence *s)
{
	struct strbuf json = STRBUF_INIT(LINE_BYTES);

	silence_format(s, &json);
	set(r, s->id, strbuf_as_span(&json), s->until_ms);
	strbuf_fini(&json);
	if (r->err.kind != ERR_NONE) {
		fail(r, EX_UNAVAILABLE, r->err.msg);
	} else if (span_eq_str(span_of(r->result), "full")) {
		fail(r, EX_UNAVAILABLE,
			"there are too many silences; fewer with more matchers "
			"do the same");
	} else {
		print_added(r, s);
	}
}

static void
make_id(char id[SILENCE_ID_SIZE])
{
	uint8_t bytes[ID_BYTES];

	rng_secret(bytes, sizeof(bytes));
	hash_to_hex(bytes, sizeof(bytes), id);
}

static int
add(struct silence_run *r)
{
	const struct silence_options *o = r->options;
	const char *user = getenv("USER");
	struct silence s = {.comment = span_of(o->comment)};
	char id[SILENCE_ID_SIZE], created[DATE_TEXT_SIZE];
	VEC(struct span) words = {0};
	struct wall end;
	struct err err;
	const char *why = wrong_options(r, &end);

	if (why)
		return fail(r, EX_USAGE, why);
	make_id(id);
	date_format(clock_wall(), created);
	s.id = span_of(id);
	s.created = span_of(created);
	s.until_ms = end.ms;
	s.author = span_of(o->author ? o->author : user ? user : "unknown");
	if (s.author.n > SILENCE_TEXT_MAX || s.comment.n > SILENCE_TEXT_MAX ||
		!span_is_utf8(s.author) || !span_is_utf8(s.comment))
		return fail(r, EX_USAGE,
			"--author and --comment are UTF-8 of at most 1000 "
			"bytes");
	for (size_t i = 0; i < r->n_words; i++)
		vec_push(&words, span_of(r->words[i]));
	if (silence_match_words(&s, words.p, words.n, r->arena, &err) == -1)
		fail(r, EX_USAGE, err.msg);
	else if (!silence_names_check(&s, &o->link))
		r->code = EX_USAGE;
	else if (connect_queue(r) == EX_OK)
		store(r, &s);
	vec_fini(&words);
	return r->code;
}

/* -- expire ---------------------------------------------------------------- */
static void
expire_one(struct silence_run *r, const char *id)
{
	char *text;

	r->result[0] = '\0';
	set(r, span_of(id), SPAN_NULL, 0);
	if (r->err.kind != ERR_NONE) {
		fail(r, EX_UNAVAILABLE, r->err.msg);
		return;
	}
	if (span_eq_str(span_of(r->result), "done")) {
		text = mem_printf(r->json ? "{\"id\":\"%s\",\"result\":"
					    "\"expired\"}"
					  : "expired %s",
			id);
		out_line(span_of(text));
	} else {
		text = mem_printf(span_eq_str(span_of(r->result), "over")
				? "silence %s has ended already"
				: "there is no silence %s; `newswatch silence "
				  "list` shows them",
			id);
		fail(r, EX_NOINPUT, text);
	}
	mem_free(&text);
}

/* Ids are hex digits: nothing else is looked for, or shown. */
static bool
is_id(struct span id)
{
	uint8_t bytes[ID_BYTES];

	return id.n == 2 * ID_BYTES && hash_from_hex(id, bytes, ID_BYTES);
}

static int
expire(struct silence_run *r)
{
	if (r->n_words == 0)
		return fail(r, EX_USAGE, "name the silence by its id");
	for (size_t i = 0; i < r->n_words; i++)
		if (!is_id(span_of(r->words[i])))
			return fail(
				r, EX_USAGE, "a silence's id has 8 hex digits");
	if (connect_queue(r) != EX_OK)
		return r->code;
	for (size_t i = 0; i < r->n_words && r->err.kind == ERR_NONE; i++)
		expire_one(r, r->words[i]);
	return r->code;
}

/* -- list ------------------------------------------------------------------ */
static void
put_json(const struct silences_row *row, const struct silence *s, bool active,
	struct strbuf *b)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_object(&w);
	json_w_kv_text(&w, "id", row->id);
	json_w_kv_bool(&w, "active", active);
	json_w_key(&w, "until");
	json_w_time(&w, (struct wall){row->until_ms});
	json_w_kv_int(&w, "muted", row->muted);
	silence_put(s, &w);
	json_w_object_end(&w);
}

static void
put_text(const struct silences_row *row, const struct silence *s, bool active,
	struct strbuf *b)
{
	char until[DATE_TEXT_SIZE];

	date_format((struct wall){row->until_ms}, until);
	strbuf_printf(b, "%-8.*s  %s%s  %6" PRId64 "  %-10.*s  ",
		SPAN_ARG(row->id), until, active ? " " : "*", row->muted,
		SPAN_ARG(s->author));
	if (s->matchers.n == 0)
		strbuf_str(b, "everything");
	for (size_t i = 0; i < s->matchers.n; i++)
		strbuf_printf(b, "%s%.*s", i > 0 ? " " : "",
			SPAN_ARG(s->matchers.p[i].text));
	if (s->comment.n > 0)
		strbuf_printf(b, "  # %.*s", SPAN_ARG(s->comment));
}

static bool
print_row(struct silence_run *r, const struct silences_row *row, bool active,
	bool first)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);
	struct silence s;
	struct err err;
	bool go_on;

	if (silence_parse(row->json, row->until_ms, r->arena, &s, &err) == -1)
		s.comment = SPAN_LIT("this newswatch cannot read it");
	if (r->json)
		put_json(row, &s, active, &b);
	else if (first)
		strbuf_str(&b,
			"silence   until                  muted  author      "
			"what\n");
	if (!r->json)
		put_text(row, &s, active, &b);
	go_on = out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
	return go_on;
}

static int
by_end(const void *a, const void *b)
{
	const struct silences_row *x = a, *y = b;

	return x->until_ms < y->until_ms ? -1 : x->until_ms > y->until_ms;
}

static void
on_list(const struct silences_row *rows, size_t n, int64_t now_ms,
	const struct err *err, void *arg)
{
	struct silence_run *r = arg;
	VEC(struct silences_row) sorted = {0};
	bool first = true;

	for (size_t i = 0; i < n; i++)
		if (r->options->all || rows[i].until_ms > now_ms)
			vec_push(&sorted, rows[i]);
	if (sorted.n > 0)
		qsort(sorted.p, sorted.n, sizeof(*sorted.p), by_end);
	for (size_t i = 0; i < sorted.n; i++) {
		if (!print_row(r, &sorted.p[i], sorted.p[i].until_ms > now_ms,
			    first))
			break;
		first = false;
	}
	if (err)
		fail(r, EX_UNAVAILABLE, err->msg);
	else if (sorted.n == 0 && !r->json)
		out_line(SPAN_LIT("no silences"));
	vec_fini(&sorted);
	snprintf(r->result, sizeof(r->result), "listed");
	loop_stop(r->link.loop);
}

static int
list(struct silence_run *r)
{
	if (r->n_words > 0)
		return fail(r, EX_USAGE, "list takes no arguments");
	if (connect_queue(r) != EX_OK)
		return r->code;
	silences_list(r->link.redis, span_of(r->link.prefix), on_list, r);
	if (!r->result[0])
		loop_run(r->link.loop);
	return r->code;
}

/* -- the verb -------------------------------------------------------------- */
static const struct {
	const char *name;
	int (*run)(struct silence_run *r);
} actions[] = {
	{"add", add},
	{"list", list},
	{"expire", expire},
};

static int
run(struct silence_run *r, const struct verb_args *args)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (!span_eq_str(span_of(args->rest[0]), actions[i].name))
			continue;
		r->words = args->rest + 1;
		r->n_words = args->n_rest - 1;
		r->arena = arena_new();
		actions[i].run(r);
		queue_link_close(&r->link);
		arena_free(&r->arena);
		return out_end(r->code);
	}
	return fail(r, EX_USAGE, "it is add, list or expire");
}

int
verb_silence(int argc, char **argv)
{
	struct silence_options o = {.json = false};
	const struct opt table[] = {QUEUE_LINK_OPTS(o.link),
		{0, "for", OPT_TEXT, "DURATION", "how long: 90m, 2h, 7d",
			&o.duration},
		{0, "until", OPT_TEXT, "TIME", "until when, instead", &o.until},
		{0, "author", OPT_TEXT, "NAME", "who wants it ($USER)",
			&o.author},
		{0, "comment", OPT_TEXT, "TEXT", "why", &o.comment},
		{0, "all", OPT_FLAG, NULL,
			"add: everything; list: also those that ended", &o.all},
		VERB_OPT_JSON(&o.json), VERB_OPT_HELP(&o.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &o.help,
		.least = 1,
		.most = SILENCE_MATCHERS + 1,
		.synopsis = "newswatch silence add --for DURATION "
			    "KEY=VALUE...\n"
			    "       newswatch silence list [--all]\n"
			    "       newswatch silence expire ID...",
		.about = "Hits that a silence matches are counted and not told "
			 "until it ends. Keys are those of a route's `when`, "
			 "and routes and channels: entities=Meta "
			 "'relevance<60' channels=pager. All keys must hold; "
			 "values of one key are alternatives.",
	};
	struct silence_run r = {.options = &o};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	r.json = o.json || !isatty(STDOUT_FILENO);
	code = run(&r, &args);
	verb_args_fini(&args);
	return code;
}
