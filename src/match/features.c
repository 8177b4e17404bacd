/*
 * From a candidate and its surroundings to numbers, a group of features a
 * function. Nothing is weighed here.
 */
#include "match/features.h"

#include "match/cues.h"
#include "match/phrase.h"
#include "match/sense.h"

const char *const feature_names[FEATURE_N] = {
#define X(id, name) [F_##id] = name,
	FEATURES(X)
#undef X
};

enum name_class
features_class(const struct block_name *n)
{
	if (!(n->flags & NAME_ONE_WORD))
		return CLASS_DISTINCT;
	if (n->flags & NAME_ACRONYM && n->flags & NAME_LETTERS3)
		return CLASS_ACRONYM;
	if (n->grade)
		return CLASS_ORDINARY;
	return n->flags & (NAME_PROPER | NAME_GIVEN) ? CLASS_PROPER
						     : CLASS_DISTINCT;
}

/* -- the name -------------------------------------------------------------- */

static void
of_name(const struct feature_input *in, double *f)
{
	const struct block_name *n = in->name;
	unsigned kind = in->lex->entities[n->entity].kind;
	bool one = (n->flags & NAME_ONE_WORD) != 0;

	f[F_BIAS] = 1;
	f[F_COMMON] = one && n->grade >= 1 && n->grade <= 2;
	f[F_UNCOMMON] = one && n->grade >= 3 && n->grade <= 4;
	f[F_RARE] = one && n->grade >= 5;
	f[F_ORDINARY_WORDS] = !one && n->grade > 0;
	f[F_PROPER] = (n->flags & NAME_PROPER) != 0;
	f[F_GIVEN] = (n->flags & NAME_GIVEN) != 0;
	f[F_ACRONYM2] = (n->flags & NAME_ACRONYM) && (n->flags & NAME_LETTERS2);
	f[F_ACRONYM3] = (n->flags & NAME_ACRONYM) &&
		(n->flags & NAME_LETTERS3) && !(n->flags & NAME_LETTERS2);
	f[F_PERSON] = kind == ENTITY_PERSON;
	f[F_OTHER_KIND] = kind == ENTITY_PRODUCT || kind == ENTITY_TOPIC;
	f[F_SUFFIX_STRIPPED] = (n->flags & NAME_HAD_SUFFIX) != 0;
	f[F_VARIANT_JOINED_] = n->variant == VARIANT_JOINED;
	f[F_VARIANT_SPLIT_] = n->variant == VARIANT_SPLIT;
	f[F_GENITIVE] = n->variant == VARIANT_GENITIVE;
	f[F_BARE_TICKER] = n->role == ROLE_TICKER;
	f[F_VARIANT_OTHER] = n->variant == VARIANT_AND ||
		n->variant == VARIANT_INITIALS || n->variant == VARIANT_PLAIN ||
		n->variant == VARIANT_ABBREVIATED;
}

/* -- letter case ----------------------------------------------------------- */

struct shapes {
	bool same; /* as the watchlist has them */
	bool capital; /* the text has a capital */
	bool want_capital; /* the watchlist has one */
	bool all_upper; /* the text has nothing else */
	bool telling; /* NVIDIA, iPhone: capitals that no headline puts */
};

static bool
same_shape(unsigned want, unsigned got, bool exact)
{
	if (want == got || want == SHAPE_NONE || got == SHAPE_NONE)
		return true;
	/* a form of our own making: FoodWorks, Foodworks */
	return !exact && want != SHAPE_LOWER && got != SHAPE_LOWER;
}

