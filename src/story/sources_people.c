/* Who says it: companies, people, filings, and those who are not named. */
#include "story/sources_private.h"

#define SUBJECT_WORDS 14 /* most words from who says it to the verb */
#define UNNAMED_WORDS 20 /* from "people familiar with ..." to its verb */

/* -- companies and people -------------------------------------------------- */

static enum source_act
act_of(enum cue_mark verb)
{
	if (verb == MARK_CONFIRM)
		return ACT_CONFIRMS;
	if (verb == MARK_DENY)
		return ACT_DENIES;
	if (verb == MARK_DECLINE)
		return ACT_DECLINES;
	return ACT_SAYS;
}

/* A company named beside "spokesperson": before or behind it. */
static const struct cue_span *
company_beside(const struct finder *f, size_t i)
{
	const struct cue_span *before = source_mark_before(f, i, MARK_NAME, 0);
	const struct cue_span *after = source_mark_after(f, i, MARK_NAME, 2);

	if (before && !source_is_kind(f, before, ENTITY_PERSON))
		return before;
	if (after && source_is_kind(f, after, ENTITY_COMPANY))
		return after;
	/* "a spokesperson for Acme": of unwatched ones by "for" only. */
	if (after && after->first > f->marks.p[i].end &&
		(source_is_word(f, f->marks.p[i].end, "for") ||
			source_is_word(f, f->marks.p[i].end, "of")))
		return after;
	return NULL;
}

/* "a spokesperson", "a company spokesman": nobody else's, such as "a police
 * spokeswoman" or "a spokesman for the ministry". */
static bool
is_bare_spokes(const struct finder *f, const struct cue_span *m)
{
	static const char *const before[] = {"a", "the", "company", "its",
		"another", "corporate", "group", "firm", "one"};

	if (source_is_word(f, m->end, "for") || source_is_word(f, m->end, "of"))
		return source_mark_after(
			f, (size_t)(m - f->marks.p), MARK_COMPANY, 1);
	if (m->first == f->s->first)
		return true;
	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++)
		if (source_is_word(f, m->first - 1, before[i]))
			return true;
	return false;
}

static void
add_spokes(struct finder *f, size_t spokes, enum source_act act)
{
	const struct cue_span *company = company_beside(f, spokes);
	const struct cue_span *m = &f->marks.p[spokes];

	if (company)
		source_add_company(f, BY_SAID, act, company, company->entity);
	else if (f->last_company != NO_ENTITY && is_bare_spokes(f, m))
		source_add_company(f, BY_SAID, act, m, f->last_company);
}

static const struct cue_span *
officer_near(const struct finder *f, size_t name)
{
	const struct cue_span *before =
		source_mark_before(f, name, MARK_OFFICER, 0);

	return before ? before : source_mark_after(f, name, MARK_OFFICER, 4);
}

/* The company of an officer: the last one before the title, or "of X". */
static const struct cue_span *
officer_company(const struct finder *f, const struct cue_span *title,
	const struct cue_span *person)
{
	size_t i = (size_t)(title - f->marks.p);
	const struct cue_span *before = source_mark_before(f, i, MARK_NAME, 3);
	const struct cue_span *after = source_mark_after(f, i, MARK_NAME, 2);

	if (before && before != person)
		return before;
	return after != person ? after : NULL;
}

static bool
is_person(const struct finder *f, const struct cue_span *name)
{
	size_t i = (size_t)(name - f->marks.p);

	if (name->entity != NO_ENTITY)
		return f->entities[name->entity].kind == ENTITY_PERSON;
	return name->end - name->first >= 2 && officer_near(f, i) != NULL;
}

static void
add_speaker(struct finder *f, enum source_cue cue, enum source_act act,
	const struct cue_span *name)
{
	const struct cue_span *title;

	if (source_is_kind(f, name, ENTITY_COMPANY)) {
		source_add_company(f, cue, act, name, name->entity);
	} else if (is_person(f, name)) {
		title = officer_near(f, (size_t)(name - f->marks.p));
		source_add_person(f, cue, act, name,
			title ? officer_company(f, title, name) : NULL);
	}
}

