/*
 * The first, fast step of a scan for words: which bytes of a text belong to
 * runs of ASCII letters, digits, `&`, `+` and bytes above 0x7f, but for those
 * of typographic quotes, dashes and their like (runs_separator). A run of
 * letters and digits only is exactly one token of text/tokens.h, a plain word;
 * any other run, a mixed one, is split by token_next from its start on.
 *
 * Vector instructions where the machine has them; all paths agree bit by bit
 * (tests/text/runs_test.c). Pure; any thread.
 */
#ifndef NW_TEXT_RUNS_H
#define NW_TEXT_RUNS_H

#include "base/span.h"

#define RUNS_WINDOW 4096 /* bytes of text that are looked at together */

#define RUNS_FOLDED_READS 8 /* readable after the last, and 0 */

/*
 * One bit a byte, of a window and of 64 bytes on each side of it: bit 64 is
 * the window's first byte. Bytes before and after the text have none.
 */
struct run_bits {
	uint64_t in[RUNS_WINDOW / 64 + 3]; /* in a run; a word more, 0 */
	uint64_t mixed[RUNS_WINDOW / 64 + 3]; /* neither letter nor digit */
	bool any_mixed;
	/* Letters, small, and digits; 0 for any other byte. By bit numbers. */
	char folded[RUNS_WINDOW + 128 + RUNS_FOLDED_READS];
};

#define RUNS_BEFORE 64U /* the window's first bit */
#define RUNS_BITS (RUNS_WINDOW + 128U)

/* What instructions a path may use, each level with those before it. */
enum runs_level {
	RUNS_PORTABLE,
	RUNS_AVX2, /* with BMI1 and BMI2 */
	RUNS_AVX512, /* with BW, VL and VBMI2 */
	RUNS_LEVELS
};

/* The best level of this machine. */
enum runs_level runs_level(void);

/* The window that begins at s.p[at]; at is a multiple of RUNS_WINDOW, not
 * beyond s.n. */
void runs_classify(
	struct span s, size_t at, enum runs_level level, struct run_bits *out);

/* Bits from bit i on, RUNS_KNOWN of them at least, then zeros; i < RUNS_BITS.
 */
static inline uint64_t
runs_bits_at(const uint64_t *bits, size_t i)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t v;

	memcpy(&v, (const char *)bits + i / 8, sizeof(v));
	return v >> i % 8;
#else
	return bits[i / 64] >> i % 64 | bits[i / 64 + 1] << 1 << (63 - i % 64);
#endif
}

#define RUNS_KNOWN 57U

/* How many of the lowest bits are set; RUNS_KNOWN or more: perhaps more. */
static inline unsigned
runs_ones(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(~bits | (uint64_t)1 << 63);
}

/* The 64 bits before bit i, the last of them highest; RUNS_BEFORE <= i <
 * RUNS_BITS. */
static inline uint64_t
runs_bits_before(const uint64_t *bits, size_t i)
{
	const uint64_t *b = bits + i / 64 - 1;

	return b[0] >> i % 64 | b[1] << 1 << (63 - i % 64);
}

/* Is the byte part of a run, and if so, of what kind? A byte by itself, that of
 * a separator too. */
enum run_class { RUN_OUT, RUN_PLAIN, RUN_MIXED };

/*
 * Bytes of the character at s.p[at] if it is a sign that English and most
 * other news have between words and that is never part of one: U+00A0-00A9,
 * 00AB, 00AC; U+2010-2027 (dashes, quotes, bullets, dots); U+20A0-20BF
 * (currencies). Else 0.
 */
static inline unsigned
runs_separator(struct span s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	size_t left = s.n - at;

	if (left > 1 && p[0] == 0xc2)
		return (p[1] >= 0xa0 && p[1] <= 0xac && p[1] != 0xaa) ? 2 : 0;
	if (left < 3 || p[0] != 0xe2)
		return 0;
	return (p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0xa7) ||
			(p[1] == 0x82 && p[2] >= 0xa0 && p[2] <= 0xbf)
		? 3
		: 0;
}

/* The class of s.p[at], whatever it is a part of. */
enum run_class runs_class_at(struct span s, size_t at);

static inline enum run_class
runs_class(unsigned char c)
{
	if (c >= 0x80 || c == '&' || c == '+')
		return RUN_MIXED;
	return (unsigned char)((c | 0x20) - 'a') < 26 ||
			(unsigned char)(c - '0') < 10
		? RUN_PLAIN
		: RUN_OUT;
}

#endif
