/* Classes of 64 bytes at a time, by range compares. See runs.h. */
#include "text/runs.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define RUNS_X86 1
#define TARGET_AVX2 __attribute__((target("avx2")))
#endif

/* So that each path is one function, of its own instructions. */
#define INLINED static inline __attribute__((always_inline))

#define BLOCK 64

struct masks {
	uint64_t in, mixed;
};

INLINED struct masks
classify_portable(const unsigned char *p, char *folded)
{
	struct masks m = {0, 0};
	enum run_class c;
	unsigned i;

	for (i = 0; i < BLOCK; i++) {
		c = runs_class(p[i]);
		m.in |= (uint64_t)(c != RUN_OUT) << i;
		m.mixed |= (uint64_t)(c == RUN_MIXED) << i;
		folded[i] = c == RUN_PLAIN ? (char)(p[i] | 0x20) : 0;
	}
	return m;
}

#ifdef RUNS_X86
/*
 * Letters and digits by signed compares on c | 0x20, as no byte above 0x7f
 * passes them; the sign bit itself marks those. Both ranges are moved to end at
 * the largest signed byte, so that one compare does for each.
 */
#define FIRST_OF(range_size) ((char)(127 - (range_size)))

TARGET_AVX2 static inline uint64_t
classify_32(__m256i c, uint64_t *mixed, char *folded)
{
	const __m256i low = _mm256_or_si256(c, _mm256_set1_epi8(0x20));
	__m256i letter = _mm256_cmpgt_epi8(
		_mm256_add_epi8(low, _mm256_set1_epi8(127 - 'z')),
		_mm256_set1_epi8(FIRST_OF(26)));
	__m256i digit = _mm256_cmpgt_epi8(
		_mm256_add_epi8(c, _mm256_set1_epi8(127 - '9')),
		_mm256_set1_epi8(FIRST_OF(10)));
	__m256i sign =
		_mm256_or_si256(_mm256_cmpeq_epi8(c, _mm256_set1_epi8('&')),
			_mm256_cmpeq_epi8(c, _mm256_set1_epi8('+')));
	uint32_t odd = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(sign, c));
	__m256i plain = _mm256_or_si256(letter, digit);

	_mm256_storeu_si256((__m256i_u *)folded, _mm256_and_si256(low, plain));
	*mixed = odd;
	return odd | (uint32_t)_mm256_movemask_epi8(plain);
}

TARGET_AVX2 static inline struct masks
classify_avx2(const unsigned char *p, char *folded)
{
	struct masks m;
	uint64_t hi;

	m.in = classify_32(
		_mm256_loadu_si256((const __m256i_u *)p), &m.mixed, folded);
	m.in |= classify_32(_mm256_loadu_si256((const __m256i_u *)(p + 32)),
			&hi, folded + 32)
		<< 32;
	m.mixed |= hi << 32;
	return m;
}

#define TARGET_AVX512 \
	__attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vbmi2")))

TARGET_AVX512 static inline struct masks
classify_avx512(const unsigned char *p, char *folded)
{
	const __m512i c = _mm512_loadu_si512(p),
		      low = _mm512_or_si512(c, _mm512_set1_epi8(0x20));
	uint64_t plain = _mm512_cmplt_epu8_mask(
				 _mm512_sub_epi8(low, _mm512_set1_epi8('a')),
				 _mm512_set1_epi8(26)) |
		_mm512_cmplt_epu8_mask(
			_mm512_sub_epi8(c, _mm512_set1_epi8('0')),
			_mm512_set1_epi8(10));
	uint64_t mixed = _mm512_movepi8_mask(c) |
		_mm512_cmpeq_epi8_mask(c, _mm512_set1_epi8('&')) |
		_mm512_cmpeq_epi8_mask(c, _mm512_set1_epi8('+'));

	_mm512_storeu_si512(folded, _mm512_maskz_mov_epi8(plain, low));
	return (struct masks){plain | mixed, mixed};
}
#endif

/* -- separators ------------------------------------------------------------ */

enum run_class
runs_class_at(struct span s, size_t at)
{
	enum run_class c = runs_class((unsigned char)s.p[at]);
	size_t back;

	if ((unsigned char)s.p[at] < 0x80)
		return c;
	for (back = 0; back < 3 && back <= at; back++)
		if (runs_separator(s, at - back) > back)
			return RUN_OUT;
	return c;
}

