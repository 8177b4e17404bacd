/* Reading of patterns, by recursive descent over one line of text. */
#include "event/pattern.h"

#include <stdio.h>

#include "model/limits.h"

/* Lists within lists within lists are enough. */
#define LIST_DEPTH 4

struct cursor {
	struct pattern_reader *r;
	const struct entity_text *whole; /* what is read: a pattern or list */
	struct span rest;
	struct pattern *out;
	unsigned depth;
};

struct class_name {
	const char *name;
	enum atom_kind kind;
};

static const struct class_name classes[] = {
	{"money", ATOM_MONEY},
	{"percent", ATOM_PERCENT},
	{"number", ATOM_NUMBER},
	{"date", ATOM_DATE},
	{"ticker", ATOM_TICKER},
	{"name", ATOM_NAME},
};

/* Words of most texts, folded: no rule is looked up by them. */
static const char *const common_words[] = {"a", "about", "after", "all", "an",
	"and", "are", "as", "at", "be", "been", "being", "by", "company", "for",
	"from", "group", "has", "have", "his", "if", "in", "into", "is", "it",
	"its", "more", "new", "not", "of", "off", "on", "or", "our", "out",
	"over", "plan", "say", "says", "than", "that", "the", "their", "to",
	"up", "was", "we", "were", "will", "with", "year"};

static bool NW_PRINTF(2, 3) fail(struct cursor *c, const char *fmt, ...)
{
	struct place at = c->whole->place;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (at.line)
		at.column += (unsigned)(c->rest.p - c->whole->text.p);
	report_error(c->r->report, &at, "%s", text);
	return false;
}

static void
skip_spaces(struct cursor *c)
{
	while (c->rest.n && *c->rest.p == ' ')
		c->rest = span_sub(c->rest, 1, SIZE_MAX);
}

static bool
next_is(const struct cursor *c, char ch)
{
	return c->rest.n && *c->rest.p == ch;
}

static bool
take(struct cursor *c, char ch)
{
	if (!next_is(c, ch))
		return false;
	c->rest = span_sub(c->rest, 1, SIZE_MAX);
	return true;
}

/* What runs to a space or a sign of the language. */
static struct span
peek_word(const struct cursor *c)
{
	size_t n = 0;

	while (n < c->rest.n && !memchr(" ()|?~<>^", c->rest.p[n], 9))
		n++;
	return span_sub(c->rest, 0, n);
}

/* -- atoms ----------------------------------------------------------------- */

static bool
is_common(struct span folded)
{
	for (size_t i = 0; i < sizeof(common_words) / sizeof(*common_words);
		i++)
		if (span_eq_str(folded, common_words[i]))
			return true;
	return false;
}

static void
add_word(struct cursor *c, struct span text, const struct token *t, bool exact)
{
	struct pattern_reader *r = c->r;
	struct pattern_atom *a = vec_add(&c->out->atoms);
	struct word_keys keys;

	strbuf_clear(&r->folded);
	token_fold(text, t, &r->folded);
	keys = word_stems_get(r->stems, t->hash, strbuf_as_span(&r->folded));
	a->kind = exact ? ATOM_EXACT : ATOM_STEM;
	a->key = exact ? keys.exact : keys.stem;
	a->common = is_common(strbuf_as_span(&r->folded));
}

static bool
read_word(struct cursor *c)
{
	bool exact = take(c, '=');
	struct span word = peek_word(c);

	if (word.n == 0)
		return fail(c,
			"a word is expected here; signs of the language are "
			"( ) | ? ~ < > ^ =");
	tokens_scan(word, &c->r->tokens);
	if (c->r->tokens.n == 0)
		return fail(c,
			"'%.*s' has neither letter nor digit and would never "
			"match",
			SPAN_ARG(span_utf8_head(word, 100)));
	for (size_t i = 0; i < c->r->tokens.n; i++)
		add_word(c, word, &c->r->tokens.p[i], exact);
	c->rest = span_sub(c->rest, word.n, SIZE_MAX);
	return true;
}

static bool
read_class(struct cursor *c)
{
	struct cursor start = *c;
	struct span name;
	struct pattern_atom *a;
	size_t n;

	take(c, '<');
	n = span_find(c->rest, '>');
	if (n == SIZE_MAX)
		return fail(&start, "'<' without its '>'");
	name = span_sub(c->rest, 0, n);
	if (name.n == 0 || name.n > 32)
		return fail(&start,
			"between < and > stands a class (money, percent, "
			"number, date, ticker, name) or a role");
	a = vec_add(&c->out->atoms);
	a->kind = ATOM_SLOT;
	a->role = name;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (span_eq_str(name, classes[i].name))
			a->kind = classes[i].kind;
	c->rest = span_sub(c->rest, n + 1, SIZE_MAX);
	return true;
}

