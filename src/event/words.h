/*
 * A text as event reads it: words with stems, cut into sentences, with its
 * facts. Inside event only.
 */
#ifndef NW_EVENT_WORDS_H
#define NW_EVENT_WORDS_H

#include "base/arena.h"
#include "event/facts.h"
#include "text/stem.h"
#include "text/tokens.h"

/* What stands before a word, beyond a space. */
enum {
	WORD_COMMA = 1, /* comma, bracket, dash, colon: no part of a phrase */
	WORD_COLON = 2, /* colon or spaced dash: a new clause */
	WORD_LIGHT = 4, /* article or possessive: phrases read over it */
	WORD_TICKER = 8, /* $TSLA */
	WORD_NAME = 16, /* looks like part of a name */
	WORD_SAID = 32 /* within quotation marks */
};

struct word {
	uint64_t stem, exact; /* keys, salted with the language */
	uint32_t start, end; /* bytes of the text */
	uint16_t flags;
	uint16_t fact; /* 1 + index of the fact it is part of; 0: none */
	uint8_t shape, gap; /* enum token_shape, enum token_gap */
};

struct sentence {
	uint32_t first, n; /* words */
	uint32_t start, end; /* bytes */
	bool paragraph; /* first of its paragraph */
	bool skipped; /* boilerplate, a list of headlines */
	bool titled; /* most words begin with a capital */
};

struct words {
	struct span text;
	struct word *p;
	size_t n;
	struct sentence *sentences;
	size_t n_sentences;
	struct fact *facts;
	size_t n_facts;
};

/* Keys of a word's stem and of the word itself. */
struct word_keys {
	uint64_t stem, exact;
};

/* Stems of one language, with a memory for what was asked. */
struct word_stems;

struct word_stems *word_stems_new(struct span language); /* NULL: no stemmer */
void word_stems_free(struct word_stems **s);
struct word_keys word_stems_get(
	struct word_stems *s, uint64_t hash, struct span folded);

/* Read text, which must live as long as out; arrays are in the arena. */
void words_read(struct word_stems *stems, struct tokens *scratch,
	struct span text, struct arena *arena, struct words *out);

#endif
