/*
 * Tokens, one at a time: skip what stands before (judging the gap), find the
 * end, fold, hash. Most words are ASCII and take a path without tables.
 */
#include "text/tokens.h"

#include <assert.h>

#include "text/letters.h"

#define FOLD_MAX ((size_t)1 << 20) /* of one token; a longer one is cut */

struct cursor {
	const char *p, *end;
};

static bool
is_ascii_alnum(unsigned char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 ||
		(unsigned char)(c - '0') < 10;
}

/* -- gaps ------------------------------------------------------------------ */

enum sign {
	SIGN_OTHER,
	SIGN_SPACE,
	SIGN_LINE,
	SIGN_HYPHEN,
	SIGN_APOS,
	SIGN_DOT,
	SIGN_JOIN,
	SIGN_END
};

static const uint8_t ascii_signs[128] = {
	[' '] = SIGN_SPACE,
	['\t'] = SIGN_SPACE,
	['\n'] = SIGN_LINE,
	['\v'] = SIGN_SPACE,
	['\f'] = SIGN_SPACE,
	['\r'] = SIGN_SPACE,
	['-'] = SIGN_HYPHEN,
	['\''] = SIGN_APOS,
	['`'] = SIGN_APOS,
	['.'] = SIGN_DOT,
	['/'] = SIGN_JOIN,
	[':'] = SIGN_END,
	[';'] = SIGN_END,
	['!'] = SIGN_END,
	['?'] = SIGN_END,
	['_'] = SIGN_JOIN,
	[','] = SIGN_OTHER,
};

static const struct {
	uint32_t first, last;
	enum sign sign;
} wide_signs[] = {
	{0xb4, 0xb4, SIGN_APOS},
	{0xb7, 0xb7, SIGN_JOIN},
	{0x2010, 0x2013, SIGN_HYPHEN},
	{0x2018, 0x2019, SIGN_APOS},
	{0x201b, 0x201b, SIGN_APOS},
	{0x2027, 0x2027, SIGN_JOIN},
	{0x2028, 0x2029, SIGN_LINE},
	{0x2032, 0x2032, SIGN_APOS},
	{0x2043, 0x2043, SIGN_HYPHEN},
	{0x2212, 0x2212, SIGN_HYPHEN},
	{0x3002, 0x3002, SIGN_END},
	{0x30fb, 0x30fb, SIGN_JOIN},
	{0xfe58, 0xfe58, SIGN_HYPHEN},
	{0xfe63, 0xfe63, SIGN_HYPHEN},
	{0xff01, 0xff01, SIGN_END},
	{0xff07, 0xff07, SIGN_APOS},
	{0xff0d, 0xff0d, SIGN_HYPHEN},
	{0xff0e, 0xff0e, SIGN_DOT},
	{0xff1a, 0xff1b, SIGN_END},
	{0xff1f, 0xff1f, SIGN_END},
	{0xff61, 0xff61, SIGN_END},
	{0xff65, 0xff65, SIGN_JOIN},
};

static enum sign
sign_of(uint32_t r)
{
	size_t i;

	if (r < 128)
		return (enum sign)ascii_signs[r];
	for (i = 0; i < sizeof(wide_signs) / sizeof(*wide_signs); i++)
		if (r >= wide_signs[i].first && r <= wide_signs[i].last)
			return wide_signs[i].sign;
	return rune_class(r) == RUNE_SPACE ? SIGN_SPACE : SIGN_OTHER;
}

/* U+02BC is a letter to Unicode and an apostrophe to all who type it. */
#define MODIFIER_APOSTROPHE 0x2bc

struct gap {
	unsigned n; /* signs so far, ignored characters not counted */
	unsigned spaces;
	enum sign first, last;
	bool line, end, dot_end;
};

