/*
 * Whom a text cites. Rules over two neighbouring marks take a name for an
 * outlet; who knows no such outlet drops it later.
 */
#include "story/sources_private.h"

#define RESULTS_WORDS 6 /* "reported record quarterly earnings" */

/* "X and Y": the name that is joined to name i, in a direction. */
static const struct cue_span *
joined(const struct finder *f, const struct cue_span *name, int step)
{
	size_t i = (size_t)(name - f->marks.p);
	const struct cue_span *other;
	uint32_t between;

	if (step < 0 && i == 0)
		return NULL;
	other = source_mark_at(f, step < 0 ? i - 1 : i + 1);
	if (other == NULL || other->mark != MARK_NAME)
		return NULL;
	between = step < 0 ? other->end : name->end;
	if ((step < 0 ? name->first : other->first) != between + 1)
		return NULL;
	return source_is_word(f, between, "and") ||
			source_is_word(f, between, "und") ||
			source_is_word(f, between, "et") ||
			source_is_word(f, between, "y")
		? other
		: NULL;
}

/* -- outlets --------------------------------------------------------------- */

/* Two neighbours: which one is the outlet, and how it was found. */
struct outlet_rule {
	unsigned first, second; /* marks */
	uint32_t gap; /* most words between */
	bool before; /* the name stands before its cue */
	enum source_cue cue;
};

static const struct outlet_rule outlet_rules[] = {
	{MARK_FIRST, MARK_NAME, 2, false, BY_FIRST_REPORTED},
	{MARK_NAME, MARK_BROKE, 2, true, BY_FIRST_REPORTED},
	{MARK_TOLD, MARK_NAME, 2, false, BY_TOLD},
	{MARK_ACCORDING, MARK_NAME, 2, false, BY_ACCORDING},
	{MARK_PAPER, MARK_NAME, 2, false, BY_REPORTED},
	{MARK_NAME, MARK_REPORT, 3, true, BY_REPORTED},
	{MARK_NAME, MARK_STORY, 1, true, BY_REPORTED},
	{MARK_NAME, MARK_SAY, 2, true, BY_REPORTED},
	{MARK_NAME, MARK_AFTER, 0, true, BY_ACCORDING},
};

/* "Meta reported record revenue", "reported by": no citing. */
static bool
is_own_report(const struct finder *f, const struct cue_span *verb)
{
	size_t i = (size_t)(verb - f->marks.p);

	return verb->mark == MARK_REPORT &&
		(source_mark_after(f, i, MARK_RESULTS, RESULTS_WORDS) != NULL ||
			source_is_word(f, verb->end, "by"));
}

static bool
is_data(const struct finder *f, const struct cue_span *name)
{
	return source_mark_before(
		       f, (size_t)(name - f->marks.p), MARK_DATA, 1) != NULL;
}

/* A watched company's or person's word is no outlet's; "told Meta" is told to
 * it. */
static bool
is_party(const struct finder *f, const struct outlet_rule *rule,
	const struct cue_span *name)
{
	size_t i = (size_t)(name - f->marks.p);

	if (rule->second == MARK_SAY &&
		(source_mark_before(f, i, MARK_OFFICER, 0) ||
			source_is_quoted(f, name, &f->marks.p[i + 1])))
		return true;
	return name->entity != NO_ENTITY &&
		(rule->second == MARK_SAY || rule->second == MARK_STORY ||
			rule->first == MARK_ACCORDING ||
			rule->first == MARK_TOLD ||
			source_is_kind(f, name, ENTITY_PERSON));
}

static void
add_outlets(struct finder *f, const struct outlet_rule *rule,
	const struct cue_span *name)
{
	const struct cue_span *other = name;

	if (is_party(f, rule, name) || is_data(f, name))
		return;
	for (unsigned n = 0; other && n < 4; n++) {
		source_add_outlet(f, rule->cue, ACT_SAYS, other);
		other = joined(f, other, rule->before ? -1 : 1);
	}
}

