/* See sense.h. */
#include "match/sense.h"

#include "match/cues.h"

#define FIELD_WORDS 20 /* looked at on either side */
#define WORD_MAX 64 /* longer words are in no list */

/* -- words of the sentence ------------------------------------------------- */

static void
count_word(const struct known *w, struct around_fields *out)
{
	out->business += w->lists >> LIST_BUSINESS & 1;
	out->other += w->lists >> LIST_OTHER & 1;
	out->indexes += w->lists >> LIST_INDEXES & 1;
	out->foreign += w->lists >> LIST_FOREIGN & 1;
}

struct around_fields
sense_fields(struct known_words *k, struct span text, size_t start, size_t end)
{
	struct around_fields out = {0};
	enum token_gap gap;
	struct known word;
	struct token t;
	size_t at = start;
	int i;

	for (i = 0; i < FIELD_WORDS && token_prev(text, at, &t, &gap) &&
		gap != GAP_BREAK;
		i++, at = t.start) {
		word = known_get(k, text, &t);
		count_word(&word, &out);
	}
	at = end;
	for (i = 0; i < FIELD_WORDS && token_next(text, at, &t) &&
		t.gap != GAP_BREAK;
		i++, at = t.end) {
		word = known_get(k, text, &t);
		count_word(&word, &out);
	}
	return out;
}

/* -- one sign each --------------------------------------------------------- */

/* A token in small letters; empty if it is longer than any in a list. */
static struct span
fold(struct span text, const struct token *t, struct strbuf *buf)
{
	strbuf_clear(buf);
	if (t->end - t->start > WORD_MAX)
		return SPAN_NULL;
	token_fold(text, t, buf);
	return strbuf_as_span(buf);
}

/* Singular by its letters, where the end is regular. */
static bool
is_pair_of_one(struct span first, struct span plural)
{
	char one[WORD_MAX + 1];
	size_t n = plural.n;

	if (n < 4 || n > WORD_MAX || plural.p[n - 1] != 's')
		return false;
	if (words_are_pair(first, span_sub(plural, 0, n - 1)))
		return true;
	if (!span_ends(plural, "ies"))
		return false;
	memcpy(one, plural.p, n - 3);
	one[n - 3] = 'y';
	return words_are_pair(first, span_make(one, n - 2));
}

/* "meta tags" is the term "meta tag" too. */
static bool
is_pair(struct span first, struct span second)
{
	return words_are_pair(first, second) || is_pair_of_one(first, second);
}

/* The word before with the first of the name, or its last with the next. */
static bool
is_known_pair(const struct feature_input *in)
{
	struct strbuf one = STRBUF_INIT(WORD_MAX), two = STRBUF_INIT(WORD_MAX);
	const struct neighbour *b = &in->around->before[0],
			       *a = &in->around->after[0];
	enum token_gap gap;
	struct token t;
	bool yes = false;

	if (b->there && (b->gap == GAP_SPACE || b->gap == GAP_HYPHEN) &&
		token_next(in->text, in->start, &t))
		yes = is_pair(fold(in->text, &b->token, &one),
			fold(in->text, &t, &two));
	if (!yes && a->there && (a->gap == GAP_SPACE || a->gap == GAP_HYPHEN) &&
		token_prev(in->text, in->end, &t, &gap))
		yes = is_pair(fold(in->text, &t, &one),
			fold(in->text, &a->token, &two));
	strbuf_fini(&one);
	strbuf_fini(&two);
	return yes;
}

static bool
ends_in_s(struct span text, const struct neighbour *n)
{
	return (text.p[n->token.end - 1] | 0x20) == 's';
}

#define NO_NOUN \
	(CUE_AFTER | CUE_LEGAL | CUE_FUNCTION | CUE_PREPOSITION | \
		CUE_ARTICLE | CUE_SPEECH | CUE_CORPORATE)

/*
 * "Visa delays leave", "Shell companies used": the plural noun behind the name
 * is what the verb belongs to.
 */
