/*
 * Texts and names for bench/match_bench, the same for the same seed.
 *
 * News: words of the table of English words in Zipf's proportions, commonest
 * first, after the forty commonest of English; sentences, capitals, numbers,
 * typographic quotes and dashes. Names: 20% are two neighbouring words of a
 * text, the rest one to four words of which one is made up.
 */
#ifndef NW_BENCH_MATCH_CORPUS_H
#define NW_BENCH_MATCH_CORPUS_H

#include "base/arena.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "base/vec.h"

#define WORD_GRADES 6

struct names {
	VEC(struct span) v;
	struct arena *arena;
	size_t n_graded[WORD_GRADES]; /* of words: how many of each grade */
};

void corpus_words(struct names *words);
void corpus_shuffle(struct rng *rng, struct names *words);
void corpus_text(struct rng *rng, const struct names *words, size_t bytes,
	struct strbuf *out);
void corpus_names(struct rng *rng, const struct names *words, struct span text,
	size_t n, struct names *out);

/* A name about every so many bytes of text, as articles about companies have
 * them. */
#define MENTION_EVERY 400

void corpus_mentions(struct rng *rng, const struct names *names,
	struct span text, struct strbuf *out);

#endif
