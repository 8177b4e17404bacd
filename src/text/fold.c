/*
 * NFKC case folding, cluster by cluster: a character and the marks that may
 * compose with it. A run of ASCII needs no library. Clusters are bounded, so
 * that a letter under a thousand marks costs linear time.
 *
 * This file is the door to utf8proc. Pure; any thread.
 */
#include "text/fold.h"

#include <assert.h>
#include <utf8proc.h>

#define CLUSTER_RUNES 32
#define CLUSTER_OUT (CLUSTER_RUNES * 18)

static bool
is_within(uint32_t r, uint32_t first, uint32_t last)
{
	return r - first <= last - first;
}

/* May this character compose with, or sort among, those before it? */
static bool
joins_cluster(uint32_t r)
{
	utf8proc_category_t cat;

	if (r < 0x300)
		return false;
	if (is_within(r, 0x1160, 0x11ff) || is_within(r, 0xd7b0, 0xd7ff) ||
		is_within(r, 0xff9e, 0xffdc))
		return true; /* Hangul jamo, half-width voicing marks */
	cat = utf8proc_category((utf8proc_int32_t)r);
	return cat == UTF8PROC_CATEGORY_MN || cat == UTF8PROC_CATEGORY_MC ||
		cat == UTF8PROC_CATEGORY_ME;
}

/* End of the cluster that starts at p. */
static const char *
cluster_end(const char *p, const char *end)
{
	unsigned n, count;

	rune_decode(p, end, &n);
	p += n;
	for (count = 1; p < end && count < CLUSTER_RUNES; count++) {
		if (!joins_cluster(rune_decode(p, end, &n)))
			break;
		p += n;
	}
	return p;
}

static void
put_runes(const utf8proc_int32_t *r, utf8proc_ssize_t n, struct strbuf *out)
{
	utf8proc_ssize_t i;

	for (i = 0; i < n; i++)
		strbuf_rune(out, (uint32_t)r[i]);
}

static void
fold_cluster(const char *p, size_t n, struct strbuf *out)
{
	static const utf8proc_option_t options = UTF8PROC_STABLE |
		UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
		UTF8PROC_IGNORE;
	utf8proc_int32_t buf[CLUSTER_OUT];
	utf8proc_ssize_t len;

	len = utf8proc_decompose((const utf8proc_uint8_t *)p,
		(utf8proc_ssize_t)n, buf, CLUSTER_OUT, options);
	assert(len >= 0 && len <= CLUSTER_OUT);
	len = utf8proc_normalize_utf32(buf, len, options);
	assert(len >= 0);
	put_runes(buf, len, out);
}

static bool
is_ascii(const char *p)
{
	return !((unsigned char)*p & 0x80);
}

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

#define ASCII_CHUNK 256

/* Some of the ASCII characters at p, none that a mark may follow. */
static const char *
fold_ascii(const char *p, const char *end, struct strbuf *out)
{
	char chunk[ASCII_CHUNK];
	size_t n = 0;

	for (; n < ASCII_CHUNK && p + n < end && is_ascii(p + n); n++)
		chunk[n] = ascii_lower(p[n]);
	if (p + n < end && n)
		n--; /* the last may compose with what follows */
	strbuf_put(out, chunk, n);
	return p + n;
}

void
fold_text(struct span s, struct strbuf *out)
{
	const char *p = s.p, *end = s.p + s.n, *next;

	while (p < end) {
		next = fold_ascii(p, end, out);
		if (next > p) {
			p = next;
			continue;
		}
		next = cluster_end(p, end);
		fold_cluster(p, (size_t)(next - p), out);
		p = next;
	}
}

static void
map_put(struct fold_map *map, size_t upto, size_t at)
{
	while (map->n < upto) {
		vec_reserve(map, 1);
		map->p[map->n++] = (uint32_t)at;
	}
}

void
fold_mapped(struct span s, struct strbuf *out, struct fold_map *map)
{
	const char *p = s.p, *end = s.p + s.n, *next;
	size_t base = out->n;

	assert(s.n <= UINT32_MAX);
	vec_clear(map);
	while (p < end) {
		next = cluster_end(p, end);
		if (next - p == 1 && is_ascii(p))
			strbuf_char(out, ascii_lower(*p));
		else
			fold_cluster(p, (size_t)(next - p), out);
		map_put(map, out->n - base, (size_t)(p - s.p));
		p = next;
	}
	vec_reserve(map, 1);
	map->p[map->n] = (uint32_t)s.n;
}

