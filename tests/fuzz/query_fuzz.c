/*
 * Topics' queries: any text is read or refused at a place inside it; what was
 * read compiles, and runs over the query's own text as an article.
 */
#include <assert.h>

#include "fuzz.h"
#include "match/match.h"
#include "match/query.h"

#define QUERY_BYTES_MAX 4096 /* longer ones find nothing new */

static void
run(const struct entity *e, struct span text)
{
	struct strbuf block = STRBUF_INIT(LEXICON_BYTES_MAX);
	struct item item = {.title = span_sub(text, 0, 40),
		.text = text,
		.url = text,
		.language = text,
		.authors = {&text, 1},
		.categories = {&text, 1}};
	struct hit_feed feed = {.title = text};
	struct match_options options = {.all = true, .feed = &feed};
	struct arena *arena = arena_new();
	struct lexicon *lex = NULL;
	struct matcher *m;
	struct match_result r;
	struct err err;

	item.title = span_utf8_head(item.title, item.title.n);
	assert(lexicon_build(&(struct entity_list){e, 1}, NULL, NULL, &block,
		       NULL, &err) == 0);
	assert(lexicon_open(block.p, block.n, LEXICON_CACHED, &lex, &err) == 0);
	m = matcher_new(lex);
	match_item(m, &item, &options, arena, &r);
	assert(r.n <= 1);
	matcher_free(&m);
	lexicon_close(&lex);
	arena_free(&arena);
	strbuf_fini(&block);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span text = span_make((const char *)data, n);
	struct query q = {0};
	struct err err = {0};
	size_t at = SIZE_MAX;

	if (n > QUERY_BYTES_MAX || !span_is_utf8(text))
		return 0;
	if (query_parse(text, &q, &at, &err) == 0) {
		assert(q.terms.n > 0 && q.terms.n <= QUERY_TERMS_MAX);
		assert(q.nodes.n >= q.terms.n);
	} else {
		assert(at <= n);
		assert(err.msg[0]);
	}
	query_fini(&q);
	if (n > 0)
		run(&(struct entity){.id = SPAN_LIT("t"),
			    .name = SPAN_LIT("T"),
			    .kind = ENTITY_TOPIC,
			    .query = {text, {0}},
			    .min_confidence = -1},
			text);
	return 0;
}
