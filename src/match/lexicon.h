/*
 * The lexicon: all watched entities compiled into one block of bytes.
 *
 * The block holds everything that matching and printing a hit needs: names,
 * aliases, tickers, codes and the variants made from them with their
 * strengths, context, exclude, not_like, thresholds, and the place of each
 * name in its file. It has offsets and no pointers, so that it works at any
 * address: in a sealed memfd that every analyser maps read-only, or in a file
 * on disk. It fits the machine and build that made it (byte order, version);
 * any other is refused by lexicon_open.
 *
 * lexicon_build is pure but for memory; a lexicon is immutable: any thread.
 */
#ifndef NW_MATCH_LEXICON_H
#define NW_MATCH_LEXICON_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/entity.h"

struct lexicon;

/* One mistake or doubt about a watchlist, with its place. */
struct lexicon_problem {
	bool is_error; /* else a warning: the list works, perhaps not as meant
			*/
	struct place place;
	/* Of a mistake inside a text that begins at `place`, such as a query:
	 * the text, and at which byte of it. Else empty. */
	struct span within;
	size_t at;
	const char *text; /* one sentence; lives for the call */
};

typedef void (*lexicon_problem_cb)(
	const struct lexicon_problem *problem, void *arg);

struct lexicon_counts {
	size_t entities, names, variants, queries;
	size_t errors, warnings;
};

/*
 * Compile the entities. Every problem is told to on_problem (may be NULL), in
 * the order of the list; an entity or name with an error is left out, and the
 * rest still compiles, so that the caller decides whether errors are fatal.
 * Errors: an empty name, a name without letters or digits, two entities with
 * one id, a name that its own exclude or not_like forbids, a bad query.
 * Warnings: a name or ticker that another entity has too (both will match), a
 * name of one letter (matches only as a ticker), a name listed twice.
 *
 * block: replaced by the compiled bytes; its max bounds them (ERR_CONF when
 * they do not fit). counts may be NULL. Returns -1 only if no block was made.
 */
NW_MUST_CHECK int lexicon_build(const struct entity_list *list,
	lexicon_problem_cb on_problem, void *arg, struct strbuf *block,
	struct lexicon_counts *counts, struct err *err);

/* What LIMIT_ENTITIES entities may take at most. */
#define LEXICON_BYTES_MAX ((size_t)1 << 30)

enum lexicon_trust {
	LEXICON_OWN, /* made by this run and sealed: header and bounds only */
	LEXICON_CACHED /* from a disk: the checksum, and every record */
};

/*
 * Open a compiled block, aligned to 16 bytes, borrowed until lexicon_close.
 * ERR_INPUT if it is none, of another version, cut, or corrupted.
 */
NW_MUST_CHECK int lexicon_open(const void *block, size_t n_bytes,
	enum lexicon_trust trust, struct lexicon **out, struct err *err);
void lexicon_close(struct lexicon **lex);

size_t lexicon_n_entities(const struct lexicon *lex);
/* What the list says of entity i; an entity that was left out has an empty id.
 * Texts live as long as the block. */
struct lexicon_entity {
	struct span id, name, watchlist;
};
struct lexicon_entity lexicon_entity(const struct lexicon *lex, size_t i);
/* Identity of the content: 32 hex digits, the same for the same watchlists. */
const char *lexicon_version(const struct lexicon *lex);

#endif
