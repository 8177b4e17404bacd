/* Neighbours and style of a sentence. See around.h. */
#include "match/around.h"

#include "match/cues.h"

#define STYLE_WORDS 14 /* looked at on either side for the style */

static void
look_up(struct known_words *k, struct span text, struct neighbour *n)
{
	struct known known = known_get(k, text, &n->token);

	n->cues = known.cues;
	n->lists = known.lists;
	n->word = known.word;
}

/* Does a sentence end in this gap? A dot after an initial or a short
 * abbreviation with a capital does not end one. */
static bool
is_stop(enum token_gap gap, const struct token *left)
{
	if (gap == GAP_SENTENCE || gap == GAP_BREAK)
		return true;
	if (gap != GAP_DOT_SPACE)
		return false;
	return left->shape == SHAPE_LOWER || left->end - left->start > 4;
}

bool
around_is_capital(const struct neighbour *n)
{
	return n->there &&
		(n->token.shape == SHAPE_TITLE ||
			n->token.shape == SHAPE_UPPER ||
			n->token.shape == SHAPE_MIXED);
}

static void
look_before(struct known_words *k, struct span text, size_t start,
	struct around *out)
{
	struct neighbour *n;
	size_t at = start;
	int i;

	out->starts_sentence = true;
	for (i = 0; i < AROUND_WORDS; i++) {
		n = &out->before[i];
		if (!token_prev(text, at, &n->token, &n->gap) ||
			is_stop(n->gap, &n->token))
			return;
		n->there = true;
		look_up(k, text, n);
		out->starts_sentence = false;
		at = n->token.start;
	}
}

static void
look_after(struct known_words *k, struct span text, size_t end,
	const struct token *self, struct around *out)
{
	const struct token *left = self;
	struct neighbour *n;
	size_t at = end;
	int i;

	for (i = 0; i < AROUND_WORDS; i++) {
		n = &out->after[i];
		if (!token_next(text, at, &n->token))
			return;
		n->gap = (enum token_gap)n->token.gap;
		if (is_stop(n->gap, left))
			return;
		n->there = true;
		look_up(k, text, n);
		left = &n->token;
		at = n->token.end;
	}
}

struct style {
	unsigned lower, title, upper, words;
	unsigned long_lower, long_title; /* of four letters or more */
};

static void
style_add(struct style *st, const struct token *t)
{
	bool is_long = t->end - t->start >= 4;

	if (t->kind != TOKEN_WORD || t->shape == SHAPE_NONE)
		return;
	if (t->end - t->start == 1 && t->shape == SHAPE_TITLE)
		return; /* A, I, the U of U.S.: in every style */
	st->words++;
	st->lower += t->shape == SHAPE_LOWER;
	st->upper += t->shape == SHAPE_UPPER;
	st->title += t->shape == SHAPE_TITLE || t->shape == SHAPE_MIXED;
	st->long_lower += is_long && t->shape == SHAPE_LOWER;
	st->long_title += is_long && t->shape != SHAPE_LOWER;
}

static enum sentence_style
style_judge(const struct style *st)
{
	if (st->words > 0 && st->upper == st->words)
		return STYLE_CAPS;
	if (st->words >= 3 && st->lower == 0)
		return STYLE_TITLE; /* U.S. Bans Huawei Gear */
	if (st->words < 3)
		return st->long_lower ? STYLE_PROSE : STYLE_SHORT;
	if (st->upper * 5 >= st->words * 4)
		return STYLE_CAPS;
	if (st->title + st->upper == 0)
		return STYLE_LOWER;
	if (st->long_lower + st->long_title < 3)
		return st->lower * 2 > st->words ? STYLE_PROSE : STYLE_SHORT;
	return st->long_title * 4 >= (st->long_lower + st->long_title) * 3
		? STYLE_TITLE
		: STYLE_PROSE;
}

/* Ends what is written in one style: a colon does not. */
static bool
is_style_stop(enum token_gap gap, const struct token *left)
{
	return gap != GAP_SENTENCE && is_stop(gap, left);
}

static enum sentence_style
look_style(struct span text, size_t start, size_t end)
{
	struct style st = {0};
	struct token t, left = {0};
	enum token_gap gap;
	size_t at = start;
	int i;

	for (i = 0; i < STYLE_WORDS; i++) {
		if (!token_prev(text, at, &t, &gap) || is_style_stop(gap, &t))
			break;
		style_add(&st, &t);
		at = t.start;
	}
	left.end = 5; /* the candidate is no abbreviation */
	at = end;
	for (i = 0; i < STYLE_WORDS; i++) {
		if (!token_next(text, at, &t) ||
			is_style_stop((enum token_gap)t.gap, &left))
			break;
		style_add(&st, &t);
		left = t;
		at = t.end;
	}
	return style_judge(&st);
}

void
around_look(struct known_words *k, struct span text, size_t start, size_t end,
	struct around *out)
{
	struct token self = {0};

	*out = (struct around){0};
	if (token_next(text, start, &self))
		out->self = known_get(k, text, &self);
	look_before(k, text, start, out);
	look_after(k, text, end, &self, out);
	out->style = look_style(text, start, end);
}