uint32_t
fold_map_end(const struct fold_map *map, size_t end)
{
	uint32_t from;

	if (end == 0)
		return map->p[0];
	from = map->p[end - 1];
	while (end < map->n && map->p[end] == from)
		end++;
	return map->p[end];
}

void
fold_map_fini(struct fold_map *map)
{
	vec_fini(map);
}

/* Latin and Greek letters keep their meaning without accents; in other
 * scripts a mark is a vowel or makes another letter. */
static bool
loses_accents(uint32_t r)
{
	return r < 0x250 || is_within(r, 0x1e00, 0x1fff) ||
		is_within(r, 0x370, 0x3ff);
}

/* Letters with a stroke and the like, which have no decomposition. */
static const struct {
	uint16_t rune;
	char base[4];
} plain_letters[] = {
	{0xe6, "ae"},
	{0xf0, "d"},
	{0xf8, "o"},
	{0xfe, "th"},
	{0x111, "d"},
	{0x127, "h"},
	{0x131, "i"},
	{0x142, "l"},
	{0x14b, "ng"},
	{0x153, "oe"},
	{0x167, "t"},
	{0x180, "b"},
	{0x192, "f"},
};

static const char *
plain_letter(uint32_t r)
{
	size_t i;

	for (i = 0; i < sizeof(plain_letters) / sizeof(*plain_letters); i++)
		if (plain_letters[i].rune == r)
			return plain_letters[i].base;
	return NULL;
}

static void
put_plain(uint32_t r, struct strbuf *out)
{
	utf8proc_int32_t buf[8];
	utf8proc_ssize_t n, i;
	int boundary = 0;
	const char *base = plain_letter(r);

	if (base) {
		strbuf_str(out, base);
		return;
	}
	n = utf8proc_decompose_char(
		(utf8proc_int32_t)r, buf, 8, UTF8PROC_DECOMPOSE, &boundary);
	for (i = 0; i < n && i < 8; i++)
		if (!is_within((uint32_t)buf[i], 0x300, 0x36f))
			strbuf_rune(out, (uint32_t)buf[i]);
}

void
fold_accents(struct span folded, struct strbuf *out)
{
	const char *p = folded.p, *end = folded.p + folded.n;
	unsigned n;
	uint32_t r;

	for (; p < end; p += n) {
		r = rune_decode(p, end, &n);
		if (r < 0x80)
			strbuf_char(out, (char)r);
		else if (is_within(r, 0x300, 0x36f))
			continue;
		else if (loses_accents(r))
			put_plain(r, out);
		else
			strbuf_rune(out, r);
	}
}

static bool
is_slug_rune(uint32_t r)
{
	enum rune_class c = rune_class(r);

	return c == RUNE_LETTER || c == RUNE_DIGIT || c == RUNE_MARK;
}

void
fold_slug(struct span name, struct strbuf *out)
{
	struct strbuf folded = STRBUF_INIT(out->max);
	const char *p, *end;
	bool gap = false;
	size_t base = out->n;
	uint32_t r;
	unsigned n;

	fold_text(name, &folded);
	p = folded.p;
	end = folded.p + folded.n;
	for (; p < end; p += n) {
		r = rune_decode(p, end, &n);
		if (!is_slug_rune(r)) {
			gap = out->n > base;
			continue;
		}
		if (gap)
			strbuf_char(out, '-');
		gap = false;
		strbuf_put(out, p, n);
	}
	strbuf_fini(&folded);
}

static enum rune_class
ascii_class(uint32_t r)
{
	if (is_within(r | 0x20, 'a', 'z'))
		return RUNE_LETTER;
	if (is_within(r, '0', '9'))
		return RUNE_DIGIT;
	return r == ' ' || is_within(r, '\t', '\r') ? RUNE_SPACE : RUNE_OTHER;
}