static struct shapes
read_shapes(const struct feature_input *in)
{
	struct span detail = block_text(in->lex, in->name->detail);
	struct shapes sh = {.same = true, .all_upper = true};
	bool exact = in->name->variant <= VARIANT_STRIPPED;
	struct token t;
	size_t at = in->start, i;

	for (i = 0; i < detail.n && token_next(in->text, at, &t); i++) {
		unsigned want = (unsigned char)detail.p[i] & 15;

		at = t.end;
		sh.same &= same_shape(want, t.shape, exact);
		sh.want_capital |= want >= SHAPE_TITLE;
		sh.capital |= t.shape >= SHAPE_TITLE;
		if (t.shape == SHAPE_LOWER || t.shape == SHAPE_MIXED)
			sh.all_upper = false;
		if (t.shape == SHAPE_TITLE && t.end - t.start > 1)
			sh.all_upper = false;
		sh.telling |= i == 0 && exact && want == t.shape &&
			(want == SHAPE_UPPER || want == SHAPE_MIXED);
	}
	return sh;
}

static void
of_case(const struct feature_input *in, double *f)
{
	struct shapes sh = read_shapes(in);
	enum sentence_style style = in->around->style;

	if (!sh.want_capital ||
		in->lex->entities[in->name->entity].letter_case == CASE_ANY) {
		f[F_CASE_PROSE] = 1;
	} else if (!sh.capital) {
		f[F_LOWER] = 1;
		f[F_LOWER_ORDINARY] = !(in->name->flags & NAME_ONE_WORD) &&
			in->name->grade > 0;
	} else if (style == STYLE_CAPS) {
		f[F_CASE_CAPS] = 1;
	} else if (!sh.same) {
		f[sh.all_upper ? F_CAPS_WORD : F_CASE_OTHER] = 1;
	} else if (sh.telling) {
		f[F_CASE_PROSE] = 1;
	} else if (style == STYLE_TITLE) {
		f[F_CASE_HEADLINE] = 1;
	} else if (in->around->starts_sentence) {
		f[F_CASE_START] = 1;
	} else if (style == STYLE_SHORT) {
		f[F_CASE_SHORT] = 1;
	} else {
		f[F_CASE_PROSE] = 1;
	}
}

/* -- before ---------------------------------------------------------------- */

#define NO_NAME_CUES \
	(CUE_PREPOSITION | CUE_ARTICLE | CUE_BEFORE | CUE_FUNCTION | \
		CUE_NEWS | CUE_VERB | CUE_ADVERB | CUE_SPEECH)

/* A neighbour that looks like a part of a longer name. A small word with a
 * capital is one in prose: South By Southwest. */
static bool
is_name_like(const struct neighbour *n, enum sentence_style style, bool first)
{
	if (!around_is_capital(n))
		return false;
	if (n->cues & NO_NAME_CUES)
		return style == STYLE_PROSE && !first &&
			n->cues & (CUE_PREPOSITION | CUE_ARTICLE) &&
			n->token.shape == SHAPE_TITLE;
	if (style == STYLE_TITLE || style == STYLE_CAPS || first)
		return n->word.grade == 0 || n->word.given || n->word.proper;
	return true;
}

/* "facing Netflix": the table knows it as a noun too. */
static bool
is_participle(const struct feature_input *in, const struct neighbour *n)
{
	struct span w = span_sub(
		in->text, n->token.start, n->token.end - n->token.start);

	return n->word.verb &&
		(span_ends(w, "ing") || span_ends(w, "ed") ||
			span_eq_str(w, "led") || span_eq_str(w, "made") ||
			span_eq_str(w, "run"));
}

/* Central Bank, American Airlines: names that others are longer than. */
static bool
starts_generic(const struct feature_input *in)
{
	const struct known *first = &in->around->self;

	return !(in->name->flags & NAME_ONE_WORD) && in->name->n_tokens > 1 &&
		(first->word.grade > 0 ||
			first->cues & (CUE_CORPORATE | CUE_PLACE));
}

/* U.S., U.K., E.U. and the like are no part of the name after them. */
static bool
is_dotted_region(const struct feature_input *in, const struct neighbour *b,
	const struct neighbour *c)
{
	char first, second;

	if (!c->there || c->gap != GAP_DOT ||
		b->token.end - b->token.start != 1 ||
		c->token.end - c->token.start != 1)
		return false;
	first = in->text.p[c->token.start];
	second = in->text.p[b->token.start];
	return (first == 'U' && strchr("SKN", second)) ||
		(first == 'E' && second == 'U');
}

