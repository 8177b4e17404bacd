/*
 * How many items a second are put into stories on one core while a hundred
 * thousand stories are open, and what an open story costs in memory. Items are
 * generated: words by Zipf's law, half of a text those of its happening.
 *
 *	bench/story_bench [STORIES [ITEMS]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "story/cluster.h"

#define WORDS 200000 /* of the language */
#define NAMES 4000000 /* and of names, products, places */
#define OWN_WORDS 40 /* of a happening */
#define TITLE_WORDS 9
#define TEXT_WORDS 220
#define MINUTE_MS 60000

struct writer {
	struct rng r;
	struct strbuf title, text;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A word of six or seven letters for a number; rarer ones have capitals. */
static void
write_word(struct strbuf *b, uint32_t n)
{
	static const char sound[] = "bacedifoguhajekilomupanetisovuwyzarq";
	uint32_t h = n * 2654435761U;

	if (n > WORDS / 2)
		strbuf_char(b, (char)('A' + n % 26));
	for (unsigned i = 0; i < 6; i++, h /= 36)
		strbuf_char(b, sound[h % 36]);
	strbuf_char(b, ' ');
}

/* The rank of a word as often as Zipf's law has it. */
static uint32_t
any_word(struct rng *r)
{
	return (uint32_t)pow(WORDS, rng_unit(r));
}

static void
write_words(struct writer *w, struct strbuf *b, uint32_t story, unsigned n)
{
	uint32_t own;

	strbuf_clear(b);
	for (unsigned i = 0; i < n; i++) {
		own = story * OWN_WORDS + rng_below(&w->r, OWN_WORDS);
		own = (own * 2654435761U >> 7) % NAMES;
		write_word(b, rng_below(&w->r, 2) ? own : any_word(&w->r));
		if (i % 15 == 14)
			strbuf_str(b, ". ");
	}
}

struct costs {
	double features_s, put_s;
};

/* Items of stories drawn from [0, stories); with each set one of each. */
static struct costs
put_items(struct cluster *c, struct writer *w, uint32_t stories, uint32_t first,
	uint32_t n, bool each)
{
	struct costs cost = {0, 0};

	for (uint32_t i = 0; i < n; i++) {
		uint32_t story = each ? i : rng_below(&w->r, stories);
		struct cluster_place place;
		struct item_key id = {{0}};
		uint32_t number = first + i;
		struct features f;
		struct item item;
		double start;

		write_words(w, &w->title, story, TITLE_WORDS);
		write_words(w, &w->text, story, TEXT_WORDS);
		item = (struct item){.title = strbuf_as_span(&w->title),
			.text = strbuf_as_span(&w->text)};
		memcpy(id.b, &number, sizeof(number));
		start = now_s();
		features_make(&item, &f);
		cost.features_s += now_s() - start;
		start = now_s();
		cluster_put(
			c, &id, number * (int64_t)MINUTE_MS / 600, &f, &place);
		cost.put_s += now_s() - start;
	}
	return cost;
}

int
main(int argc, char **argv)
{
	uint32_t stories =
		argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000;
	uint32_t items =
		argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 20000;
	struct writer w = {
		.title = STRBUF_INIT(1 << 16), .text = STRBUF_INIT(1 << 16)};
	struct cluster *c = cluster_new(NULL);
	struct costs cost;
	size_t empty = cluster_bytes(c);
	uint64_t before;

	rng_init(&w.r, 1);
	put_items(c, &w, stories, 0, stories, true);
	printf("open stories\t%zu\n", cluster_count(c));
	printf("bytes per open story\t%.0f\n",
		(double)(cluster_bytes(c) - empty) / (double)cluster_count(c));
	before = cluster_compared(c);
	cost = put_items(c, &w, stories, stories, items, false);
	printf("features, items/s\t%.0f\n", items / cost.features_s);
	printf("put, items/s\t%.0f\n", items / cost.put_s);
	printf("both, million items/day on one core\t%.1f\n",
		items / (cost.features_s + cost.put_s) * 86400 / 1e6);
	printf("stories compared per item\t%.1f\n",
		(double)(cluster_compared(c) - before) / items);
	printf("open stories at the end\t%zu\n", cluster_count(c));
	cluster_free(&c);
	strbuf_fini(&w.title);
	strbuf_fini(&w.text);
	return 0;
}
