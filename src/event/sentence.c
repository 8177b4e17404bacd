#include "event/sentence.h"

uint32_t
words_between(
	uint32_t a_first, uint32_t a_last, uint32_t b_first, uint32_t b_last)
{
	if (a_last < b_first)
		return b_first - a_last - 1;
	if (b_last < a_first)
		return a_first - b_last - 1;
	return 0;
}

static bool
words_have(const struct words *w, uint32_t after, uint32_t upto, uint16_t flag)
{
	for (uint32_t i = after + 1; i <= upto; i++)
		if (w->p[i].flags & flag)
			return true;
	return false;
}

bool
words_have_colon(const struct words *w, uint32_t after, uint32_t upto)
{
	return words_have(w, after, upto, WORD_COLON);
}

const struct rule_match *
reading_cue(const struct reading *r, enum event_cue cue, size_t *i)
{
	while (*i < r->matches.n) {
		const struct rule_match *m = &r->matches.p[(*i)++];
		const struct ev_rule *rule = &r->e->rules[m->rule];

		if (rule->use == RULE_CUE && rule->owner == (uint32_t)cue)
			return m;
	}
	return NULL;
}

bool
reading_begins_with(const struct reading *r, enum event_cue cue)
{
	uint32_t start = first_heavy(r->w, r->s->first, r->s->first + r->s->n);
	const struct rule_match *m;
	size_t i = 0;

	while ((m = reading_cue(r, cue, &i)) != NULL)
		if (m->first <= start)
			return true;
	return false;
}

/* -- triggers -------------------------------------------------------------- */

static bool
overlap(const struct rule_match *a, const struct rule_match *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static bool
has_rule(const struct reading *r, uint32_t type, enum rule_use use,
	const struct rule_match *beside)
{
	for (size_t i = 0; i < r->matches.n; i++) {
		const struct rule_match *m = &r->matches.p[i];
		const struct ev_rule *rule = &r->e->rules[m->rule];

		if (rule->use == use && rule->owner == type &&
			(beside == NULL || overlap(m, beside)))
			return true;
	}
	return false;
}

static bool
stands(const struct reading *r, const struct rule_match *m, uint32_t type)
{
	if (has_rule(r, type, RULE_NEVER, m) ||
		has_rule(r, type, RULE_FORBID, NULL))
		return false;
	return !r->e->types[type].requires ||
		has_rule(r, type, RULE_REQUIRE, NULL);
}

static bool
has_trigger(const struct reading *r, uint32_t type)
{
	for (size_t i = 0; i < r->n_triggers; i++)
		if (r->triggers[i].type == type)
			return true;
	return false;
}

static bool
yields(const struct reading *r, uint32_t type)
{
	const struct ev_type *t = &r->e->types[type];

	for (uint32_t i = 0; i < t->n_yields; i++)
		if (has_trigger(r, r->e->yields[t->yields + i]))
			return true;
	return false;
}

/* What gives way to another type goes, all at once. */
static void
drop_yielding(struct reading *r)
{
	struct trigger kept[SENTENCE_TRIGGERS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < r->n_triggers; i++)
		if (!yields(r, r->triggers[i].type))
			kept[n++] = r->triggers[i];
	memcpy(r->triggers, kept, n * sizeof(*kept));
	r->n_triggers = n;
}

void
reading_make(struct reading *r, const struct sentence *s)
{
	r->s = s;
	r->n_triggers = 0;
	scan_sentence(r->e, r->w, s, &r->matches);
	for (size_t i = 0; i < r->matches.n; i++) {
		const struct rule_match *m = &r->matches.p[i];
		const struct ev_rule *rule = &r->e->rules[m->rule];

		if (rule->use != RULE_TRIGGER || !stands(r, m, rule->owner))
			continue;
		if (r->n_triggers == SENTENCE_TRIGGERS_MAX)
			break;
		r->triggers[r->n_triggers++] =
			(struct trigger){m, rule, rule->owner};
	}
	drop_yielding(r);
}