static void
of_before_word(const struct feature_input *in, double *f)
{
	const struct neighbour *b = &in->around->before[0];
	const struct neighbour *c = &in->around->before[1];
	enum sentence_style style = in->around->style;
	bool headline = style == STYLE_TITLE || style == STYLE_CAPS;
	bool lower = b->token.shape == SHAPE_LOWER;
	bool named = is_name_like(b, style, !c->there) &&
		!is_dotted_region(in, b, c);

	if (b->cues & CUE_TITLE && !(b->cues & CUE_AFTER && lower))
		f[F_BEFORE_TITLE] = 1;
	else if (b->cues & CUE_JOB && lower)
		f[F_BEFORE_TITLE] = 1;
	else if (named && b->word.given && !(b->cues & CUE_BEFORE) &&
		(c->there || b->word.grade == 0))
		f[F_BEFORE_GIVEN] = 1;
	else if (named)
		f[headline ? F_BEFORE_CAPITAL_HEADLINE : F_BEFORE_CAPITAL] = 1;
	else if (b->cues & CUE_BEFORE)
		f[F_BEFORE_CORPORATE] = 1;
	else if (b->cues & CUE_ARTICLE)
		f[F_BEFORE_ARTICLE] = 1;
	else if (b->cues & CUE_PREPOSITION)
		f[F_BEFORE_PREPOSITION] = 1;
	else if (b->word.adjective && !b->word.noun)
		f[F_BEFORE_ADJECTIVE] = 1;
	else if (b->word.noun && !(b->cues & NO_NAME_CUES) &&
		!is_participle(in, b))
		f[F_BEFORE_NOUN] = 1;
	f[F_MEASURE] = f[F_BEFORE_NOUN] > 0 && c->there && c->token.digits;
	f[F_BEFORE_OWNER] = (b->cues & CUE_OWNER) != 0;
	f[F_GENERIC_EXTENDED] = starts_generic(in) &&
		(f[F_BEFORE_CAPITAL] > 0 || f[F_BEFORE_CAPITAL_HEADLINE] > 0);
	if (b->token.end - b->token.start == 2 && b->cues & CUE_PREPOSITION &&
		around_is_capital(c) && c->cues & (CUE_CORPORATE | CUE_PLACE) &&
		!headline)
		f[F_BEFORE_OF] = 1; /* Reserve Bank of India */
}

/* "Vivica A. Fox": an initial, behind a first name. */
static bool
is_initial(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0];
	const struct neighbour *c = &in->around->before[1];

	return b->gap == GAP_DOT_SPACE && b->token.end - b->token.start == 1 &&
		around_is_capital(b) && c->gap == GAP_SPACE &&
		around_is_capital(c) && !(c->cues & NO_NAME_CUES);
}

static bool
is_prefix(const struct feature_input *in, const struct neighbour *b)
{
	struct span w = span_sub(
		in->text, b->token.start, b->token.end - b->token.start);

	return span_caseeq(w, SPAN_LIT("ex")) ||
		span_caseeq(w, SPAN_LIT("non")) ||
		span_caseeq(w, SPAN_LIT("anti")) ||
		span_caseeq(w, SPAN_LIT("pro"));
}

static void
of_before(const struct feature_input *in, double *f)
{
	const struct neighbour *b = &in->around->before[0];
	char c = in->start ? in->text.p[in->start - 1] : '\0';

	f[F_HASHTAG] = c == '#';
	f[F_HANDLE] = c == '@';
	f[F_AT_START] = in->start == 0;
	if (!b->there)
		return;
	if (b->gap == GAP_HYPHEN && is_prefix(in, b))
		return; /* ex-Apple is about Apple */
	if (phrase_is_elided(in))
		return; /* d'Orange, l'Orange: see phrase.c */
	if (b->gap == GAP_HYPHEN || b->gap == GAP_DOT || b->gap == GAP_APOS)
		f[F_BEFORE_JOINED] = 1;
	else if (is_initial(in))
		f[F_BEFORE_GIVEN] = 1;
	else if (b->gap == GAP_SPACE || b->gap == GAP_DOT_SPACE)
		of_before_word(in, f);
}

