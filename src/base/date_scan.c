#include "base/date_scan.h"

#define DIGITS_MAX 18 /* fits an int64_t */

enum rune_class {
	RUNE_SPACE,
	RUNE_DIGIT,
	RUNE_LETTER,
	RUNE_CJK, /* words have no spaces between them */
	RUNE_IGNORED, /* invisible, or the º of an ordinal */
	RUNE_OTHER
};

/* Typographic forms of the characters that separate parts of dates. */
static const struct {
	uint32_t first, last;
	char plain;
} plain_chars[] = {
	{0x2010, 0x2015, '-'}, /* hyphens and dashes */
	{0x2212, 0x2212, '-'}, /* minus */
	{0xff0d, 0xff0d, '-'},
	{0xff1a, 0xff1a, ':'},
	{0x2236, 0x2236, ':'}, /* ratio */
	{0xff0f, 0xff0f, '/'},
	{0xff0e, 0xff0e, '.'},
	{0xff0c, 0xff0c, ','},
	{0x3001, 0x3001, ','},
	{0x060c, 0x060c, ','},
};

static const struct {
	const char *word;
	enum date_unit unit;
} unit_words[] = {
	/* Vietnamese, folded */
	{"ngay", DATE_DAY},
	{"thang", DATE_MONTH},
	{"nam", DATE_YEAR},
};

static bool
is_between(uint32_t r, uint32_t first, uint32_t last)
{
	return r >= first && r <= last;
}

static enum rune_class
classify_wide(uint32_t r)
{
	if (r == 0xa0 || is_between(r, 0x2000, 0x200a) || r == 0x202f ||
		r == 0x3000)
		return RUNE_SPACE;
	if (is_between(r, 0x200b, 0x200f) || is_between(r, 0x202a, 0x202e) ||
		is_between(r, 0x2066, 0x2069) || r == 0xfeff || r == 0xaa ||
		r == 0xba)
		return RUNE_IGNORED;
	if (r < 0xc0 || r == 0xd7 || r == 0xf7 || r == 0x60c ||
		is_between(r, 0x2000, 0x2e7f) ||
		is_between(r, 0x3000, 0x303f) || is_between(r, 0xff00, 0xffff))
		return RUNE_OTHER;
	if (is_between(r, 0x2e80, 0x9fff) || is_between(r, 0xac00, 0xd7a3))
		return RUNE_CJK;
	return RUNE_LETTER;
}