static bool
read_atom(struct cursor *c)
{
	if (c->out->atoms.n == LIMIT_EVENT_ATOMS)
		return fail(c, "the pattern's lists hold too many words");
	return next_is(c, '<') ? read_class(c) : read_word(c);
}

/* -- alternatives ---------------------------------------------------------- */

static bool read_list(struct cursor *c, struct span name);

/* WORDS: two capitals or more, digits and _ allowed behind the first. */
static bool
is_list_name(struct span w)
{
	unsigned letters = 0;

	for (size_t i = 0; i < w.n; i++) {
		if (w.p[i] >= 'A' && w.p[i] <= 'Z')
			letters++;
		else if (w.p[i] != '_' && !(w.p[i] >= '0' && w.p[i] <= '9'))
			return false;
	}
	return letters >= 2;
}

static bool
is_alternative_end(const struct cursor *c)
{
	return c->rest.n == 0 || next_is(c, '|') || next_is(c, ')');
}

static void
add_atoms(struct pattern *to, const struct pattern *from,
	const struct pattern_alternative *a)
{
	for (size_t i = 0; i < a->n_atoms; i++)
		vec_push(&to->atoms, from->atoms.p[a->atom + i]);
}

/* Alternatives of `out` from `first` on: each one, followed by each of next. */
static void
put_behind(struct pattern *out, size_t first, const struct pattern *next)
{
	struct pattern longer = {0};

	for (size_t i = first; i < out->alternatives.n; i++) {
		for (size_t k = 0; k < next->alternatives.n; k++) {
			struct pattern_alternative a = {.atom = longer.atoms.n};

			add_atoms(&longer, out, &out->alternatives.p[i]);
			add_atoms(&longer, next, &next->alternatives.p[k]);
			a.n_atoms = longer.atoms.n - a.atom;
			vec_push(&longer.alternatives, a);
		}
	}
	out->alternatives.n = first;
	vec_each (struct pattern_alternative *, a, &longer.alternatives) {
		struct pattern_alternative moved = {
			.atom = out->atoms.n, .n_atoms = a->n_atoms};

		add_atoms(out, &longer, a);
		vec_push(&out->alternatives, moved);
	}
	pattern_fini(&longer);
}

/* A word, class or list, as the alternatives that it stands for. */
static bool
read_item(struct cursor *c, struct pattern *out)
{
	struct cursor in = *c;
	struct pattern_alternative a = {0};
	struct span word = peek_word(c);
	bool ok;

	in.out = out;
	if (is_list_name(word)) {
		ok = read_list(&in, word);
	} else {
		ok = read_atom(&in);
		a.n_atoms = out->atoms.n;
		vec_push(&out->alternatives, a);
	}
	c->rest = in.rest;
	return ok;
}

static bool
read_next(struct cursor *c, size_t first)
{
	struct pattern next = {0};
	bool ok = read_item(c, &next);

	if (ok &&
		(c->out->atoms.n + next.atoms.n) *
				(c->out->alternatives.n - first) >
			LIMIT_EVENT_ATOMS)
		ok = fail(c, "the pattern's lists hold too many words");
	if (ok)
		put_behind(c->out, first, &next);
	pattern_fini(&next);
	return ok;
}

/* Words and lists up to | or ) or the end. */
static bool
read_alternative(struct cursor *c)
{
	struct pattern_alternative empty = {.atom = c->out->atoms.n};
	size_t first = c->out->alternatives.n;

	skip_spaces(c);
	if (is_alternative_end(c))
		return fail(c, "an alternative is empty");
	vec_push(&c->out->alternatives, empty);
	while (!is_alternative_end(c)) {
		if (!read_next(c, first))
			return false;
		skip_spaces(c);
	}
	return true;
}

static bool
read_entries(struct cursor *c, const struct event_words *w)
{
	for (size_t k = 0; k < w->alternatives.n; k++) {
		struct cursor in = *c;

		in.whole = &w->alternatives.p[k];
		in.rest = in.whole->text;
		in.depth++;
		if (!read_alternative(&in))
			return false;
		if (in.rest.n)
			return fail(&in,
				"an entry of a list is a row of words "
				"and lists");
	}
	return true;
}

static bool
read_list(struct cursor *c, struct span name)
{
	const struct event_types *types = c->r->types;

	if (c->depth >= LIST_DEPTH)
		return fail(c,
			"lists within lists go too deep at '%.*s'; does one "
			"hold itself?",
			SPAN_ARG(span_utf8_head(name, 100)));
	for (size_t i = 0; i < types->n_words; i++) {
		if (!span_eq(types->words[i].name, name))
			continue;
		if (!read_entries(c, &types->words[i]))
			return false;
		c->rest = span_sub(c->rest, name.n, SIZE_MAX);
		return true;
	}
	return fail(c,
		"no list is called '%.*s'; a word is written in small letters",
		SPAN_ARG(span_utf8_head(name, 100)));
}

