/* See letters.h. */
#include "text/letters.h"

#include "text/fold.h"
#include "text/runs.h"

/* All zero: no letter for us. */
static const struct letter {
	unsigned char folded[2], plain[2]; /* the second 0: one byte */
	uint8_t letter_case; /* enum rune_case */
} table[LETTERS_LAST - LETTERS_FIRST + 1] = {
#include "text/letters_table.inc"
};

/* Of the two bytes at p; NULL if they are none. */
static const struct letter *
letter_at(const unsigned char *p, size_t left)
{
	uint32_t r;

	if (left < 2 || p[0] < 0xc2 || p[0] > 0xd4)
		return NULL;
	r = (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
	if (r > LETTERS_LAST || !table[r - LETTERS_FIRST].folded[0])
		return NULL;
	return &table[r - LETTERS_FIRST];
}

static void
add_case(struct letters *out, bool upper)
{
	out->upper_first |= upper && out->upper + out->lower == 0;
	out->upper += upper;
	out->lower += !upper;
}

static bool
add_ascii(struct letters *out, unsigned char c)
{
	unsigned char low = c | 0x20;
	bool digit = (unsigned char)(c - '0') < 10;

	if ((unsigned char)(low - 'a') < 26)
		add_case(out, !(c & 0x20));
	else if (!digit)
		return false;
	out->digits |= digit;
	out->folded[out->n_folded++] = (char)low;
	out->plain[out->n_plain++] = (char)low;
	return true;
}

static void
add_letter(struct letters *out, const struct letter *l)
{
	if (l->letter_case != RUNE_UNCASED)
		add_case(out, l->letter_case == RUNE_UPPER);
	memcpy(out->folded + out->n_folded, l->folded, 2);
	memcpy(out->plain + out->n_plain, l->plain, 2);
	out->n_folded += l->folded[1] ? 2 : 1;
	out->n_plain += l->plain[1] ? 2 : 1;
}

bool
letters_read(struct span s, size_t at, struct letters *out)
{
	const unsigned char *p = (const unsigned char *)s.p;
	const struct letter *l;
	size_t start = at;

	out->n_folded = out->n_plain = out->upper = out->lower = 0;
	out->upper_first = out->digits = false;
	for (; at < s.n; at++) {
		if (at - start > LETTERS_BYTES_MAX - 2)
			return false;
		if (p[at] < 0x80) {
			if (!add_ascii(out, p[at]))
				break;
			continue;
		}
		l = letter_at(p + at, s.n - at);
		if (!l)
			break;
		add_letter(out, l);
		at++;
	}
	out->end = at;
	out->accents = out->n_folded != out->n_plain ||
		memcmp(out->folded, out->plain, out->n_folded) != 0;
	return at > start &&
		(at == s.n || p[at] < 0x80 || runs_separator(s, at));
}
