/*
 * Text as a stream of tokens with offsets into the original bytes.
 *
 * A word is a run of letters, marks and digits of a script that is written
 * with spaces. In Han, Kana, Thai (and its like), Hangul, Arabic and Hebrew
 * every character is a token of its own: names stand there without spaces, or
 * with particles and clitics attached, so that a matcher decides by what
 * stands before and after (text/bounds.h). `&` and `+` are
 * tokens (AT&T, Disney+). Everything else is the gap before the next token.
 *
 * A hyphen or apostrophe of any typography, a dot, a space of any width is a
 * gap of its class, whatever bytes it is written with.
 *
 * Input: valid UTF-8, at most UINT32_MAX bytes. Pure; any thread.
 */
#ifndef NW_TEXT_TOKENS_H
#define NW_TEXT_TOKENS_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "text/fold.h"

enum token_kind { TOKEN_WORD, TOKEN_CHAR, TOKEN_SIGN };

/* Letter case of a token as it is written. */
enum token_shape {
	SHAPE_NONE, /* no cased letters: digits, Han, ... */
	SHAPE_LOWER, /* meta */
	SHAPE_TITLE, /* Meta; a single capital too */
	SHAPE_UPPER, /* META, two capitals or more */
	SHAPE_MIXED /* iPhone, McDonald, FoodWorks */
};

/* What stands between a token and the one before it, strongest that occurs. */
enum token_gap {
	GAP_NONE, /* nothing: Han, AT&T, or a change of script */
	GAP_HYPHEN, /* one hyphen of any kind, no space */
	GAP_APOS, /* one apostrophe of any kind, no space */
	GAP_DOT, /* one dot, no space: C3.ai */
	GAP_JOIN, /* one other sign, no space: and/or, NYSE:TGT, a_b */
	GAP_SPACE, /* white space only, no line break */
	GAP_DOT_SPACE, /* a dot, then white space: "J. Morgan", "Inc. said" */
	GAP_PUNCT, /* comma, brackets, quotes, dashes with spaces, ... */
	GAP_SENTENCE, /* ! ? or their like, a colon or semicolon */
	GAP_BREAK /* a line break, or the text's start */
};

struct token {
	uint32_t start, end; /* bytes of the original */
	uint64_t hash; /* of the folded token, token_hash */
	uint8_t kind; /* enum token_kind */
	uint8_t shape; /* enum token_shape */
	uint8_t gap; /* enum token_gap, before it */
	uint8_t script; /* enum rune_script */
	bool accents; /* its folding has accents: see token_plain_hash */
	bool digits; /* a digit occurs in it */
};

struct tokens {
	struct token *p;
	size_t n;
	size_t cap;
};

/* Replaces what out held by all tokens of s. */
void tokens_scan(struct span s, struct tokens *out);
void tokens_fini(struct tokens *t);

/*
 * The first token that starts at or after offset `at`, which must not lie
 * inside a word (0, or an end of a token). False at the end of the text. The
 * gap is judged from `at` on; from 0 it is GAP_BREAK.
 */
bool token_next(struct span s, size_t at, struct token *out);
/* The last token that ends at or before `at`. Its own gap is not judged
 * (GAP_BREAK). *gap: what stands between it and `at`. */
bool token_prev(
	struct span s, size_t at, struct token *out, enum token_gap *gap);
/* The gap that lies between two offsets outside of tokens. */
enum token_gap tokens_gap(struct span s, size_t start, size_t end);

/* The folded text of a token, appended. */
void token_fold(struct span s, const struct token *t, struct strbuf *out);
/* Hash of the token without its accents (hash itself if it has none). */
uint64_t token_plain_hash(struct span s, const struct token *t);

#define TOKEN_K1 0x9e3779b97f4a7c15U
#define TOKEN_K2 0xc2b2ae3d27d4eb4fU

__extension__ typedef unsigned __int128 token_u128;

static inline uint64_t
token_mix(uint64_t a, uint64_t b)
{
	token_u128 r = (token_u128)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

/* n <= 8 bytes, zero padded. */
static inline uint64_t
token_load(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

/* The last block of a hash: at most 16 bytes, zero padded, as two halves. */
static inline uint64_t
token_hash_end(uint64_t h, uint64_t low, uint64_t high)
{
	return token_mix(h ^ low, high ^ TOKEN_K1);
}

/* Hash of a folded token's text: the same for any typography of it, fixed for
 * all time, as it is compiled into blocks. */
static inline uint64_t
token_hash(struct span folded)
{
	const char *p = folded.p;
	uint64_t h = TOKEN_K2 ^ folded.n;
	size_t n = folded.n;

	for (; n > 16; n -= 16, p += 16)
		h = token_hash_end(h, token_load(p, 8), token_load(p + 8, 8));
	return n > 8
		? token_hash_end(h, token_load(p, 8), token_load(p + 8, n - 8))
		: token_hash_end(h, token_load(p, n), 0);
}

#define TOKEN_FOLD8 0x2020202020202020U

/* The first n bytes of 8; n 0 to 8. */
static inline uint64_t
token_mask(size_t n)
{
	static const uint64_t masks[] = {0, 0xff, 0xffff, 0xffffff, 0xffffffff,
		0xffffffffff, 0xffffffffffff, 0xffffffffffffff,
		0xffffffffffffffff};

	return masks[n];
}

#define TOKEN_HASH_READS 16

/*
 * token_hash of a plain word, n ASCII letters and digits at p, not folded yet:
 * one bit makes letters small and leaves digits. TOKEN_HASH_READS bytes after
 * them must be readable. No branch up to 16 letters.
 */
static inline uint64_t
token_hash_plain(const char *p, size_t n)
{
	uint64_t h = TOKEN_K2 ^ n;

	for (; n > 16; n -= 16, p += 16)
		h = token_hash_end(h, token_load(p, 8) | TOKEN_FOLD8,
			token_load(p + 8, 8) | TOKEN_FOLD8);
	return token_hash_end(h,
		(token_load(p, 8) | TOKEN_FOLD8) & token_mask(n < 8 ? n : 8),
		(token_load(p + 8, 8) | TOKEN_FOLD8) &
			token_mask(n > 8 ? n - 8 : 0));
}

#endif