static bool
is_compound_subject(const struct feature_input *in, const double *f)
{
	const struct neighbour *n = &in->around->after[0],
			       *v = &in->around->after[1];

	if (!n->there || !v->there || n->gap != GAP_SPACE ||
		v->gap != GAP_SPACE || !n->word.noun || n->cues & NO_NOUN ||
		in->watched_beside || f[F_IN_LIST] > 0 ||
		around_in_list(n, LIST_BUSINESS) || !ends_in_s(in->text, n))
		return false;
	return v->word.verb && !ends_in_s(in->text, v) &&
		!(v->cues & (CUE_PREPOSITION | CUE_AFTER));
}

/* "Unity scraps runtime fee": no list has all verbs, and scraps is a noun. */
static bool
is_s_verb(const struct feature_input *in)
{
	const struct neighbour *v = &in->around->after[0],
			       *n = &in->around->after[1];

	return v->there && n->there && v->gap == GAP_SPACE &&
		n->gap == GAP_SPACE && v->word.verb && ends_in_s(in->text, v) &&
		!(v->cues & (CUE_VERB | CUE_AFTER | CUE_FUNCTION)) &&
		!n->token.digits && n->word.grade > 0 &&
		(!n->word.verb || n->cues & (CUE_ARTICLE | CUE_PREPOSITION));
}

/* "$CRKN - Crown ...": the symbol of another company leads to the name. */
static bool
is_led_by_ticker(const struct feature_input *in)
{
	size_t end = in->start, start;

	while (end > 0 && strchr(" -:", in->text.p[end - 1]))
		end--;
	for (start = end; start > 0 && in->text.p[start - 1] >= 'A' &&
		in->text.p[start - 1] <= 'Z';)
		start--;
	return start > 0 && start < end && end < in->start &&
		in->text.p[start - 1] == '$' && in->has_tickers &&
		!in->ticker_beside;
}

/* "Visa backlog grows", "Amazon summit ends". */
static bool
is_noun_verb(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0],
			       *v = &in->around->after[1];

	return n->there && v->there && n->gap == GAP_SPACE &&
		v->gap == GAP_SPACE && n->word.noun && !(n->cues & NO_NOUN) &&
		!(n->cues & CUE_VERB) && !around_in_list(n, LIST_BUSINESS) &&
		!ends_in_s(in->text, n) && v->word.verb &&
		ends_in_s(in->text, v);
}

static bool
is_to_verb(const struct around *a)
{
	const struct neighbour *to = &a->after[0], *v = &a->after[1];

	return to->there && v->there && to->gap == GAP_SPACE &&
		to->token.hash == token_hash(SPAN_LIT("to")) && v->word.verb &&
		!(v->cues & CUE_PREPOSITION);
}

/* "judge won't block", "how to match": and an object comes behind it. */
static bool
is_verb_slot(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0],
			       *a = &in->around->after[0];

	return in->name->flags & NAME_VERB && a->there &&
		(a->gap == GAP_SPACE) &&
		!(a->cues & (CUE_AFTER | CUE_LEGAL | CUE_SPEECH)) &&
		around_in_list(b, LIST_BEFORE_VERBS);
}

/* "life on Mars", "a fire in Lincoln", "cruises on the Amazon" */
static bool
is_where(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0];

	if (b->there && b->token.hash == token_hash(SPAN_LIT("the")))
		b++;
	return b->there && b->gap == GAP_SPACE &&
		around_in_list(b, LIST_PLACES_BEFORE) &&
		!around_in_list(b + 1, LIST_HELD_IN);
}

/* "Sidney Powell" is not Jerome Powell. */
static bool
is_other_first_name(const struct feature_input *in, const double *f)
{
	const struct neighbour *b = &in->around->before[0];

	return in->lex->entities[in->name->entity].kind == ENTITY_PERSON &&
		in->around->style == STYLE_PROSE && b->there &&
		b->gap == GAP_SPACE && b->token.shape == SHAPE_TITLE &&
		(f[F_BEFORE_GIVEN] > 0 || f[F_BEFORE_CAPITAL] > 0);
}

