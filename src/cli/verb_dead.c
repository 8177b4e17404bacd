/* newswatch dead: what was given up; look at it, bring it back, or drop it. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/vec.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/queue_link.h"
#include "cli/verbs.h"
#include "config/value.h"
#include "model/json.h"
#include "model/limits.h"
#include "queue/dead.h"

#define LETTER_BYTES MIB(64) /* one letter as text, with its body */
#define ENTRY_BYTES 64 /* an id in a stream is shorter */
#define MAX_ENTRIES 10000 /* named on the command line */

/* Which letters; empty or 0: all. */
struct filter {
	struct span channel, route, reason;
	int64_t older_ms, newer_ms;
};

struct dead_run {
	struct queue_link link;
	struct filter filter;
	bool json;
	struct wall now;
	const struct action *action;
	VEC(char *) chosen; /* entries of this page to act on */
	char after[ENTRY_BYTES]; /* the page's last entry */
	size_t page; /* letters on it */
	size_t shown, done, absent;
	bool found; /* by the last single call */
	bool failed;
	struct err err;
};

/* What a letter is done to. */
struct action {
	const char *name;
	const char *did; /* in a confirmation; NULL: it is printed */
	void (*act)(struct redis *r, struct span prefix, struct span entry,
		dead_done_cb done, void *arg);
	bool bodies; /* named letters are shown in full */
};

static const struct action actions[] = {
	{"list", NULL, NULL, false},
	{"show", NULL, NULL, true},
	{"retry", "retried", dead_retry, false},
	{"drop", "dropped", dead_drop, false},
};

static const struct action *
action_find(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (span_eq_str(span_of(name), actions[i].name))
			return &actions[i];
	return NULL;
}

/* -- printing -------------------------------------------------------------- */
static void
put_row(const struct dead_letter *d, struct strbuf *b)
{
	char died[DATE_TEXT_SIZE];

	date_format((struct wall){d->dead_ms}, died);
	strbuf_printf(b, "%-18.*s  %s  %5u  %-12.*s %-12.*s  %.*s",
		SPAN_ARG(d->entry), died, d->attempts,
		SPAN_ARG(d->channel.n > 0 ? d->channel : SPAN_LIT("-")),
		SPAN_ARG(d->route.n > 0 ? d->route : SPAN_LIT("-")),
		SPAN_ARG(d->reason));
}

static void
put_full(const struct dead_letter *d, struct strbuf *b)
{
	struct span history = d->history, line;
	char made[DATE_TEXT_SIZE], died[DATE_TEXT_SIZE];

	date_format((struct wall){d->made_ms}, made);
	date_format((struct wall){d->dead_ms}, died);
	strbuf_printf(b,
		"letter     %.*s, a %s\nid         %.*s\nmade       %s\n"
		"given up   %s, after %u %s\nreason     %.*s\n",
		SPAN_ARG(d->entry), d->kind == DEAD_HIT ? "hit" : "delivery",
		SPAN_ARG(d->id), made, died, d->attempts,
		PLURAL(d->attempts, "attempt", "attempts"),
		SPAN_ARG(d->reason));
	if (d->channel.n > 0)
		strbuf_printf(b,
			"to         channel %.*s by route %.*s, group %.*s\n"
			"hits       %.*s\n",
			SPAN_ARG(d->channel), SPAN_ARG(d->route),
			SPAN_ARG(d->key), SPAN_ARG(d->hits));
	while (span_next(&history, '\n', &line))
		strbuf_printf(b, "history    %.*s\n", SPAN_ARG(line));
	strbuf_printf(b, "body       %.*s", SPAN_ARG(d->body));
}

