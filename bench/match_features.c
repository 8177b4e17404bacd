/*
 * Candidates and their features as tab-separated lines, for
 * src/match/data/train.py:
 *
 *	bench/match_features WATCHLIST ARTICLES > features.tsv
 *
 * item, entity, class of the name, probability if a rule decided (else -1),
 * then name=value of every feature that is not 0.
 */
#include <stdio.h>
#include <sysexits.h>

#include "trial/articles.h"
#include "trial/watching.h"

struct dump {
	struct watching watching;
	struct arena *arena;
	struct span id;
};

static void
on_candidate(const struct match_candidate *c, void *arg)
{
	const struct dump *d = arg;
	size_t i;

	if (c->dropped || c->is_evidence)
		return;
	printf("%.*s\t%.*s\t%u\t%.3f", SPAN_ARG(d->id),
		SPAN_ARG(c->entity_name), c->name_class,
		c->weighed ? -1.0 : c->confidence);
	for (i = 0; i < c->n_reasons; i++)
		printf("\t%s=%g", c->reasons[i].name, c->reasons[i].value);
	putchar('\n');
}

static bool
on_article(const struct article *a, void *arg)
{
	struct dump *d = arg;
	struct match_explain explain = {.candidate = on_candidate, .arg = d};
	struct match_options options = {.all = true, .explain = &explain};
	struct match_result found;

	d->id = a->name.n ? a->name : span_of(a->id);
	arena_reset(d->arena);
	match_item(d->watching.matcher, a->item, &options, d->arena, &found);
	return true;
}

int
main(int argc, char **argv)
{
	struct dump d = {.arena = arena_new()};
	struct opt_texts lists = {(const char *[]){argv[1]}, 1};
	struct err err = {0};
	int code = EX_USAGE;

	if (argc != 3) {
		fputs("usage: match_features WATCHLIST ARTICLES\n", stderr);
		return code;
	}
	code = watching_init(&d.watching, &lists);
	if (code == EX_OK &&
		articles_read(argv[2], on_article, &d, &err) != 0) {
		fprintf(stderr, "match_features: %s\n", err.msg);
		code = EX_DATAERR;
	}
	watching_fini(&d.watching);
	arena_free(&d.arena);
	return code;
}
