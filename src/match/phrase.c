/* See phrase.h. */
#include "match/phrase.h"

#include "match/cues.h"

#define LINE_BYTES 300 /* of a line looked at on either side */

static struct span
word_of(const struct feature_input *in, const struct neighbour *n)
{
	return span_sub(
		in->text, n->token.start, n->token.end - n->token.start);
}

static bool
is_person(const struct feature_input *in)
{
	return in->lex->entities[in->name->entity].kind == ENTITY_PERSON;
}

static bool
is_headline(const struct feature_input *in)
{
	return in->around->style == STYLE_TITLE ||
		in->around->style == STYLE_CAPS;
}

/* -- the noun phrase ------------------------------------------------------- */

bool
phrase_is_possessed(const struct feature_input *in)
{
	const struct neighbour *s = &in->around->before[0],
			       *owner = &in->around->before[1];
	struct span before = span_sub(in->text, 0, in->start);

	if (!s->there)
		return false;
	if (s->gap == GAP_SPACE && s->token.end - s->token.start == 1 &&
		owner->there)
		return (in->text.p[s->token.start] | 0x20) == 's' &&
			owner->gap == GAP_APOS;
	return (span_ends(before, "s' ") || span_ends(before, "s\u2019 ")) &&
		around_is_capital(s);
}

bool
phrase_is_elided(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0];
	char c = b->there ? in->text.p[b->token.start] | 0x20 : '\0';

	return b->there && b->gap == GAP_APOS &&
		b->token.end - b->token.start == 1 && (c == 'd' || c == 'l');
}

/* Does the noun phrase go on behind the name: "the Apple store"? */
static bool
goes_on(const double *f)
{
	static const enum feature on[] = {F_AFTER_NOUN, F_AFTER_CUE,
		F_AFTER_CORPORATE, F_AFTER_CAPITAL, F_AFTER_CAPITAL_HEADLINE,
		F_AFTER_LEGAL, F_AFTER_JOINED, F_AFTER_PARTICIPLE,
		F_AFTER_PLACE, F_AFTER_NUMBER, F_BUSINESS_NOUN,
		F_FOREIGN_BUSINESS};

	for (size_t i = 0; i < sizeof(on) / sizeof(*on); i++)
		if (f[on[i]] > 0)
			return true;
	return false;
}

/* "an easy Target", "the Oracle spoke": companies have no article. */
static bool
is_article_head(const struct feature_input *in, const double *f)
{
	const struct neighbour *b = &in->around->before[0],
			       *c = &in->around->before[1];

	if (!b->there || b->gap != GAP_SPACE || goes_on(f))
		return false;
	if (around_in_list(b, LIST_DETERMINERS))
		return true;
	return b->word.adjective && !(b->cues & (CUE_BEFORE | CUE_TITLE)) &&
		c->gap == GAP_SPACE && around_in_list(c, LIST_DETERMINERS);
}

/* "a 2% Target", "Game 7 Match"; not "the 2025 Ford Mustang". */
static bool
is_after_number(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0];
	struct span before = span_sub(in->text, 0, in->start);

	return b->there && b->token.digits && b->token.shape == SHAPE_NONE &&
		b->token.end - b->token.start != 4 &&
		(b->gap == GAP_SPACE || span_ends(before, "% "));
}

/* "Unity is strength": what a thing does as well as a company. */
static bool
is_before(const struct feature_input *in, enum list list)
{
	const struct neighbour *n = &in->around->after[0];

	return n->gap == GAP_SPACE && around_in_list(n, list);
}

static bool
is_verb_form(const struct feature_input *in, const struct neighbour *n)
{
	struct span w = word_of(in, n);

	return n->there && n->gap == GAP_SPACE &&
		(n->cues & CUE_VERB ||
			(n->word.verb && !(n->cues & CUE_FUNCTION) &&
				(span_ends(w, "s") || span_ends(w, "ed"))));
}

/* "Microsoft Challenges Slack in Europe", but "Raises Target on Nvidia". */
static bool
is_object(const struct feature_input *in)
{
	const struct neighbour *v = &in->around->before[0],
			       *a = &in->around->after[0];

	return is_verb_form(in, v) && in->around->before[1].there &&
		in->around->before[1].gap == GAP_SPACE &&
		(!a->there || a->gap != GAP_SPACE ||
			(a->cues & CUE_PREPOSITION &&
				!around_in_list(a, LIST_AIMED)));
}

/* "How Stripe Became a Bank", "as Apple trims": no noun without an article. */
static bool
is_clause_subject(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0],
			       *a = &in->around->after[0];

	return b->gap == GAP_SPACE && around_in_list(b, LIST_CLAUSE_WORDS) &&
		(is_verb_form(in, a) ||
			(a->word.verb && !a->word.noun && a->gap == GAP_SPACE));
}

