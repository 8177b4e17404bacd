/*
 * The compiled block, inside match only: a header, then sections of plain
 * records that refer to each other by index and to text by offset.
 *
 * Names are sequences of token hashes. The path of a sequence is folded up
 * token by token (block_path); the paths of all its prefixes from the second
 * on, and of the first if it is all of the name, are in one hash table. A scan
 * needs no tree: it asks whether the path so far goes on or ends a name. The
 * last word is the 64-bit path kept with the name's terminal.
 */
#ifndef NW_MATCH_BLOCK_H
#define NW_MATCH_BLOCK_H

#include "base/span.h"
#include "match/lexicon.h"
#include "match/query.h"
#include "text/section.h"
#include "text/tokens.h"

#define BLOCK_MAGIC "NWLEXIC\n"
#define BLOCK_VERSION 4
#define BLOCK_ORDER 0x01020304U
#define BLOCK_ID_SIZE 40

enum block_section {
	SEC_TEXT, /* u16 length, bytes; a ref is the offset; 0 is empty */
	SEC_LISTS, /* u32 count, then count refs; 0 is empty */
	SEC_ENTITIES,
	SEC_NAMES, /* grouped by terminal */
	SEC_PATHS, /* u64 a terminal */
	SEC_FIRSTS, /* u32 a terminal, and one more: its first name */
	SEC_SLOTS,
	SEC_TOPICS, /* by entity */
	SEC_NODES, /* of queries, children before parents; a term's right is
		    * the ref of its text */
	SEC_FILTER, /* u64 words */
	SEC_SIEVE, /* u32 words, a power of two of them */
	SEC_N
};

struct block_header {
	char magic[8];
	uint32_t version;
	uint32_t order;
	uint64_t n_bytes;
	uint64_t checksum; /* of all bytes, this field taken as 0 */
	char id[BLOCK_ID_SIZE]; /* 32 hex digits and NULs */
	uint32_t max_tokens; /* of the longest name */
	uint32_t n_prefixes; /* terms that end in a star */
	uint32_t anchor_lengths; /* bit n - 1: an anchor has n letters */
	uint32_t is_dense; /* too many names to go by anchors */
	struct section section[SEC_N];
};

struct block_entity {
	uint32_t id, name, watchlist, file; /* refs */
	uint32_t tickers; /* list */
	uint32_t line;
	float min_confidence; /* < 0: default */
	uint16_t column;
	uint8_t kind : 4; /* enum entity_kind */
	uint8_t letter_case : 4; /* enum entity_case */
	uint8_t min_relevance;
};

/* What a pattern is for. */
enum block_role {
	ROLE_NAME,
	ROLE_ALIAS,
	ROLE_TICKER, /* the symbol alone; counts only in a ticker's dress */
	ROLE_CODE,
	ROLE_SHORT, /* surname or first word: counts after the full name */
	ROLE_TERM, /* of a topic's query; its number is in `column` */
	ROLE_CONTEXT,
	ROLE_EXCLUDE,
	ROLE_NOT_LIKE
};

enum block_variant {
	VARIANT_EXACT, /* the tokens as they stand in the watchlist */
	VARIANT_STRIPPED, /* without Inc, Ltd, The, ... */
	VARIANT_AND, /* & for and, and the reverse */
	VARIANT_JOINED, /* CocaCola, Mcdonalds */
	VARIANT_SPLIT, /* Spice Jet */
	VARIANT_INITIALS, /* JP for J.P., and the reverse */
	VARIANT_PLAIN, /* without accents */
	VARIANT_ABBREVIATED, /* Pharma, Corp in the middle */
	VARIANT_GENITIVE, /* Metas: an apostrophe lost on the way */
	VARIANT_N
};

struct block_name {
	uint32_t entity;
	uint32_t text; /* ref: as the watchlist has it */
	uint32_t detail; /* ref: a byte a token, shape | gap << 4 */
	uint32_t line;
	uint16_t column;
	uint8_t role, variant;
	uint16_t flags;
	uint8_t grade; /* of its rarest word; 0: has a word that is none */
	uint8_t n_tokens;
};

enum {
	NAME_PROPER = 1, /* single word: also a place, surname, ... */
	NAME_GIVEN = 2, /* single word: also a given name */
	NAME_VERB = 4, /* single word: also a verb */
	NAME_ADJECTIVE = 8,
	NAME_HAD_SUFFIX = 16, /* a legal form was stripped */
	NAME_ACRONYM = 32, /* single token, written in capitals only */
	NAME_LETTERS3 = 64, /* single token of at most three letters */
	NAME_LETTERS2 = 128, /* of at most two */
	NAME_ONE_WORD = 256, /* one token, but for a 's */
	NAME_ANCHOR = 512 /* a term: without one of these no query holds */
};