/* -- after ----------------------------------------------------------------- */

static bool
is_s(const struct feature_input *in, const struct neighbour *n)
{
	return n->there && n->gap == GAP_APOS &&
		n->token.end - n->token.start == 1 &&
		(in->text.p[n->token.start] | 0x20) == 's';
}

/* "Ford, GM cut output": with many subjects a verb has no s. */
static bool
is_plural_verb(const struct feature_input *in, const struct neighbour *a)
{
	return in->watched_beside && a->word.verb && !a->word.given &&
		!(a->cues & (CUE_FUNCTION | CUE_LEGAL | CUE_CORPORATE));
}

/* One of: what the next word is to a company's name. */
static enum feature
after_word(const struct feature_input *in, const struct neighbour *a,
	const struct neighbour *b)
{
	enum sentence_style style = in->around->style;
	bool headline = style == STYLE_TITLE || style == STYLE_CAPS;
	bool capital = around_is_capital(a);
	bool cue_case = headline || !capital;

	if (a->cues & CUE_LEGAL && (capital || style == STYLE_LOWER))
		return F_AFTER_LEGAL;
	if (around_in_list(a, LIST_FOREIGN_VERBS) && cue_case)
		return F_FOREIGN_VERB;
	if (a->cues & CUE_AFTER &&
		(cue_case || a->token.shape == SHAPE_UPPER ||
			in->around->after[1].there))
		return F_AFTER_CUE;
	if (a->cues & CUE_SPEECH && cue_case)
		return F_AFTER_SPEECH;
	if (a->cues & CUE_VERB && cue_case)
		return F_AFTER_VERB;
	if (a->cues & CUE_ADVERB && b->there && b->cues & CUE_VERB)
		return F_AFTER_VERB;
	if (cue_case && is_plural_verb(in, a))
		return F_AFTER_VERB;
	if (a->cues & CUE_CORPORATE && capital)
		return F_AFTER_CORPORATE;
	if (a->cues & CUE_PLACE && capital)
		return F_AFTER_PLACE;
	if (a->cues & CUE_ARTICLE)
		return F_AFTER_ARTICLE;
	if (is_name_like(a, style, false) &&
		(a->token.shape != SHAPE_UPPER || style == STYLE_CAPS))
		return headline ? F_AFTER_CAPITAL_HEADLINE : F_AFTER_CAPITAL;
	if (a->token.digits && a->token.shape == SHAPE_NONE)
		return F_AFTER_NUMBER;
	if (around_in_list(a, LIST_ANDS) || a->token.kind == TOKEN_SIGN)
		return F_AFTER_AND;
	if (a->word.noun && !(a->cues & CUE_FUNCTION))
		return F_AFTER_NOUN;
	return FEATURE_N;
}

/* What two companies that a hyphen joins have in common. */
static bool
is_tie(const struct feature_input *in, const struct neighbour *n)
{
	static const char *const ties[] = {"alliance", "battle", "bid", "case",
		"combination", "deal", "dispute", "feud", "fight", "joint",
		"jv", "lawsuit", "merger", "pact", "partnership", "rivalry",
		"row", "suit", "talks", "tie", "transaction", "venture", NULL};
	struct span w = span_sub(
		in->text, n->token.start, n->token.end - n->token.start);

	for (size_t i = 0; ties[i]; i++)
		if (span_caseeq(w, span_of(ties[i])))
			return true;
	return false;
}