/* "Hackers Target Hospitals", where capitals say nothing. */
static bool
is_plural_then_verb(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0],
			       *a = &in->around->after[0];

	return in->name->flags & NAME_VERB && is_headline(in) && b->there &&
		b->gap == GAP_SPACE && b->word.noun &&
		span_ends(word_of(in, b), "s") &&
		!(b->cues & (CUE_BEFORE | CUE_VERB)) && a->there &&
		a->gap == GAP_SPACE &&
		!(a->cues & (CUE_AFTER | CUE_SPEECH | CUE_VERB | CUE_LEGAL));
}

static bool
is_living(const struct feature_input *in, const struct neighbour *n)
{
	return n->there && n->word.living && !n->word.proper &&
		!n->word.given && n->cues == 0 &&
		(n->token.shape == SHAPE_LOWER || is_headline(in));
}

static bool
is_living_beside(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0],
			       *a = &in->around->after[0];

	return (b->gap == GAP_SPACE && is_living(in, b)) ||
		(a->gap == GAP_SPACE && is_living(in, a));
}

static bool
is_living_near(const struct feature_input *in)
{
	for (int i = 1; i < AROUND_WORDS; i++)
		if (is_living(in, &in->around->before[i]) ||
			is_living(in, &in->around->after[i]))
			return true;
	return false;
}

/* -- the line -------------------------------------------------------------- */

/* The line of the candidate, or what of it is near. */
static struct span
line_of(const struct feature_input *in)
{
	size_t from = in->start, to = in->end;

	while (from > 0 && in->start - from < LINE_BYTES &&
		in->text.p[from - 1] != '\n')
		from--;
	while (to < in->text.n && to - in->end < LINE_BYTES &&
		in->text.p[to] != '\n')
		to++;
	return span_sub(in->text, from, to - from);
}

/* Tickers aside: "$AAPL". */
static bool
has_capital(struct span line)
{
	bool ticker = false;

	for (size_t i = 0; i < line.n; i++) {
		bool capital = line.p[i] >= 'A' && line.p[i] <= 'Z';

		ticker = line.p[i] == '$' || (ticker && capital);
		if (capital && !ticker)
			return true;
	}
	return false;
}

static bool
is_how_to(const struct feature_input *in)
{
	return span_caseeq(span_sub(line_of(in), 0, 7), SPAN_LIT("how to "));
}

static bool
is_subject(const struct feature_input *in, const double *f)
{
	return !in->around->before[0].there &&
		(f[F_AFTER_VERB] > 0 || f[F_TO_VERB] > 0 ||
			f[F_AFTER_CUE] > 0 || f[F_AFTER_SPEECH] > 0 ||
			f[F_AFTER_POSSESSIVE] > 0 || f[F_S_VERB] > 0);
}

/* -- places and people ----------------------------------------------------- */

/* "Lincoln, Nebraska" */
static bool
is_before_place(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0];

	return n->there && n->gap == GAP_PUNCT && around_is_capital(n) &&
		n->word.place && in->text.p[in->end] == ',' &&
		!in->watched_beside;
}

/* "Shell Nigeria", "Orange Poland": its daughter there. */
static bool
is_before_country(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0];

	return n->gap == GAP_SPACE && around_is_capital(n) &&
		around_in_list(n, LIST_COUNTRIES);
}

/* "James Brown, 43, of Leeds" */
static bool
is_before_age(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0];

	return n->there && n->gap == GAP_PUNCT && n->token.digits &&
		n->token.shape == SHAPE_NONE &&
		n->token.end - n->token.start <= 2 &&
		in->text.p[in->end] == ',' && n->token.end < in->text.n &&
		in->text.p[n->token.end] == ',';
}

static bool
ends(struct span word, const char *suffix)
{
	struct span s = span_of(suffix);

	return word.n > s.n &&
		span_caseeq(span_sub(word, word.n - s.n, s.n), s);
}

/* Can it be hires, sues, accused, rather than somebody? */
static bool
is_inflected_verb(const struct feature_input *in, const struct neighbour *n)
{
	struct span w = word_of(in, n);

	return n->word.verb &&
		((ends(w, "s") && !ends(w, "ss")) || ends(w, "ed") ||
			ends(w, "ing"));
}

/* What the word before a name says they are. One that is a verb as well (guard,
 * hire, sue) is somebody only where the sentence begins. */
static bool
is_somebody(const struct feature_input *in, const struct neighbour *b)
{
	if (b->cues & CUE_JOB)
		return true;
	return b->word.human && !is_inflected_verb(in, b) &&
		(!b->word.verb || !in->around->before[1].there);
}

