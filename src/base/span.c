#include "base/span.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define DISTANCE_MAX_BYTES 64 /* longer texts get no suggestions */
#define NUMBER_MAX_BYTES 128 /* of a double as text */

static unsigned char
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
span_eq_str(struct span a, const char *s)
{
	return span_eq(a, span_of(s));
}

bool
span_caseeq(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool
span_caseeq_str(struct span a, const char *s)
{
	return span_caseeq(a, span_of(s));
}

bool
span_starts(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return n <= a.n && span_eq(span_make(a.p, n), span_make(prefix, n));
}

bool
span_ends(struct span a, const char *suffix)
{
	size_t n = strlen(suffix);

	return n <= a.n && (n == 0 || memcmp(a.p + (a.n - n), suffix, n) == 0);
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

size_t
span_find(struct span a, char c)
{
	const char *at = a.n > 0 ? memchr(a.p, c, a.n) : NULL;

	return at ? (size_t)(at - a.p) : SIZE_MAX;
}

size_t
span_find_str(struct span a, const char *s)
{
	size_t n = strlen(s);
	const char *at;

	if (n == 0)
		return 0;
	at = a.n >= n ? memmem(a.p, a.n, s, n) : NULL;
	return at ? (size_t)(at - a.p) : SIZE_MAX;
}

size_t
span_casefind(struct span a, struct span b)
{
	for (size_t i = 0; i + b.n <= a.n; i++)
		if (span_caseeq(span_make(a.p + i, b.n), b))
			return i;
	return SIZE_MAX;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
span_escape(struct span a, size_t at, char *byte)
{
	int high, low;

	if (a.n < 3 || at > a.n - 3 || a.p[at] != '%')
		return false;
	high = hex_digit(a.p[at + 1]);
	low = hex_digit(a.p[at + 2]);
	if (high < 0 || low < 0)
		return false;
	*byte = (char)(high << 4 | low);
	return true;
}

struct span
span_sub(struct span a, size_t start, size_t n)
{
	if (!a.p)
		return SPAN_NULL;
	if (start > a.n)
		start = a.n;
	if (n > a.n - start)
		n = a.n - start;
	return span_make(a.p + start, n);
}

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span
span_trim(struct span a)
{
	while (a.n > 0 && is_white(a.p[a.n - 1]))
		a.n--;
	while (a.n > 0 && is_white(a.p[0])) {
		a.p++;
		a.n--;
	}
	return a;
}

bool
span_next(struct span *rest, char c, struct span *part)
{
	size_t at;

	if (rest->n == 0)
		return false;
	at = span_find(*rest, c);
	*part = span_sub(*rest, 0, at);
	*rest = span_sub(*rest, at == SIZE_MAX ? at : at + 1, SIZE_MAX);
	return true;
}

char *
span_dup(struct span a)
{
	return mem_strndup(a.p, a.n);
}

bool
span_i64(struct span a, int64_t min, int64_t max, int64_t *out)
{
	bool negative = a.n > 0 && a.p[0] == '-';
	int64_t v = 0;

	if (negative)
		a = span_sub(a, 1, SIZE_MAX);
	if (a.n == 0)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		int64_t digit = a.p[i] - '0';

		if (digit < 0 || digit > 9 ||
			__builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(
				v, negative ? -digit : digit, &v))
			return false;
	}
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

/* The program never leaves the C locale, so strtod's point is a point. */
bool
span_double(struct span a, double *out)
{
	char buf[NUMBER_MAX_BYTES];
	char *end;
	double v;

	if (a.n == 0 || a.n >= sizeof(buf))
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (!memchr("0123456789+-.eE", a.p[i], 15))
			return false;
	memcpy(buf, a.p, a.n);
	buf[a.n] = '\0';
	v = strtod(buf, &end);
	if (*end != '\0' || !isfinite(v))
		return false;
	*out = v;
	return true;
}

/* Length of the well-formed sequence at p; 0 if there is none (RFC 3629 4). */
size_t
span_utf8_len(struct span a)
{
	const unsigned char *p = (const unsigned char *)a.p;
	unsigned char low = 0x80, high = 0xbf;
	size_t len, n = a.n;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0; /* overlong */
	else if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90; /* overlong */
	else if (p[0] == 0xf4)
		high = 0x8f; /* beyond U+10FFFF */
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return len;
}

bool
span_is_utf8(struct span a)
{
	const unsigned char *p = (const unsigned char *)a.p;
	size_t i = 0;

	while (i < a.n) {
		uint64_t word;
		size_t len;

		/* Most text is ASCII: eight bytes at a time. */
		if (a.n - i >= sizeof(word)) {
			memcpy(&word, p + i, sizeof(word));
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		len = span_utf8_len(span_make(a.p + i, a.n - i));
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

struct span
span_utf8_head(struct span a, size_t max)
{
	size_t n = a.n < max ? a.n : max;
	size_t lead = n;

	/* Find the last lead byte within reach; drop it if its tail is not. */
	while (lead > 0 && n - lead < 3 && (a.p[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead > 0) {
		unsigned char c = (unsigned char)a.p[lead - 1];
		size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

		if (len > n - (lead - 1) && len > 1)
			n = lead - 1;
	}
	return span_make(a.p, n);
}

bool
span_next_rune(struct span *rest, uint32_t *rune)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t n;

	if (rest->n == 0)
		return false;
	n = span_utf8_len(*rest);
	if (n == 0) {
		*rune = 0xfffd;
		n = 1;
	} else {
		*rune = n == 1 ? p[0] : p[0] & (0x7fU >> n);
		for (size_t i = 1; i < n; i++)
			*rune = *rune << 6 | (p[i] & 0x3fU);
	}
	*rest = span_sub(*rest, n, SIZE_MAX);
	return true;
}

size_t
span_rune_bytes(uint32_t rune, char out[4])
{
	if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
		rune = 0xfffd;
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		out[0] = (char)(0xc0 | (rune >> 6));
		out[1] = (char)(0x80 | (rune & 0x3f));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xe0 | (rune >> 12));
		out[1] = (char)(0x80 | ((rune >> 6) & 0x3f));
		out[2] = (char)(0x80 | (rune & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (rune >> 18));
	out[1] = (char)(0x80 | ((rune >> 12) & 0x3f));
	out[2] = (char)(0x80 | ((rune >> 6) & 0x3f));
	out[3] = (char)(0x80 | (rune & 0x3f));
	return 4;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned
span_distance(struct span a, struct span b, unsigned max)
{
	unsigned rows[3][DISTANCE_MAX_BYTES + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];

	if (a.n > DISTANCE_MAX_BYTES || b.n > DISTANCE_MAX_BYTES)
		return max + 1;
	for (unsigned j = 0; j <= b.n; j++)
		last[j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned *spare = before;

		now[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			unsigned cost = a.p[i - 1] != b.p[j - 1];

			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				last[j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
				a.p[i - 2] == b.p[j - 1] &&
				before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[b.n] <= max ? last[b.n] : max + 1;
}