#define MARKS_SAYING \
	(MARK_SAY | MARK_CONFIRM | MARK_DENY | MARK_TOLD | MARK_ACCORDING)

/* Who stands before a verb of saying. */
struct subject {
	const struct cue_span *nearest; /* name beside the verb */
	const struct cue_span *person; /* the first that is a person's */
	const struct cue_span *opening; /* a company that opens the sentence */
	const struct cue_span *stands; /* spokesperson, "the company" */
};

static void
find_subject(const struct finder *f, size_t verb_at, struct subject *out)
{
	const struct cue_span *verb = &f->marks.p[verb_at];

	*out = (struct subject){0};
	for (size_t k = verb_at; k-- > 0 && out->stands == NULL;) {
		const struct cue_span *m = &f->marks.p[k];

		if (m->end + SUBJECT_WORDS < verb->first ||
			(m->mark & MARKS_SAYING) ||
			source_is_quoted(f, m, verb))
			break;
		if (m->mark == MARK_SPOKES ||
			(m->mark == MARK_COMPANY && m->end + 2 >= verb->first))
			out->stands = m;
		if (m->mark != MARK_NAME)
			continue;
		if (out->nearest == NULL && m->end + 3 >= verb->first)
			out->nearest = m;
		if (is_person(f, m))
			out->person = m;
		if (m->first <= f->s->first + 1 &&
			source_is_kind(f, m, ENTITY_COMPANY))
			out->opening = m;
	}
}

/* Does a title belong to the name, so that not the company speaks? */
static bool
has_title(const struct finder *f, const struct cue_span *name,
	const struct cue_span *verb)
{
	size_t i = (size_t)(name - f->marks.p);
	const struct cue_span *after = source_mark_after(f, i, MARK_OFFICER, 3);

	return (after && after->first < verb->first) ||
		source_mark_before(f, i, MARK_OFFICER, 2) != NULL;
}

/* "Wang, Meta's AI chief, said", "Halden, which makes pumps, said": the name
 * that the words beside the verb belong to. */
static const struct cue_span *
speaker_of(const struct finder *f, const struct subject *s,
	const struct cue_span *verb)
{
	if (s->nearest && s->nearest != s->person &&
		has_title(f, s->nearest, verb) &&
		!(s->person == NULL && is_person(f, s->nearest)))
		return s->person;
	if (s->nearest &&
		(s->nearest->entity != NO_ENTITY || is_person(f, s->nearest)))
		return s->nearest;
	if (s->person)
		return s->person;
	return f->text.tokens.p[verb->first].gap == GAP_PUNCT ? s->opening
							      : s->nearest;
}

/* "..., said Jo Roe." and "..., says Engadget": who speaks stands behind. */
static bool
is_inverted(const struct finder *f, size_t i)
{
	const struct cue_span *verb = &f->marks.p[i];
	const struct cue_span *name = source_mark_at(f, i + 1);
	const struct cue_span *next = source_mark_at(f, i + 2);

	if (f->text.tokens.p[verb->first].gap != GAP_PUNCT || name == NULL ||
		name->first > verb->end + 1)
		return false;
	if (name->mark & (MARK_COMPANY | MARK_SPOKES))
		return true;
	return name->mark == MARK_NAME &&
		(name->end == f->s->end ||
			f->text.tokens.p[name->end].gap == GAP_PUNCT ||
			(next && next->first == name->end &&
				(next->mark & (MARK_OFFICER | MARK_SPOKES))));
}

/* Right behind the verb: "said Halden spokeswoman Jo Roe". */
static void
find_speaker_behind(struct finder *f, size_t i, enum source_act act)
{
	const struct cue_span *verb = &f->marks.p[i];
	const struct cue_span *m = source_mark_at(f, i + 1);

	if (m == NULL || m->first > verb->end + 1)
		return;
	if (m->mark == MARK_COMPANY)
		source_add_company(f, BY_SAID, act, m, f->last_company);
	else if (m->mark == MARK_SPOKES)
		add_spokes(f, i + 1, act);
	else if (m->mark == MARK_NAME && i + 2 < f->marks.n &&
		f->marks.p[i + 2].mark == MARK_SPOKES)
		add_spokes(f, i + 2, act);
	else if (m->mark == MARK_NAME && verb->mark != MARK_TOLD)
		add_speaker(f, BY_SAID, act, m);
}