/* n bytes from bit i on; i < 0 and what is beyond the window is left out. */
static void
clear_bits(struct run_bits *b, ptrdiff_t i, unsigned n)
{
	for (; n > 0; n--, i++)
		if (i >= 0 && i < (ptrdiff_t)RUNS_BITS) {
			b->in[i / 64] &= ~((uint64_t)1 << i % 64);
			b->mixed[i / 64] &= ~((uint64_t)1 << i % 64);
		}
}

/* Out of the runs with them, which makes plain words of most that touch them.
 */
static void
take_separators_out(struct span s, size_t at, struct run_bits *b)
{
	uint64_t bits, any = 0;
	ptrdiff_t bit;
	size_t i;

	/* one that began before the first bit */
	for (i = 1; i < 3 && at >= RUNS_BEFORE + i; i++)
		clear_bits(b, -(ptrdiff_t)i,
			runs_separator(s, at - RUNS_BEFORE - i));
	for (i = 0; i < RUNS_BITS / BLOCK; i++) {
		for (bits = b->mixed[i]; bits; bits &= bits - 1) {
			bit = (ptrdiff_t)(i * BLOCK) + __builtin_ctzll(bits);
			clear_bits(b, bit,
				runs_separator(
					s, at + (size_t)bit - RUNS_BEFORE));
		}
		any |= b->mixed[i];
	}
	b->any_mixed = any != 0;
}

/* -- windows --------------------------------------------------------------- */

typedef struct masks (*classify_fn)(const unsigned char *p, char *folded);

INLINED struct masks
classify_tail(
	const unsigned char *p, size_t n, char *folded, classify_fn classify)
{
	unsigned char block[BLOCK] = {0};

	memcpy(block, p, n);
	return classify(block, folded);
}

INLINED void
classify_window(
	struct span s, size_t at, struct run_bits *out, classify_fn classify)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	size_t left = s.n - at, i = 1, n = RUNS_WINDOW / BLOCK + 2;
	struct masks m = {0, 0};
	char *folded = out->folded;
	uint64_t any;

	if (at)
		m = classify(p - BLOCK, folded);
	else
		memset(folded, 0, BLOCK);
	out->in[0] = m.in;
	out->mixed[0] = any = m.mixed;
	for (; i < n && left >= BLOCK; i++, left -= BLOCK, p += BLOCK) {
		m = classify(p, folded + i * BLOCK);
		out->in[i] = m.in;
		out->mixed[i] = m.mixed;
		any |= m.mixed;
	}
	out->any_mixed = any != 0;
	if (i < n) {
		m = classify_tail(p, left, folded + i * BLOCK, classify);
		out->in[i] = m.in;
		out->mixed[i] = m.mixed;
		out->any_mixed |= m.mixed != 0;
		i++;
	}
	memset(folded + i * BLOCK, 0, sizeof(out->folded) - i * BLOCK);
	for (; i < RUNS_WINDOW / BLOCK + 3; i++)
		out->in[i] = out->mixed[i] = 0;
	if (out->any_mixed)
		take_separators_out(s, at, out);
}

#ifdef RUNS_X86
TARGET_AVX2 static void
classify_window_avx2(struct span s, size_t at, struct run_bits *out)
{
	classify_window(s, at, out, classify_avx2);
}

TARGET_AVX512 static void
classify_window_avx512(struct span s, size_t at, struct run_bits *out)
{
	classify_window(s, at, out, classify_avx512);
}
#endif

void
runs_classify(
	struct span s, size_t at, enum runs_level level, struct run_bits *out)
{
#ifdef RUNS_X86
	if (level == RUNS_AVX512) {
		classify_window_avx512(s, at, out);
		return;
	}
	if (level == RUNS_AVX2) {
		classify_window_avx2(s, at, out);
		return;
	}
#endif
	(void)level;
	classify_window(s, at, out, classify_portable);
}

enum runs_level
runs_level(void)
{
#ifdef RUNS_X86
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
		!__builtin_cpu_supports("bmi2"))
		return RUNS_PORTABLE;
	return __builtin_cpu_supports("avx512bw") &&
			__builtin_cpu_supports("avx512vl") &&
			__builtin_cpu_supports("avx512vbmi2")
		? RUNS_AVX512
		: RUNS_AVX2;
#else
	return RUNS_PORTABLE;
#endif
}