static void
print_letter(struct dead_run *r, const struct dead_letter *d, bool full)
{
	struct strbuf b = STRBUF_INIT(LETTER_BYTES);

	if (r->json)
		dead_format(d, &b);
	else if (full)
		put_full(d, &b);
	else if (r->shown == 0)
		strbuf_str(&b,
			"letter              given up              tries  "
			"channel      route         reason\n");
	if (!r->json && !full)
		put_row(d, &b);
	r->shown++;
	out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
print_done(struct dead_run *r, const char *entry, const char *what)
{
	struct strbuf b = STRBUF_INIT(KIB(1));
	struct json_w w;

	if (r->json) {
		json_w_init(&w, &b);
		json_w_object(&w);
		json_w_kv_str(&w, "entry", entry);
		json_w_kv_str(&w, "result", what);
		json_w_object_end(&w);
	} else {
		strbuf_printf(&b, "%-9s %s", what, entry);
	}
	out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* -- asking ---------------------------------------------------------------- */
static bool
is_wanted(const struct dead_run *r, const struct dead_letter *d)
{
	const struct filter *f = &r->filter;
	int64_t age_ms = r->now.ms - d->dead_ms;
	char *reason;
	bool said;

	if ((f->channel.n > 0 && !span_eq(f->channel, d->channel)) ||
		(f->route.n > 0 && !span_eq(f->route, d->route)) ||
		(f->older_ms > 0 && age_ms < f->older_ms) ||
		(f->newer_ms > 0 && age_ms > f->newer_ms))
		return false;
	if (f->reason.n == 0)
		return true;
	reason = span_dup(f->reason);
	said = span_find_str(d->reason, reason) != SIZE_MAX;
	mem_free(&reason);
	return said;
}

static void
failed(struct dead_run *r, const struct err *err)
{
	r->failed = true;
	r->err = *err;
}

static void
on_page(const struct dead_letter *letters, size_t n, const struct err *err,
	void *arg)
{
	struct dead_run *r = arg;

	if (err)
		failed(r, err);
	r->page = n;
	for (size_t i = 0; i < n; i++) {
		if (!is_wanted(r, &letters[i]))
			continue;
		if (r->action->act)
			vec_push(&r->chosen, span_dup(letters[i].entry));
		else
			print_letter(r, &letters[i], false);
	}
	if (n > 0)
		snprintf(r->after, sizeof(r->after), "%.*s",
			SPAN_ARG(letters[n - 1].entry));
	loop_stop(r->link.loop);
}

static void
on_shown(const struct dead_letter *letters, size_t n, const struct err *err,
	void *arg)
{
	struct dead_run *r = arg;

	if (err)
		failed(r, err);
	r->found = n > 0;
	if (n > 0)
		print_letter(r, letters, true);
	loop_stop(r->link.loop);
}

static void
on_acted(bool found, const struct err *err, void *arg)
{
	struct dead_run *r = arg;

	if (err)
		failed(r, err);
	r->found = found;
	loop_stop(r->link.loop);
}

/* One letter, by its entry. An error ends the run. */
static void
act_on(struct dead_run *r, const char *entry)
{
	struct span prefix = span_of(r->link.prefix);

	if (r->action->act)
		r->action->act(
			r->link.redis, prefix, span_of(entry), on_acted, r);
	else
		dead_show(r->link.redis, prefix, span_of(entry), on_shown, r);
	loop_run(r->link.loop);
	if (r->failed) {
		err_wrap(&r->err, "%s", entry);
		return;
	}
	r->done += r->found;
	r->absent += !r->found;
	if (!r->found)
		fprintf(stderr, "newswatch dead: there is no letter %s\n",
			entry);
	else if (r->action->did)
		print_done(r, entry, r->action->did);
}

static void
drop_chosen(struct dead_run *r)
{
	vec_each (char **, entry, &r->chosen)
		mem_free(entry);
	vec_clear(&r->chosen);
}

/* Every letter there is, a page at a time. */
static void
go_through(struct dead_run *r)
{
	do {
		dead_list(r->link.redis, span_of(r->link.prefix),
			span_of(r->after), DEAD_LIST_MAX, on_page, r);
		loop_run(r->link.loop);
		for (size_t i = 0; i < r->chosen.n && !r->failed; i++)
			act_on(r, r->chosen.p[i]);
		drop_chosen(r);
	} while (r->page == DEAD_LIST_MAX && !r->failed && out_flush());
}

static int
finish(struct dead_run *r)
{
	if (r->failed) {
		fprintf(stderr, "newswatch dead: %s\n", r->err.msg);
		return out_end(EX_UNAVAILABLE);
	}
	if (r->action->did)
		fprintf(stderr, "newswatch dead: %s %zu %s\n", r->action->did,
			r->done, PLURAL(r->done, "letter", "letters"));
	else if (r->shown == 0 && r->absent == 0 && !r->json)
		fputs("no dead letters\n", stderr);
	return out_end(r->absent > 0 ? EX_DATAERR : EX_OK);
}

/* -- the command line ------------------------------------------------------ */
struct dead_options {
	struct queue_link_conf link;
	const char *channel, *route, *reason, *older, *newer;
	bool all, json, help;
};

static int
usage(const char *why, const char *what)
{
	fprintf(stderr, "newswatch dead: %s%s; see newswatch dead --help\n",
		why, what ? what : "");
	return EX_USAGE;
}

static bool
age(const char *text, int64_t *ms)
{
	return !text || (value_duration(span_of(text), ms) && *ms > 0);
}

/* EX_OK, or what is wrong, which is told. */
static int
check(struct dead_run *r, const struct dead_options *o,
	const struct verb_args *args)
{
	bool filtered =
		o->channel || o->route || o->reason || o->older || o->newer;

	r->action = action_find(args->rest[0]);
	if (!r->action)
		return usage("there are list, show, retry and drop, not ",
			args->rest[0]);
	if (!age(o->older, &r->filter.older_ms) ||
		!age(o->newer, &r->filter.newer_ms))
		return usage("an age is written 90s, 15m, 2h or 7d", NULL);
	if (args->n_rest > 1 && (filtered || o->all))
		return usage("either letters or --all and filters", NULL);
	if (args->n_rest > 1 && span_eq_str(span_of(r->action->name), "list"))
		return usage("list takes filters; for one letter: show ",
			args->rest[1]);
	if (r->action->bodies && args->n_rest == 1)
		return usage(
			"which letter? newswatch dead list names them", NULL);
	if (r->action->act && args->n_rest == 1 && !o->all)
		return usage(
			"name letters, or say --all (filters narrow it)", NULL);
	r->filter.channel = span_of(o->channel);
	r->filter.route = span_of(o->route);
	r->filter.reason = span_of(o->reason);
	return EX_OK;
}

static int
run(struct dead_run *r, const struct dead_options *o,
	const struct verb_args *args)
{
	struct err err;
	int code = check(r, o, args);

	if (code != EX_OK)
		return code;
	r->now = clock_wall();
	if (queue_link_open(&r->link, &o->link, &err) == -1) {
		fprintf(stderr, "newswatch dead: %s\n", err.msg);
		code = err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE;
	} else {
		for (size_t i = 1; i < args->n_rest && !r->failed; i++)
			act_on(r, args->rest[i]);
		if (args->n_rest == 1)
			go_through(r);
		code = finish(r);
	}
	queue_link_close(&r->link);
	vec_fini(&r->chosen);
	return code;
}

int
verb_dead(int argc, char **argv)
{
	struct dead_options o = {.json = false};
	const struct opt table[] = {QUEUE_LINK_OPTS(o.link),
		{0, "channel", OPT_TEXT, "NAME", "only letters to this channel",
			&o.channel},
		{0, "route", OPT_TEXT, "NAME", "only letters of this route",
			&o.route},
		{0, "reason", OPT_TEXT, "TEXT",
			"only letters whose reason contains this", &o.reason},
		{0, "older", OPT_TEXT, "AGE",
			"only letters given up longer ago than this (2h, 7d)",
			&o.older},
		{0, "newer", OPT_TEXT, "AGE", "only letters younger than this",
			&o.newer},
		{0, "all", OPT_FLAG, NULL,
			"retry or drop all letters that the filters leave",
			&o.all},
		VERB_OPT_JSON(&o.json), VERB_OPT_HELP(&o.help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &o.help,
		.least = 1,
		.most = MAX_ENTRIES,
		.synopsis = "newswatch dead list|show|retry|drop [LETTER]... "
			    "[--all] [FILTER]...",
		.about = "Lists what was given up, with the reason; shows a "
			 "letter with its history and body; sends it again "
			 "under its old id; or drops it.",
	};
	struct dead_run r = {.shown = 0};
	struct verb_args args;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	r.json = o.json || !isatty(STDOUT_FILENO);
	code = run(&r, &o, &args);
	verb_args_fini(&args);
	return code;
}