/* "Ford-backed", "the Jet-Etihad deal", "uber-rich". */
static enum feature
after_hyphen(const struct feature_input *in, const struct neighbour *a,
	const struct neighbour *b)
{
	if (around_in_list(a, LIST_PARTICIPLES))
		return F_AFTER_PARTICIPLE;
	if (around_in_list(a, LIST_FOREIGN_BUSINESS))
		return F_FOREIGN_BUSINESS; /* Apple-Aktie */
	if (a->gap == GAP_HYPHEN && around_is_capital(a) && b->there &&
		b->gap == GAP_SPACE && is_tie(in, b))
		return F_AFTER_TIE;
	return F_AFTER_JOINED;
}

static void
of_after(const struct feature_input *in, double *f)
{
	const struct neighbour *a = &in->around->after[0];
	const struct neighbour *b = &in->around->after[1];
	enum feature which = FEATURE_N;

	if (!a->there) {
		f[F_AFTER_END] = 1;
		return;
	}
	if (is_s(in, a)) {
		f[F_AFTER_POSSESSIVE] = 1;
		return;
	}
	if (a->gap == GAP_SPACE || a->gap == GAP_NONE)
		which = after_word(in, a, b);
	else if (a->gap == GAP_PUNCT && a->cues & CUE_LEGAL)
		which = F_AFTER_LEGAL; /* ", Inc." */
	else if (a->gap == GAP_HYPHEN || a->gap == GAP_APOS)
		which = after_hyphen(in, a, b);
	else if (a->gap == GAP_DOT)
		which = F_AFTER_DOMAIN;
	else if (a->gap == GAP_PUNCT || a->gap == GAP_DOT_SPACE)
		which = F_AFTER_PUNCT;
	if (which < FEATURE_N)
		f[which] = 1;
}

/* Across a comma, "and" or the like: is the neighbour a name too? */
static bool
is_list_member(const struct neighbour *n, const struct neighbour *next,
	enum sentence_style style)
{
	if (!n->there)
		return false;
	if (n->gap == GAP_PUNCT)
		return is_name_like(n, style, false);
	return n->gap == GAP_SPACE && next->there &&
		around_in_list(n, LIST_ANDS) &&
		is_name_like(next, style, false);
}

static void
of_list(const struct feature_input *in, double *f)
{
	const struct around *a = in->around;

	if (phrase_is_possessed(in))
		return; /* "Bengals' Chase": no comma */
	f[F_IN_LIST] = is_list_member(&a->before[0], &a->before[1], a->style) +
		is_list_member(&a->after[0], &a->after[1], a->style);
}

/* -- together -------------------------------------------------------------- */

/* SDI, ADR: capitals that are no word, where capitals mean something. */
static bool
is_unknown_acronym(const struct neighbour *n, enum sentence_style style)
{
	return n->there && n->gap == GAP_SPACE &&
		n->token.shape == SHAPE_UPPER && style != STYLE_CAPS &&
		!n->token.digits && n->word.grade == 0 && n->cues == 0;
}

static bool
is_legal(const struct neighbour *n)
{
	return n->there && n->cues & CUE_LEGAL &&
		n->token.shape != SHAPE_LOWER &&
		(n->gap == GAP_SPACE || n->gap == GAP_PUNCT);
}

/* "Target Hospitality Corp": another company, by its legal form. */
static bool
is_longer_company(const struct around *a)
{
	const struct neighbour *n = a->after;

	if (!around_is_capital(&n[0]) || n[0].gap != GAP_SPACE ||
		n[0].cues & (CUE_LEGAL | CUE_EXCHANGE))
		return false;
	return is_legal(&n[1]) ||
		(around_is_capital(&n[1]) && n[1].gap == GAP_SPACE &&
			is_legal(&n[2]));
}

/* What stands behind a company that opens a sentence. */
static bool
has_support(const struct feature_input *in, const double *f)
{
	return f[F_AFTER_LEGAL] > 0 || f[F_AFTER_CUE] > 0 ||
		f[F_AFTER_VERB] > 0 || f[F_AFTER_SPEECH] > 0 ||
		f[F_AFTER_POSSESSIVE] > 0 || f[F_IN_LIST] > 0 ||
		f[F_AFTER_AND] > 0 || f[F_AFTER_PARTICIPLE] > 0 ||
		f[F_FOREIGN_VERB] > 0 || f[F_FOREIGN_BUSINESS] > 0 ||
		in->ticker_beside || in->other_ticker_beside ||
		in->watched_beside;
}