struct block_topic {
	uint32_t entity, root; /* root: a node */
};

/* The path of a term that ends in a star: no token has it. */
#define BLOCK_PREFIX 0x5bd1e9955bd1e995U

/*
 * value: what there is of SLOT_, and from SLOT_SHIFT on the terminal of the
 * name that ends here; 0: empty.
 */
struct block_slot {
	uint32_t tag, value;
};

#define SLOT_ENDS 1U
#define SLOT_GOES_ON 2U /* a longer name does */
#define SLOT_SECOND 4U /* of two words: the second is the anchor */
#define SLOT_SHIFT 3

/*
 * Of the first two words of a name the one of more letters, else the first, is
 * its anchor: the word that a scan looks for. What the filter has: the path of
 * a name's only word or first two; and of an anchor of two words its hash xored
 * with the constant of its place.
 */
#define BLOCK_FIRST 0xd6e8feb86659fd93U
#define BLOCK_SECOND 0xa0761d6478bd642fU

enum { /* what a word may be the anchor of */
	BLOCK_ANCHOR_ALONE = 1,
	BLOCK_ANCHOR_FIRST = 2,
	BLOCK_ANCHOR_SECOND = 4
};

#define BLOCK_LENGTHS 3 /* of anchors that are told apart */

struct lexicon {
	const char *base;
	const struct block_header *header;
	const char *text;
	size_t n_text;
	const uint32_t *lists;
	size_t n_lists;
	const struct block_entity *entities;
	size_t n_entities;
	const struct block_name *names;
	size_t n_names;
	const uint64_t *paths; /* of terminals */
	size_t n_paths;
	const uint32_t *firsts;
	size_t n_firsts;
	const struct block_topic *topics;
	size_t n_topics;
	const struct query_node *nodes;
	size_t n_nodes;
	const struct block_slot *slots;
	size_t n_slots;
	const uint64_t *filter;
	size_t n_filter;
	const uint32_t *sieve;
	size_t n_sieve;
	unsigned sieve_shift; /* of a hash, to the number of its bit */
};

/* Of a whole block, whatever its checksum field says. */
uint64_t block_checksum(const char *p, size_t n);
/* Does every record refer to what is there, so that no text can lead a scan or
 * a query out of the block? */
bool lexicon_verify(const struct lexicon *lex);

/* Fold the next token's hash into a path; the first token's path is its hash.
 */
static inline uint64_t
block_path(uint64_t path, uint64_t hash)
{
	return token_mix(path ^ TOKEN_K2, hash ^ TOKEN_K1);
}

static inline size_t
block_reduce(uint64_t path, size_t n)
{
	return (size_t)(((token_u128)path * n) >> 64);
}

/* Two bits of one word of the filter. */
static inline uint64_t
block_bits(uint64_t key)
{
	return (uint64_t)1 << (key & 63) | (uint64_t)1 << (key >> 6 & 63);
}

static inline bool
block_may_have(const struct lexicon *lex, uint64_t key)
{
	uint64_t bits = block_bits(key);

	return (lex->filter[block_reduce(key, lex->n_filter)] & bits) == bits;
}

static inline uint8_t
block_anchor_kinds(const struct lexicon *lex, uint64_t hash)
{
	return (uint8_t)(block_may_have(lex, hash) * BLOCK_ANCHOR_ALONE |
		block_may_have(lex, hash ^ BLOCK_FIRST) * BLOCK_ANCHOR_FIRST |
		block_may_have(lex, hash ^ BLOCK_SECOND) * BLOCK_ANCHOR_SECOND);
}

/* The high bits of a word's head number the bits of the sieve. */
static inline unsigned
block_sieve_shift(size_t n_words)
{
	return 64 - 5 - (unsigned)__builtin_ctzll(n_words);
}

/* What the sieve knows a plain word by: its first eight letters, folded, zero
 * padded. */
static inline uint64_t
block_head(uint64_t letters)
{
	return letters * TOKEN_K1;
}

/* The slot of a path, or NULL. */
static inline const struct block_slot *
block_find(const struct lexicon *lex, uint64_t path)
{
	size_t i = block_reduce(path, lex->n_slots);
	uint32_t tag = (uint32_t)path;

	while (lex->slots[i].value) {
		if (lex->slots[i].tag == tag)
			return &lex->slots[i];
		if (++i == lex->n_slots)
			i = 0;
	}
	return NULL;
}

static inline struct span
block_text(const struct lexicon *lex, uint32_t ref)
{
	uint16_t n;

	if (ref == 0)
		return SPAN_LIT("");
	memcpy(&n, lex->text + ref, sizeof(n));
	return span_make(lex->text + ref + sizeof(n), n);
}

#endif