/* What may stand between a name and its cue. */
static const char *const fillers[] = {"the", "a", "le", "la", "les", "der",
	"die", "das", "dem", "des", "el", "los", "newspaper", "magazine",
	"news", "website", "agency", "outlet", "site", "broadcaster", "daily",
	"business", "paper", "portal", "newswire", "wire", "journal", "diario",
	"quotidien", "zeitung", "nachrichtenagentur", "has", "had", "have",
	"also", "earlier", "later", "exclusively", "previously", "separately",
	"on", "this", "last", "week", "first", "s", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday", "sunday"};

static bool
is_filler(const struct finder *f, uint32_t i, uint32_t end)
{
	for (; i < end; i++) {
		bool found = false;

		for (size_t k = 0; k < sizeof(fillers) / sizeof(*fillers); k++)
			found |=
				span_caseeq_str(source_token(f, i), fillers[k]);
		if (!found)
			return false;
	}
	return true;
}

void
source_find_outlets(struct finder *f, size_t i)
{
	const struct cue_span *m = &f->marks.p[i], *next;

	for (size_t k = 0; k < sizeof(outlet_rules) / sizeof(*outlet_rules);
		k++) {
		const struct outlet_rule *rule = &outlet_rules[k];

		if (!(m->mark & rule->first))
			continue;
		/* The very next mark, so that it is nobody else's. */
		next = source_mark_at(f, i + 1);
		if (next == NULL || !(next->mark & rule->second) ||
			next->first > m->end + rule->gap ||
			!is_filler(f, m->end, next->first) ||
			is_own_report(f, next))
			continue;
		add_outlets(f, rule, rule->before ? m : next);
	}
}

/* "..., reports Reuters", "berichtete das Handelsblatt": verb first. */
void
source_find_inverted(struct finder *f, size_t i)
{
	const struct cue_span *verb = &f->marks.p[i];
	const struct cue_span *name = source_mark_at(f, i + 1);
	const struct token *t = &f->text.tokens.p[verb->first];
	static const struct outlet_rule rule = {
		.first = MARK_REPORT,
		.second = MARK_NAME,
		.cue = BY_REPORTED,
	};

	if (verb->mark != MARK_REPORT || name == NULL ||
		name->mark != MARK_NAME || name->first > verb->end + 2 ||
		name->entity != NO_ENTITY)
		return;
	if (t->gap == GAP_PUNCT || verb->first == f->s->first ||
		f->text.text.p[t->start] != 'r')
		add_outlets(f, &rule, name);
}

/* -- notices --------------------------------------------------------------- */

/* "Correction:", "CORRECTED-", "This story has been corrected". */
void
source_find_notice(struct finder *f, size_t i)
{
	const struct cue_span *m = &f->marks.p[i], *name;
	bool phrase = m->end - m->first > 2;
	bool opens = m->first == f->s->first &&
		(f->field == FIELD_TITLE || f->s->paragraph) &&
		(m->end == f->s->end ||
			f->text.tokens.p[m->end].gap != GAP_SPACE);
	enum source_act act =
		m->mark == MARK_RETRACTED ? ACT_RETRACTS : ACT_CORRECTS;

	name = source_mark_before(f, i, MARK_NAME, 2);
	if (act == ACT_RETRACTS && name && m->end - m->first > 1) {
		source_add_outlet(f, BY_REPORTED, act, name);
		return;
	}
	if (phrase || opens)
		source_add_words(
			f, BY_SAID, SOURCE_OUTLET, act, m->first, m->end);
}

/* -- datelines, brackets, edges of titles ------------------------------------
 */

static bool
is_bracket(const struct finder *f, const struct cue_span *m)
{
	struct span t = f->text.text;
	uint32_t start = f->text.tokens.p[m->first].start;
	uint32_t end = f->text.tokens.p[m->end - 1].end;

	return start > 0 && t.p[start - 1] == '(' && end < t.n &&
		t.p[end] == ')';
}

static bool
is_slashed(const struct finder *f, const struct cue_span *m)
{
	struct span t = f->text.text;
	uint32_t start = f->text.tokens.p[m->first].start;
	uint32_t end = f->text.tokens.p[m->end - 1].end;

	return start > 0 && t.p[start - 1] == '/' && end < t.n &&
		t.p[end] == '/';
}

/* A dash or line stands before token i, or a colon behind it. */
static bool
is_after_dash(const struct finder *f, uint32_t i)
{
	struct span text = f->text.text;
	uint32_t from = f->text.tokens.p[i - 1].end;
	struct span gap =
		span_make(text.p + from, f->text.tokens.p[i].start - from);

	return span_find_str(gap, " - ") != SIZE_MAX ||
		span_find_str(gap, "–") != SIZE_MAX ||
		span_find_str(gap, "—") != SIZE_MAX ||
		span_find_str(gap, "|") != SIZE_MAX;
}

static bool
is_before_colon(const struct finder *f, const struct cue_span *m)
{
	struct span t = f->text.text;
	uint32_t end = f->text.tokens.p[m->end - 1].end;

	return end < t.n && t.p[end] == ':';
}

/* The rest of a sentence from a dash on, as one name: "... | The Verge" */
void
source_find_title_end(struct finder *f)
{
	uint32_t i = f->s->end;

	while (i > f->s->first + 1 && f->s->end - i < 6) {
		i--;
		if (!is_after_dash(f, i))
			continue;
		source_add_words(
			f, BY_TRAILING, SOURCE_OUTLET, ACT_SAYS, i, f->s->end);
		return;
	}
}

void
source_find_edges(struct finder *f, size_t i)
{
	const struct cue_span *m = &f->marks.p[i];
	bool opens = f->field == FIELD_TEXT && f->s->first == 0;

	if (m->mark != MARK_NAME)
		return;
	if (is_bracket(f, m) && m->end == f->s->end && f->s->last)
		source_add_outlet(f, BY_TRAILING, ACT_SAYS, m);
	else if (is_bracket(f, m) && opens && m->first < 12)
		source_add_outlet(f, BY_WIRE, ACT_SAYS, m);
	else if (is_slashed(f, m) && opens)
		source_add_outlet(f, BY_WIRE, ACT_SAYS, m);
	else if (f->field == FIELD_TITLE && m->first == 0 &&
		is_before_colon(f, m) && m->entity == NO_ENTITY)
		source_add_outlet(f, BY_REPORTED, ACT_SAYS, m);
}
