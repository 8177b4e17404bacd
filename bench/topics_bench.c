/*
 * How many topics can be asked of each article?
 *
 *	bench/topics_bench [--text FILE] [--queries N,N,...]
 *
 * Queries of two to five words of the text, of all operators, over articles of
 * about two kilobytes of it, found by the matcher, which looks at a query only
 * if one of its anchors is there, and beside it with every query evaluated of
 * which any term is there. Both must find the same. One line of numbers a run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/opts.h"
#include "base/rng.h"
#include "base/vec.h"
#include "match/block.h"
#include "match/match.h"
#include "model/limits.h"

#define SEED 11
#define ARTICLE_BYTES 2000
#define ARTICLES 2000
#define WORD_MIN 8 /* letters of a word that a query asks for */

struct world {
	struct arena *arena;
	struct strbuf text;
	VEC(struct span) articles;
	VEC(struct span) words; /* of the text, as often as there */
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool
is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static void
cut_articles(struct world *w)
{
	struct span all = strbuf_as_span(&w->text);
	size_t step = all.n / ARTICLES, at, end;

	for (size_t i = 0; i < ARTICLES; i++) {
		at = i * step;
		while (at < all.n && all.p[at] != ' ')
			at++;
		end = at + ARTICLE_BYTES < all.n ? at + ARTICLE_BYTES : all.n;
		vec_push(&w->articles, span_sub(all, at, end - at));
	}
}

static void
gather_words(struct world *w)
{
	struct span all = strbuf_as_span(&w->text);
	size_t at = 0, end;

	for (; at < all.n; at = end + 1) {
		for (end = at; end < all.n && is_letter(all.p[end]);)
			end++;
		if (end - at >= WORD_MIN)
			vec_push(&w->words, span_sub(all, at, end - at));
	}
}

static struct span
word(const struct world *w, struct rng *rng)
{
	return w->words.p[rng_next(rng) % w->words.n];
}

static struct span
make_query(const struct world *w, struct rng *rng)
{
	static const char *const shapes[] = {"%.*s AND %.*s AND %.*s",
		"(%.*s OR %.*s) NEAR/8 %.*s", "%.*s NEAR/5 %.*s AND NOT %.*s",
		"\"%.*s %.*s\" OR \"%.*s of\"", "title:%.*s AND %.*s %.*s*",
		"%.*s AND (%.*s OR NOT %.*s)"};
	const char *shape = shapes[rng_below(rng, 6)];
	struct span a = word(w, rng), b = word(w, rng), c = word(w, rng);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return span_of(arena_printf(
		w->arena, shape, SPAN_ARG(a), SPAN_ARG(b), SPAN_ARG(c)));
#pragma GCC diagnostic pop
}

/* explain: without callbacks, makes the matcher look at all terms. */
static size_t
match_all(const struct world *w, const struct lexicon *lex,
	const struct match_explain *explain, double *seconds)
{
	struct match_options options = {.all = true, .explain = explain};
	struct matcher *m = matcher_new(lex);
	struct arena *arena = arena_new();
	struct match_result r;
	double t = now();
	size_t hits = 0;

	for (size_t i = 0; i < w->articles.n; i++) {
		struct span a = w->articles.p[i];
		struct item item = {.title = span_utf8_head(a, 80), .text = a};

		arena_reset(arena);
		match_item(m, &item, &options, arena, &r);
		hits += r.n;
	}
	*seconds = now() - t;
	matcher_free(&m);
	arena_free(&arena);
	return hits;
}

static void
compile(struct world *w, size_t n, struct strbuf *block)
{
	VEC(struct entity) v = {0};
	struct rng rng;
	struct err err;

	rng_init(&rng, SEED + n);
	for (size_t i = 0; i < n; i++)
		vec_push(&v,
			(struct entity){
				.name = SPAN_LIT("Topic"),
				.id = span_of(
					arena_printf(w->arena, "t%zu", i)),
				.watchlist = SPAN_LIT("bench"),
				.place = {"bench", (unsigned)i + 1, 1},
				.kind = ENTITY_TOPIC,
				.query = {make_query(w, &rng),
					{"bench", (unsigned)i + 1, 1}},
				.min_confidence = -1,
			});
	if (lexicon_build(&(struct entity_list){v.p, v.n}, NULL, NULL, block,
		    NULL, &err) != 0) {
		fprintf(stderr, "topics_bench: %s\n", err.msg);
		exit(1);
	}
	vec_fini(&v);
}

static bool
run(struct world *w, size_t n)
{
	static const struct match_explain all = {0};
	struct strbuf block = STRBUF_INIT(LEXICON_BYTES_MAX);
	struct lexicon *lex = NULL;
	double t = now(), built, indexed, every;
	size_t hits, same;
	struct err err;

	compile(w, n, &block);
	built = now() - t;
	if (lexicon_open(block.p, block.n, LEXICON_OWN, &lex, &err) != 0)
		return false;
	hits = match_all(w, lex, NULL, &indexed);
	same = match_all(w, lex, &all, &every);
	printf("topics     queries=%zu build_s=%.2f block_mb=%.1f hits=%zu "
	       "articles_per_s=%.0f all_terms_per_s=%.0f%s\n",
		n, built, (double)block.n / 1048576, hits,
		(double)w->articles.n / indexed, (double)w->articles.n / every,
		hits == same ? "" : " DIFFER");
	lexicon_close(&lex);
	strbuf_fini(&block);
	return hits == same;
}

int
main(int argc, char **argv)
{
	const char *file = NULL, *counts = "1000,10000", *rest[64];
	const struct opt options[] = {
		{0, "text", OPT_TEXT, "FILE", "what articles are cut from",
			&file},
		{0, "queries", OPT_TEXT, "N,...", "how many queries", &counts},
		{0},
	};
	struct world w = {.arena = arena_new(), .text = STRBUF_INIT(MIB(1024))};
	struct span all = SPAN_NULL, one;
	struct err err = {0};
	size_t n_rest;
	int64_t n;
	bool ok;

	ok = argc < 60 &&
		opts_parse(options, argc, argv, rest, &n_rest, &err) == 0 &&
		file_read(file ? file : "-", &w.text, &err) == 0;
	if (!ok)
		fprintf(stderr, "topics_bench: %s\n", err.msg);
	if (ok) {
		cut_articles(&w);
		gather_words(&w);
		all = span_of(counts);
	}
	while (ok && span_next(&all, ',', &one))
		ok = span_i64(one, 1, 1000000, &n) && run(&w, (size_t)n);
	vec_fini(&w.articles);
	vec_fini(&w.words);
	strbuf_fini(&w.text);
	arena_free(&w.arena);
	return ok ? 0 : 1;
}