static void
gap_add(struct gap *g, uint32_t r)
{
	enum sign sign = r == MODIFIER_APOSTROPHE ? SIGN_APOS : sign_of(r);

	if (r >= 0x80 && rune_class(r) == RUNE_IGNORED)
		return;
	if (g->n == 0)
		g->first = sign;
	/* a full stop: a dot and then a space or a closing quote */
	if (g->n && g->last == SIGN_DOT &&
		(sign == SIGN_SPACE || sign == SIGN_OTHER))
		g->dot_end = true;
	if (sign == SIGN_OTHER && (r == ',' || r == 0x3001))
		g->dot_end = false; /* "Inc., said" */
	g->line |= sign == SIGN_LINE;
	g->end |= sign == SIGN_END;
	g->spaces += sign == SIGN_SPACE;
	g->last = sign;
	g->n++;
}

static enum token_gap
gap_of_one(enum sign sign)
{
	static const uint8_t gaps[] = {
		[SIGN_OTHER] = GAP_PUNCT,
		[SIGN_SPACE] = GAP_SPACE,
		[SIGN_LINE] = GAP_BREAK,
		[SIGN_HYPHEN] = GAP_HYPHEN,
		[SIGN_APOS] = GAP_APOS,
		[SIGN_DOT] = GAP_DOT,
		[SIGN_JOIN] = GAP_JOIN,
		[SIGN_END] = GAP_JOIN,
	};

	return (enum token_gap)gaps[sign];
}

static enum token_gap
gap_judge(const struct gap *g)
{
	if (g->n == 0)
		return GAP_NONE;
	if (g->n == 1)
		return gap_of_one(g->first);
	if (g->line)
		return GAP_BREAK;
	if (g->spaces == g->n)
		return GAP_SPACE;
	if (g->n == 2 && g->first == SIGN_DOT) {
		if (g->last == SIGN_APOS) /* Inc.'s */
			return GAP_APOS;
		if (g->last == SIGN_HYPHEN) /* U.S.-based */
			return GAP_HYPHEN;
	}
	if (g->end)
		return GAP_SENTENCE;
	if (g->first == SIGN_DOT && g->spaces == g->n - 1)
		return GAP_DOT_SPACE;
	return g->dot_end ? GAP_SENTENCE : GAP_PUNCT;
}

enum token_gap
tokens_gap(struct span s, size_t start, size_t end)
{
	struct gap g = {0};
	const char *p = s.p + start, *stop = s.p + end;
	unsigned n;

	for (; p < stop; p += n)
		gap_add(&g, rune_decode(p, stop, &n));
	return gap_judge(&g);
}

/* -- where tokens begin and end -------------------------------------------- */

static bool
is_sign_token(uint32_t r)
{
	return r == '&' || r == '+' || r == 0xff06 || r == 0xff0b;
}

static bool
is_word_rune(uint32_t r)
{
	enum rune_class c;

	if (r < 0x80)
		return is_ascii_alnum((unsigned char)r);
	if (r == MODIFIER_APOSTROPHE)
		return false;
	c = rune_class(r);
	return c == RUNE_LETTER || c == RUNE_DIGIT;
}

static bool
is_spaced(uint32_t r)
{
	return r < 0x590 || rune_script(r) == SCRIPT_SPACED ||
		rune_class(r) == RUNE_DIGIT;
}

/* Marks, and jamo or voicing marks that compose with what is before them. */
static bool
is_attached(uint32_t r)
{
	return r >= 0x300 &&
		(rune_class(r) == RUNE_MARK || (r >= 0x1160 && r <= 0x11ff) ||
			r == 0xff9e || r == 0xff9f);
}

/* End of the word that starts at p; characters to be ignored at its end are
 * not part of it. */
static const char *
word_end(const char *p, const char *end)
{
	const char *last = p;
	unsigned n;
	uint32_t r;

	while (p < end) {
		if (is_ascii_alnum((unsigned char)*p)) {
			last = ++p;
			continue;
		}
		r = rune_decode(p, end, &n);
		if (r < 0x80)
			break;
		if ((is_word_rune(r) && is_spaced(r)) || is_attached(r))
			last = p + n;
		else if (rune_class(r) != RUNE_IGNORED)
			break;
		p += n;
	}
	return last;
}