static enum rune_class
classify(uint32_t r)
{
	if (r >= 0x80)
		return classify_wide(r);
	if (r >= '0' && r <= '9')
		return RUNE_DIGIT;
	if ((r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z'))
		return RUNE_LETTER;
	if (r == ' ' || (r >= '\t' && r <= '\r'))
		return RUNE_SPACE;
	return RUNE_OTHER;
}

static enum rune_class
class_at(struct span s)
{
	uint32_t r;

	return span_next_rune(&s, &r) ? classify(r) : RUNE_OTHER;
}

static struct date_token *
add(struct date_tokens *out, enum date_token_kind kind, struct span text)
{
	struct date_token *t = &out->t[out->n++];

	*t = (struct date_token){.kind = kind, .weekday = -1, .text = text};
	return t;
}

/* Only a fraction may have more than DIGITS_MAX, and is read from its text. */
static void
scan_number(struct span *s, struct date_tokens *out)
{
	struct date_token *t = add(out, TOKEN_NUMBER, *s);

	while (s->n > 0 && classify((unsigned char)s->p[0]) == RUNE_DIGIT) {
		if (++t->digits <= DIGITS_MAX)
			t->value = t->value * 10 + (s->p[0] - '0');
		*s = span_sub(*s, 1, SIZE_MAX);
	}
	t->text.n = t->digits;
}

/* Letters, and what joins the parts of "America/New_York". */
static struct span
cut_word(struct span *s)
{
	struct span rest = *s, before = *s, word;
	uint32_t r;

	while (span_next_rune(&rest, &r)) {
		bool joins = (r == '/' || r == '_') && rest.n < s->n - 1 &&
			class_at(rest) == RUNE_LETTER;

		if (classify(r) != RUNE_LETTER && !joins)
			break;
		before = rest;
	}
	word = span_sub(*s, 0, s->n - before.n);
	*s = before;
	return word;
}

static void
scan_word(struct span *s, struct date_tokens *out)
{
	struct span text = cut_word(s), folded;
	struct date_token *t = add(out, TOKEN_WORD, text);
	char memory[DATE_WORD_MAX];
	int day, month;

	folded = span_make(memory, date_fold(text, memory));
	if (folded.n == 1)
		t->value = folded.p[0];
	else if (span_eq_str(folded, "π")) /* π.μ. is a.m., μ.μ. is p.m. */
		t->value = 'a';
	else if (span_eq_str(folded, "μ"))
		t->value = 'u';
	if (span_eq_str(folded, "am") || span_eq_str(folded, "pm")) {
		t->kind = TOKEN_HALF;
		t->value = folded.p[0] == 'a' ? 0 : 12;
		return;
	}
	for (size_t i = 0; i < sizeof(unit_words) / sizeof(*unit_words); i++)
		if (span_eq_str(folded, unit_words[i].word)) {
			t->kind = TOKEN_UNIT;
			t->value = unit_words[i].unit;
			t->before = true;
			return;
		}
	month = date_month(folded);
	if (month != 0) {
		t->kind = TOKEN_MONTH;
		t->value = month;
	}
	/* The English month names, bar "mar", are no days anywhere. */
	if ((month == 0 || folded.n == 3) && date_weekday(folded, &day)) {
		t->is_day = true;
		t->weekday = day;
		if (month == 0)
			t->kind = TOKEN_WEEKDAY;
	}
}

static void
scan_cjk(struct span *s, struct date_tokens *out)
{
	const struct date_cjk *c = date_cjk(*s);
	struct span rest = *s;
	struct date_token *t;
	uint32_t r;

	if (!c) {
		span_next_rune(&rest, &r);
		add(out, TOKEN_WORD, span_sub(*s, 0, s->n - rest.n));
		*s = rest;
		return;
	}
	t = add(out, TOKEN_UNIT, span_sub(*s, 0, strlen(c->text)));
	t->value = c->value;
	if (c->kind == CJK_HALF) {
		t->kind = TOKEN_HALF;
		t->before = true;
	} else if (c->kind == CJK_WEEKDAY) {
		t->kind = TOKEN_WEEKDAY;
		t->weekday = c->value;
	}
	if (c->zone_minutes > out->zone_minutes)
		out->zone_minutes = c->zone_minutes;
	*s = span_sub(*s, t->text.n, SIZE_MAX);
}

static void
scan_char(struct span *s, uint32_t r, struct date_tokens *out)
{
	struct span rest = *s;
	struct date_token *t;
	uint32_t ignored;

	span_next_rune(&rest, &ignored);
	t = add(out, TOKEN_CHAR, span_sub(*s, 0, s->n - rest.n));
	t->value = r < 0x80 ? (int64_t)r : '?';
	for (size_t i = 0; i < sizeof(plain_chars) / sizeof(*plain_chars); i++)
		if (is_between(r, plain_chars[i].first, plain_chars[i].last))
			t->value = plain_chars[i].plain;
	*s = rest;
}

/* "a.m.", "p. m.", "μ.μ.": letters and full stops become one half. */
static void
join_halves(struct date_tokens *out)
{
	for (size_t i = 0; i + 1 < out->n; i++) {
		struct date_token *a = &out->t[i], *b = a + 1;

		if (a->kind != TOKEN_WORD || a->value == 0)
			continue;
		if (b->kind == TOKEN_CHAR && b->value == '.')
			b++;
		if (b->kind != TOKEN_WORD ||
			!((b->value == 'm' &&
				  (a->value == 'a' || a->value == 'p')) ||
				(b->value == 'u' &&
					(a->value == 'a' || a->value == 'u'))))
			continue;
		a->kind = TOKEN_HALF;
		a->value = a->value == 'a' ? 0 : 12;
		for (struct date_token *t = a + 1; t <= b; t++)
			t->kind = TOKEN_USED;
	}
}

static void
scan_one(struct span *s, struct date_tokens *out, bool *glued)
{
	struct span rest = *s;
	size_t n = out->n;
	uint32_t r;

	span_next_rune(&rest, &r);
	switch (classify(r)) {
	case RUNE_SPACE:
		*glued = false;
		*s = rest;
		return;
	case RUNE_IGNORED:
		*s = rest;
		return;
	case RUNE_DIGIT:
		scan_number(s, out);
		break;
	case RUNE_LETTER:
		scan_word(s, out);
		break;
	case RUNE_CJK:
		scan_cjk(s, out);
		break;
	case RUNE_OTHER:
		scan_char(s, r, out);
		break;
	}
	out->t[n].glued = *glued;
	*glued = true;
}

bool
date_scan(struct span s, struct date_tokens *out)
{
	bool glued = false;

	out->t = out->memory + 1;
	out->n = 0;
	out->zone_minutes = 0;
	out->memory[0] = (struct date_token){.kind = TOKEN_END};
	if (s.n > DATE_TEXT_MAX)
		return false;
	while (s.n > 0) {
		if (out->n == DATE_TOKENS_MAX)
			return false;
		scan_one(&s, out, &glued);
	}
	out->t[out->n] = out->t[out->n + 1] =
		(struct date_token){.kind = TOKEN_END};
	join_halves(out);
	return true;
}
