/*
 * The reader of compiled watchlists. The input changes bytes of a good block:
 * groups of five, offset (32 bits, little endian, modulo the block's size) and
 * value; then its checksum is made to fit. What lexicon_open still takes must
 * be safe to match with.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuzz.h"
#include "match/block.h"
#include "match/match.h"

#define CHANGES_MAX 200

static const struct entity_text aliases[] = {{{"Facebook", 8}, {0}},
	{{"Nestl\xc3\xa9 S.A.", 12}, {0}},
	{{"\xe4\xbb\xbb\xe5\xa4\xa9", 6}, {0}}, {{"J.P. Morgan", 11}, {0}}};
static const struct entity_text tickers[] = {{{"NASDAQ:META", 11}, {0}}};
static const struct entity_text excludes[] = {{{"meta analysis", 13}, {0}}};

static const struct entity entities[] = {
	{.id = {"meta", 4},
		.name = {"Meta Platforms", 14},
		.aliases = {aliases, 4},
		.tickers = {tickers, 1},
		.exclude = {excludes, 1},
		.min_confidence = -1},
	{.id = {"wang", 4},
		.name = {"Alexandr Wang", 13},
		.kind = ENTITY_PERSON,
		.not_like = {excludes, 1},
		.min_confidence = 0.3},
	{.id = {"deals", 5},
		.name = {"Deals", 5},
		.kind = ENTITY_TOPIC,
		.query = {{"(\"open source\" OR model*) NEAR/3 meta "
			   "NOT (title:quiz OR wang OR author:roe* "
			   "OR lang:de)",
				  88},
			{0}},
		.min_confidence = -1},
};

static struct strbuf good;

static void
compile(void)
{
	struct entity_list list = {
		entities, sizeof(entities) / sizeof(*entities)};
	struct err err;

	if (good.n > 0)
		return;
	strbuf_init(&good, LEXICON_BYTES_MAX);
	assert(lexicon_build(&list, NULL, NULL, &good, NULL, &err) == 0);
}

static void
on_query(const struct match_query_part *q, void *arg)
{
	*(size_t *)arg += q->depth + q->term.n;
}

static void
on_candidate(const struct match_candidate *c, void *arg)
{
	*(size_t *)arg += c->name.text.n + c->by.file.n;
}

static void
match(const struct lexicon *lex)
{
	static const struct item item = {
		.title = {"META quiz: Facebook\xe2\x80\x99s models", 30},
		.text = {"Alexandr Wang of Meta Platforms (NASDAQ: META) said "
			 "open source meta models at Nestle "
			 "\xe4\xbb\xbb\xe5\xa4\xa9 "
			 "J.P. Morgan. Wang left. A meta-analysis.",
			133}};
	struct arena *arena = arena_new();
	struct matcher *m = matcher_new(lex);
	struct match_result r;
	size_t seen = 0;
	struct match_explain explain = {
		.candidate = on_candidate, .query = on_query, .arg = &seen};
	struct match_options options = {.all = true, .explain = &explain};

	match_item(m, &item, &options, arena, &r);
	matcher_free(&m);
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct lexicon *lex = NULL;
	struct err err = {0};
	uint64_t checksum;
	char *block;

	compile();
	block = aligned_alloc(64, (good.n + 63) / 64 * 64);
	assert(block);
	memcpy(block, good.p, good.n);
	for (size_t i = 0; i + 5 <= n && i / 5 < CHANGES_MAX; i += 5) {
		uint32_t at;

		memcpy(&at, data + i, sizeof(at));
		block[at % good.n] = (char)data[i + 4];
	}
	checksum = block_checksum(block, good.n);
	memcpy(block + offsetof(struct block_header, checksum), &checksum,
		sizeof(checksum));
	if (lexicon_open(block, good.n, LEXICON_CACHED, &lex, &err) == 0)
		match(lex);
	else
		assert(err.kind == ERR_INPUT);
	lexicon_close(&lex);
	free(block);
	return 0;
}
