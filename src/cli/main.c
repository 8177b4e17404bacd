/*
 * newswatch: the command line. A row of the table is a verb; each verb has its
 * own file and parses its own options.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/span.h"
#include "cli/out.h"
#include "cli/verbs.h"

#define SUGGEST_DISTANCE 2

enum verb_group { GROUP_RUN, GROUP_LOOK, GROUP_OPERATE, N_GROUPS };

static const char *const group_names[N_GROUPS] = {
	[GROUP_RUN] = "Run",
	[GROUP_LOOK] = "Try it on files",
	[GROUP_OPERATE] = "Operate a running system",
};

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
	enum verb_group group;
};

static const struct verb verbs[] = {
	{"check", verb_check, "validate the configuration and sum it up",
		GROUP_LOOK},
	{"demo", verb_demo, "show it on a small feed of its own, no network",
		GROUP_RUN},
	{"run", verb_run, "everything in the foreground, nothing to set up",
		GROUP_RUN},
	{"parse", verb_parse, "read feed documents, print them as JSON Lines",
		GROUP_LOOK},
	{"fetch", verb_fetch, "one poll of a feed, every header and decision",
		GROUP_LOOK},
	{"extract", verb_extract, "the article in a web page", GROUP_LOOK},
	{"match", verb_match, "find watched entities in articles, print hits",
		GROUP_LOOK},
	{"events", verb_events, "find out what articles report, by event types",
		GROUP_LOOK},
	{"stories", verb_stories,
		"find articles that report the same happening", GROUP_LOOK},
	{"why", verb_why, "explain why articles did or did not hit",
		GROUP_LOOK},
	{"watch", verb_watch, "what is watched; make a watchlist of a list",
		GROUP_LOOK},
	{"route", verb_route, "which route takes a hit, and why", GROUP_LOOK},
	{"schedule", verb_schedule, "replay the polling policy on a trace",
		GROUP_LOOK},
	{"status", verb_status, "what a running daemon sees and what waits",
		GROUP_OPERATE},
	{"story", verb_story, "its stories: who says so, what each item adds",
		GROUP_OPERATE},
	{"tail", verb_tail, "hits as they come, or from some time on",
		GROUP_OPERATE},
	{"dead", verb_dead, "deliveries that were given up: look, retry, drop",
		GROUP_OPERATE},
	{"feeds", verb_feeds, "its feeds; import and export subscription lists",
		GROUP_OPERATE},
	{"send", verb_send, "try a channel with a sample hit", GROUP_OPERATE},
	{"ack", verb_ack, "take care of an alert: it is not told again",
		GROUP_OPERATE},
	{"silence", verb_silence, "what nobody wants to hear of for a while",
		GROUP_OPERATE},
	{"reload", verb_reload, "have it load its configuration anew",
		GROUP_OPERATE},
};

#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void
print_group(enum verb_group group, FILE *out)
{
	bool named = false;

	for (size_t i = 0; i < N_VERBS; i++) {
		if (verbs[i].group != group)
			continue;
		if (!named)
			fprintf(out, "\n%s:\n", group_names[group]);
		named = true;
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	}
}

static void
print_help(FILE *out)
{
	fputs("usage: newswatch VERB [OPTION]... [ARGUMENT]...\n"
	      "       newswatch VERB --help\n"
	      "       newswatch --version\n",
		out);
	for (int group = 0; group < N_GROUPS; group++)
		print_group((enum verb_group)group, out);
}

static const struct verb *
find_verb(struct span name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (span_eq_str(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

static int
unknown_verb(const char *name)
{
	const char *best = NULL;
	unsigned least = SUGGEST_DISTANCE + 1;

	if (name[0] == '-') {
		fprintf(stderr,
			"newswatch: %s: options come after the verb: "
			"newswatch VERB %s ...\n",
			name, name);
		return EX_USAGE;
	}
	/* Any two letters are two changes away from any other two. */
	if (strlen(name) < least)
		least = (unsigned)strlen(name);

	for (size_t i = 0; i < N_VERBS; i++) {
		unsigned d = span_distance(span_of(name),
			span_of(verbs[i].name), SUGGEST_DISTANCE);

		if (d < least) {
			least = d;
			best = verbs[i].name;
		}
	}
	fprintf(stderr, "newswatch: unknown verb '%s'", name);
	if (best)
		fprintf(stderr, ": did you mean '%s'?\n", best);
	else
		fputs("; `newswatch --help` lists them\n", stderr);
	return EX_USAGE;
}

/* `newswatch help VERB` */
static int
help_of(const char *name)
{
	char help[] = "--help";
	char *argv[] = {(char *)(uintptr_t)name, help, NULL};
	const struct verb *v = find_verb(span_of(name));

	return v ? v->run(2, argv) : unknown_verb(name);
}

static bool
is_option(const char *arg, const char *letter, const char *name)
{
	return span_eq_str(span_of(arg), letter) ||
		span_eq_str(span_of(arg), name);
}

int
main(int argc, char **argv)
{
	const struct verb *v;

	/* A closed pipe shows as EPIPE of the write: see cli/out.h. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		print_help(stderr);
		return EX_USAGE;
	}
	if (argc > 2 && span_eq_str(span_of(argv[1]), "help"))
		return help_of(argv[2]);
	if (is_option(argv[1], "-h", "--help") ||
		is_option(argv[1], "help", "help")) {
		print_help(stdout);
		return out_end(EX_OK);
	}
	if (is_option(argv[1], "-V", "--version")) {
		out_line(SPAN_LIT("newswatch " PACKAGE_VERSION));
		return out_end(EX_OK);
	}
	v = find_verb(span_of(argv[1]));
	return v ? v->run(argc - 1, argv + 1) : unknown_verb(argv[1]);
}
