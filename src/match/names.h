/*
 * One name of the watchlist as the token sequences under which it is looked
 * for: itself, and what people write instead of it. Each way is of one kind
 * (enum block_variant), which tells how strong it is. Pure.
 */
#ifndef NW_MATCH_NAMES_H
#define NW_MATCH_NAMES_H

#include "base/strbuf.h"
#include "match/block.h"
#include "match/words.h"

#define NAME_TOKENS_MAX 48 /* a longer name is refused by its caller */
#define NAME_FOLDED_MAX ((size_t)16 << 10) /* bytes, as it is compared */

struct name_token {
	uint64_t hash;
	uint8_t gap; /* before it, enum token_gap; of the first: GAP_NONE */
	uint8_t shape; /* enum token_shape */
	bool accents;
	struct span folded; /* in the maker's memory */
	struct span raw; /* as written */
};

struct name_form {
	struct name_token token[NAME_TOKENS_MAX];
	unsigned n;
	enum block_variant variant;
	bool had_suffix; /* a legal form was stripped */
};

typedef void (*name_form_cb)(const struct name_form *form, void *arg);

struct name_known_word;

/* Scratch memory; {0} to start with, reused from name to name. */
struct name_maker {
	struct tokens tokens;
	struct strbuf folded;
	struct name_form given; /* the name's own tokens, valid till the next */
	struct name_known_word *known; /* words looked up before */
};

/* Tokens of text into m->given. False if there are none or too many (then
 * m->given.n is their number). */
bool name_read(struct name_maker *m, struct span text);
/* All forms of m->given, at least one: a company's also without its legal
 * form. Spans of a form live for the call. */
void name_forms(
	struct name_maker *m, bool is_company, name_form_cb cb, void *arg);
/* words_get of a token; few tokens of many names differ. */
struct word name_word(struct name_maker *m, const struct name_token *t);
void name_maker_fini(struct name_maker *m);

/* Is this folded word a legal form, or part of one (inc, ltd, ag, ...)? */
bool name_is_legal_form(struct span folded);

#endif