static const char *
char_end(const char *p, const char *end)
{
	const char *start = p;
	unsigned n;
	uint32_t r;

	rune_decode(p, end, &n);
	for (p += n; p < end && p - start < 64; p += n) {
		r = rune_decode(p, end, &n);
		if (!is_attached(r))
			break;
	}
	return p;
}

/* -- one token ------------------------------------------------------------- */

struct shape {
	unsigned upper, lower;
	bool upper_first, cased, digit;
};

static void
shape_add(struct shape *sh, uint32_t r)
{
	enum rune_case c = rune_case(r);

	if (c == RUNE_UNCASED) {
		sh->digit |= r >= '0' && r <= '9';
		return;
	}
	if (!sh->cased)
		sh->upper_first = c == RUNE_UPPER;
	sh->cased = true;
	sh->upper += c == RUNE_UPPER;
	sh->lower += c == RUNE_LOWER;
}

static enum token_shape
shape_judge(const struct shape *sh)
{
	if (!sh->cased)
		return SHAPE_NONE;
	if (!sh->upper)
		return SHAPE_LOWER;
	if (!sh->lower && sh->upper > 1)
		return SHAPE_UPPER;
	return sh->upper == 1 && sh->upper_first ? SHAPE_TITLE : SHAPE_MIXED;
}

static void
token_shape(const char *p, const char *end, struct token *out)
{
	struct shape sh = {0};
	unsigned n;

	for (; p < end; p += n)
		shape_add(&sh, rune_decode(p, end, &n));
	out->shape = (uint8_t)shape_judge(&sh);
	out->digits = sh.digit;
}

void
token_fold(struct span s, const struct token *t, struct strbuf *out)
{
	fold_text(span_make(s.p + t->start, t->end - t->start), out);
}

static void
hash_folded(struct span s, struct token *t)
{
	struct strbuf folded = STRBUF_INIT(FOLD_MAX);
	struct strbuf plain = STRBUF_INIT(FOLD_MAX);

	token_fold(s, t, &folded);
	fold_accents(strbuf_as_span(&folded), &plain);
	t->hash = token_hash(strbuf_as_span(&folded));
	t->accents = !span_eq(strbuf_as_span(&folded), strbuf_as_span(&plain));
	strbuf_fini(&folded);
	strbuf_fini(&plain);
}

uint64_t
token_plain_hash(struct span s, const struct token *t)
{
	struct strbuf folded = STRBUF_INIT(FOLD_MAX);
	struct strbuf plain = STRBUF_INIT(FOLD_MAX);
	struct letters letters;
	uint64_t h;

	if (!t->accents)
		return t->hash;
	if (letters_read(s, t->start, &letters) && letters.end == t->end)
		return token_hash(span_make(letters.plain, letters.n_plain));
	token_fold(s, t, &folded);
	fold_accents(strbuf_as_span(&folded), &plain);
	h = token_hash(strbuf_as_span(&plain));
	strbuf_fini(&folded);
	strbuf_fini(&plain);
	return h;
}

/* Characters that fold to themselves, alone: most of Han, Kana and Hangul. */
static bool
folds_to_itself(uint32_t r)
{
	return (r >= 0x4e00 && r <= 0x9fff) || (r >= 0xac00 && r <= 0xd7a3) ||
		(r >= 0x3041 && r <= 0x3096) || (r >= 0x30a1 && r <= 0x30fc);
}

static void
make_char(struct span s, const char *p, uint32_t r, struct token *out)
{
	const char *end = char_end(p, s.p + s.n);
	size_t n = (size_t)(end - p);

	out->kind = TOKEN_CHAR;
	out->script = (uint8_t)rune_script(r);
	out->shape = SHAPE_NONE;
	out->end = (uint32_t)(end - s.p);
	if (n == 3 && folds_to_itself(r))
		out->hash = token_hash(span_make(p, n));
	else
		hash_folded(s, out);
}