static const uint8_t category_class[] = {
	[UTF8PROC_CATEGORY_CN] = RUNE_OTHER,
	[UTF8PROC_CATEGORY_LU] = RUNE_LETTER,
	[UTF8PROC_CATEGORY_LL] = RUNE_LETTER,
	[UTF8PROC_CATEGORY_LT] = RUNE_LETTER,
	[UTF8PROC_CATEGORY_LM] = RUNE_LETTER,
	[UTF8PROC_CATEGORY_LO] = RUNE_LETTER,
	[UTF8PROC_CATEGORY_MN] = RUNE_MARK,
	[UTF8PROC_CATEGORY_MC] = RUNE_MARK,
	[UTF8PROC_CATEGORY_ME] = RUNE_MARK,
	[UTF8PROC_CATEGORY_ND] = RUNE_DIGIT,
	[UTF8PROC_CATEGORY_NL] = RUNE_DIGIT,
	[UTF8PROC_CATEGORY_NO] = RUNE_DIGIT,
	[UTF8PROC_CATEGORY_ZS] = RUNE_SPACE,
	[UTF8PROC_CATEGORY_ZL] = RUNE_SPACE,
	[UTF8PROC_CATEGORY_ZP] = RUNE_SPACE,
	[UTF8PROC_CATEGORY_CO] = RUNE_OTHER,
};

enum rune_class
rune_class(uint32_t r)
{
	const utf8proc_property_t *prop;

	if (r < 0x80)
		return ascii_class(r);
	prop = utf8proc_get_property((utf8proc_int32_t)r);
	if (prop->ignorable)
		return RUNE_IGNORED;
	if ((size_t)prop->category >= sizeof(category_class))
		return RUNE_OTHER;
	return (enum rune_class)category_class[prop->category];
}

enum rune_case
rune_case(uint32_t r)
{
	if (r < 0x80 && !is_within(r | 0x20, 'a', 'z'))
		return RUNE_UNCASED;
	if (r < 0x80)
		return r & 0x20 ? RUNE_LOWER : RUNE_UPPER;
	switch ((int)utf8proc_category((utf8proc_int32_t)r)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LT:
		return RUNE_UPPER;
	case UTF8PROC_CATEGORY_LL:
		return RUNE_LOWER;
	default:
		return RUNE_UNCASED;
	}
}

/* Sorted; what lies between is spaced. Source: Unicode blocks. */
static const struct {
	uint32_t first, last;
	enum rune_script script;
} scripts[] = {
	{0x590, 0x5ff, SCRIPT_HEBREW},
	{0x600, 0x6ff, SCRIPT_ARABIC},
	{0x750, 0x77f, SCRIPT_ARABIC},
	{0x8a0, 0x8ff, SCRIPT_ARABIC},
	{0xe00, 0xeff, SCRIPT_SEA},
	{0x1000, 0x109f, SCRIPT_SEA},
	{0x1100, 0x11ff, SCRIPT_HANGUL},
	{0x1780, 0x17ff, SCRIPT_SEA},
	{0x2e80, 0x2fdf, SCRIPT_HAN},
	{0x3005, 0x3007, SCRIPT_HAN},
	{0x3040, 0x309f, SCRIPT_HIRAGANA},
	{0x30a0, 0x30ff, SCRIPT_KATAKANA},
	{0x3130, 0x318f, SCRIPT_HANGUL},
	{0x31f0, 0x31ff, SCRIPT_KATAKANA},
	{0x3400, 0x4dbf, SCRIPT_HAN},
	{0x4e00, 0x9fff, SCRIPT_HAN},
	{0xa960, 0xa97f, SCRIPT_HANGUL},
	{0xac00, 0xd7ff, SCRIPT_HANGUL},
	{0xf900, 0xfaff, SCRIPT_HAN},
	{0xfb1d, 0xfb4f, SCRIPT_HEBREW},
	{0xfb50, 0xfdff, SCRIPT_ARABIC},
	{0xfe70, 0xfeff, SCRIPT_ARABIC},
	{0xff66, 0xff9f, SCRIPT_KATAKANA},
	{0xffa0, 0xffdc, SCRIPT_HANGUL},
	{0x20000, 0x3ffff, SCRIPT_HAN},
};

enum rune_script
rune_script(uint32_t r)
{
	size_t lo = 0, hi = sizeof(scripts) / sizeof(*scripts), mid;

	if (r < scripts[0].first)
		return SCRIPT_SPACED;
	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (scripts[mid].last < r)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < sizeof(scripts) / sizeof(*scripts) && scripts[lo].first <= r)
		return scripts[lo].script;
	return SCRIPT_SPACED;
}
