/* Watchlists for tests: a few strings become a compiled lexicon. */
#ifndef NW_TESTS_MATCH_WATCH_H
#define NW_TESTS_MATCH_WATCH_H

#include "base/arena.h"
#include "base/vec.h"
#include "match/lexicon.h"

struct watch {
	struct arena *arena;
	VEC(struct entity) entities;
	struct strbuf block;
	struct lexicon *lex;
	struct strbuf problems; /* "line: error|warning: text\n" */
	struct lexicon_counts counts;
	unsigned line;
};

void watch_init(struct watch *w);
void watch_fini(struct watch *w);

/* Lists are texts joined by '|'; NULL or "": none. Each call is a line, each
 * list a column, of the file "test.yaml". Returns the entity, to be changed
 * until watch_compile. */
struct entity *watch_add(struct watch *w, const char *name, const char *aliases,
	const char *tickers);
struct entity_texts watch_texts(
	struct watch *w, const char *list, unsigned column);

/* Compiles and opens; fails the test if there is no block. */
void watch_compile(struct watch *w);

#endif
