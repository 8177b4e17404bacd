/* See evidence.h. */
#include "match/evidence.h"

#include <stdlib.h>

#include "match/cues.h"
#include "match/match.h"
#include "text/boilerplate.h"

#define STRONG_MIN 0.8 /* what counts as a sure form of an entity */
#define BESIDE_MIN 0.3 /* what counts as a watched name beside another */
#define BESIDE_BYTES 6 /* ", and " */

/* -- neighbours in place --------------------------------------------------- */

static int
compare_places(const void *a, const void *b)
{
	const struct candidate *x = *(struct candidate *const *)a,
			       *y = *(struct candidate *const *)b;

	if (x->field != y->field)
		return x->field - y->field;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return x < y ? -1 : x > y;
}

void
evidence_place(const struct candidates *cs, struct places *out)
{
	vec_clear(out);
	vec_each (struct candidate *, c, &cs->c)
		if (c->drop == DROP_NOT && candidate_is_naming(c))
			vec_push(out, c);
	if (out->n)
		qsort(out->p, out->n, sizeof(*out->p), compare_places);
}

/* Only a comma, a slash or "and", with its spaces, between two names? */
static bool
joins(struct span between)
{
	static const char *const joints[] = {
		",", "/", "&", "and", ", and", ", &", "or", NULL};

	between = span_trim(between);
	for (size_t i = 0; joints[i]; i++)
		if (span_eq_str(between, joints[i]))
			return true;
	return false;
}

static bool
is_other(const struct candidate *c, const struct candidate *other)
{
	return other->field == c->field &&
		other->name->entity != c->name->entity &&
		other->p >= BESIDE_MIN && !(other->f && other->f[F_LOWER] > 0);
}

bool
evidence_is_beside(const struct places *places, const struct candidate *c,
	struct span text)
{
	size_t lo = 0, hi = places->n, mid, i;
	const struct candidate *d;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (evidence_at(places->p[mid]) < evidence_at(c))
			lo = mid + 1;
		else
			hi = mid;
	}
	/* A name before it may be long: look at a few. */
	for (i = lo; i > 0 && lo - i < 8; i--) {
		d = places->p[i - 1];
		if (d->end <= c->start && c->start - d->end <= BESIDE_BYTES &&
			is_other(c, d) &&
			joins(span_sub(text, d->end, c->start - d->end)))
			return true;
	}
	for (i = lo; i < places->n; i++) {
		d = places->p[i];
		if (d->field != c->field || d->start > c->end + BESIDE_BYTES)
			break;
		if (d->start >= c->end && is_other(c, d) &&
			joins(span_sub(text, c->end, d->start - c->end)))
			return true;
	}
	return false;
}

/* -- acronyms that the item defines ---------------------------------------- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Does a word stand for the letter: by its first one, or eXplainable? */
static bool
stands_for(struct span word, char letter)
{
	return lower(word.p[0]) == letter ||
		(letter == 'x' && word.n > 1 && lower(word.p[0]) == 'e' &&
			lower(word.p[1]) == 'x');
}

/*
 * "Explainable AI (XAI)": *from is where the words begin whose first letters,
 * small words left out, are those in the brackets. A word in capitals stands
 * for all of its letters.
 */
static bool
find_definition(struct span text, const struct candidate *c, size_t *from)
{
	size_t at = c->start - 1, left = c->end - c->start;
	enum token_gap gap;
	struct token t;

	while (left > 0 && token_prev(text, at, &t, &gap) &&
		gap < GAP_SENTENCE) {
		struct span w = span_sub(text, t.start, t.end - t.start);
		char letter = lower(text.p[c->start + left - 1]);

		at = t.start;
		if (t.shape == SHAPE_UPPER && w.n <= left &&
			span_caseeq(
				w, span_sub(text, c->start + left - w.n, w.n)))
			left -= w.n;
		else if (stands_for(w, letter))
			left--;
		else if (w.n > 3 || t.shape != SHAPE_LOWER)
			return false;
		*from = t.start;
	}
	return left == 0;
}