void
source_find_speaker(struct finder *f, size_t i)
{
	const struct cue_span *verb = &f->marks.p[i], *speaker;
	enum source_act act = act_of(verb->mark);
	struct subject s;

	if (is_inverted(f, i)) {
		find_speaker_behind(f, i, act);
		return;
	}
	find_subject(f, i, &s);
	speaker = speaker_of(f, &s, verb);
	if (s.stands && s.stands->mark == MARK_SPOKES)
		add_spokes(f, (size_t)(s.stands - f->marks.p), act);
	else if (s.stands)
		source_add_company(f, BY_SAID, act, s.stands, f->last_company);
	else if (speaker)
		add_speaker(f, BY_SAID, act, speaker);
}

/* "according to Meta", "according to the company", "according to AI chief Y" */
void
source_find_according(struct finder *f, size_t i)
{
	const struct cue_span *m = source_mark_at(f, i + 1);

	if (m == NULL || m->first > f->marks.p[i].end + 2)
		return;
	if (m->mark == MARK_COMPANY)
		source_add_company(
			f, BY_ACCORDING, ACT_SAYS, m, f->last_company);
	else if (m->mark == MARK_SPOKES)
		add_spokes(f, i + 1, ACT_SAYS);
	else if (m->mark == MARK_NAME)
		add_speaker(f, BY_ACCORDING, ACT_SAYS, m);
	else if (m->mark == MARK_STATEMENT && f->last_company != NO_ENTITY)
		source_add_company(f, BY_SAID, ACT_SAYS, m, f->last_company);
}

/* -- nobody named, and papers -----------------------------------------------
 */

#define MARKS_VERB \
	(MARK_SAY | MARK_TOLD | MARK_ACCORDING | MARK_CONFIRM | MARK_REPORT)

void
source_find_unnamed(struct finder *f, size_t i)
{
	const struct cue_span *m = &f->marks.p[i];
	uint32_t gap = m->mark == MARK_UNNAMED ? UNNAMED_WORDS : 1;

	if (m->mark == MARK_SOURCES) {
		/* "sources said", "sources told", "according to sources" */
		if (!source_mark_after(
			    f, i, MARK_SAY | MARK_TOLD | MARK_CONFIRM, 1) &&
			!source_mark_before(f, i, MARK_ACCORDING, 2) &&
			!source_mark_before(f, i, MARK_SAY, 1))
			return;
	} else if (!source_mark_after(f, i, MARKS_VERB, gap) &&
		!source_mark_before(f, i, MARKS_VERB, gap) && !f->s->titled &&
		f->marks.p[i].end - f->marks.p[i].first < 3) {
		return;
	}
	source_add_words(
		f, BY_UNNAMED, SOURCE_ANONYMOUS, ACT_SAYS, m->first, m->end);
}

void
source_find_filing(struct finder *f, size_t i)
{
	const struct cue_span *m = &f->marks.p[i];

	if (source_sentence_has(f,
		    MARK_SAY | MARK_ACCORDING | MARK_SHOW | MARK_CONFIRM |
			    MARK_REPORT | MARK_STATEMENT))
		source_add_words(
			f, BY_FILED, SOURCE_FILING, ACT_SAYS, m->first, m->end);
}

void
source_find_statement(struct finder *f, size_t i)
{
	const struct cue_span *m = &f->marks.p[i];

	/* "Meta, in a statement, ..." without a verb of saying beside. */
	if (!source_sentence_has(
		    f, MARK_SAY | MARK_CONFIRM | MARK_DENY | MARK_DECLINE) &&
		f->last_company != NO_ENTITY &&
		!span_caseeq_str(cue_words(&f->text, m->first, m->end),
			"press release") &&
		!span_caseeq_str(
			cue_words(&f->text, m->first, m->end), "blog post"))
		source_add_company(f, BY_SAID, ACT_SAYS, m, f->last_company);
}
