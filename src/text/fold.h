/*
 * Unicode folding: NFKC, case folded, default ignorables (soft hyphen, zero
 * width joiners, variation selectors) removed, as Unicode's NFKC_Casefold.
 * Text that is plain ASCII takes a fast path. fold.c is the door to utf8proc.
 *
 * Input must be valid UTF-8. Pure; no state; any thread.
 */
#ifndef NW_TEXT_FOLD_H
#define NW_TEXT_FOLD_H

#include "base/strbuf.h"
#include "base/vec.h"

/* Longest folding of one character: U+FDFA becomes 18 characters, 33 bytes. */
#define FOLD_RUNE_BYTES_MAX 40

/* Appends the folding of s to out. */
void fold_text(struct span s, struct strbuf *out);

/*
 * Where folded bytes come from: byte i of the folding was made by the
 * character of the original that starts at p[i]; p[n] is the original's
 * length. A span [a, b) of the folding is [p[a], fold_map_end(m, b)) of the
 * original.
 */
struct fold_map {
	uint32_t *p;
	size_t n; /* bytes of the folding; p has n + 1 entries */
	size_t cap;
};

/* As fold_text; replaces what *map held. s at most UINT32_MAX bytes. */
void fold_mapped(struct span s, struct strbuf *out, struct fold_map *map);
/* Offset in the original just after the character that made byte end - 1. */
uint32_t fold_map_end(const struct fold_map *map, size_t end);
void fold_map_fini(struct fold_map *map);

/* Appends s, already folded, without accents: combining marks removed, and
 * the letters that Unicode does not decompose (o with stroke, l with stroke,
 * ae, oe, ...) as their base letters. */
void fold_accents(struct span folded, struct strbuf *out);

/*
 * The slug of a name, an entity's id: folding; runs of other than letters,
 * marks and digits become one `-`, none at the ends. Empty if the name has
 * neither letter nor digit.
 */
void fold_slug(struct span name, struct strbuf *out);

/* What a character is to a tokeniser. */
enum rune_class {
	RUNE_OTHER, /* punctuation, symbols, controls */
	RUNE_SPACE, /* any white space, including no-break and ideographic */
	RUNE_LETTER,
	RUNE_DIGIT, /* decimal digits and other numbers */
	RUNE_MARK, /* combining: belongs to the letter before it */
	RUNE_IGNORED /* default ignorable: as if it were not there */
};

enum rune_case { RUNE_UNCASED, RUNE_LOWER, RUNE_UPPER };

/* How words are found in a script. */
enum rune_script {
	SCRIPT_SPACED, /* Latin, Greek, Cyrillic, Devanagari, ...: by spaces */
	SCRIPT_HAN, /* no spaces: every character is a token */
	SCRIPT_HIRAGANA,
	SCRIPT_KATAKANA,
	SCRIPT_HANGUL, /* spaces, but particles follow a name directly */
	SCRIPT_SEA, /* Thai, Lao, Khmer, Myanmar: no spaces */
	SCRIPT_ARABIC, /* spaces, but clitics precede a name directly */
	SCRIPT_HEBREW /* as Arabic */
};

enum rune_class rune_class(uint32_t rune);
enum rune_case rune_case(uint32_t rune);
enum rune_script rune_script(uint32_t rune);

/* Decodes the character at p (valid UTF-8, at least one byte before end). */
static inline uint32_t
rune_decode(const char *p, const char *end, unsigned *n_bytes)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t left = (size_t)(end - p);

	if (u[0] < 0x80 || left < 2) {
		*n_bytes = 1;
		return u[0];
	}
	if (u[0] < 0xe0 || left < 3) {
		*n_bytes = 2;
		return (u[0] & 0x1fU) << 6 | (u[1] & 0x3fU);
	}
	if (u[0] < 0xf0 || left < 4) {
		*n_bytes = 3;
		return (u[0] & 0x0fU) << 12 | (u[1] & 0x3fU) << 6 |
			(u[2] & 0x3fU);
	}
	*n_bytes = 4;
	return (u[0] & 0x07U) << 18 | (u[1] & 0x3fU) << 12 |
		(u[2] & 0x3fU) << 6 | (u[3] & 0x3fU);
}

#endif