/* A word of letters that are simple to fold: nearly every one. */
static void
make_simple_word(const struct letters *l, struct token *out)
{
	struct shape sh = {.upper = l->upper,
		.lower = l->lower,
		.upper_first = l->upper_first,
		.cased = l->upper + l->lower > 0};

	out->end = (uint32_t)l->end;
	out->shape = (uint8_t)shape_judge(&sh);
	out->digits = l->digits;
	out->accents = l->accents;
	out->hash = token_hash(span_make(l->folded, l->n_folded));
}

static void
make_word(struct span s, const char *p, struct token *out)
{
	struct letters letters;
	const char *end;

	out->kind = TOKEN_WORD;
	out->script = SCRIPT_SPACED;
	if (letters_read(s, (size_t)(p - s.p), &letters)) {
		make_simple_word(&letters, out);
		return;
	}
	end = word_end(p, s.p + s.n);
	out->end = (uint32_t)(end - s.p);
	token_shape(p, end, out);
	hash_folded(s, out);
}

static void
make_sign(
	struct span s, const char *p, uint32_t r, unsigned n, struct token *out)
{
	char c = r == '&' || r == 0xff06 ? '&' : '+';

	out->kind = TOKEN_SIGN;
	out->shape = SHAPE_NONE;
	out->end = (uint32_t)(p + n - s.p);
	out->hash = token_hash(span_make(&c, 1));
}

bool
token_next(struct span s, size_t at, struct token *out)
{
	const char *p = s.p + at, *end = s.p + s.n;
	struct gap g = {0};
	unsigned n;
	uint32_t r;

	assert(s.n <= UINT32_MAX && at <= s.n);
	for (; p < end; p += n) {
		r = rune_decode(p, end, &n);
		if (is_sign_token(r) || is_word_rune(r))
			break;
		gap_add(&g, r);
	}
	if (p >= end)
		return false;
	*out = (struct token){.start = (uint32_t)(p - s.p)};
	out->gap = (uint8_t)(at == 0 ? GAP_BREAK : gap_judge(&g));
	if (is_sign_token(r))
		make_sign(s, p, r, n, out);
	else if (is_spaced(r))
		make_word(s, p, out);
	else
		make_char(s, p, r, out);
	return true;
}

void
tokens_scan(struct span s, struct tokens *out)
{
	struct token t;
	size_t at = 0;

	vec_clear(out);
	while (token_next(s, at, &t)) {
		vec_push(out, t);
		at = t.end;
	}
}

void
tokens_fini(struct tokens *t)
{
	vec_fini(t);
}

/* -- backwards ------------------------------------------------------------- */

/* Start of the character before p; start < p. */
static const char *
rune_before(const char *start, const char *p, uint32_t *r)
{
	const char *end = p;
	unsigned n;

	for (p--; p > start && ((unsigned char)*p & 0xc0) == 0x80;)
		p--;
	*r = rune_decode(p, end, &n);
	return p;
}

/* Start of the word or character that ends at p; NULL if only marks without
 * a letter stand there. */
static const char *
token_start(const char *start, const char *p)
{
	const char *prev, *best = NULL;
	uint32_t r;

	for (; p > start; p = prev) {
		prev = rune_before(start, p, &r);
		if (is_word_rune(r) && is_spaced(r))
			best = prev;
		else if (is_word_rune(r) && !is_attached(r))
			return best ? best : prev;
		else if (!is_attached(r) &&
			(r < 0x80 || rune_class(r) != RUNE_IGNORED))
			break;
	}
	return best;
}

bool
token_prev(struct span s, size_t at, struct token *out, enum token_gap *gap)
{
	const char *p = s.p + at, *prev, *start = NULL;
	uint32_t r;

	for (; p > s.p; p = prev) {
		prev = rune_before(s.p, p, &r);
		if (is_sign_token(r))
			start = prev;
		else if (is_word_rune(r) || is_attached(r))
			start = token_start(s.p, p);
		if (start)
			break;
	}
	*gap = GAP_BREAK;
	if (!start || !token_next(s, (size_t)(start - s.p), out))
		return false;
	*gap = tokens_gap(s, out->end, at);
	out->gap = GAP_BREAK;
	return true;
}