/* -- elements -------------------------------------------------------------- */

static bool
read_group(struct cursor *c)
{
	struct cursor start = *c;

	take(c, '(');
	do {
		if (!read_alternative(c))
			return false;
	} while (take(c, '|'));
	return take(c, ')') || fail(&start, "'(' without its ')'");
}

static bool
read_single(struct cursor *c)
{
	struct pattern_alternative a = {.atom = c->out->atoms.n};
	struct span word = peek_word(c);

	if (is_list_name(word))
		return read_list(c, word);
	if (!read_atom(c))
		return false;
	a.n_atoms = c->out->atoms.n - a.atom;
	vec_push(&c->out->alternatives, a);
	return true;
}

/* ~ or ~5 before an element. */
static bool
read_gap(struct cursor *c, unsigned *gap)
{
	struct span digits = SPAN_NULL;
	int64_t n = PATTERN_GAP_DEFAULT;

	if (!take(c, '~'))
		return true;
	digits = peek_word(c);
	if (digits.n && !span_i64(digits, 1, PATTERN_GAP_MAX, &n))
		return fail(c, "a gap is ~ or ~1 to ~20");
	c->rest = span_sub(c->rest, digits.n, SIZE_MAX);
	*gap = (unsigned)n;
	skip_spaces(c);
	return true;
}

static bool
read_element(struct cursor *c)
{
	struct pattern_element e = {.alternative = c->out->alternatives.n};

	if (!read_gap(c, &e.gap))
		return false;
	if (e.gap && c->out->elements.n == 0)
		return fail(c, "a pattern begins with a word, not with a gap");
	if (c->rest.n == 0)
		return fail(c, "a pattern ends with a word, not with a gap");
	if (!(next_is(c, '(') ? read_group(c) : read_single(c)))
		return false;
	e.optional = take(c, '?');
	e.n_alternatives = c->out->alternatives.n - e.alternative;
	vec_push(&c->out->elements, e);
	skip_spaces(c);
	return true;
}

bool
pattern_read(struct pattern_reader *r, const struct entity_text *text,
	struct pattern *out)
{
	struct cursor c = {
		.r = r, .whole = text, .rest = text->text, .out = out};

	vec_clear(&out->elements);
	vec_clear(&out->alternatives);
	vec_clear(&out->atoms);
	skip_spaces(&c);
	out->at_start = take(&c, '^');
	skip_spaces(&c);
	if (c.rest.n == 0)
		return fail(&c, "a pattern is empty");
	while (c.rest.n) {
		if (out->elements.n == LIMIT_EVENT_ELEMENTS)
			return fail(&c, "a pattern has at most 16 elements");
		if (!read_element(&c))
			return false;
	}
	c.rest = text->text;
	if (out->elements.p[0].optional || vec_last(&out->elements)->optional)
		return fail(&c,
			"a pattern neither begins nor ends with an optional "
			"element");
	if (pattern_anchor(out) == out->elements.n)
		return fail(&c,
			"a pattern needs a word that must occur, beside names "
			"and numbers");
	return true;
}

void
pattern_fini(struct pattern *p)
{
	vec_fini(&p->elements);
	vec_fini(&p->alternatives);
	vec_fini(&p->atoms);
}

/* -- anchors --------------------------------------------------------------- */

#define COST_NONE 1000000U
#define COST_COMMON 100U

static unsigned
atom_cost(const struct pattern_atom *a)
{
	if (a->kind != ATOM_STEM && a->kind != ATOM_EXACT)
		return COST_NONE;
	return a->common ? COST_COMMON : 1;
}

size_t
pattern_anchor_atom(
	const struct pattern *p, const struct pattern_alternative *a)
{
	size_t best = a->atom;

	for (size_t i = a->atom; i < a->atom + a->n_atoms; i++)
		if (atom_cost(&p->atoms.p[i]) < atom_cost(&p->atoms.p[best]))
			best = i;
	return best;
}

static unsigned
element_cost(const struct pattern *p, const struct pattern_element *e)
{
	unsigned cost = 0;

	if (e->optional)
		return COST_NONE;
	for (size_t i = 0; i < e->n_alternatives; i++) {
		const struct pattern_alternative *a =
			&p->alternatives.p[e->alternative + i];
		unsigned one =
			atom_cost(&p->atoms.p[pattern_anchor_atom(p, a)]);

		if (one == COST_NONE)
			return COST_NONE;
		cost += one;
	}
	return cost;
}

size_t
pattern_anchor(const struct pattern *p)
{
	size_t best = p->elements.n;
	unsigned least = COST_NONE;

	for (size_t i = 0; i < p->elements.n; i++) {
		unsigned cost = element_cost(p, &p->elements.p[i]);

		if (cost < least) {
			least = cost;
			best = i;
		}
	}
	return best;
}
