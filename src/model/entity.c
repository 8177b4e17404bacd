#include "model/entity.h"

#include "base/strbuf.h"
#include "model/limits.h"

static const char *const kind_names[] = {
	[ENTITY_COMPANY] = "company",
	[ENTITY_PERSON] = "person",
	[ENTITY_PRODUCT] = "product",
	[ENTITY_TOPIC] = "topic",
};

#define N_KINDS (sizeof(kind_names) / sizeof(*kind_names))

const char *
entity_kind_name(enum entity_kind kind)
{
	return kind_names[kind];
}

bool
entity_kind_parse(struct span name, enum entity_kind *out)
{
	for (size_t i = 0; i < N_KINDS; i++) {
		if (!span_eq_str(name, kind_names[i]))
			continue;
		*out = (enum entity_kind)i;
		return true;
	}
	return false;
}

/*
 * What is neither letter, mark nor digit beyond ASCII, in the ranges that names
 * meet; sorted. Marks count as letters: the vowels of Indic scripts are marks.
 * Source: Unicode 15 general categories P, S, Z and C.
 */
static const struct {
	uint32_t first, last;
} separators[] = {
	{0x80, 0xa9},
	{0xab, 0xb1},
	{0xb4, 0xb4},
	{0xb6, 0xb8},
	{0xbb, 0xbb},
	{0xbf, 0xbf},
	{0xd7, 0xd7},
	{0xf7, 0xf7},
	{0x2c2, 0x2c5},
	{0x2d2, 0x2df},
	{0x37e, 0x37e},
	{0x387, 0x387},
	{0x55a, 0x55f},
	{0x589, 0x58f},
	{0x5be, 0x5be},
	{0x5c0, 0x5c0},
	{0x5c3, 0x5c3},
	{0x5c6, 0x5c6},
	{0x5f3, 0x5f4},
	{0x600, 0x60f},
	{0x61b, 0x61f},
	{0x66a, 0x66d},
	{0x6d4, 0x6d4},
	{0x700, 0x70f},
	{0x964, 0x965},
	{0x970, 0x970},
	{0xe3f, 0xe3f},
	{0xe4f, 0xe4f},
	{0xe5a, 0xe5b},
	{0x10fb, 0x10fb},
	{0x1360, 0x1368},
	{0x1680, 0x1680},
	{0x17d4, 0x17d6},
	{0x17d8, 0x17db},
	{0x1800, 0x180a},
	{0x2000, 0x206f},
	{0x20a0, 0x20c0},
	{0x2100, 0x2101},
	{0x2103, 0x2106},
	{0x2108, 0x2109},
	{0x2114, 0x2114},
	{0x2116, 0x2118},
	{0x211e, 0x2123},
	{0x2190, 0x245f},
	{0x249c, 0x24e9},
	{0x2500, 0x2775},
	{0x2794, 0x2bff},
	{0x2ce5, 0x2cea},
	{0x2e00, 0x2e5d},
	{0x2e80, 0x3004},
	{0x3008, 0x3020},
	{0x3030, 0x3030},
	{0x303d, 0x303f},
	{0x30a0, 0x30a0},
	{0x30fb, 0x30fb},
	{0xe000, 0xf8ff},
	{0xfd3e, 0xfd3f},
	{0xfe10, 0xfe19},
	{0xfe30, 0xfe6b},
	{0xfeff, 0xff0f},
	{0xff1a, 0xff20},
	{0xff3b, 0xff40},
	{0xff5b, 0xff65},
	{0xffe0, 0xffff},
	{0x1f000, 0x1faff},
	{0xe0000, 0x10ffff},
};

#define N_SEPARATORS (sizeof(separators) / sizeof(*separators))

static bool
is_word(uint32_t rune)
{
	if (rune < 0x80)
		return (rune >= '0' && rune <= '9') ||
			(rune >= 'a' && rune <= 'z') ||
			(rune >= 'A' && rune <= 'Z');
	for (size_t i = 0; i < N_SEPARATORS; i++)
		if (rune <= separators[i].last)
			return rune < separators[i].first;
	return true;
}

void
entity_slug(struct span folded, struct strbuf *out)
{
	size_t n = 0; /* bytes written */
	bool gap = false;
	uint32_t rune;

	while (span_next_rune(&folded, &rune)) {
		char bytes[4];
		size_t n_bytes = span_rune_bytes(rune, bytes);

		if (!is_word(rune)) {
			gap = n > 0;
			continue;
		}
		if (n + gap + n_bytes > LIMIT_NAME_BYTES)
			break;
		if (gap)
			strbuf_char(out, '-');
		strbuf_put(out, bytes, n_bytes);
		n += gap + n_bytes;
		gap = false;
	}
}
