/*
 * A borrowed run of bytes, not terminated. Inside the program text spans are
 * valid UTF-8 (made so once, at the parse door).
 */
#ifndef NW_BASE_SPAN_H
#define NW_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

#define SPAN_NULL ((struct span){NULL, 0})
/* The same in a static table, where a compound literal is no constant. */
#define SPAN_INIT(s) \
	{ \
		"" s "", sizeof(s) - 1 \
	}
#define SPAN_LIT(s) ((struct span){"" s "", sizeof(s) - 1})
/* For printf("%.*s"). */
#define SPAN_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct span
span_of(const char *s)
{
	return (struct span){s, s ? strlen(s) : 0};
}

static inline struct span
span_make(const char *p, size_t n)
{
	return (struct span){p, n};
}

bool span_eq(struct span a, struct span b);
bool span_eq_str(struct span a, const char *s);
/* ASCII case only. */
bool span_caseeq(struct span a, struct span b);
bool span_caseeq_str(struct span a, const char *s);
bool span_starts(struct span a, const char *prefix);
bool span_ends(struct span a, const char *suffix);
/* Bytewise order, a shorter prefix first: <0, 0, >0. */
int span_cmp(struct span a, struct span b);
/* Offset of the first byte c or of the string; SIZE_MAX if absent. */
size_t span_find(struct span a, char c);
size_t span_find_str(struct span a, const char *s);
size_t span_casefind(struct span a, struct span b); /* ASCII case only */
/* Is there an escape %XX at this offset, and of which byte? RFC 3986 2.1 */
bool span_escape(struct span a, size_t at, char *byte);
/* Sub-span, clamped to a's bounds. */
struct span span_sub(struct span a, size_t start, size_t n);
/* Without ASCII white space (space \t \n \r \f \v) at both ends. */
struct span span_trim(struct span a);
/* Cuts off the part before the first c, moves *rest past it; false once rest is
 * empty: "a,,b" has three parts, "a," one, "" none. */
bool span_next(struct span *rest, char c, struct span *part);
/* Caller frees with mem_free. */
char *span_dup(struct span a);
/* A decimal number, whole span, in [min, max]; false else. */
bool span_i64(struct span a, int64_t min, int64_t max, int64_t *out);
bool span_double(struct span a, double *out);
/* Is every byte part of well-formed UTF-8 (RFC 3629), no surrogates? */
bool span_is_utf8(struct span a);
/* Bytes of the well-formed UTF-8 sequence that a starts with: 1..4; 0 if it
 * starts with none or is empty. */
size_t span_utf8_len(struct span a);
/* Longest prefix of at most max bytes that does not cut a UTF-8 sequence. */
struct span span_utf8_head(struct span a, size_t max);
/* Cuts the first character off *rest; false at the end. A byte that begins no
 * well-formed sequence is taken alone, as U+FFFD. */
bool span_next_rune(struct span *rest, uint32_t *rune);
/* Writes a rune as UTF-8 (not a scalar value: U+FFFD); returns its bytes. */
size_t span_rune_bytes(uint32_t rune, char out[4]);
/* Distance for suggestions: Damerau-Levenshtein, capped at max + 1. */
unsigned span_distance(struct span a, struct span b, unsigned max);

/* Is a, which is not empty, one of these n words, which begin with small
 * letters? */
static inline bool
span_is_word_of(struct span a, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((a.p[0] | 0x20) == words[i][0] &&
			span_caseeq_str(a, words[i]))
			return true;
	return false;
}

#endif
