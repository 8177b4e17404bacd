/*
 * Boundaries of runs from bit masks: 64 bytes become one word of bits, a
 * boundary is where neighbouring bits differ. The edges of a block are taken
 * one by one, starts and ends alternating, so that no byte is looked at twice.
 */
#include "text/runs.h"

#include <assert.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define RUNS_AVX2 1
#endif

#define BLOCK 64

/* Bits of 64 bytes: in a run at all; in it, but neither letter nor digit. */
struct masks {
	uint64_t in, mixed;
};

typedef struct masks (*classify_fn)(const unsigned char *p);

enum { CLASS_OUT = 0, CLASS_IN = 1, CLASS_MIXED = 3 };

static unsigned
byte_class(unsigned char c)
{
	if (c >= 0x80 || c == '&' || c == '+')
		return CLASS_MIXED;
	if ((unsigned char)((c | 0x20) - 'a') < 26 ||
		(unsigned char)(c - '0') < 10)
		return CLASS_IN;
	return CLASS_OUT;
}

static struct masks
classify_portable(const unsigned char *p)
{
	struct masks m = {0, 0};
	unsigned i, c;

	for (i = 0; i < BLOCK; i++) {
		c = byte_class(p[i]);
		m.in |= (uint64_t)(c & 1) << i;
		m.mixed |= (uint64_t)(c >> 1) << i;
	}
	return m;
}

#ifdef RUNS_AVX2
/* Letters and digits by signed range compares on c | 0x20, as no byte above
 * 0x7f passes them; the sign bit itself marks those. */
__attribute__((target("avx2"))) static inline uint64_t
classify_32(__m256i c, uint64_t *mixed)
{
	const __m256i low = _mm256_or_si256(c, _mm256_set1_epi8(0x20));
	__m256i letter = _mm256_andnot_si256(
		_mm256_cmpgt_epi8(low, _mm256_set1_epi8('z')),
		_mm256_cmpgt_epi8(low, _mm256_set1_epi8('a' - 1)));
	__m256i digit =
		_mm256_andnot_si256(_mm256_cmpgt_epi8(c, _mm256_set1_epi8('9')),
			_mm256_cmpgt_epi8(c, _mm256_set1_epi8('0' - 1)));
	__m256i sign =
		_mm256_or_si256(_mm256_cmpeq_epi8(c, _mm256_set1_epi8('&')),
			_mm256_cmpeq_epi8(c, _mm256_set1_epi8('+')));
	uint32_t odd = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(sign, c));

	*mixed = odd;
	return odd |
		(uint32_t)_mm256_movemask_epi8(_mm256_or_si256(letter, digit));
}

__attribute__((target("avx2"))) static struct masks
classify_avx2(const unsigned char *p)
{
	struct masks m;
	uint64_t hi;

	m.in = classify_32(_mm256_loadu_si256((const __m256i_u *)p), &m.mixed);
	m.in |= classify_32(
			_mm256_loadu_si256((const __m256i_u *)(p + 32)), &hi)
		<< 32;
	m.mixed |= hi << 32;
	return m;
}
#endif

static struct masks
classify_tail(const unsigned char *p, size_t n, classify_fn classify)
{
	unsigned char block[BLOCK] = {0};

	memcpy(block, p, n);
	return classify(block);
}

/* Where a scan stands. Runs are written as the edges start, end, start, ...
 * one after the other: an odd count of edges is an open run. */
struct state {
	uint32_t *edge;
	size_t n;
	bool mixed; /* the open run has a byte that is neither */
};

static uint64_t
below(unsigned bit)
{
	return bit >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << bit) - 1;
}

static inline bool
is_open(const struct state *st)
{
	return st->n & 1;
}

static void
close_run(struct state *st, size_t end)
{
	st->edge[st->n++] = (uint32_t)end | (st->mixed ? RUN_MIXED : 0);
	st->mixed = false;
}

/* A block with bytes that make a run mixed. */
static void
take_mixed(struct state *st, struct masks m, uint64_t edges, size_t base)
{
	unsigned from = 0, bit;

	for (; edges; edges &= edges - 1) {
		bit = (unsigned)__builtin_ctzll(edges);
		if (is_open(st)) {
			st->mixed |= (m.mixed & below(bit) & ~below(from)) != 0;
			close_run(st, base + bit);
			continue;
		}
		st->edge[st->n++] = (uint32_t)(base + bit);
		from = bit;
	}
	if (is_open(st))
		st->mixed |= (m.mixed & ~below(from)) != 0;
}

/* Take the edges of one block that lies at offset base. Writes up to
 * EDGES_AHEAD - 1 more than there are, so that the loop has few branches. */
#define EDGES_AHEAD 8

static inline void
take_block(struct state *st, struct masks m, size_t base)
{
	uint64_t edges = m.in ^ (m.in << 1 | (is_open(st) ? 1 : 0));
	unsigned count, i, k;
	uint32_t *to = st->edge + st->n;

	if (m.mixed || st->mixed) {
		take_mixed(st, m, edges, base);
		return;
	}
	count = (unsigned)__builtin_popcountll(edges);
	for (i = 0; i < count; i += EDGES_AHEAD)
		for (k = 0; k < EDGES_AHEAD; k++) {
			to[i + k] = (uint32_t)base +
				(uint32_t)__builtin_ctzll(
					edges | (uint64_t)1 << 63);
			edges &= edges - 1;
		}
	st->n += count;
}

/* The block beyond the window in which, or after which, the open run ends.
 * Returns the bytes used of it. */
static unsigned
take_rest(struct state *st, struct masks m)
{
	unsigned n = ~m.in ? (unsigned)__builtin_ctzll(~m.in) : BLOCK;

	st->mixed |= (m.mixed & below(n)) != 0;
	return n;
}

static inline size_t
find(struct span s, size_t *at, struct run *out, classify_fn classify)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t window = *at + RUNS_WINDOW, pos = *at, n;
	struct state st = {.edge = &out->start};
	struct masks m;

	assert(s.n < RUN_MIXED);
	while (pos < s.n && (pos < window || is_open(&st))) {
		n = s.n - pos < BLOCK ? s.n - pos : BLOCK;
		m = n == BLOCK ? classify(p + pos)
			       : classify_tail(p + pos, n, classify);
		if (pos < window) {
			take_block(&st, m, pos);
			pos += n;
			continue;
		}
		n = take_rest(&st, m);
		pos += n;
		if (n < BLOCK)
			break;
	}
	if (is_open(&st))
		close_run(&st, pos < s.n ? pos : s.n);
	*at = pos < s.n ? pos : s.n;
	return st.n / 2;
}

size_t
runs_find_portable(struct span s, size_t *at, struct run out[RUNS_MAX])
{
	return find(s, at, out, classify_portable);
}

#ifdef RUNS_AVX2
__attribute__((target("avx2"))) static size_t
find_avx2(struct span s, size_t *at, struct run out[RUNS_MAX])
{
	return find(s, at, out, classify_avx2);
}
#endif

size_t
runs_find(struct span s, size_t *at, struct run out[RUNS_MAX])
{
#ifdef RUNS_AVX2
	if (__builtin_cpu_supports("avx2"))
		return find_avx2(s, at, out);
#endif
	return runs_find_portable(s, at, out);
}