/* "Plumber James Brown": who is in the news by their name is called more. */
static bool
is_after_occupation(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0];

	return b->there && b->gap == GAP_SPACE && is_somebody(in, b) &&
		!b->word.given &&
		(b->token.shape == SHAPE_LOWER ||
			!in->around->before[1].there || is_headline(in)) &&
		!around_in_list(b, LIST_KNOWN_FOR);
}

/* "Amazon villagers": people of the place, and none of a company. */
static bool
is_before_people(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0];

	return in->around->self.word.place && n->there && n->gap == GAP_SPACE &&
		n->word.human && !is_inflected_verb(in, n) &&
		!(n->cues & (CUE_AFTER | CUE_JOB)) &&
		!around_in_list(n, LIST_BUSINESS);
}

/* -- shapes ---------------------------------------------------------------- */

/* "uber-cool", "orange-red" */
static bool
is_joined_to_adjective(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0];

	return n->there && n->gap == GAP_HYPHEN && n->word.adjective &&
		n->token.shape == SHAPE_LOWER &&
		!around_in_list(n, LIST_PARTICIPLES) &&
		!around_in_list(n, LIST_BUSINESS);
}

/* "Best buy of the week": the last word has lost its capital. */
static bool
is_part_lower(const struct feature_input *in, const double *f)
{
	enum token_gap gap;
	struct token last;

	return f[F_ORDINARY_WORDS] > 0 && f[F_CASE_OTHER] > 0 &&
		token_prev(in->text, in->end, &last, &gap) &&
		last.shape == SHAPE_LOWER;
}

/* -- other languages ------------------------------------------------------- */

static void
of_foreign(const struct feature_input *in, double *f)
{
	const struct neighbour *b = &in->around->before[0];
	bool elided = phrase_is_elided(in);

	f[F_FOREIGN] = in->around->fields.foreign > 0;
	f[F_FOREIGN_START] = f[F_FOREIGN] > 0 && in->around->starts_sentence &&
		!(f[F_FOREIGN_VERB] > 0) && !(f[F_FOREIGN_BUSINESS] > 0) &&
		!(f[F_IN_LIST] > 0);
	f[F_FOREIGN_ARTICLE] = (elided && in->text.p[b->token.start] == 'l') ||
		(b->gap == GAP_SPACE &&
			around_in_list(b, LIST_FOREIGN_ARTICLES) &&
			!(f[F_FOREIGN_BUSINESS] > 0));
	f[F_FOREIGN_PREPOSITION] = (elided && !(f[F_FOREIGN_ARTICLE] > 0)) ||
		(b->gap == GAP_SPACE &&
			around_in_list(b, LIST_FOREIGN_PREPOSITIONS));
}

static void
of_person(const struct feature_input *in, double *f)
{
	f[F_AGE_FOLLOWS] = is_before_age(in);
	f[F_PERSON_ARTICLE] = in->around->before[0].gap == GAP_SPACE &&
		around_in_list(&in->around->before[0], LIST_DETERMINERS);
	f[F_AFTER_VENUE] = is_before(in, LIST_VENUES);
}

void
phrase_features(const struct feature_input *in, double *f)
{
	if (is_person(in))
		of_person(in, f);
	if (is_person(in) || in->name->flags & (NAME_PROPER | NAME_GIVEN))
		f[F_OCCUPATION] = is_after_occupation(in);
	f[F_PART_LOWER] = is_part_lower(in, f);
	if (!(in->name->flags & NAME_ONE_WORD))
		return;
	f[F_JOINED_ADJECTIVE] = is_joined_to_adjective(in);
	f[F_PEOPLE_FOLLOW] = is_before_people(in);
	f[F_LIVING_NEXT] = is_living_beside(in);
	f[F_LIVING_NEAR] = is_living_near(in);
	f[F_ARTICLE_HEAD] = is_article_head(in, f);
	f[F_POSSESSED] = phrase_is_possessed(in);
	f[F_FIGURE_BEFORE] = is_after_number(in);
	f[F_PLURAL_THEN_VERB] = is_plural_then_verb(in);
	f[F_HOW_TO] = is_how_to(in);
	f[F_PLACE_FOLLOWS] = f[F_PLACE_NAME] > 0 && is_before_place(in);
	f[F_COUNTRY_FOLLOWS] = is_before_country(in);
	f[F_COPULA] = is_before(in, LIST_COPULAS);
	f[F_OBJECT] = is_object(in);
	f[F_CLAUSE_SUBJECT] = is_clause_subject(in);
	f[F_LOWER_LINE] = f[F_LOWER] > 0 && !has_capital(line_of(in));
	f[F_LOWER_SUBJECT] = f[F_LOWER_LINE] > 0 && is_subject(in, f);
	of_foreign(in, f);
}
