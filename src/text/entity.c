/*
 * Character references. Names are found by binary search in a table without
 * pointers, so that it needs no relocation.
 */
#include "text/entity.h"

#include "text/utf8.h"

#define OLD_NAME_MAX 6 /* bytes of the longest name that may lack its ';' */
#define BEYOND_UNICODE 0x110000u
#define REPLACEMENT 0xfffdu

struct row {
	char name[ENTITY_NAME_MAX + 1];
	char text[7];
	bool old;
};

static const struct row rows[] = {
#include "text/entity_table.inc"
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static int
compare(struct span name, const char *row)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != row[i])
			return (unsigned char)name.p[i] < (unsigned char)row[i]
				? -1
				: 1;
	return row[name.n] ? -1 : 0;
}

static const struct row *
find(struct span name)
{
	size_t low = 0, high = name.n <= ENTITY_NAME_MAX ? N_ROWS : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = compare(name, rows[mid].name);

		if (order == 0)
			return &rows[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

struct span
entity_get(struct span name)
{
	const struct row *row = find(name);

	return row ? span_of(row->text) : SPAN_NULL;
}

uint32_t
entity_of_number(uint32_t number)
{
	if (number == 0 || number >= BEYOND_UNICODE ||
		(number >= 0xd800 && number < 0xe000))
		return REPLACEMENT;
	if (number >= 0x80 && number < 0xa0)
		return utf8_of_windows_1252((unsigned char)number);
	if (number == 0xfffe || number == 0xffff ||
		(number < 0x20 && number != '\t' && number != '\n' &&
			number != '\r'))
		return 0;
	return number;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z');
}

/* Value of a digit, 16 if c is none. */
static uint32_t
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (uint32_t)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (uint32_t)(c - 'A') + 10;
	return 16;
}

/* s starts with "&#". */
static size_t
decode_number(struct span s, struct strbuf *out)
{
	uint32_t base = 10, number = 0;
	size_t i = 2, first;

	if (i < s.n && (s.p[i] == 'x' || s.p[i] == 'X')) {
		base = 16;
		i++;
	}
	first = i;
	for (; i < s.n && digit(s.p[i]) < base; i++) {
		number = number * base + digit(s.p[i]);
		if (number > BEYOND_UNICODE)
			number = BEYOND_UNICODE;
	}
	if (i == first)
		return 0;
	number = entity_of_number(number);
	if (number != 0)
		strbuf_rune(out, number);
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

/* Names that end where they end, whatever follows: "&ampfoo" is "&foo". */
static bool
is_basic(struct span name)
{
	return span_eq_str(name, "amp") || span_eq_str(name, "lt") ||
		span_eq_str(name, "gt") || span_eq_str(name, "quot") ||
		span_eq_str(name, "nbsp");
}

/* A name without ';': n letters and digits follow s.p[0]. */
static size_t
decode_old_name(struct span s, size_t n, bool attribute, struct strbuf *out)
{
	for (size_t k = n < OLD_NAME_MAX ? n : OLD_NAME_MAX; k > 1; k--) {
		struct span name = span_sub(s, 1, k);
		const struct row *row;
		bool ends = k == n;

		if (!ends && (attribute || !is_basic(name)))
			continue;
		row = find(name);
		if (!row || !row->old)
			continue;
		if (attribute && k + 1 < s.n && s.p[k + 1] == '=')
			return 0;
		strbuf_str(out, row->text);
		return k + 1;
	}
	return 0;
}

size_t
entity_decode(struct span s, bool attribute, struct strbuf *out)
{
	const struct row *row;
	size_t n = 0;

	if (s.n > 1 && s.p[1] == '#')
		return decode_number(s, out);
	while (1 + n < s.n && n <= ENTITY_NAME_MAX && is_alnum(s.p[1 + n]))
		n++;
	if (1 + n < s.n && s.p[1 + n] == ';') {
		row = find(span_sub(s, 1, n));
		if (row) {
			strbuf_str(out, row->text);
			return n + 2;
		}
	}
	return decode_old_name(s, n, attribute, out);
}