/* "Discover the charm", "Zoom in", "Snap up": an order, not a name. */
static bool
is_command(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0];

	return in->name->flags & NAME_VERB && n->there && n->gap == GAP_SPACE &&
		(n->cues & (CUE_ARTICLE | CUE_OWNER | CUE_PREPOSITION) ||
			around_in_list(n, LIST_COMMANDED));
}

static void
of_all(const struct feature_input *in, double *f)
{
	const struct around *a = in->around;
	bool ordinary = (in->name->flags & NAME_ONE_WORD) && in->name->grade;
	bool starts = a->starts_sentence && ordinary && a->after[0].there &&
		!(f[F_LOWER] > 0);

	f[F_COMMAND] = starts && is_command(in);
	f[F_START_BARE] = starts && !has_support(in, f) && !(f[F_COMMAND] > 0);
	f[F_LONGER_COMPANY] = is_longer_company(a);
	f[F_AFTER_OF] = a->after[0].gap == GAP_SPACE &&
		around_in_list(&a->after[0], LIST_OF);
	f[F_PLACE_OF] = a->before[0].there && a->before[1].there &&
		a->before[0].token.hash == token_hash(SPAN_LIT("of")) &&
		a->before[1].cues & CUE_PLACE;
	f[F_AFTER_ACRONYM] = is_unknown_acronym(&a->after[0], a->style);
}

/* -- the rest -------------------------------------------------------------- */

#define CONTACT_BEFORE 80 /* bytes in which an address stands */
#define CONTACT_AFTER 40

/* "someone@example.com; Twitter: @someone", an author's line. */
static bool
is_contact(const struct feature_input *in)
{
	size_t from =
		in->start > CONTACT_BEFORE ? in->start - CONTACT_BEFORE : 0;
	struct span line =
		span_sub(in->text, from, in->end - from + CONTACT_AFTER);

	return in->end < in->text.n && in->text.p[in->end] == ':' &&
		span_find(line, '@') != SIZE_MAX;
}

static void
of_item(const struct feature_input *in, double *f)
{
	const struct entity_evidence *e = in->entity;

	f[F_TICKER_ITEM] = e->ticker && !in->ticker_beside;
	f[F_TICKER_NEXT] = in->ticker_beside;
	f[F_TICKER_SOME_NEXT] = in->other_ticker_beside && !in->has_tickers;
	f[F_TICKER_OTHER_NEXT] = in->other_ticker_beside && in->has_tickers &&
		!in->ticker_beside;
	f[F_TICKER_OTHER_ITEM] =
		!e->ticker && in->item->tickers > 0 && !in->other_ticker_beside;
	f[F_STRONG_FORM] = e->strong_form;
	f[F_CONTEXT] = e->context > 0;
	f[F_CONTEXT_MORE] = e->context > 1;
	f[F_CAPITAL_ELSEWHERE] = e->capital && !(f[F_CASE_PROSE] > 0);
	f[F_BOILERPLATE] = in->in_boilerplate || is_contact(in);
	f[F_OTHER_BEARER] = in->after_bearer;
	f[F_DEFINED_OTHERWISE] =
		e->defined_otherwise && in->name->flags & NAME_ONE_WORD;
	f[F_LIST_WATCHED] = in->watched_beside;
}

void
features_of(const struct feature_input *in, double out[FEATURE_N])
{
	memset(out, 0, FEATURE_N * sizeof(*out));
	of_name(in, out);
	of_case(in, out);
	of_before(in, out);
	of_after(in, out);
	of_list(in, out);
	of_item(in, out);
	of_all(in, out);
	sense_features(in, out);
	phrase_features(in, out);
}