/* "Chase Corporation" is not JPMorgan Chase. */
static bool
is_legal_of_part(const struct feature_input *in, const double *f)
{
	struct span whole =
		block_text(in->lex, in->lex->entities[in->name->entity].name);
	struct span part = span_sub(in->text, in->start, in->end - in->start);

	return in->name->role == ROLE_ALIAS && f[F_AFTER_LEGAL] > 0 &&
		part.n + 1 < whole.n &&
		span_caseeq(part, span_sub(whole, whole.n - part.n, part.n));
}

static bool
is_before_venue(const struct feature_input *in)
{
	const struct around *a = in->around;
	const struct neighbour *n = &a->after[0];

	return n->there && n->gap == GAP_SPACE && around_is_capital(n) &&
		around_in_list(n, LIST_VENUES);
}

static bool
is_before_time(const struct feature_input *in)
{
	const struct neighbour *n = &in->around->after[0];

	return n->there && n->gap == GAP_SPACE && around_in_list(n, LIST_TIMES);
}

static bool
is_other_kind(const struct feature_input *in)
{
	const struct neighbour *b = &in->around->before[0];

	return b->gap == GAP_SPACE && around_in_list(b, LIST_OTHER_KINDS) &&
		in->lex->entities[in->name->entity].kind == ENTITY_COMPANY;
}

static bool
is_headline(const struct feature_input *in)
{
	return in->around->style == STYLE_TITLE ||
		in->around->style == STYLE_CAPS;
}

static void
of_fields(const struct feature_input *in, double *f)
{
	const struct around_fields *w = &in->around->fields;

	f[F_INDEX_NAME] = in->around->self.lists >> LIST_INDEX_NAMES & 1;
	f[F_AMONG_INDEXES] = f[F_INDEX_NAME] > 0 && w->indexes > 0;
	f[F_BUSINESS] = w->business > 0;
	f[F_BUSINESS_MORE] = w->business > 1;
	f[F_OTHER_FIELD] = w->other > 0;
	f[F_OTHER_FIELD_MORE] = w->other > 1;
	f[F_OTHER_FIELD_ONLY] = w->other > 0 && w->business == 0;
}

void
sense_features(const struct feature_input *in, double *f)
{
	const struct around *a = in->around;

	f[F_KNOWN_PAIR] = is_known_pair(in);
	if (!(in->name->flags & NAME_ONE_WORD))
		return;
	f[F_COMPOUND_SUBJECT] = is_compound_subject(in, f);
	f[F_NOUN_VERB] = is_noun_verb(in);
	f[F_BUSINESS_NOUN] = a->after[0].gap == GAP_SPACE &&
		around_in_list(&a->after[0], LIST_BUSINESS);
	f[F_TO_VERB] = is_to_verb(a);
	f[F_S_VERB] = is_s_verb(in);
	f[F_OTHER_TICKER_LEADS] = is_led_by_ticker(in);
	f[F_VERB_SLOT] = is_verb_slot(in);
	f[F_PLACE_NAME] = a->self.word.place;
	f[F_WHERE] = f[F_PLACE_NAME] > 0 && is_where(in);
	f[F_OTHER_FIRST_NAME] = is_other_first_name(in, f);
	f[F_LEGAL_OF_PART] = is_legal_of_part(in, f);
	f[F_AFTER_VENUE] = is_before_venue(in);
	f[F_AFTER_TIME] = is_before_time(in);
	f[F_AFTER_OTHER_KIND] = is_other_kind(in);
	f[F_HEADLINE_SUBJECT] = is_headline(in) &&
		(f[F_AT_START] > 0 || f[F_IN_LIST] > 0) &&
		(f[F_TO_VERB] > 0 || f[F_AFTER_VERB] > 0);
	of_fields(in, f);
}