static bool
is_own_name_in(const struct candidates *cs, const struct entity_state *e,
	const struct candidate *c, size_t from)
{
	for (uint32_t i = 0; i < e->n; i++) {
		const struct candidate *d = &cs->c.p[e->first + i];

		if (d != c && d->field == c->field && d->start < c->start &&
			d->end > from && d->name->role <= ROLE_ALIAS)
			return true;
	}
	return false;
}

static bool
is_defined_otherwise(const struct candidates *cs, const struct item *item,
	const struct entity_state *e, const struct candidate *c)
{
	struct span text = candidates_field(item, (enum hit_field)c->field);
	size_t from = c->start;

	return c->start > 0 && text.p[c->start - 1] == '(' && c->end < text.n &&
		text.p[c->end] == ')' && c->end - c->start >= 2 &&
		c->end - c->start <= 6 && find_definition(text, c, &from) &&
		!is_own_name_in(cs, e, c, from);
}

/* -- an entity's own candidates -------------------------------------------- */

/* "Doug Ford", "Chase Elliott": a person's name, and no company's. */
static bool
has_bearer(const struct candidate *c)
{
	bool first = c->f && c->name->flags & NAME_GIVEN &&
		(c->f[F_AFTER_CAPITAL] > 0 ||
			c->f[F_AFTER_CAPITAL_HEADLINE] > 0);

	return c->name->flags & NAME_ONE_WORD && c->p < MATCH_MENTION_MIN &&
		c->f &&
		(first || c->f[F_BEFORE_GIVEN] > 0 ||
			c->f[F_BEFORE_TITLE] > 0 ||
			(c->f[F_BEFORE_CAPITAL] > 0 &&
				c->around.before[0].word.grade == 0 &&
				c->around.before[0].gap == GAP_SPACE));
}

void
evidence_gather(const struct candidates *cs, const struct item *item,
	struct entity_state *e)
{
	struct entity_evidence *v = &e->evidence;

	for (uint32_t i = 0; i < e->n; i++) {
		const struct candidate *c = &cs->c.p[e->first + i];

		if (c->drop != DROP_NOT || !candidate_is_naming(c) || !c->f)
			continue;
		if (c->p >= STRONG_MIN && c->name->n_tokens > 1 &&
			c->name->role <= ROLE_ALIAS)
			v->strong_form = true;
		if (c->f[F_CASE_PROSE] > 0 && c->p >= MATCH_MENTION_MIN)
			v->capital = true;
		if (has_bearer(c) &&
			(!v->bearer || evidence_at(c) < v->bearer_at)) {
			v->bearer = true;
			v->bearer_at = evidence_at(c);
		}
		v->defined_otherwise |= is_defined_otherwise(cs, item, e, c);
	}
}

/* -- prompts --------------------------------------------------------------- */

#define PROMPT_BYTES 160 /* of a sentence that may be boilerplate */

/* The sentence, or line, that a candidate stands in; empty if it is long. */
static struct span
sentence_of(struct span text, const struct candidate *c, size_t *from)
{
	size_t start = c->start, end = c->end;

	while (start > 0 && c->start - start <= PROMPT_BYTES &&
		text.p[start - 1] != '\n' &&
		!(start > 1 && text.p[start - 1] == ' ' &&
			strchr(".!?", text.p[start - 2])))
		start--;
	while (end < text.n && end - c->end <= PROMPT_BYTES &&
		text.p[end] != '\n' &&
		!(strchr(".!?", text.p[end - 1]) && text.p[end] == ' '))
		end++;
	*from = start;
	return end - start <= PROMPT_BYTES ? span_sub(text, start, end - start)
					   : SPAN_NULL;
}

/* "Follow us on Facebook." behind other sentences of its paragraph. */
bool
evidence_in_prompt(const struct item *item, const struct candidate *c)
{
	struct text_marks marks = {0};
	bool yes = false;
	size_t from = c->start;
	struct span s = sentence_of(item->text, c, &from);

	if (s.n)
		text_marks_find(s, &marks);
	vec_each (struct text_mark *, m, &marks)
		yes |= c->start >= from + m->start && c->end <= from + m->end;
	text_marks_fini(&marks);
	return yes;
}
